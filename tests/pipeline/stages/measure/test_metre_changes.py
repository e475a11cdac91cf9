"""Changes of metre, of made-up beats whose downbeats are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.metre_changes import (
    Stretch,
    downbeat_odds,
    metre_sections,
    metre_stretches,
    stretch_beats,
)
from pipeline.stages.measure.rhythm import rhythm_of
from schemas.facts import ActivationPeak, MetrePath, Onset, TrackedBeats

METRES = (2, 3, 4, 5, 6, 7)
PERIOD_S = 0.5


def places_of(*bars):
    """Places in the bar of the beats of some bars, each kind as beats and count."""
    return [k for beats_per_bar, count in bars for _ in range(count) for k in range(beats_per_bar)]


def tracked(places, *, p_downbeat=0.8, p_beat=0.1):
    """Beats whose network is sure to `p_downbeat` of downbeats, and the other way round."""
    times_s = [PERIOD_S * (k + 1) for k in range(len(places))]
    peaks = [
        ActivationPeak(
            time_s=time_s,
            beat=p_beat if place == 0 else p_downbeat,
            downbeat=p_downbeat if place == 0 else p_beat,
        )
        for time_s, place in zip(times_s, places, strict=True)
    ]
    paths = [
        MetrePath(beats_per_bar=n, log_likelihood=-n, first_position=1, times_s=times_s)
        for n in METRES
    ]
    onsets = [Onset(time_s=time_s, low=0.5, mid=0.5, high=0.5) for time_s in times_s]
    return TrackedBeats(metres=paths, peaks=peaks, onsets=onsets)


def stretches_of(places, metres=METRES, **certainty):
    heard = tracked(places, **certainty)
    return metre_stretches(downbeat_odds(heard, heard.metres[0].times_s), metres)


metre = st.sampled_from((3, 4, 5, 7))


@given(st.lists(st.tuples(metre, st.integers(6, 14)), min_size=1, max_size=4), st.integers(0, 2))
@settings(max_examples=25, deadline=None)
def test_clear_changes_are_found_at_their_downbeats(bars, n_upbeats):
    bars = [each for k, each in enumerate(bars) if k == 0 or each[0] != bars[k - 1][0]]
    places = [1] * n_upbeats + places_of(*bars)
    starts = n_upbeats + np.cumsum([0, *(n * count for n, count in bars[:-1])])
    expected = [Stretch(int(at), n) for at, (n, _) in zip(starts, bars, strict=True)]
    found = stretches_of(places)
    assert found == expected
    times_s = tracked(places).metres[0].times_s
    beats = stretch_beats(times_s, found)
    assert [beat.time_s for beat in beats] == times_s
    assert [beat.bar_position for beat in beats][n_upbeats:] == [
        place + 1 for place in places[n_upbeats:]
    ]


@given(st.sampled_from(METRES), st.integers(8, 30), st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_a_metre_that_stays_is_one_stretch_wherever_it_begins(beats_per_bar, count, first):
    places = places_of((beats_per_bar, count))[first:]
    assert [each.beats_per_bar for each in stretches_of(places)] == [beats_per_bar]


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_no_change_is_heard_in_chance(seed):
    odds = np.random.default_rng(seed).normal(-0.5, 0.3, 120)
    assert len(metre_stretches(odds, METRES)) == 1


def test_what_is_not_heard_changes_nothing():
    assert len(metre_stretches(np.zeros(200), METRES)) == 1
    assert len(stretches_of(places_of((3, 12), (4, 12)), p_downbeat=0.3, p_beat=0.3)) == 1


@pytest.mark.parametrize("other", [(1, 1), (2, 1), (3, 1), (3, 2), (5, 1)])
def test_a_bar_or_two_of_another_metre_are_no_change(other):
    found = stretches_of(places_of((4, 10), other, (4, 10)))
    assert {each.beats_per_bar for each in found} == {4}
    assert found[-1].first % 4 == len(places_of(other)) % 4


@pytest.mark.parametrize("bars", [((2, 16), (4, 12)), ((3, 16), (6, 8))])
def test_bars_of_twice_the_beats_are_no_change(bars):
    assert len(stretches_of(places_of(*bars))) == 1


def test_only_metres_that_are_looked_for_are_found():
    places = places_of((3, 12), (4, 12))
    assert len(stretches_of(places)) == 2
    assert [each.beats_per_bar for each in stretches_of(places, metres=(4, 5))] != [3, 4]
    assert len(stretches_of(places, metres=(2, 6))) == 1


@pytest.mark.parametrize("n_beats", [1, 2, 5])
def test_too_few_beats_have_no_stretch(n_beats):
    assert stretches_of([0] * n_beats) == []
    assert metre_sections([PERIOD_S] * n_beats, []) == []


def test_sections_meet_at_downbeats():
    times_s = [PERIOD_S * k for k in range(1, 41)]
    first, second = metre_sections(times_s, [Stretch(1, 3), Stretch(16, 4)])
    assert (first.start_s, first.end_s, first.beats_per_bar) == (0.5, 8.5, 3)
    assert (second.start_s, second.end_s, second.beats_per_bar) == (8.5, 20.0, 4)


def test_where_the_metre_changes_no_single_one_is_told():
    values = rhythm_of(tracked(places_of((3, 12), (4, 12))), packaged_calibration())
    assert "metre" not in values
    assert [each.beats_per_bar for each in values["metre_sections"]] == [3, 4]
    assert [(each.field, each.reason) for each in values["unmeasured"]] == [("metre", "changes")]
    downbeats = [beat.time_s for beat in values["beats"] if beat.bar_position == 1]
    assert np.unique(np.diff(downbeats)).tolist() == pytest.approx([3 * PERIOD_S, 4 * PERIOD_S])
    stays = rhythm_of(tracked(places_of((4, 24))), packaged_calibration())
    assert stays["metre"] is not None and "metre_sections" not in stays
