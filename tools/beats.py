"""Beats and downbeats by madmom.

Böck, Krebs and Widmer, "Joint Beat and Downbeat Tracking with Recurrent Neural Networks",
ISMIR 2016. Licence of madmom's models: CC BY-NC-SA 4.0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tools.madmom_compat import import_madmom

SAMPLE_RATE_HZ = 44100
FPS = 100
_THRESHOLD = 0.05


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

    times_s: np.ndarray
    bar_positions: np.ndarray
    beats_per_bar: int | None
    log_likelihoods: dict[int, float]
    activations: np.ndarray


def track_beats(
    samples: np.ndarray,
    *,
    beats_per_bar: Sequence[int] = (3, 4),
    min_bpm: float = 55.0,
    max_bpm: float = 215.0,
) -> Beats:
    """Beats of a recording, exactly those of madmom's `DBNDownBeatTrackingProcessor`.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.
    beats_per_bar : sequence of int, optional
        The metres that can be found.
    min_bpm, max_bpm : float, optional
        The range of tempi.

    Returns
    -------
    Beats
        Without beats where no activation reaches madmom's threshold.
    """
    activations = _activations(samples)
    strong = np.flatnonzero(activations.max(axis=1) >= _THRESHOLD)
    nothing = Beats(np.empty(0), np.empty(0, np.int64), None, {}, activations)
    if len(strong) == 0:
        return nothing
    first, last = int(strong[0]), int(strong[-1]) + 1
    kept = activations[first:last]
    decoder = _decoder(tuple(beats_per_bar), min_bpm, max_bpm)
    paths = [hmm.viterbi(kept) for hmm in decoder.hmms]
    log_likelihoods = {int(n): float(path[1]) for n, path in zip(beats_per_bar, paths, strict=True)}
    best = int(np.argmax([path[1] for path in paths]))
    if not np.isfinite(paths[best][1]):
        return nothing
    frames, positions = _beats_of(decoder.hmms[best], paths[best][0], kept)
    return Beats(
        times_s=(frames + first) / FPS,
        bar_positions=positions,
        beats_per_bar=int(beats_per_bar[best]),
        log_likelihoods=log_likelihoods,
        activations=activations,
    )


def _activations(samples: np.ndarray) -> np.ndarray:
    import_madmom()
    from madmom.audio.signal import Signal

    signal = Signal(samples, sample_rate=SAMPLE_RATE_HZ, num_channels=1)
    return np.asarray(_networks()(signal), np.float32)


def _beats_of(hmm: Any, path: np.ndarray, activations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames and bar positions: the strongest activation in each stretch of beat states."""
    positions = hmm.transition_model.state_space.state_positions[path]
    in_beat = hmm.observation_model.pointers[path] >= 1
    edges = np.flatnonzero(np.diff(in_beat.astype(np.int8))) + 1
    if in_beat[0]:
        edges = np.r_[0, edges]
    if in_beat[-1]:
        edges = np.r_[edges, len(in_beat)]
    peaks = [
        int(np.argmax(activations[left:right])) // 2 + left for left, right in edges.reshape(-1, 2)
    ]
    frames = np.array(peaks, np.int64)
    return frames, positions[frames].astype(np.int64) + 1


@lru_cache(maxsize=1)
def _networks() -> Any:
    import_madmom()
    from madmom.features.downbeats import RNNDownBeatProcessor

    return RNNDownBeatProcessor()


@lru_cache(maxsize=4)
def _decoder(beats_per_bar: tuple[int, ...], min_bpm: float, max_bpm: float) -> Any:
    import_madmom()
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor

    return DBNDownBeatTrackingProcessor(
        beats_per_bar=list(beats_per_bar), min_bpm=min_bpm, max_bpm=max_bpm, fps=FPS
    )
