import itertools
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.builtin.clock import clock
from pipeline.builtin.describe import describe
from pipeline.engine.stage import AudioTrack
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.measure.harmony import most_frequent_progressions
from schemas.captions import Authorship, SegmentCaption
from schemas.chords import chord_symbol
from schemas.facts import (
    Key,
    Loudness,
    MusicFacts,
)
from schemas.harmony import MAJOR_TONICS
from schemas.lyrics import Lyrics, SungLine
from schemas.sections import DescribeConfig
from schemas.usage import Usage
from tests.facts import UNSURE, chords_of, key_of, key_section, metre_of, scale_of, tempo_of
from tests.pipeline.engine.test_stage import track

CONFIG = DescribeConfig()
LEAKS = re.compile(
    r"\b(not (listed|known|available|given|measured)|unknown|unavailable|unmeasured|missing|"
    r"metadata|data|facts?|listing|null|none|nan|inf)\b",
    re.IGNORECASE,
)
WROTE = Authorship(role="writer", engine="openai", model="m", prompt="p@1", prompt_hash="00")


def section(start_s, end_s, tonic="C", mode="major", **values):
    return key_section(tonic, mode, start_s, end_s, **values)


def tempo(bpm=120.04, sections=(), **values):
    return tempo_of(bpm, sections or [(0.0, 60.0, bpm)], **values)


def facts_of(track_id="0", **values):
    sections = values.get("key_sections", [section(0, 60)])
    changes = [(0.0, "C"), (10.0, "A:min"), (30.0, "F:maj/3"), (55.0, "N")]
    chords = chords_of(changes, duration_s=60.0, keys=sections or ())
    measured = {
        "duration_s": 60.0,
        "beats": None,
        "tempo": tempo(),
        "metre": metre_of(4),
        "key": key_of(),
        "scale": None,
        "key_sections": sections,
        "chords": chords,
        "progressions": most_frequent_progressions(chords),
        "loudness": Loudness(integrated_lufs=-9.87, loudness_range_lu=4.32, sample_peak_dbfs=-0.1),
        "sections": None,
        "quality": None,
        "instruments": None,
        "voice": None,
        "unmeasured": [],
        "provenance": [],
    }
    return MusicFacts(**{"track_id": track_id, **measured, **values})


def caption_of(track_id="0", index=0, text="A loud, bright sound.", length_s=30.0):
    return SegmentCaption(
        segment_id=f"{track_id}-{index:04d}",
        track_id=track_id,
        start_s=index * length_s,
        end_s=(index + 1) * length_s,
        caption=text,
        n_words=len(text.split()),
        authorship=WROTE,
        usage=Usage(),
    )


def told(track_id="0", **values):
    return AudioTrack(track(track_id).track.model_copy(update=values), f"/music/{track_id}")


def lyrics_of(*lines, track_id="0", confidence=0.9, language="en"):
    """Lyrics whose lines begin at 1 s, 11 s, ..."""
    sung = [
        SungLine(start_s=10.0 * i + 1, end_s=10.0 * i + 4, text=line, confidence=confidence)
        for i, line in enumerate(lines)
    ]
    known = {"lines": sung, "text": "\n".join(lines), "words": [], "confidence": confidence}
    null = dict.fromkeys(
        [
            "text",
            "lines",
            "words",
            "confidence",
            "vocals",
            "agreement_wer",
            "source",
            "listing_match",
        ]
    )
    return Lyrics(
        track_id=track_id,
        language=language if lines else None,
        language_source="listing" if lines and language else None,
        refused=[],
        unmeasured=[],
        provenance=[],
        **null | (known if lines else {}),
    )


def stated(facts, captions=None, config=CONFIG, lyrics=None, **tags):
    captions = [caption_of(), caption_of(index=1)] if captions is None else captions
    return stated_facts(told(**tags).track, facts, lyrics, captions, config)


