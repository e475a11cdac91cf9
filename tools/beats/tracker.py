"""From samples to beats: features, networks, decoding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.beats.features import compute_features
from tools.beats.network import activate

SAMPLE_RATE_HZ = 44100
FPS = 100
THRESHOLD = 0.05
"""Frames before the first and after the last activation of this height are left out."""


@dataclass(frozen=True)
class Beats:
    """Tracked beats.

    Attributes
    ----------
    times_s : np.ndarray, shape (n_beats,), float64
    bar_positions : np.ndarray, shape (n_beats,), int64
        1 is a downbeat.
    beats_per_bar : int or None
        None where no beat was found.
    log_likelihoods : dict of int to float
        Of the best path under every number of beats per bar that was asked for.
    activations : np.ndarray, shape (n_frames, 2), float32
        Probability of a beat that is no downbeat, and of a downbeat, at 100 frames a second.
    """

    times_s: NDArray[np.float64]
    bar_positions: NDArray[np.int64]
    beats_per_bar: int | None
    log_likelihoods: dict[int, float]
    activations: NDArray[np.float32]


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
        Without beats where no activation reaches `THRESHOLD`.

    Raises
    ------
    ValueError
        If `samples` are not mono, not finite or not there.
    """
    samples = np.ascontiguousarray(samples, np.float32)
    if samples.ndim != 1 or len(samples) == 0 or not np.isfinite(samples).all():
        raise ValueError("samples must be one channel of finite numbers, and at least one")
    activations = activate(compute_features(samples), threads=threads)
    return decode_beats(activations, beats_per_bar=beats_per_bar, min_bpm=min_bpm, max_bpm=max_bpm)


def decode_beats(
    activations: NDArray[np.float32],
    *,
    beats_per_bar: Sequence[int],
    min_bpm: float = 55.0,
    max_bpm: float = 215.0,
) -> Beats:
    """Beats for given activations, as madmom's `DBNDownBeatTrackingProcessor` finds them.

    Parameters
    ----------
    activations : np.ndarray, shape (n_frames, 2), float32
    beats_per_bar, min_bpm, max_bpm
        As in `track_beats`.

    Returns
    -------
    Beats
    """
    from tools.beats.decoding import bar_model, decode

    strong = np.flatnonzero((activations >= THRESHOLD).any(axis=1))
    if len(strong) == 0:
        return Beats(np.empty(0), np.empty(0, np.int64), None, {}, activations)
    first, last = int(strong[0]), int(strong[-1]) + 1
    kept = activations[first:last]
    best, best_n, log_likelihoods = None, None, {}
    for n_beats in beats_per_bar:
        path = decode(bar_model(n_beats, min_bpm, max_bpm, FPS), kept)
        log_likelihoods[int(n_beats)] = path.log_likelihood
        if best is None or path.log_likelihood > best.log_likelihood:
            best, best_n = path, int(n_beats)
    assert best is not None
    frames, places = [], []
    for beat, start, stop in zip(best.beats, best.starts, best.stops, strict=True):
        left = max(int(start), 0)
        if left < stop:
            frames.append(left + int(np.argmax(kept[left:stop])) // 2)
            places.append(int(beat) + 1)
    return Beats(
        times_s=(np.array(frames, np.int64) + first) / FPS,
        bar_positions=np.array(places, np.int64),
        beats_per_bar=best_n,
        log_likelihoods=log_likelihoods,
        activations=activations,
    )
