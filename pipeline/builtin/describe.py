"""A rich caption without a model: the stated facts in sentences, the same for the same facts."""

from typing import Any

from pipeline.builtin.clock import clock
from pipeline.builtin.sections import tell_sections
from pipeline.builtin.words import listed
from schemas.captions import CaptionParts

Facts = dict[str, Any]
_WIDE_RANGE_LU = 8.0
_LOUD_LUFS = -14.0
_QUIET_LUFS = -24.0


def describe(stated: Facts) -> CaptionParts:
    """Say what the facts say, and nothing else.

    Parameters
    ----------
    stated : dict
        From `pipeline.stages.describe.facts.stated_facts`.

    Returns
    -------
    CaptionParts
        Lyrics are None where no words are known.
    """
    return CaptionParts(
        low_level=_low_level(stated),
        instrumentation=_palette(stated),
        lyrics=_lyrics(stated),
        form=_form(stated),
        theory=_theory(stated),
        mood=_mood(stated),
    )


def _low_level(stated: Facts) -> str:
    tags = stated.get("tags", {})
    sentences = [f"This recording lasts {clock(stated['duration_s'])}."]
    if "genre" in tags:
        sentences.append(f"Its style is {tags['genre']}.")
    if "culture" in tags:
        sentences.append(f"It comes from {tags['culture']}.")
    return " ".join(sentences + heard_rhythm(stated) + heard_key(stated))


def heard_key(stated: Facts) -> list[str]:
    """What is known of key, scale and tonic, in sentences."""
    sentences = []
    if "tonic" in stated.get("key", {}):
        sentences.append(f"The key is {_key(stated['key'])}.")
    elif "key" in stated:
        names = dict.fromkeys(_key(each) for each in stated["key"]["sections"])
        sentences.append(f"It is in {listed(list(names))}, one after the other.")
    if "scale" in stated:
        scale = stated["scale"]
        sentences.append(f"Its scale is {scale['tonic']} {scale['name'].title()}.")
    if "tonic" in stated:
        sentences.append(f"Its tonic is {stated['tonic']}.")
    if "tuning" in stated:
        cents = stated["tuning"]["cents_from_a440"]
        way = "sharp" if cents > 0 else "flat"
        sentences.append(f"It is tuned about {abs(cents)} cents {way} of concert pitch.")
    return sentences


def heard_rhythm(stated: Facts) -> list[str]:
    """What is known of tempo and metre, in sentences."""
    sentences = []
    if "tempo" in stated:
        sentences.append(f"It moves at about {stated['tempo']['bpm']:g} beats per minute.")
        if stated["tempo"].get("drifts"):
            sentences.append("Its tempo drifts a little.")
    elif "either_bpm" in stated:
        bpm, other_bpm = stated["either_bpm"]
        time = "half" if other_bpm < bpm else "double"
        sentences.append(
            f"It moves at about {bpm:g} beats per minute, or at {other_bpm:g} in {time} time."
        )
    if "beats_per_bar" in stated:
        sentences.append(f"There are {stated['beats_per_bar']} beats in a bar.")
    elif "either_beats_per_bar" in stated:
        few, many = stated["either_beats_per_bar"]
        sentences.append(f"It is in duple time, with {few} or {many} beats in a bar.")
    if sections := stated.get("metre_sections"):
        later = [f"{each['beats_per_bar']} from {clock(each['from_s'])}" for each in sections[1:]]
        first = sections[0]["beats_per_bar"]
        sentences.append(
            f"The metre changes, with {first} beats in a bar at first, then {listed(later)}."
        )
    if "metre" in stated:
        groups = "+".join(map(str, stated.get("grouping", [])))
        sentences.append(f"The metre is {stated['metre']}{f', as {groups}' if groups else ''}.")
    return sentences + _patterns(stated)