def test_a_line_that_is_sung_somewhere_has_no_time():
    lyrics = lyrics_of("oh my darling", "Clementine")
    first, second = lyrics.lines
    lines = [first, second.model_copy(update={"is_timed": False})]
    found, _ = stated(facts_of(), lyrics=lyrics.model_copy(update={"lines": lines}))
    assert found["lyrics"]["lines"] == [
        {"from_s": 1.0, "sung": "oh my darling"}, {"sung": "Clementine"}
    ]  # fmt: skip
    said = describe(found).lyrics
    assert said.endswith('at 0:01, are "oh my darling". Later come "Clementine".')


def test_all_that_is_sure_is_stated():
    found, withheld = stated(facts_of(), genre="rock", title="Hello", artist="Somebody")
    assert withheld == []
    assert found == {
        "duration_s": 60.0,
        "tags": {"genre": "rock"},
        "tempo": {"bpm": 120.0},
        "beats_per_bar": 4,
        "key": {"tonic": "C", "mode": "major"},
        "harmony": {
            "chords": [
                {"chord": "F/A", "numeral": "IV", "share": 0.45},
                {"chord": "Am", "numeral": "vi", "share": 0.36},
                {"chord": "C", "numeral": "I", "share": 0.18},
            ],
            "mean_chord_s": 18.3,
        },
        "loudness": {"integrated_lufs": -9.9, "range_lu": 4.3},
        "impressions": [
            {"from_s": 0.0, "to_s": 30.0, "heard": "A loud, bright sound."},
            {"from_s": 30.0, "to_s": 60.0, "heard": "A loud, bright sound."},
        ],
    }


@pytest.mark.parametrize(
    ("max_wrong", "at", "below", "field", "detail"),
    [
        (
            {"tempo": 0.1},
            {"tempo": tempo(q_value=0.1)},
            {"tempo": tempo(q_value=0.11, p_right=0.8)},
            "tempo",
            "p_right 0.800",
        ),
        (
            0.1,
            {"metre": metre_of(3, q_value=0.1)},
            {"metre": metre_of(3, q_value=0.2, p_right=0.75)},
            "metre",
            "p_right 0.750",
        ),
        (
            {"key": 0.0},
            {"key": key_of(q_value=0.0), "key_sections": [section(0, 60, q_value=0.0)]},
            {"key": key_of(q_value=0.01, p_right=0.9), "key_sections": None},
            "key",
            "p_right 0.900",
        ),
    ],
)
def test_thresholds(max_wrong, at, below, field, detail):
    config = DescribeConfig(max_wrong=max_wrong)
    entry = {"metre": "beats_per_bar"}.get(field, field)
    found, withheld = stated(facts_of(**at), config=config)
    assert entry in found and withheld == []
    found, withheld = stated(facts_of(**below), config=config)
    assert entry not in found
    assert [(each.field, each.reason, each.detail) for each in withheld] == [
        (field, "unsure", detail)
    ]


def test_numerals_are_no_surer_than_the_key():
    changes = [(float(i), chord) for i, chord in enumerate(["C", "G", "A:min", "F"] * 4)]
    chords = chords_of(changes, duration_s=16.0, keys=[section(0, 16)])
    values = {"chords": chords, "progressions": most_frequent_progressions(chords)}
    sure, _ = stated(facts_of(**values))
    assert len(sure["harmony"]["progressions"]) >= 1
    assert {"numerals": "I-V-vi-IV", "times": 4} in sure["harmony"]["progressions"]
    unsure_section = [section(0, 9), section(9, 16, tonic="F", **UNSURE)]
    for unsure in ({"key": key_of(**UNSURE)}, {"key_sections": unsure_section}):
        found, withheld = stated(facts_of(**values | unsure))
        assert [each.reason for each in withheld] == ["unsure"]
        assert "numeral" not in json.dumps(found)
        assert "progressions" not in found["harmony"]
        assert [each["chord"] for each in found["harmony"]["chords"]] == ["C", "G", "Am", "F"]


def test_null_facts_have_no_entry():
    fields = ("tempo", "metre", "key", "key_sections", "chords", "progressions", "loudness")
    found, withheld = stated(facts_of(**dict.fromkeys(fields)))
    assert set(found) == {"duration_s", "impressions"}
    assert withheld == []


