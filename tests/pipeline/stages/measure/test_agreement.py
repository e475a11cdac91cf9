"""Agreement of chord sequences: mir_eval's own numbers, and what must hold for any sequences."""

import mir_eval
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.agreement import agreements, overall_agreement, recurrences
from pipeline.stages.measure.harmony import ChordSpan

LABELS = [
    "N",
    "C:maj",
    "A:min7/b3",
    "A:min",
    "C:7",
    "B:dim",
    "Db:maj",
    "C#:maj7",
    "G:sus4",
    "F:aug",
]


def sequence(spans):
    return [ChordSpan(a, b, label) for a, b, label in spans]


def touching(durations, labels):
    edges = np.concatenate([[0], np.cumsum(durations)])
    return sequence(zip(edges[:-1], edges[1:], labels, strict=True))


@st.composite
def sequences(draw):
    """Chords from 0 to 12 s, without gaps."""
    cuts = draw(st.sets(st.integers(1, 23), max_size=8))
    edges = [0, *sorted(cuts), 24]
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=len(edges), max_size=len(edges)))
    return touching(np.diff(edges) / 2, labels[1:])


def by_mir_eval(chords, others):
    as_arrays = [
        (np.array([(c.start_s, c.end_s) for c in each]), [c.label for c in each])
        for each in (chords, others)
    ]
    times_s, first, second = mir_eval.util.merge_labeled_intervals(*as_arrays[0], *as_arrays[1])
    durations_s = mir_eval.util.intervals_to_durations(times_s)
    return mir_eval.chord.weighted_accuracy(mir_eval.chord.majmin(first, second), durations_s)


@given(sequences(), sequences())
def test_the_overall_agreement_is_mir_evals(chords, others):
    found = overall_agreement(chords, others)
    if found is None:
        assert all(each is None for each in agreements(chords, others))
    else:
        assert found == pytest.approx(by_mir_eval(chords, others))


@given(sequences())
def test_a_sequence_agrees_with_itself(chords):
    for chord, share in zip(chords, agreements(chords, chords), strict=True):
        assert share == (None if chord.label in ("B:dim", "G:sus4", "F:aug") else 1.0)


def test_shares_of_every_chord():
    chords = sequence([(0, 4, "C:maj"), (4, 8, "A:min7"), (8, 10, "G:sus4"), (10, 12, "N")])
    others = sequence([(0, 3, "C:maj7"), (3, 5, "F:maj"), (5, 11, "A:min"), (11, 12, "N")])
    assert agreements(chords, others) == [0.75, 0.75, None, 0.5]
    assert overall_agreement(chords, others) == pytest.approx((3 + 3 + 1) / 10)


@pytest.mark.parametrize("gap", [[], [(0, 1, "C:maj")], [(3, 4, "C:maj")]])
def test_gaps_disagree(gap):
    assert agreements(sequence([(0, 4, "C:maj")]), sequence(gap)) == [len(gap) / 4]


def test_nothing_to_compare():
    assert agreements([], []) == [] and overall_agreement([], []) is None
    moment = sequence([(2, 2, "C:maj")])
    assert agreements(moment, moment) == [None] and overall_agreement(moment, moment) is None


def test_a_chord_recurs_as_long_as_its_triad_is_heard_beside_it():
    chords = [ChordSpan(0, 2, "C:maj"), ChordSpan(2, 4, "G:7"), ChordSpan(4, 8, "C:maj7")]
    others = [ChordSpan(0, 4, "C:maj"), ChordSpan(4, 8, "F:min")]
    assert recurrences(chords, others) == [8 / 16, 0.0, 6 / 16]
    assert recurrences([ChordSpan(0, 2, "C:dim")], []) == [0.0]
