"""Beats that are divided and accented as is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.pulse import Pulse
from pipeline.stages.measure.subdivision import metre_name, odd_grouping, swing_ratio, ternary_share
from schemas.facts import Beat
from tests.facts import tempo_of

rng = np.random.default_rng(0)


def pulse(*phases, n_beats=40, jitter=0.01):
    """An event at every phase of every beat."""
    places = np.sort((np.arange(n_beats)[:, None] + np.array(phases)).ravel())
    return Pulse(places + rng.normal(0, jitter, len(places)), np.ones(len(places)))


@given(st.floats(0.57, 0.75))
def test_swing_is_the_first_eighth_to_the_second(share):
    assert swing_ratio(pulse(0, share)) == pytest.approx(share / (1 - share), rel=0.06)


@pytest.mark.parametrize(
    "phases", [(0,), (0, 0.5), (0, 1 / 3, 2 / 3, 0.5), (0, 0.25, 0.5, 0.75), (0, 0.5, 0.66)]
)
def test_what_is_straight_spread_or_not_divided_has_no_swing(phases):
    assert swing_ratio(pulse(*phases)) is None


def test_thirds_and_halves_are_told_apart():
    assert ternary_share(pulse(0, 1 / 3, 2 / 3)) > 0.95
    assert ternary_share(pulse(0, 0.25, 0.5, 0.75)) < 0.05
    assert ternary_share(pulse(0)) is None


@pytest.mark.parametrize(
    ("beats_per_bar", "bpm", "ternary", "name"),
    [
        (4, 120, 0.1, "4/4"),
        (3, 120, None, "3/4"),
        (2, 80, 0.9, "6/8"),
        (3, 80, 0.9, "9/8"),
        (4, 80, 0.9, "12/8"),
        (4, 120, 0.5, None),
        (7, 240, 0.0, "7/8"),
        (7, 120, 0.0, "7/4"),
        (5, 160, None, "5/4"),
        (5, 120, 0.9, None),
    ],
)
def test_names(beats_per_bar, bpm, ternary, name):
    assert metre_name(beats_per_bar, tempo_of(bpm), ternary) == name


@pytest.mark.parametrize(("beats_per_bar", "beats_per_felt"), [(3, 1.5), (6, 3.0)])
def test_bars_felt_in_two_of_threes_are_six_eighths(beats_per_bar, beats_per_felt):
    tempo = tempo_of(60, beats_per_felt=beats_per_felt)
    assert metre_name(beats_per_bar, tempo, None) == "6/8"


def bars(n, beats_per_bar):
    return [Beat(time_s=0.3 * k, bar_position=k % beats_per_bar + 1) for k in range(n)]


@pytest.mark.parametrize("groups", [(2, 3), (3, 2), (2, 2, 3), (2, 3, 2), (3, 2, 2)])
def test_groups_start_where_it_is_loud(groups):
    n = sum(groups)
    starts = np.cumsum([0, *groups[:-1]])
    accents = np.tile(np.isin(np.arange(n), starts) + 0.2, 10)
    assert odd_grouping(accents, bars(10 * n, n), n) == list(groups)


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_even_accents_and_even_metres_have_no_groups(n):
    assert odd_grouping(np.ones(10 * n), bars(10 * n, n), n) is None