def test_no_chord_at_all_is_no_harmony():
    for chords in ([], chords_of([], duration_s=60.0)):
        found, _ = stated(facts_of(chords=chords, progressions=[]))
        assert "harmony" not in found
        assert describe(found).theory is None


def test_key_sections_only_when_the_key_changes():
    same = [section(0, 20), section(30, 60)]
    assert "sections" not in stated(facts_of(key_sections=same))[0]["key"]
    change = [section(0, 20), section(20, 60, tonic="D")]
    found, withheld = stated(facts_of(key=key_of(tonic="D"), key_sections=change))
    assert withheld == []
    assert found["key"] == {
        "tonic": "D",
        "mode": "major",
        "sections": [
            {"from_s": 0.0, "to_s": 20.0, "tonic": "C", "mode": "major"},
            {"from_s": 20.0, "to_s": 60.0, "tonic": "D", "mode": "major"},
        ],
    }


def test_unsure_key_sections_are_withheld():
    sections = [
        section(0, 20),
        section(20, 25, tonic="A", **UNSURE),
        section(25, 60, tonic="D"),
    ]
    found, withheld = stated(facts_of(key_sections=sections))
    assert [each["tonic"] for each in found["key"]["sections"]] == ["C", "D"]
    assert [(each.field, each.detail) for each in withheld] == [("key_sections", "p_right 0.600")]
    found, withheld = stated(facts_of(key_sections=sections[:2]))
    assert "sections" not in found["key"]
    found, withheld = stated(facts_of(key=key_of(**UNSURE), key_sections=sections))
    assert "key" not in found
    assert [each.field for each in withheld] == ["key"]


def test_two_keys_of_equal_length_are_both_the_key_of_the_piece():
    halves = [section(0, 30), section(30, 60, tonic="D")]
    found, _ = stated(facts_of(key_sections=halves))
    assert set(found["key"]) == {"sections"}
    assert "It is in C major and D major, one after the other." in describe(found).low_level


def test_a_scale_is_stated_instead_of_a_key():
    facts = facts_of(key=None, key_sections=[], scale=scale_of("D", "phrygian_dominant"))
    found, withheld = stated(facts)
    assert withheld == [] and "key" not in found
    assert found["scale"] == {"tonic": "D", "name": "phrygian dominant"}
    assert "Its scale is D Phrygian Dominant." in describe(found).low_level
    found, withheld = stated(facts_of(key=None, key_sections=[], scale=scale_of(**UNSURE)))
    assert "scale" not in found and [each.field for each in withheld] == ["scale"]


def test_tempo_sections_only_when_there_are_several():
    assert "sections" not in stated(facts_of())[0]["tempo"]
    several = tempo(sections=[(0.0, 20.04, 90.04), (20.04, 60.0, 120.0)])
    assert stated(facts_of(tempo=several))[0]["tempo"]["sections"] == [
        {"from_s": 0.0, "to_s": 20.0, "bpm": 90.0},
        {"from_s": 20.0, "to_s": 60.0, "bpm": 120.0},
    ]


@pytest.mark.parametrize("word", ["", "  ", "\u200b", "unknown", "Unknown", "N/A", "nan", "None"])
def test_tags_that_say_nothing_are_not_shown(word):
    assert "tags" not in stated(facts_of(), genre=word, culture=word)[0]
    assert stated(facts_of(), genre=word, culture="Spain")[0]["tags"] == {"culture": "Spain"}


def test_tags_are_those_of_the_config():
    words = {"title": "T", "artist": "A", "genre": "G", "language": "L", "culture": "C"}
    assert set(stated(facts_of(), **words)[0]["tags"]) == {"genre", "language", "culture"}
    for names in ((), ("title",), ("artist", "genre")):
        found, _ = stated(facts_of(), config=DescribeConfig(tags=names), **words)
        assert found.get("tags", {}) == {name: words[name] for name in names}


