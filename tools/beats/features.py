"""The spectrogram features of madmom's downbeat networks, vectorised.

Three logarithmic spectrograms (frames of 1024, 2048 and 4096 samples, 100 a second; 3, 6 and 12
bands an octave from 30 Hz to 17 kHz), each beside its positive difference to an earlier frame.
The windows and filterbanks are madmom's own.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom

HOP_SIZE = 441
RESOLUTIONS = ((1024, 3), (2048, 6), (4096, 12))
_BLOCK_FRAMES = 512
_FILTERS_PER_PRODUCT = 16

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Resolution:
    """What one spectrogram is made with.

    Attributes
    ----------
    window : np.ndarray, shape (frame_size,), float32
    filters : list of (int, int, np.ndarray of shape (last - first, n_filters))
        Neighbouring filters with the FFT bins, first to last, that they touch.
    diff_frames : int
        How many frames earlier the frame is that is subtracted.
    centres_hz : np.ndarray, shape (n_bands,), float64
        Of the filters.
    """

    window: Floats
    filters: list[tuple[int, int, Floats]]
    diff_frames: int
    centres_hz: NDArray[np.float64]


def compute_features(samples: Floats) -> Floats:
    """Features of a recording.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at 44100 Hz.

    Returns
    -------
    np.ndarray, shape (n_frames, 314), float32
        100 frames a second, the first centred on the first sample.
    """
    n_frames = -(-len(samples) // HOP_SIZE)
    columns = []
    for resolution in _resolutions():
        spectrogram = _spectrogram(samples, n_frames, resolution)
        rise = np.zeros_like(spectrogram)
        before = resolution.diff_frames
        np.subtract(spectrogram[before:], spectrogram[:-before], out=rise[before:])
        columns += [spectrogram, np.maximum(rise, 0, out=rise)]
    return np.concatenate(columns, axis=1)


def band_rises(features: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """The rises of the spectrogram in the middle, of 2048 samples and six bands an octave.

    Parameters
    ----------
    features : np.ndarray, shape (n_frames, 314), float32
        From `compute_features`.

    Returns
    -------
    rises : np.ndarray, shape (n_frames, 45), float32
        Growth of ``log10(1 + magnitude)``, at least 0.
    centres_hz : np.ndarray, shape (45,), float64
        Of the bands.
    """
    finest_in_time, middle, _ = _resolutions()
    n_bands = len(middle.centres_hz)
    first = 2 * len(finest_in_time.centres_hz) + n_bands
    return features[:, first : first + n_bands], middle.centres_hz


def _spectrogram(samples: Floats, n_frames: int, resolution: Resolution) -> Floats:
    import scipy.fft

    size = len(resolution.window)
    padded = np.zeros(n_frames * HOP_SIZE + size, np.float32)
    padded[size // 2 : size // 2 + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::HOP_SIZE][:n_frames]
    n_bands = sum(weights.shape[1] for _, _, weights in resolution.filters)
    bands = np.empty((n_frames, n_bands), np.float32)
    for start in range(0, n_frames, _BLOCK_FRAMES):
        block = frames[start : start + _BLOCK_FRAMES] * resolution.window
        magnitudes = np.abs(scipy.fft.rfft(block))
        column = 0
        for first, last, weights in resolution.filters:
            out = bands[start : start + len(block), column : column + weights.shape[1]]
            np.matmul(magnitudes[:, first:last], weights, out=out)
            column += weights.shape[1]
    bands += 1
    return np.log10(bands, out=bands)


@lru_cache(maxsize=1)
def _resolutions() -> tuple[Resolution, ...]:
    import_madmom()
    from madmom.audio.filters import LogarithmicFilterbank
    from madmom.audio.spectrogram import _diff_frames
    from madmom.audio.stft import fft_frequencies

    found = []
    for frame_size, bands_per_octave in RESOLUTIONS:
        window = np.hanning(frame_size)
        bank = LogarithmicFilterbank(
            fft_frequencies(frame_size // 2, HOP_SIZE * 100),
            num_bands=bands_per_octave,
            fmin=30,
            fmax=17000,
            norm_filters=True,
        )
        found.append(
            Resolution(
                window=window.astype(np.float32),
                filters=_split(np.asarray(bank, np.float32)),
                diff_frames=_diff_frames(0.5, HOP_SIZE, frame_size, window),
                centres_hz=np.asarray(bank.center_frequencies, float),
            )
        )
    return tuple(found)


def _split(bank: Floats) -> list[tuple[int, int, Floats]]:
    """Neighbouring filters together, with only the bins they touch: a filterbank is banded."""
    parts = []
    for column in range(0, bank.shape[1], _FILTERS_PER_PRODUCT):
        weights = bank[:, column : column + _FILTERS_PER_PRODUCT]
        bins = np.flatnonzero(weights.any(axis=1))
        first, last = int(bins[0]), int(bins[-1]) + 1
        parts.append((first, last, np.ascontiguousarray(weights[first:last])))
    return parts
