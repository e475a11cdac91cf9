import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.harmony import MAJOR_TONICS, MINOR_TONICS
from schemas.tolerance import (
    TempoTolerance,
    accepted_keys,
    key_relation,
    tempo_relation,
    tempo_tolerance_bpm,
)


@given(st.floats(20, 400))
def test_each_multiple_of_a_tempo_has_its_own_name(bpm):
    relations = [tempo_relation(bpm * f, bpm) for f in (1, 1 / 2, 2, 2 / 3, 3 / 2)]
    assert relations == [
        "right",
        "half_tempo",
        "double_tempo",
        "two_thirds_tempo",
        "three_halves_tempo",
    ]
    assert tempo_relation(bpm * 1.25, bpm) == "wrong_tempo"


def test_the_wider_tolerance_counts():
    assert tempo_tolerance_bpm(100.0) == 4.0
    assert tempo_tolerance_bpm(20.0) == 1.0
    assert tempo_relation(101.0, 100.0, TempoTolerance(relative=0.001, absolute_bpm=0.5)) == (
        "wrong_tempo"
    )


@pytest.mark.parametrize(
    ("stated", "measured", "relation"),
    [
        ("C# major", "Db major", "right"),
        ("A minor", "C major", "relative_key"),
        ("C major", "A minor", "relative_key"),
        ("C minor", "C major", "parallel_key"),
        ("G major", "C major", "fifth_key"),
        ("F minor", "C minor", "fifth_key"),
        ("E minor", "C major", "wrong_key"),
        ("D major", "C major", "wrong_key"),
    ],
)
def test_relations_of_keys(stated, measured, relation):
    assert key_relation(*stated.split(), *measured.split()) == relation


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_accepted_spelling_is_the_same_key(mode):
    for tonic in {*MAJOR_TONICS, *MINOR_TONICS}:
        names = accepted_keys(tonic, mode)
        assert len(set(names)) == len(names)
        assert {key_relation(*name.split(), tonic, mode) for name in names} == {"right"}
    assert accepted_keys("C#", "minor") == ["C# minor", "Db minor"]
