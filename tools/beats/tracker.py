"""From samples to beats: features, networks, decoding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tools.beats.features import band_rises, compute_features
from tools.beats.network import activate
from tools.beats.onsets import Onsets, find_onsets

if TYPE_CHECKING:
    from tools.beats.decoding import BarPath

Ints = NDArray[np.int64]

SAMPLE_RATE_HZ = 44100
FPS = 100
# Ours: 40 ms to either side, a third of the fastest beat.
_PEAK_REACH = 4
THRESHOLD = 0.05
"""Frames before the first and after the last activation of this height are left out."""


@dataclass(frozen=True)
class BeatPath:
    """The best path of beats under one number of beats in a bar.

    Attributes
    ----------
    beats_per_bar : int
    log_likelihood : float
    times_s : np.ndarray, shape (n_beats,), float64
    bar_positions : np.ndarray, shape (n_beats,), int64
        1 is a downbeat; from one beat to the next it only counts on.
    """

    beats_per_bar: int
    log_likelihood: float
    times_s: NDArray[np.float64]
    bar_positions: NDArray[np.int64]


@dataclass(frozen=True)
class Beats:
    """Tracked beats.

    Attributes
    ----------
    paths : tuple of BeatPath
        One for every metre that was asked for, in that order; none where no beat was found.
    activations : np.ndarray, shape (n_frames, 2), float32
        Probability of a beat that is no downbeat, and of a downbeat, at 100 frames a second.
    onsets : Onsets
    """

    paths: tuple[BeatPath, ...]
    activations: NDArray[np.float32]
    onsets: Onsets

    @property
    def best(self) -> BeatPath | None:
        """The likeliest path, as madmom chooses; the first of equals, None for none."""
        return max(self.paths, key=lambda path: path.log_likelihood, default=None)


def track_beats(
    samples: NDArray[np.float32],
    *,
    beats_per_bar: Sequence[int] = (3, 4),
    min_bpm: float = 55.0,
    max_bpm: float = 215.0,
    threads: int = 1,
) -> Beats:
    """Beats of a recording: those of madmom's RNN and DBN downbeat processors.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.
    beats_per_bar : sequence of int, optional
        The metres that can be found.
    min_bpm, max_bpm : float, optional
        The range of tempi.
    threads : int, optional
        Native threads of the networks.

    Returns
    -------
    Beats
        Without paths where no activation reaches `THRESHOLD`.

    Raises
    ------
    ValueError
        If `samples` are not mono, not finite or not there.
    """
    samples = np.ascontiguousarray(samples, np.float32)
    if samples.ndim != 1 or len(samples) == 0 or not np.isfinite(samples).all():
        raise ValueError("samples must be one channel of finite numbers, and at least one")
    features = compute_features(samples)
    activations = activate(features, threads=threads)
    paths = decode_beats(activations, beats_per_bar=beats_per_bar, min_bpm=min_bpm, max_bpm=max_bpm)
    return Beats(paths, activations, find_onsets(*band_rises(features)))


def decode_beats(
    activations: NDArray[np.float32],
    *,
    beats_per_bar: Sequence[int],
    min_bpm: float = 55.0,
    max_bpm: float = 215.0,
) -> tuple[BeatPath, ...]:
    """Beats for given activations, as madmom's `DBNDownBeatTrackingProcessor` finds them.

    Parameters
    ----------
    activations : np.ndarray, shape (n_frames, 2), float32
    beats_per_bar, min_bpm, max_bpm
        As in `track_beats`.

    Returns
    -------
    tuple of BeatPath
        As in `Beats`.
    """
    from tools.beats.decoding import bar_model, decode

    strong = np.flatnonzero((activations >= THRESHOLD).any(axis=1))
    if len(strong) == 0:
        return ()
    first, last = int(strong[0]), int(strong[-1]) + 1
    kept = activations[first:last]
    found = []
    for n_beats in beats_per_bar:
        path = decode(bar_model(n_beats, min_bpm, max_bpm, FPS), kept)
        frames, places = _peaks(path, kept)
        found.append(BeatPath(int(n_beats), path.log_likelihood, (frames + first) / FPS, places))
    return tuple(found)


def _peaks(path: "BarPath", activations: NDArray[np.float32]) -> tuple[Ints, Ints]:
    """Frames of the highest activation within every beat, and the beats' places in the bar."""
    frames, places = [], []
    for beat, start, stop in zip(path.beats, path.starts, path.stops, strict=True):
        left = max(int(start), 0)
        if left < stop:
            frames.append(left + int(np.argmax(activations[left:stop])) // 2)
            places.append(int(beat) + 1)
    return np.array(frames, np.int64), np.array(places, np.int64)


def activation_peaks(activations: NDArray[np.float32]) -> tuple[Ints, NDArray[np.float32]]:
    """Frames in which the networks expect a beat more than in those around.

    Parameters
    ----------
    activations : np.ndarray, shape (n_frames, 2), float32
        As in `Beats`.

    Returns
    -------
    frames : np.ndarray, shape (n_peaks,), int64
        Of which beat and downbeat together reach `THRESHOLD`, and no neighbour exceeds them.
    probabilities : np.ndarray, shape (n_peaks, 2), float32
        Highest within a frame of them.
    """
    from scipy.ndimage import maximum_filter1d

    if len(activations) == 0:
        return np.empty(0, np.int64), activations
    total = activations.sum(axis=1)
    is_highest = total == maximum_filter1d(total, 2 * _PEAK_REACH + 1)
    frames = np.flatnonzero(is_highest & (total >= THRESHOLD))
    return frames, maximum_filter1d(activations, 3, axis=0)[frames]
