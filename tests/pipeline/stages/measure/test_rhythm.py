"""Beats, tempo and metre from what was tracked of made-up music."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.rhythm import rhythm_of
from pipeline.stages.measure.time_line import STANDARD_BELL
from schemas.facts import ActivationPeak, MetrePath, Onset, TrackedBeats
from tools.errors import RefusedError


def tracked(beats_s, *, metres=(4, 3), silent=(), height=0.8):
    """Clear beats in the first metre; nothing sounds in silent stretches."""
    sounding = [t for t in beats_s if not any(start <= t < end for start, end in silent)]
    paths = [
        MetrePath(
            beats_per_bar=n, log_likelihood=-1000.0 * k, first_position=1, times_s=list(beats_s)
        )
        for k, n in enumerate(metres)
    ]
    peaks = [
        ActivationPeak(time_s=t, beat=height, downbeat=height * (k % metres[0] == 0))
        for k, t in enumerate(sounding)
    ]
    onsets = [Onset(time_s=t, low=0.5, mid=0.5, high=0.5) for t in sounding]
    return TrackedBeats(metres=paths, peaks=peaks, onsets=onsets)


def rhythm(heard):
    return rhythm_of(heard, packaged_calibration())


def grid(bpm, n_beats):
    return (0.5 + np.arange(n_beats) * 60 / bpm).tolist()


@given(st.floats(60, 200), st.sampled_from([(4, 3), (3, 4), (5, 4), (7, 4)]))
@settings(max_examples=30, deadline=None)
def test_beats_follow_the_chosen_metre(bpm, metres):
    values = rhythm(tracked(grid(bpm, 80), metres=metres))
    assert values["metre"].beats_per_bar == metres[0]
    assert [beat.bar_position for beat in values["beats"]][:8] == [
        k % metres[0] + 1 for k in range(8)
    ]
    assert values["tempo"].kind == "steady"


@given(st.floats(60, 140), st.floats(1.1, 1.5))
@settings(max_examples=20, deadline=None)
def test_all_levels_scale_with_the_music(bpm, factor):
    slow, fast = (rhythm(tracked(grid(each, 80)))["tempo"] for each in (bpm, factor * bpm))
    levels = [sorted([tempo.bpm, *(each.bpm for each in tempo.levels)]) for tempo in (slow, fast)]
    assert levels[1] == pytest.approx([factor * each for each in levels[0]], rel=1e-6)
    for tempo in (slow, fast):
        assert tempo.p_right + sum(each.p_right for each in tempo.levels) == pytest.approx(1)


def test_the_bell_is_a_fact_where_it_is_played_and_none_of_plain_beats():
    heard = tracked(grid(120, 80))
    bell = [k / 3 for k in range(3 * 79) if STANDARD_BELL[k % 12] == "x"]
    onsets = [Onset(time_s=0.5 + 0.5 * at, low=0.1, mid=0.1, high=1.0) for at in bell]
    found = rhythm(heard.model_copy(update={"onsets": onsets}))["time_line"]
    assert (found.beats, found.first_beat) == (4.0, 0.0)
    assert rhythm(heard)["time_line"] is None
    assert rhythm(heard)["cross_rhythm"] is None


def test_there_are_no_beats_in_silence():
    beats_s = grid(120, 120)
    values = rhythm(tracked(beats_s, silent=[(20, 30)]))
    left = [beat.time_s for beat in values["beats"]]
    assert not any(20.5 < time_s < 29.5 for time_s in left)
    assert {t for t in beats_s if t < 19.5 or t > 30.5} <= set(left)
    assert values["tempo"].bpm == pytest.approx(120, rel=1e-3)


def test_a_rest_of_a_bar_keeps_its_beats():
    beats_s = grid(120, 80)
    assert len(rhythm(tracked(beats_s, silent=[(10, 12)]))["beats"]) == len(beats_s)


def test_free_time_has_no_tempo():
    periods = 0.5 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.08, 100)))
    with pytest.raises(RefusedError) as refused:
        rhythm(tracked(np.cumsum(periods).tolist()))
    assert refused.value.reason == "free_time"


@pytest.mark.parametrize(
    "heard",
    [
        TrackedBeats(metres=[], peaks=[], onsets=[]),
        tracked(grid(120, 80), height=0.1),
        tracked(grid(120, 8)),
    ],
    ids=["nothing", "weak", "few"],
)
def test_what_has_no_beat_is_refused(heard):
    with pytest.raises(RefusedError) as refused:
        rhythm(heard)
    assert refused.value.reason == "beatless"


@pytest.mark.parametrize(("accented", "beats_per_bar"), [((0, 3), 2), ((0, 2, 4), 3)])
def test_the_middle_of_tracked_bars_of_three_tells_their_metre(accented, beats_per_bar):
    quarters_s = grid(120, 96)
    heard = tracked(quarters_s, metres=(3, 4))
    eighths_s = [0.5 + 0.25 * k for k in range(192)]
    onsets = [
        Onset(time_s=t, low=0.0, mid=1.0 if k % 6 in accented else 0.1, high=0.0)
        for k, t in enumerate(eighths_s)
    ]
    values = rhythm(heard.model_copy(update={"onsets": onsets}))
    assert values["metre"].beats_per_bar == beats_per_bar
    downbeats_s = [beat.time_s for beat in values["beats"] if beat.bar_position == 1]
    assert np.diff(downbeats_s) == pytest.approx(1.5)
    others = [each.beats_per_bar for each in values["metre"].others]
    assert len(set(others)) == len(others) and beats_per_bar not in others
