"""Major and minor chords by madmom's convolutional network and conditional random field.

Korzeniowski and Widmer, "A Fully Convolutional Deep Auditory Model for Musical Chord Recognition",
MLSP 2016. Licence of the models: CC BY-NC-SA 4.0.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.chords import NO_CHORD
from tools.convolutions import feature_maps
from tools.log_spectrogram import SAMPLE_RATE_HZ, LogSpectrogram
from tools.madmom_compat import import_madmom

FPS = 10
SPECTROGRAM = LogSpectrogram(8192, SAMPLE_RATE_HZ // FPS, 24, min_hz=60, max_hz=2600)
# What the network's kernels and its average of three frames see beside a frame.
_CONTEXT_FRAMES = 11
# Ours: a minute at once holds 20 minutes of sound within 100 MB, and costs no time.
_BLOCK_FRAMES = 600
_ROOTS = ("A", "A#", "B", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#")
LABELS = (*(f"{root}:maj" for root in _ROOTS), *(f"{root}:min" for root in _ROOTS), NO_CHORD)
"""The states of the field, in Harte syntax."""

Floats = NDArray[np.float32]


def chord_changes(samples: Floats) -> list[tuple[float, str]]:
    """Chord changes of a recording.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    list of (float, str)
        Time in seconds, of a frame of 0.1 s, and one of `LABELS`; no two neighbours are equal. A
        chord lasts until the next.

    Raises
    ------
    ValueError
        If `samples` are not mono or not finite.
    """
    states = decode_chords(chord_features(samples))
    starts = np.flatnonzero(np.diff(states, prepend=-1))
    return [(float(frame / FPS), LABELS[states[frame]]) for frame in starts]


def chord_features(samples: Floats) -> Floats:
    """The features that the network learned.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    np.ndarray, shape (n_frames, 128), float32
        `FPS` frames a second.
    """
    import_madmom()
    from madmom.models import CHORDS_CNN_FEAT

    spectrogram = SPECTROGRAM.compute(samples)
    padded = np.pad(spectrogram, ((_CONTEXT_FRAMES, _CONTEXT_FRAMES), (0, 0)))
    blocks = [np.empty((0, 128), np.float32)]
    for start in range(0, len(spectrogram), _BLOCK_FRAMES):
        some = padded[start : start + _BLOCK_FRAMES + 2 * _CONTEXT_FRAMES]
        means = feature_maps(CHORDS_CNN_FEAT[0], some).mean(axis=2).T
        blocks.append((means[:-2] + means[1:-1] + means[2:]) / 3)
    return np.concatenate(blocks)


def decode_chords(features: Floats) -> NDArray[np.int64]:
    """The most likely states for features, by madmom's conditional random field.

    Parameters
    ----------
    features : np.ndarray, shape (n_frames, 128)

    Returns
    -------
    np.ndarray, shape (n_frames,), int64
        Indices of `LABELS`.
    """
    from tools.chord_decoding import best_path

    field = _field()
    scores = features.astype(np.float64) @ field.W.astype(np.float64) + field.c
    parts = (np.ascontiguousarray(part, np.float64) for part in (field.pi, field.A, field.tau))
    states: NDArray[np.int64] = best_path(scores, *parts)
    return states


@lru_cache(maxsize=1)
def _field() -> Any:
    import_madmom()
    from madmom.ml.crf import ConditionalRandomField
    from madmom.models import CHORDS_CFCRF

    return ConditionalRandomField.load(CHORDS_CFCRF[0])
