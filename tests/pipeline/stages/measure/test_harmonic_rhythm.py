"""How often chords change, in the ears of two tools."""

import pytest

from pipeline.stages.measure.harmonic_rhythm import UNKNOWN, harmonic_rhythm
from pipeline.stages.measure.harmony import ChordSpan


def chords(duration_s, *labels):
    return [ChordSpan(k * duration_s, (k + 1) * duration_s, x) for k, x in enumerate(labels)]


def test_chords_of_two_tools_last_their_geometric_mean():
    found = harmonic_rhythm(chords(2.0, "C:maj", "F:maj"), chords(8.0, "C:maj"))
    assert found.lasts_s == pytest.approx(4.0)
    assert [each.tolist() for each in found.changes_s] == [[2.0], []]


def test_silence_is_no_chord_and_passing_ones_do_not_count():
    passing = [*chords(2.0, "C:maj", "N"), ChordSpan(4.0, 4.1, "G:maj")]
    assert harmonic_rhythm(passing).lasts_s == pytest.approx(2.0)


def test_nothing_heard_says_nothing():
    assert harmonic_rhythm([], []).lasts_s is None
    assert UNKNOWN.changes_s == ()
