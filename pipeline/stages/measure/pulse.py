"""What sounds between and on the beats: onsets and beat probabilities at places in beats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.facts import ActivationPeak, Onset

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pulse:
    """Weighted events, placed in beats.

    Attributes
    ----------
    places : np.ndarray, shape (n_events,)
        In beats from the first beat: 2.5 is half way from the third to the fourth.
    weights : np.ndarray, shape (n_events,)
        At least 0.
    """

    places: Floats
    weights: Floats

    def periodicity(self, period: float) -> float:
        """How much weight recurs every `period` beats: length of the mean phasor, 0 to 1."""
        if not self.weights.sum():
            return 0.0
        phasors = np.exp(2j * np.pi * self.places / period)
        return float(abs(np.average(phasors, weights=self.weights)))

    def share_at(self, phases: Sequence[float], *, period: float = 1.0) -> float:
        """Share of the weight within a 24th of a beat of phases in the period, 0 to 1."""
        if not self.weights.sum():
            return 0.0
        near = np.zeros(len(self.places), bool)
        for phase in phases:
            off = (self.places - phase + period / 2) % period - period / 2
            near |= np.abs(off) <= _REACH
        return float(self.weights[near].sum() / self.weights.sum())

    def by_beat(self, n_beats: int) -> Floats:
        """Weight within a sixth of every beat, shape (n_beats,)."""
        nearest = np.round(self.places).astype(int)
        on = np.abs(self.places - nearest) <= _ON_BEAT
        return np.bincount(nearest[on], weights=self.weights[on], minlength=n_beats)[:n_beats]


# Half of a twelfth: thirds and quarters of a beat are told apart.
_REACH = 1 / 24
# Ours: a triplet's half.
_ON_BEAT = 1 / 6


def onset_pulse(onsets: Sequence[Onset], beats_s: Floats, *bands: str) -> Pulse:
    """Onsets between the first and the last beat, weighed by their rise in some bands.

    Parameters
    ----------
    onsets : sequence of Onset
    beats_s : np.ndarray, shape (n_beats,)
        Increasing; at least two.
    *bands : {"low", "mid", "high"}
    """
    weights = np.array([sum(getattr(each, band) for band in bands) for each in onsets], float)
    return _placed(np.array([each.time_s for each in onsets], float), weights, beats_s)


def beat_pulse(peaks: Sequence[ActivationPeak], beats_s: Floats) -> Pulse:
    """Peaks of the network, weighed by the probability of a beat or downbeat."""
    weights = np.array([each.beat + each.downbeat for each in peaks], float)
    return _placed(np.array([each.time_s for each in peaks], float), weights, beats_s)


def downbeat_pulse(peaks: Sequence[ActivationPeak], beats_s: Floats) -> Pulse:
    """Peaks of the network, weighed by the probability of a downbeat."""
    weights = np.array([each.downbeat for each in peaks], float)
    return _placed(np.array([each.time_s for each in peaks], float), weights, beats_s)


def _placed(times_s: Floats, weights: Floats, beats_s: Floats) -> Pulse:
    inside = (times_s >= beats_s[0] - 0.05) & (times_s <= beats_s[-1] + 0.05)
    places = np.interp(times_s[inside], beats_s, np.arange(len(beats_s)))
    return Pulse(places, weights[inside])
