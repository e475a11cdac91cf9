"""What the writer may state: measured values above the configured confidence, as plain data."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from pipeline.prompts import clean
from pipeline.stages.describe.rhythm import stated_rhythm
from pipeline.stages.describe.sections import stated_sections
from pipeline.stages.describe.sound import stated_sound
from pipeline.stages.describe.sure import sure_chords
from schemas.captions import SegmentCaption
from schemas.chords import NO_CHORD, chord_symbol
from schemas.facts import Chord, Key, KeySection, MusicFacts, Scale, Tonic, Tuning
from schemas.form import is_sure_start
from schemas.harmony import pitch_class
from schemas.languages import NAMES
from schemas.lyrics import Lyrics
from schemas.provenance import Unmeasured
from schemas.sections import DescribeConfig, MaxWrong
from schemas.tolerance import TUNING_SLACK_CENTS
from schemas.tracks import Track

Facts = dict[str, Any]
_MOST_CHORDS = 8
# Ours: of chords listed with a smaller share many were not there, on 78 pieces with exact chords.
_LEAST_SHARE = 0.08
_MOST_PROGRESSIONS = 4
_MOST_LINES = 120
_SAYS_NOTHING = {"", "-", "?", "n/a", "nan", "none", "null", "other", "undefined", "unknown"}


def stated_facts(
    track: Track,
    facts: MusicFacts,
    lyrics: Lyrics | None,
    captions: Sequence[SegmentCaption],
    config: DescribeConfig,
) -> tuple[Facts, list[Unmeasured]]:
    """The data of a prompt.

    Parameters
    ----------
    track : Track
        What the listing says; only the words named in `config.tags` are shown.
    facts : MusicFacts
    lyrics : Lyrics or None
        None for a track whose lyrics could not even be looked for.
    captions : sequence of SegmentCaption
        In order of time.
    config : DescribeConfig

    Returns
    -------
    stated : dict
        JSON values, with `clean` strings; what was not measured, or not surely, has no entry.
    withheld : list of Unmeasured
        What was measured, but with too little confidence, each with the reason ``unsure``.
    """
    withheld = _unsure(facts, config) + _unsure_lyrics(lyrics, config)
    unsure = {each.field for each in withheld}
    stated: Facts = {"duration_s": round(facts.duration_s, 1)}
    if tags := _tags(track, config):
        stated["tags"] = tags
    stated |= stated_rhythm(facts, config.max_wrong)
    stated |= _pitches(facts, unsure, config.max_wrong)
    has_key = facts.key is not None and "key" not in unsure
    if has_key:
        stated["key"] = _key(facts, config)
    if any(chord.label != NO_CHORD for chord in facts.chords or []) and "chords" not in unsure:
        # A numeral is no surer than the key of its moment.
        with_numerals = has_key and "key_sections" not in unsure
        harmony = _harmony(facts, config.max_wrong.chords, with_numerals=with_numerals)
        if harmony["chords"]:
            stated["harmony"] = harmony
    if facts.loudness:
        stated["loudness"] = {
            "integrated_lufs": round(facts.loudness.integrated_lufs, 1),
            "range_lu": round(facts.loudness.loudness_range_lu, 1),
        }
    stated |= stated_sound(facts, config.max_wrong)
    lines = lyrics.lines if lyrics and "lyrics" not in unsure else None
    if lyrics and lines:
        stated["lyrics"] = _lyrics(lyrics)
    if sections := stated_sections(facts, lines, config.max_wrong):
        stated["sections"] = sections
    stated["impressions"] = [
        {"from_s": round(each.start_s, 1), "to_s": round(each.end_s, 1), "heard": each.caption}
        for each in captions
    ]
    return clean(stated), withheld


def _tags(track: Track, config: DescribeConfig) -> dict[str, str]:
    tags = {name: clean(getattr(track, name) or "") for name in config.tags}
    return {name: text for name, text in tags.items() if text.casefold() not in _SAYS_NOTHING}


def _unsure(facts: MusicFacts, config: DescribeConfig) -> list[Unmeasured]:
    found = []
    max_wrong = config.max_wrong
    if facts.tempo and facts.tempo.q_value > max_wrong.tempo:
        found.append(_unsure_of("tempo", "p_right", facts.tempo.p_right))
    if facts.metre and facts.metre.q_value > max_wrong.metre:
        found.append(_unsure_of("metre", "p_right", facts.metre.p_right))
    if facts.key and not _is_sure(facts.key, config):
        found.append(_unsure_of("key", "p_right", facts.key.p_right))
    else:
        sections = [s for s in facts.key_sections or [] if not _is_sure(s, config)]
        found += [_unsure_of("key_sections", "p_right", each.p_right) for each in sections]
    if facts.scale and facts.scale.q_value > max_wrong.key:
        found.append(_unsure_of("scale", "p_right", facts.scale.p_right))
    if facts.chords and not sure_chords(facts.chords, max_wrong.chords):
        found.append(_unsure_of("chords", "p_right", max(c.p_right for c in facts.chords)))
    return found + _unsure_form(facts, config) + _unsure_sound(facts, config)


def _unsure_form(facts: MusicFacts, config: DescribeConfig) -> list[Unmeasured]:
    starts = (facts.sections or [])[1:]
    n_unsure = sum(not is_sure_start(each, config.max_wrong.form) for each in starts)
    if not n_unsure:
        return []
    detail = f"{n_unsure} of {len(starts)} starts"
    return [Unmeasured(field="sections", reason="unsure", detail=detail)]


def _unsure_sound(facts: MusicFacts, config: DescribeConfig) -> list[Unmeasured]:
    found = [
        _unsure_of("instruments", f"{each.name} p_right", each.p_right)
        for each in facts.instruments or []
        if each.q_value > config.max_wrong.instruments
    ]
    if facts.voice and facts.voice.q_value > config.max_wrong.voice:
        found.append(_unsure_of("voice", "p_right", facts.voice.p_right))
    return found


def scale_words(scale: Scale) -> str:
    """The name of a scale in words: ``phrygian dominant``."""
    return scale.name.replace("_", " ")


def sure_tonic(facts: MusicFacts, max_wrong: float) -> Tonic | None:
    """The tonic, where it is sure and the scale is not; None where other stretches have another."""
    tonic, named = facts.tonic, facts.key or facts.scale
    if tonic is None or tonic.q_value > max_wrong or named is None or named.q_value <= max_wrong:
        return None
    centres = {pitch_class(each.tonic) for each in facts.key_sections or []}
    return tonic if centres <= {pitch_class(tonic.name)} else None


def has_no_main_key(sections: Sequence[KeySection], key: Key) -> bool:
    """Whether there are several keys, and this one lasts no longer than the others together."""
    lasting: Counter[tuple[str, str]] = Counter()
    for each in sections:
        lasting[each.tonic, each.mode] += round(1000 * (each.end_s - each.start_s))
    return len(lasting) > 1 and 2 * lasting[key.tonic, key.mode] <= lasting.total()


def _unsure_lyrics(lyrics: Lyrics | None, config: DescribeConfig) -> list[Unmeasured]:
    if lyrics is None or lyrics.confidence is None:
        return []
    if lyrics.confidence >= config.min_lyrics_confidence:
        return []
    return [_unsure_of("lyrics", "confidence", lyrics.confidence)]


def _pitches(facts: MusicFacts, unsure: Collection[str], max_wrong: MaxWrong) -> Facts:
    """The scale, the tonic, and a tuning that is not A = 440 Hz."""
    stated: Facts = {}
    if facts.scale and "scale" not in unsure:
        stated["scale"] = {"tonic": facts.scale.tonic, "name": scale_words(facts.scale)}
    if tonic := sure_tonic(facts, max_wrong.key):
        stated["tonic"] = tonic.name
    if facts.tuning and _is_off(facts.tuning, max_wrong.tuning):
        stated["tuning"] = {"cents_from_a440": round(facts.tuning.cents)}
    return stated


def _is_off(tuning: Tuning, max_wrong: float) -> bool:
    """Whether a tuning is surely another than A = 440 Hz."""
    return tuning.q_value <= max_wrong and abs(tuning.cents) >= TUNING_SLACK_CENTS


def _is_sure(key: Key, config: DescribeConfig) -> bool:
    return key.q_value <= config.max_wrong.key


def _unsure_of(field: str, measure: str, value: float) -> Unmeasured:
    return Unmeasured(field=field, reason="unsure", detail=f"{measure} {value:.3f}")


def _key(facts: MusicFacts, config: DescribeConfig) -> Facts:
    assert facts.key and facts.key_sections
    sections = [section for section in facts.key_sections if _is_sure(section, config)]
    stated: Facts = {"tonic": facts.key.tonic, "mode": facts.key.mode}
    if has_no_main_key(sections, facts.key):
        stated = {}
    if len({(section.tonic, section.mode) for section in sections}) > 1:
        stated["sections"] = [_key_section(section) for section in sections]
    return stated


def _key_section(section: KeySection) -> Facts:
    span = {"from_s": round(section.start_s, 1), "to_s": round(section.end_s, 1)}
    return span | {"tonic": section.tonic, "mode": section.mode}


def _lyrics(lyrics: Lyrics) -> Facts:
    """The language and the lines, each with its start, where it is known."""
    lines = [
        ({"from_s": round(each.start_s, 1)} if each.is_timed else {}) | {"sung": each.text}
        for each in (lyrics.lines or [])[:_MOST_LINES]
    ]
    language = {"language": NAMES[lyrics.language]} if lyrics.language else {}
    return language | {"lines": lines}


def _harmony(facts: MusicFacts, max_wrong: float, *, with_numerals: bool) -> Facts:
    chords = [chord for chord in facts.chords or [] if chord.label != NO_CHORD]
    sounding_s = sum(chord.end_s - chord.start_s for chord in chords)
    sure = sure_chords(chords, max_wrong)
    stated: Facts = {"chords": _most_heard(sure, sounding_s, with_numerals=with_numerals)}
    if len(chords) > 1:
        stated["mean_chord_s"] = round(sounding_s / len(chords), 1)
    if with_numerals and facts.progressions:
        stated["progressions"] = [
            {"numerals": "-".join(each.numerals), "times": each.count}
            for each in facts.progressions[:_MOST_PROGRESSIONS]
        ]
    return stated


def _most_heard(chords: Sequence[Chord], sounding_s: float, *, with_numerals: bool) -> list[Facts]:
    lasting: Counter[tuple[str, str | None]] = Counter()
    for chord in chords:
        numeral = chord.roman if with_numerals else None
        lasting[chord.label, numeral] += chord.end_s - chord.start_s  # type: ignore[assignment]
    return [
        {"chord": chord_symbol(label)}
        | ({"numeral": numeral} if numeral else {})
        | {"share": round(seconds / sounding_s, 2)}
        for (label, numeral), seconds in lasting.most_common(_MOST_CHORDS)
        if seconds / sounding_s >= _LEAST_SHARE
    ]