def test_at_most_eight_chords_and_four_progressions_are_named():
    changes = [(float(i), f"{root}:maj") for i, root in enumerate(MAJOR_TONICS)]
    chords = chords_of(changes, duration_s=12.5, keys=[section(0, 30)])
    progressions = [{"numerals": ["I", "V", "I"], "count": n} for n in range(9, 2, -1)]
    found, _ = stated(facts_of(chords=chords, progressions=progressions))
    assert len(found["harmony"]["chords"]) == 8
    assert found["harmony"]["chords"][0] == {"chord": "B", "numeral": "VII", "share": 0.12}
    assert [each["times"] for each in found["harmony"]["progressions"]] == [9, 8, 7, 6]


def test_lyrics_are_stated_line_by_line():
    found, withheld = stated(facts_of(), lyrics=lyrics_of("hold me now", "let me go"))
    assert withheld == []
    assert found["lyrics"] == {
        "language": "English",
        "lines": [{"from_s": 1.0, "sung": "hold me now"}, {"from_s": 11.0, "sung": "let me go"}],
    }
    assert describe(found).lyrics == (
        'The first words in English, at 0:01, are "hold me now". At 0:11 come "let me go".'
    )
    found, _ = stated(facts_of(), lyrics=lyrics_of("hold me now", language=None))
    assert describe(found).lyrics == 'The first words, at 0:01, are "hold me now".'


def test_lyrics_that_are_null_or_unsure_are_not_stated():
    for lyrics in (None, lyrics_of()):
        found, withheld = stated(facts_of(), lyrics=lyrics)
        assert "lyrics" not in found and withheld == []
        assert describe(found).lyrics is None
    sure = stated(facts_of(), lyrics=lyrics_of("hold me now", confidence=0.5))
    assert "lyrics" in sure[0] and sure[1] == []
    found, withheld = stated(facts_of(), lyrics=lyrics_of("hold me now", confidence=0.49))
    assert "lyrics" not in found
    assert [(each.field, each.detail) for each in withheld] == [("lyrics", "confidence 0.490")]
    no_confidence = stated(facts_of(), lyrics=lyrics_of("hold me now", confidence=None))
    assert "lyrics" in no_confidence[0] and no_confidence[1] == []


def test_at_most_120_lines_are_shown():
    found, _ = stated(facts_of(), lyrics=lyrics_of(*(f"line {i}" for i in range(200))))
    assert len(found["lyrics"]["lines"]) == 120


confidences = st.one_of(st.floats(0, 1), st.sampled_from([0.6, 0.7, 0.02]))
names = st.sampled_from(["rock", "R&B", "folk <live>", "no wave", "12 tone", "unknown", "", None])
labels = st.builds(
    "{}{}".format,
    st.sampled_from(MAJOR_TONICS),
    st.sampled_from(["", ":min", ":7", ":maj7", ":min7/b3", ":maj/3", ":hdim7", ":dim", ":(1,5)"]),
)
impressions = st.sampled_from(["A loud sound.", "A guitar, then 2 voices.", "It fades [slowly]."])


@st.composite
def any_spans(draw, duration_s, most):
    inner = draw(st.lists(st.floats(0.1, 0.9), max_size=most - 1, unique=True).map(sorted))
    edges = [0.0, *(share * duration_s for share in inner), duration_s]
    return list(itertools.pairwise(edges))


@st.composite
def any_key(draw):
    return {
        "tonic": draw(st.sampled_from(["C", "D", "Eb"])),
        "mode": draw(st.sampled_from(["major", "minor"])),
        "p_right": draw(confidences),
        "q_value": draw(confidences),
    }


