"""What sounds between and on the beats: onsets and beat probabilities at places in beats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.facts import TrackedBeats

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

    def phasor(self, period: float) -> complex:
        """Mean direction of the weight in a period of beats; its length is 0 to 1."""
        if not self.weights.sum():
            return 0j
        phasors = np.exp(2j * np.pi * self.places / period)
        return complex(np.average(phasors, weights=self.weights))

    def periodicity(self, period: float) -> float:
        """How much weight recurs every `period` beats, 0 to 1."""
        return abs(self.phasor(period))

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
        found: Floats = np.bincount(nearest[on], self.weights[on], minlength=n_beats).astype(float)
        return found[:n_beats]


# Half of a twelfth: thirds and quarters of a beat are told apart.
_REACH = 1 / 24
# Ours: a triplet's half.
_ON_BEAT = 1 / 6
# Ours: what is as much before the first beat or after the last still belongs to it.
_MARGIN_S = 0.05


@dataclass(frozen=True)
class Pulses:
    """What sounds, and where the network expects beats.

    Attributes
    ----------
    low, cymbals : Pulse
        Onsets, weighed by their rise below 150 Hz and above 2500 Hz.
    high : Pulse
        Onsets, weighed by their rise above 150 Hz.
    beat : Pulse
        Peaks of the network, weighed by the probability of a beat or downbeat.
    n_beats : int
    """

    low: Pulse
    cymbals: Pulse
    high: Pulse
    beat: Pulse
    n_beats: int


def pulses_of(tracked: TrackedBeats, beats_s: Floats) -> Pulses:
    """The pulses of a track between its first beat and its last.

    Parameters
    ----------
    tracked : TrackedBeats
    beats_s : np.ndarray, shape (n_beats,)
        Increasing; at least two.
    """
    onsets_s = np.array([each.time_s for each in tracked.onsets], float)
    low, mid, high = (
        np.array([getattr(each, band) for each in tracked.onsets], float)
        for band in ("low", "mid", "high")
    )
    beat = _placed(
        np.array([each.time_s for each in tracked.peaks], float),
        np.array([each.beat + each.downbeat for each in tracked.peaks], float),
        beats_s,
    )
    return Pulses(
        low=_placed(onsets_s, low, beats_s),
        cymbals=_placed(onsets_s, high, beats_s),
        high=_placed(onsets_s, mid + high, beats_s),
        beat=beat,
        n_beats=len(beats_s),
    )


def onset_pulse(tracked: TrackedBeats, beats_s: Floats) -> Pulse:
    """Onsets, weighed by their rise in all bands."""
    times_s = np.array([each.time_s for each in tracked.onsets], float)
    weights = np.array([each.low + each.mid + each.high for each in tracked.onsets], float)
    return _placed(times_s, weights, beats_s)


def downbeat_pulse(tracked: TrackedBeats, beats_s: Floats) -> Pulse:
    """Peaks of the network, weighed by the probability of a downbeat."""
    times_s = np.array([each.time_s for each in tracked.peaks], float)
    return _placed(times_s, np.array([each.downbeat for each in tracked.peaks], float), beats_s)


def _placed(times_s: Floats, weights: Floats, beats_s: Floats) -> Pulse:
    inside = (times_s >= beats_s[0] - _MARGIN_S) & (times_s <= beats_s[-1] + _MARGIN_S)
    places = np.interp(times_s[inside], beats_s, np.arange(len(beats_s)))
    return Pulse(places, weights[inside])
