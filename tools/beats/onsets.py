"""Onsets and how strong they are in the bands of bass drum, voice and cymbals.

Böck, Krebs and Schedl, "Evaluating the Online Capabilities of Onset Detection Methods", ISMIR
2012: peaks of the summed rises of a logarithmic spectrogram above their own moving mean.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EDGES_HZ = (150.0, 2500.0)
"""Ours: between bass or bass drum and the rest, and above most fundamentals and the snare's."""
# Frames of 10 ms. The paper's: a peak is the highest within 30 ms, and stands out of 100 ms before.
_REACH = 3
_BEFORE, _AFTER = 10, 7
# Ours, of a track's loud rises (their 95th percentile): weaker ones are no onsets.
_DELTA = 0.15
_LOUD_PERCENTILE = 95.0

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Onsets:
    """Where sounds begin.

    Attributes
    ----------
    frames : np.ndarray, shape (n_onsets,), int64
        At 100 frames a second.
    strengths : np.ndarray, shape (n_onsets, 3), float32
        Mean rise of ``log10(1 + magnitude)`` over the bands below, between and above `EDGES_HZ`.
    """

    frames: NDArray[np.int64]
    strengths: Floats


def find_onsets(rises: Floats, centres_hz: NDArray[np.float64]) -> Onsets:
    """Onsets of a recording.

    Parameters
    ----------
    rises : np.ndarray, shape (n_frames, n_bands), float32
        Growth of every band, at least 0, at 100 frames a second.
    centres_hz : np.ndarray, shape (n_bands,), float64

    Returns
    -------
    Onsets
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    band = np.digitize(centres_hz, EDGES_HZ)
    curves = np.stack([rises[:, band == k].mean(axis=1) for k in range(3)], axis=1)
    if len(rises) == 0:
        return Onsets(np.empty(0, np.int64), curves)
    total = curves.sum(axis=1)
    width = _BEFORE + _AFTER + 1
    mean = uniform_filter1d(total, width, origin=(_AFTER - _BEFORE) // 2, mode="nearest")
    is_highest = total == maximum_filter1d(total, 2 * _REACH + 1)
    delta = _DELTA * np.percentile(total, _LOUD_PERCENTILE)
    frames = np.flatnonzero(is_highest & (total > mean + delta))
    frames = frames[np.diff(frames, prepend=-_REACH - 1) > _REACH]
    return Onsets(frames, maximum_filter1d(curves, 3, axis=0)[frames])
