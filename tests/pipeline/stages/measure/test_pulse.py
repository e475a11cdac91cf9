import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.pulse import Pulse, pulses_of
from schemas.facts import ActivationPeak, Onset, TrackedBeats


def test_weight_at_every_other_beat_recurs_every_two():
    alternating = Pulse(np.arange(40.0), np.tile([1.0, 0.0], 20))
    even = Pulse(np.arange(40.0), np.ones(40))
    assert alternating.periodicity(2) == pytest.approx(1)
    assert even.periodicity(2) == pytest.approx(0, abs=1e-9)
    assert even.periodicity(1) == pytest.approx(1)


@given(st.floats(0, 3), st.sampled_from([0.5, 2 / 3, 1, 1.5, 2]))
def test_a_shift_changes_no_periodicity(shift, period):
    places = np.random.default_rng(0).uniform(0, 30, 50)
    pulse, moved = Pulse(places, np.ones(50)), Pulse(places + shift, np.ones(50))
    assert moved.periodicity(period) == pytest.approx(pulse.periodicity(period), abs=1e-9)


def test_shares_at_phases():
    pulse = Pulse(np.array([0.0, 0.5, 1.0, 1.52, 2.33]), np.array([1.0, 1.0, 1.0, 1.0, 4.0]))
    assert pulse.share_at([0.5]) == pytest.approx(2 / 8)
    assert pulse.share_at([1 / 3]) == pytest.approx(4 / 8)
    assert pulse.by_beat(3).tolist() == [1.0, 1.0, 0.0]


def test_nothing_that_sounds_has_no_periodicity():
    silent = Pulse(np.empty(0), np.empty(0))
    assert silent.periodicity(1) == 0
    assert silent.share_at([0]) == 0
    assert silent.by_beat(4).tolist() == [0, 0, 0, 0]


@given(st.floats(0, 10), st.floats(1, 2))
def test_places_follow_the_beats_however_late_or_fast_they_are(shift_s, factor):
    beats_s = np.array([0.0, 0.5, 1.0, 1.6, 2.2])

    def placed(to_s):
        onsets = [Onset(time_s=to_s(t), low=1, mid=0, high=0.5) for t in (0.25, 1.3, 2.2)]
        peaks = [ActivationPeak(time_s=to_s(0.5), beat=0.4, downbeat=0.1)]
        tracked = TrackedBeats(metres=[], peaks=peaks, onsets=onsets)
        return pulses_of(tracked, to_s(beats_s))

    pulses = placed(lambda time_s: shift_s + time_s / factor)
    assert pulses.low.places == pytest.approx([0.5, 2.5, 4.0])
    assert pulses.high.weights == pytest.approx([0.5, 0.5, 0.5])
    assert pulses.beat.places == pytest.approx([1.0])
    assert pulses.beat.weights == pytest.approx([0.5])
