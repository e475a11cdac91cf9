"""Metres: felt beats, and which bars of a tracker are right."""

import pytest

from benchmarks.facts.metre import Metre


@pytest.mark.parametrize(
    ("metre", "beats", "accepted", "lenient"),
    [
        (Metre(4, 4), 4, [4], [2, 4, 8]),
        (Metre(3, 4), 3, [3], [3, 6]),
        (Metre(2, 2), 2, [2, 4], [2, 4, 8]),
        (Metre(6, 8), 2, [2, 6], [2, 3, 4, 6, 12]),
        (Metre(12, 8), 4, [4, 12], [2, 4, 6, 8, 12, 24]),
        (Metre(7, 8, (2, 2, 3)), 7, [7], [3, 7, 14]),
        (Metre(9, 8), 3, [3, 9], [3, 6, 9, 18]),
        (Metre(9, 8, (2, 2, 2, 3)), 9, [9], [4, 9, 18]),
    ],
)
def test_beats_of_a_bar(metre, beats, accepted, lenient):
    assert metre.beats_per_bar == beats
    assert metre.accepted == accepted
    assert metre.lenient == lenient


def test_beats_fill_a_bar():
    assert Metre(6, 8).beats(3.0, 3.0) == [3.0, 4.5]


def test_an_upbeat_is_counted_from_its_end():
    assert Metre(4, 4).beats(0.0, 1.5) == [0.5]
    assert Metre(3, 4).beats(0.0, 1.0) == [0.0]