@st.composite
def any_facts(draw):
    duration_s = draw(st.floats(2, 1200))
    spans = draw(any_spans(duration_s, 4))
    keys = [section(start_s, end_s, **draw(any_key())) for start_s, end_s in spans]
    sections = draw(st.one_of(st.none(), st.just(keys)))
    the_key = sections and Key.model_validate(
        draw(st.sampled_from(sections)).model_dump(exclude={"start_s", "end_s"})
    )
    starts = draw(st.lists(st.floats(0, duration_s), max_size=30).map(sorted))
    few = draw(st.lists(st.one_of(labels, st.just("N")), min_size=1, max_size=9))
    changes = [(time_s, draw(st.sampled_from(few))) for time_s in starts]
    q_values = draw(st.lists(confidences, min_size=31, max_size=31))
    certainties = [(0.5, q_value) for q_value in q_values]
    chords = chords_of(changes, duration_s=duration_s, keys=sections or (), certainty=certainties)
    bpm = draw(st.floats(55, 215))
    certainty = {"p_right": draw(confidences), "q_value": draw(confidences)}
    paces = [(start_s, end_s, draw(st.floats(55, 215))) for start_s, end_s in spans]
    values = {
        "tempo": tempo(bpm, paces, **certainty),
        "metre": metre_of(draw(st.integers(2, 7)), q_value=draw(confidences)),
        "chords": chords,
        "progressions": most_frequent_progressions(chords),
        "loudness": Loudness(
            integrated_lufs=draw(st.floats(-70, -1)),
            loudness_range_lu=draw(st.floats(0, 30)),
            sample_peak_dbfs=-1.0,
        ),
    }
    missing = draw(st.sets(st.sampled_from(sorted(values))))
    values |= dict.fromkeys(missing)
    return facts_of(duration_s=duration_s, key=the_key, key_sections=sections, **values)


@st.composite
def any_stated(draw):
    facts = draw(any_facts())
    texts = draw(st.lists(impressions, min_size=1, max_size=5))
    length_s = facts.duration_s / len(texts)
    captions = [caption_of(index=i, text=text, length_s=length_s) for i, text in enumerate(texts)]
    tags = {name: draw(names) for name in ("title", "artist", "genre", "language", "culture")}
    return facts, *stated(facts, captions, **tags)


def numbers_in(value):
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for each in inner for number in numbers_in(each)]
    return [] if isinstance(value, str) else [value]


def is_sure(chord):
    return chord.label != "N" and chord.q_value <= 0.05


@given(any_stated())
def test_nothing_unsure_is_stated(made):
    facts, found, withheld = made
    sure = {
        "tempo": facts.tempo and facts.tempo.q_value <= 0.05,
        "metre": facts.metre and facts.metre.q_value <= 0.05,
        "key": facts.key and facts.key.q_value <= 0.05,
        "chords": facts.chords and any(is_sure(each) for each in facts.chords),
    }
    assert ("tempo" in found) == bool(sure["tempo"])
    assert ("beats_per_bar" in found) == bool(sure["metre"])
    assert ("key" in found) == bool(sure["key"])
    shaky = [each for each in facts.key_sections or [] if each.q_value > 0.05]
    unsure = {field for field, is_sure in sure.items() if getattr(facts, field) and not is_sure}
    assert {each.field for each in withheld} == unsure | (
        {"key_sections"} if sure["key"] and shaky else set()
    )
    assert all(each.reason == "unsure" and each.detail for each in withheld)
    has_numerals = "numeral" in json.dumps(found.get("harmony"))
    assert not (has_numerals and (not sure["key"] or shaky))
    for each in found.get("key", {}).get("sections", []):
        assert any(
            (each["tonic"], each["mode"]) == (one.tonic, one.mode)
            and each["from_s"] == round(one.start_s, 1)
            for one in facts.key_sections
            if one not in shaky
        )


@given(any_stated())
def test_stated_facts_are_plain_data(made):
    facts, found, _ = made
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    level = found.get("loudness", {}).pop("integrated_lufs", -1.0)
    assert level < 0
    assert all(math.isfinite(number) and number >= 0 for number in numbers_in(found))
    assert all(value not in (None, {}, []) for value in found.values())
    if harmony := found.get("harmony"):
        chords = [each for each in facts.chords if each.label != "N"]
        shares = [each["share"] for each in harmony["chords"]]
        assert shares == sorted(shares, reverse=True)
        tolerance = 0.005 * len(shares) + 1e-9
        assert sum(shares) <= 1 + tolerance
        assert min(shares) >= 0.08 - 0.005
        assert {each["chord"] for each in harmony["chords"]} <= {
            chord_symbol(each.label) for each in chords if is_sure(each)
        }


NUMBER = re.compile(r"\d+:\d\d|\d+(?:\.\d+)?%?")


