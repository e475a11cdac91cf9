"""Tunes and scores of music21's corpus, read as they are printed."""

from itertools import pairwise

import pytest

from benchmarks.facts.cut import cut, repeated
from benchmarks.facts.notated import read_score, sounding_chords
from benchmarks.facts.score import Note, SkipError
from benchmarks.facts.theory import TONICS
from benchmarks.facts.tunes import read_tune

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_white_cockade():
    score = read_tune("aird", "book1/0001")
    assert score.bars[0].metre.name == "2/2"
    assert score.bars[0].length_q == 1  # its upbeat
    assert score.bars[1].start_q == 1
    assert score.keys is None  # it is said to be in G, and ends on A: for another time through
    assert [note.pitch for note in score.notes[:6]] == [69, 67, 71, 71, 71, 69]


def test_an_upbeat_falls_into_the_bar_before_it():
    score = read_tune("aird", "book1/0001")
    twice = repeated(score, 2)
    starts = [bar.start_q for bar in twice.bars[1:]]
    assert {round(b - a, 6) for a, b in pairwise(starts)} == {4.0}
    assert [n.pitch for n in twice.notes[-3:]] == [n.pitch for n in score.notes[-3:]]


@pytest.mark.parametrize(
    ("collection", "piece", "key"),
    [
        ("ryan", "ThreeLittleDrummersJig/1", ("A", "mixolydian")),
        ("ryan", "EmonAcnuckJig/1", ("A", "minor")),
        ("oneill", "0101-0200/180", ("G", "minor")),
        ("aird", "book3/0587", ("D", "major")),
    ],
)
def test_a_declared_key_on_which_the_tune_ends(collection, piece, key):
    score = read_tune(collection, piece)
    assert score.keys[0].value == key
    assert score.key_source == "declared"
    assert score.notes[-1].pitch % 12 == TONICS.index(key[0])


def test_a_chorale():
    score = read_score("bach", "bach/bwv269")
    assert score.bars[0].metre.name == "3/4"
    assert score.keys[0].value == ("G", "major")
    assert len(score.parts) == 4


def test_a_cut_keeps_bars_and_drops_what_began_before():
    score = read_score("bach", "bach/bwv269")
    part = cut(score, 2, 6)
    assert len(part.bars) == 4 and part.bars[0].start_q == 0
    assert min(note.onset_q for note in part.notes) >= 0
    assert part.end_q == pytest.approx(12)


def test_passing_notes_leave_a_chord_unknown():
    notes = [Note(0, 0, 2, 48), Note(0, 0, 2, 64), Note(0, 0, 1, 67), Note(0, 1, 1, 65)]
    assert [span.value for span in sounding_chords(notes, 2)] == ["C:maj", "X"]


def test_a_tune_without_a_metre_is_refused():
    with pytest.raises(SkipError, match="metre"):
        from benchmarks.facts import tunes

        tunes._parse("X:1\nM: none\nL:1/8\nK:C\nCDEF|\n")
