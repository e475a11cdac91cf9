"""What is computed of two recordings, aspect by aspect."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.compare.aspects import compared, is_told_by_a_stretch, stretch_of
from schemas.comparison import ASPECTS
from tests.facts import UNSURE, key_section, metre_of, tempo_of
from tests.pipeline.stages.compare.pairs import (
    DURATION_S,
    in_key,
    in_keys,
    in_sections,
    material,
    of_range,
    recording,
    tempo_at,
    with_voice,
)


def rule(aspect, one, two):
    """What is sure of two recordings in an aspect; None for nothing."""
    pair = (material(recording(name, **each)) for name, each in (("0", one), ("1", two)))
    return {each.aspect: each for each in compared(*pair)}.get(aspect)


@pytest.mark.parametrize(
    ("bpm", "answer"),
    [
        ((120, 120), "Both have about the same tempo"),
        ((120, 124), "Both have about the same tempo"),
        ((120, 108), "Recording 1 is a little faster"),
        ((100, 120), "Recording 2 is a little faster"),
        ((150, 100), "Recording 1 is much faster"),
        ((60, 120), "Recording 2 is much faster"),
        ((120, 127), None),  # neither equal nor clearly apart
        ((100, 132), None),  # neither a little nor much
    ],
)
def test_tempi_are_compared_where_they_are_equal_or_clearly_apart(bpm, answer):
    found = rule("tempo", *({"tempo": tempo_at(each)} for each in bpm))
    assert (found and found.answer) == answer


@pytest.mark.parametrize(
    ("beats", "answer"),
    [
        ((4, 4), "Both have four beats in a bar"),
        ((3, 3), "Both have three beats in a bar"),
        ((3, 4), "Recording 1 has three beats in a bar, recording 2 has four"),
        ((5, 3), "Recording 1 has five beats in a bar, recording 2 has three"),
        ((2, 4), None),  # which of the two is meant is an open question
        ((6, 3), None),
        ((4, 11), None),
    ],
)
def test_metres_are_compared_where_they_cannot_be_mistaken(beats, answer):
    found = rule("metre", *({"metre": metre_of(each)} for each in beats))
    assert (found and found.answer) == answer
    if found:
        assert len(set(found.options.values())) == 4


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ((("C", "major"), ("C", "major")), "They are in the same key"),
        ((("C#", "minor"), ("Db", "minor")), "They are in the same key"),
        ((("C", "major"), ("A", "minor")), "One is in the relative key of the other"),
        ((("E", "minor"), ("G", "major")), "One is in the relative key of the other"),
        (
            (("C", "minor"), ("C", "major")),
            "One is in major, the other in minor, on the same tonic",
        ),
        ((("C", "major"), ("G", "major")), "Their tonics are a fifth apart, in the same mode"),
        ((("D", "minor"), ("G", "minor")), "Their tonics are a fifth apart, in the same mode"),
        ((("C", "major"), ("D", "major")), None),  # there are too many such to be offered
        ((("C", "major"), ("E", "minor")), None),
    ],
)
def test_keys_are_compared_where_they_are_near(keys, answer):
    found = rule("key", *(in_key(*each) for each in keys))
    assert (found and found.answer) == answer


@pytest.mark.parametrize(
    ("modes", "answer"),
    [
        (("major", "major"), "Both are in major"),
        (("minor", "minor"), "Both are in minor"),
        (("major", "minor"), "Recording 1 is in major, recording 2 in minor"),
        (("minor", "major"), "Recording 1 is in minor, recording 2 in major"),
    ],
)
def test_modes_are_compared(modes, answer):
    one, two = (in_key(tonic, mode) for tonic, mode in zip("CE", modes, strict=True))
    assert rule("mode", one, two).answer == answer


@pytest.mark.parametrize(
    ("shares", "answer"),
    [
        ((0.8, 0.4), "A voice is heard in both"),
        ((0.0, 0.0), "A voice is heard in neither"),
        ((0.8, 0.0), "A voice is heard in recording 1 only"),
        ((0.0, 0.1), "A voice is heard in recording 2 only"),
    ],
)
def test_voices_are_compared(shares, answer):
    assert rule("voice", *map(with_voice, shares)).answer == answer


C, D = ("C", "major"), ("D", "major")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (((C,), (C,)), "Neither changes key"),
        (((C, D), (D, C, D)), "Both change key"),
        (((C, D), (C,)), "Only recording 1 changes key"),
        (((C,), (D, C)), "Only recording 2 changes key"),
    ],
)
def test_changes_of_key_are_compared(keys, answer):
    assert rule("key_changes", *(in_keys(*each) for each in keys)).answer == answer


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        (((8, 8), (3, 3)), "Recording 1 has clearly more sections"),
        (((4, 4), (6, 6)), "Recording 2 has clearly more sections"),
        (((8, 4), (3, 3)), None),  # four are sure, and three are too near
        (((6, 6), (8, 2)), None),  # of two that are sure there may be eight
        (((5, 5), (5, 5)), None),  # that there are no more is never sure
    ],
)
def test_sections_are_compared_where_no_doubt_changes_which_has_more(counts, answer):
    found = rule("sections", *(in_sections(*each) for each in counts))
    assert (found and found.answer) == answer


@pytest.mark.parametrize(
    ("ranges_lu", "answer"),
    [
        ((12.0, 4.0), "Recording 1 has the wider dynamics"),
        ((3.0, 8.0), "Recording 2 has the wider dynamics"),
        ((5.0, 5.6), "Both have dynamics of about the same width"),
        ((5.0, 7.5), None),
    ],
)
def test_dynamics_are_compared(ranges_lu, answer):
    found = rule("dynamics", *map(of_range, ranges_lu))
    assert (found and found.answer) == answer


@pytest.mark.parametrize(
    ("aspect", "sure", "unsure"),
    [
        ("tempo", {}, {"tempo": None}),
        ("metre", {}, {"metre": None}),
        ("key", {}, {"key": None, "key_sections": None}),
        ("voice", with_voice(0.9), with_voice(0.9, q_value=0.5)),
        ("key_changes", {}, in_key("C", "major", **UNSURE)),
        ("sections", in_sections(9), {"sections": None}),
        ("dynamics", of_range(5.0), {"loudness": None}),
    ],
)
def test_what_is_not_sure_of_both_is_not_compared(aspect, sure, unsure):
    assert rule(aspect, sure, unsure) is None
    assert rule(aspect, unsure, sure) is None


def test_what_a_description_withheld_is_not_compared():
    """As an open octave of a tempo: it is withheld as unsure."""
    one, two = material(recording("0")), material(recording("1"), withheld=["tempo", "key"])
    assert not {"tempo", "key", "mode", "key_changes"} & {
        each.aspect for each in compared(one, two)
    }
    assert {"tempo", "key", "mode", "key_changes"} <= {each.aspect for each in compared(one, one)}


facts = st.fixed_dictionaries(
    {
        "tempo": st.sampled_from([40, 55, 60, 72, 90, 100, 101, 118, 127, 150, 180]).map(tempo_at),
        "metre": st.sampled_from([2, 3, 4, 5, 6, 7]).map(metre_of),
        "keys": st.lists(
            st.tuples(st.sampled_from(["C", "G", "A", "Eb"]), st.sampled_from(["major", "minor"])),
            min_size=1,
            max_size=2,
            unique=True,
        ).map(lambda keys: in_keys(*keys)),
        "voice": st.sampled_from([0.0, 0.5, 1.0]).map(with_voice),
        "sections": st.sampled_from([1, 2, 4, 7, 10]).map(in_sections),
        "dynamics": st.sampled_from([1.0, 1.5, 4.0, 6.0, 12.0]).map(of_range),
    }
).map(
    lambda each: {
        **{name: each[name] for name in ("tempo", "metre")},
        **each["keys"], **each["voice"], **each["sections"], **each["dynamics"],
    }
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(facts, facts)
def test_recordings_that_change_places_change_sides(one, two):
    """And nothing else: the same is asked, with the same options."""
    first, second = material(recording("0", **one)), material(recording("1", **two))
    there, back = compared(first, second), compared(second, first)
    assert [each.aspect for each in there] == [each.aspect for each in back]
    for each, other in zip(there, back, strict=True):
        assert each.sides == other.sides[::-1]
        assert set(each.options.values()) == set(other.options.values())
        assert (each.answer == other.answer) == (each.sides[0] == each.sides[1])
        assert each.answer not in each.wrong
        assert len(each.wrong) >= (1 if each.aspect == "sections" else 2)


def test_all_aspects_can_be_compared():
    one = in_sections(9) | of_range(5.0) | with_voice(0.9)
    two = in_sections(3) | of_range(5.0) | with_voice(0.9)
    pair = (material(recording(name, **each)) for name, each in (("0", one), ("1", two)))
    assert tuple(each.aspect for each in compared(*pair)) == ASPECTS


def test_a_stretch_tells_what_is_so_all_the_time():
    steady = material(recording(**with_voice(0.95)))
    assert {name for name in ASPECTS if is_told_by_a_stretch(name, steady, 30.0)} == {
        "tempo", "metre", "key", "mode", "voice",
    }  # fmt: skip
    halves = [(0.0, 60.0, 100.0), (60.0, 120.0, 140.0)]
    changing = material(
        recording(tempo=tempo_of(120, halves), **in_keys(*[("C", "major"), ("D", "major")] * 3),
                  **with_voice(0.5))
    )  # fmt: skip
    told = {name for name in ASPECTS if is_told_by_a_stretch(name, changing, 60.0)}
    assert told == {"metre"}


def test_the_stretch_lies_in_the_main_key():
    assert stretch_of(material(recording()), 30.0) == (45.0, 75.0)
    assert stretch_of(material(recording()), 300.0) == (0.0, DURATION_S)
    keys = [key_section("D", "major", 0, 40), key_section("C", "major", 40, DURATION_S)]
    assert stretch_of(material(recording(key_sections=keys)), 30.0) == (65.0, 95.0)