def sayable(value, name=""):
    """Every way in which the numbers of the data may be written."""
    if isinstance(value, dict):
        return {word for key, each in value.items() for word in sayable(each, key)}
    if isinstance(value, list):
        return {word for each in value for word in sayable(each, name)}
    if isinstance(value, str):
        return set(NUMBER.findall(value))
    if name == "share":
        return {f"{value:.0%}"}
    is_place = name in ("from_s", "to_s", "duration_s")
    return {clock(value)} if is_place else {f"{abs(value):g}"}


@given(any_stated())
def test_the_plain_description_says_what_the_data_says(made):
    _, found, _ = made
    parts = describe(found)
    assert parts == describe(json.loads(json.dumps(found)))
    text = " ".join(each for each in parts.model_dump().values() if each)
    middle = found["impressions"][len(found["impressions"]) // 2]
    around = clock((middle["from_s"] + middle["to_s"]) / 2)
    assert set(NUMBER.findall(text)) <= sayable(found) | {around}
    assert not LEAKS.search(text)
    assert "  " not in text and ".." not in text and "\n" not in text
    assert parts.lyrics is None
    assert (parts.theory is None) == ("harmony" not in found)
    assert ("beats per minute" in text) == ("tempo" in found)
    assert ("beats in a bar" in text) == ("beats_per_bar" in found)
    assert ("key is" in text or "It is in" in text) == ("key" in found)
    assert ("LUFS" in text) == ("loudness" in found)
    for each in found["impressions"]:
        assert each["heard"] in parts.form


def test_what_the_plain_description_says():
    sections = [section(0, 35), section(35, 60, tonic="E", mode="minor")]
    paces = [(0.0, 30.0, 90.5), (30.0, 60.0, 120.0)]
    found, _ = stated(
        facts_of(
            key_sections=sections,
            tempo=tempo(sections=paces),
            progressions=[{"numerals": ["I", "V", "vi"], "count": 3}],
        ),
        genre="electronic",
        culture="Spain",
        title="Hello",
        artist="Somebody",
    )
    parts = describe(found)
    assert parts.low_level == (
        "This recording lasts 1:00. Its style is electronic. It comes from Spain. It moves at "
        "about 120 beats per minute. There are 4 beats in a bar. The key is C major."
    )
    assert parts.instrumentation == "Around 0:45: A loud, bright sound."
    assert parts.form == (
        "From 0:00 to 0:30: A loud, bright sound. From 0:30 to 1:00: A loud, bright sound. "
        "From 0:00 to 0:35 the key is C major. From 0:35 to 1:00 the key is E minor. "
        "From 0:00 to 0:30 the pulse runs at 90.5 beats per minute. "
        "From 0:30 to 1:00 the pulse runs at 120 beats per minute."
    )
    assert parts.theory == (
        "The harmony rests on F/A (bII, 45%), Am (vi, 36%) and C (I, 18%). "
        "A chord lasts 18.3 s on average. The progression I-V-vi is heard 3 times."
    )
    assert parts.mood == (
        "The overall level is loud, at -9.9 LUFS, and its dynamic range is narrow, at 4.3 LU."
    )
    assert "Hello" not in str(parts) and "Somebody" not in str(parts)


@pytest.mark.parametrize(
    ("lufs", "range_lu", "level", "spread"),
    [
        (-14.0, 7.9, "loud", "narrow"),
        (-14.1, 8.0, "moderate", "wide"),
        (-24.0, 8.0, "moderate", "wide"),
        (-24.1, 20.0, "quiet", "wide"),
    ],
)
def test_levels(lufs, range_lu, level, spread):
    loudness = Loudness(integrated_lufs=lufs, loudness_range_lu=range_lu, sample_peak_dbfs=-1)
    mood = describe(stated(facts_of(loudness=loudness))[0]).mood
    assert f"level is {level}," in mood
    assert f"range is {spread}," in mood


@pytest.mark.parametrize(
    ("time_s", "words"),
    [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (185, "3:05"), (1200, "20:00")],
)
def test_clock(time_s, words):
    assert clock(time_s) == words
