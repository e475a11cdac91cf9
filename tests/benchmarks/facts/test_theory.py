"""Chords and modes are told only where they are sure."""

import pytest

from benchmarks.facts.theory import SCALES, chord_on, clean_label, label, sure_mode


def weights(tonic, mode):
    return {(tonic + step) % 12: 1.0 for step in SCALES[mode]}


@pytest.mark.parametrize(
    "mode", ["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "major pentatonic"]
)
@pytest.mark.parametrize("tonic", [0, 7, 11])
def test_a_whole_scale_over_its_final_is_its_mode(mode, tonic):
    assert sure_mode(tonic, weights(tonic, mode)) == mode


def test_a_tune_between_two_modes_is_open():
    both = {pitch_class: 1.0 for pitch_class in range(12)}
    no_sixth = {0: 1.0, 2: 1.0, 3: 1.0, 5: 1.0, 7: 1.0, 10: 1.0}
    assert sure_mode(0, both) is None
    assert sure_mode(0, no_sixth) is None


def test_notes_must_fit_what_is_declared():
    assert sure_mode(2, weights(2, "mixolydian"), "major") is None
    assert sure_mode(2, weights(2, "mixolydian"), "mixolydian") == "mixolydian"


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        ([48, 64, 67], "C:maj"),
        ([52, 60, 67], "C:maj"),
        ([57, 60, 64], "A:min"),
        ([43, 59, 62, 65], "G:7"),
        ([60, 62, 64], "X"),
        ([60, 64], "X"),
        ([], "N"),
    ],
)
def test_only_whole_chords_are_named(pitches, expected):
    assert clean_label(pitches) == expected


def test_chords_of_a_scale():
    assert label(*chord_on("major", 4, 4)) == "G:7"
    assert label(*chord_on("dorian", 3, 3)) == "F:maj"
    assert label(*chord_on("minor", 1, 4)) == "D:hdim7"
