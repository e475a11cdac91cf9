"""Metre from the paths of beats that were tracked under each."""

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.pulse import downbeat_pulse
from schemas.facts import Beat, MetrePath, TrackedBeats

RARE_METRES = (5, 6, 7)
# Ours: bars of four are told of slow beats and bars of two of fast ones alike, from here.
_MIDDLE_BPM = 120.0


def metre_evidence(tracked: TrackedBeats) -> list[Features]:
    """Features of every path's metre.

    Parameters
    ----------
    tracked : TrackedBeats
        With at least one path.

    Returns
    -------
    list of features
        In the order of the paths. ``per_bar`` is the log-likelihood against that of the likeliest
        path, a bar of which is one observation: frames are far from independent.
    """
    likeliest = max(tracked.metres, key=lambda path: path.log_likelihood)
    n_bars = max(len(likeliest.times_s) / likeliest.beats_per_bar, 1.0)
    return [
        {
            "per_bar": (path.log_likelihood - likeliest.log_likelihood) / n_bars,
            "rare": float(path.beats_per_bar in RARE_METRES),
            "downbeats_recur": _downbeats_recur(path, tracked),
            "four_fast": _octaves(path) * (path.beats_per_bar == 4),
        }
        for path in tracked.metres
    ]


def path_beats(path: MetrePath) -> list[Beat]:
    """Beats of a path with their places in the bar."""
    return [
        Beat(time_s=time_s, bar_position=(path.first_position - 1 + k) % path.beats_per_bar + 1)
        for k, time_s in enumerate(path.times_s)
    ]


def _downbeats_recur(path: MetrePath, tracked: TrackedBeats) -> float:
    """How much the probability of a downbeat is alike from bar to bar, -1 to 1."""
    beats_s = np.array(path.times_s)
    if len(beats_s) <= path.beats_per_bar:
        return 0.0
    return _autocorrelation(
        downbeat_pulse(tracked, beats_s).by_beat(len(beats_s)), path.beats_per_bar
    )


def _autocorrelation(values: NDArray[np.float64], lag: int) -> float:
    centred = values - values.mean()
    power = float((centred**2).sum())
    return float((centred[lag:] * centred[:-lag]).sum()) / power if power > 0 else 0.0


def _octaves(path: MetrePath) -> float:
    """Of its tempo above the middle; 0 for less than two beats."""
    if len(path.times_s) < 2:
        return 0.0
    return float(np.log2(60.0 / np.median(np.diff(path.times_s)) / _MIDDLE_BPM))