def _patterns(stated: Facts) -> list[str]:
    sentences = []
    if "time_line" in stated:
        sentences.append(f"The {stated['time_line']} pattern runs through it.")
    if "cross_rhythm" in stated:
        sentences.append(f"Strokes of {stated['cross_rhythm']} run across the beat.")
    if "swing_ratio" in stated:
        sentences.append(f"The eighths swing, {stated['swing_ratio']:g} to 1.")
    return sentences


def _palette(stated: Facts) -> str:
    impressions = stated["impressions"]
    sentences = []
    if instruments := stated.get("instruments"):
        sentences.append(f"Among the instruments are {listed(instruments)}.")
    if "voice" in stated:
        sentences.append("There is a voice." if stated["voice"] else "There are no vocals.")
    sentences += _sound(stated.get("sound", {}))
    middle = impressions[len(impressions) // 2]
    sentences.append(f"Around {clock((middle['from_s'] + middle['to_s']) / 2)}: {middle['heard']}")
    return " ".join(sentences)


def _sound(sound: Facts) -> list[str]:
    sentences = []
    if sound.get("mono_in_stereo"):
        sentences.append("Left and right are the same: the sound is mono.")
    if "nothing_above_khz" in sound:
        sentences.append(f"Nothing is heard above {sound['nothing_above_khz']} kHz.")
    if "hum_hz" in sound:
        sentences.append(f"A mains hum of {sound['hum_hz']} Hz lies below it.")
    return sentences


def _lyrics(stated: Facts) -> str | None:
    """The first line, and one of the middle, word by word."""
    lyrics = stated.get("lyrics")
    if lyrics is None:
        return None
    lines = lyrics["lines"]
    language = f" in {lyrics['language']}" if "language" in lyrics else ""
    first = lines[0]
    at = f", at {clock(first['from_s'])}," if "from_s" in first else ""
    text = f'The first words{language}{at} are "{first["sung"]}".'
    middle = lines[len(lines) // 2]
    if middle["sung"] != first["sung"]:
        when = f"At {clock(middle['from_s'])}" if "from_s" in middle else "Later"
        text += f' {when} come "{middle["sung"]}".'
    return text


def _form(stated: Facts) -> str:
    sentences = tell_sections(stated.get("sections", []))
    sentences += [f"{_span(each)}: {each['heard']}" for each in stated["impressions"]]
    for each in stated.get("key", {}).get("sections", []):
        sentences.append(f"{_span(each)} the key is {_key(each)}.")
    for each in stated.get("tempo", {}).get("sections", []):
        sentences.append(f"{_span(each)} the pulse runs at {each['bpm']:g} beats per minute.")
    return " ".join(sentences)


def _span(each: Facts) -> str:
    return f"From {clock(each['from_s'])} to {clock(each['to_s'])}"


def _theory(stated: Facts) -> str | None:
    harmony = stated.get("harmony", {})
    if not harmony.get("chords"):
        return None
    chords = [
        f"{each['chord']} ({each['numeral']}, {each['share']:.0%})"
        if "numeral" in each
        else f"{each['chord']} ({each['share']:.0%})"
        for each in harmony["chords"]
    ]
    sentences = [f"The harmony rests on {listed(chords)}."]
    if "mean_chord_s" in harmony:
        sentences.append(f"A chord lasts {harmony['mean_chord_s']:g} s on average.")
    for each in harmony.get("progressions", []):
        sentences.append(f"The progression {each['numerals']} is heard {each['times']} times.")
    return " ".join(sentences)


def _mood(stated: Facts) -> str:
    loudness = stated.get("loudness")
    if loudness is None:
        return f"All of it is told in {clock(stated['duration_s'])}."
    lufs = loudness["integrated_lufs"]
    level = "loud" if lufs >= _LOUD_LUFS else "moderate" if lufs >= _QUIET_LUFS else "quiet"
    spread = "wide" if loudness["range_lu"] >= _WIDE_RANGE_LU else "narrow"
    return (
        f"The overall level is {level}, at {lufs:g} LUFS, and its dynamic "
        f"range is {spread}, at {loudness['range_lu']:g} LU."
    )


def _key(key: Facts) -> str:
    return f"{key['tonic']} {key['mode']}"
