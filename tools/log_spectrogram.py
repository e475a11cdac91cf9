"""Logarithmic spectrograms as madmom computes them, vectorised.

Frames are centred on multiples of the hop, and padded with zeros at both ends; their magnitudes
go through a bank of triangular filters, and become log10(1 + x). The filterbank is madmom's own.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom

SAMPLE_RATE_HZ = 44100
_BLOCK_FRAMES = 512
_FILTERS_PER_PRODUCT = 16

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class LogSpectrogram:
    """What a spectrogram is made with.

    Attributes
    ----------
    frame_size, hop_size : int
        In samples.
    bands_per_octave : int
        Of the filters, before those that touch the same bins as another are left out.
    min_hz, max_hz : float
        Range of the filters.
    """

    frame_size: int
    hop_size: int
    bands_per_octave: int
    min_hz: float
    max_hz: float

    @property
    def centres_hz(self) -> NDArray[np.float64]:
        """Centres of the filters, shape (n_bands,)."""
        return np.asarray(_filterbank(self).center_frequencies, float)

    def compute(self, samples: Floats) -> Floats:
        """Spectrogram of a recording.

        Parameters
        ----------
        samples : np.ndarray, shape (n_samples,), float32
            Mono, at `SAMPLE_RATE_HZ`.

        Returns
        -------
        np.ndarray, shape (n_frames, n_bands), float32
            The first frame is centred on the first sample.

        Raises
        ------
        ValueError
            If `samples` are not mono or not finite.
        """
        import scipy.fft

        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise ValueError("samples must be one channel of finite numbers")
        n_frames = -(-len(samples) // self.hop_size)
        size, window, filters = self.frame_size, hann_window(self.frame_size), _filters(self)
        padded = np.zeros(n_frames * self.hop_size + size, np.float32)
        padded[size // 2 : size // 2 + len(samples)] = samples
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: self.hop_size]
        n_bands = sum(weights.shape[1] for _, _, weights in filters)
        bands = np.empty((n_frames, n_bands), np.float32)
        for start in range(0, n_frames, _BLOCK_FRAMES):
            block = frames[start : min(start + _BLOCK_FRAMES, n_frames)] * window
            magnitudes = np.abs(scipy.fft.rfft(block))
            column = 0
            for first, last, weights in filters:
                out = bands[start : start + len(block), column : column + weights.shape[1]]
                np.matmul(magnitudes[:, first:last], weights, out=out)
                column += weights.shape[1]
        bands += 1
        return np.log10(bands, out=bands)


@lru_cache(maxsize=8)
def hann_window(size: int) -> Floats:
    """The window of a frame: symmetric, as madmom's."""
    return np.hanning(size).astype(np.float32)


@lru_cache(maxsize=8)
def _filterbank(spectrogram: LogSpectrogram) -> Any:
    """Madmom's own filterbank."""
    import_madmom()
    from madmom.audio.filters import LogarithmicFilterbank
    from madmom.audio.stft import fft_frequencies

    return LogarithmicFilterbank(
        fft_frequencies(spectrogram.frame_size // 2, SAMPLE_RATE_HZ),
        num_bands=spectrogram.bands_per_octave,
        fmin=spectrogram.min_hz,
        fmax=spectrogram.max_hz,
        norm_filters=True,
    )


@lru_cache(maxsize=8)
def _filters(spectrogram: LogSpectrogram) -> list[tuple[int, int, Floats]]:
    """Neighbouring filters together, with only the bins they touch: a filterbank is banded.

    Returns
    -------
    list of (int, int, np.ndarray of shape (last - first, n_filters))
        The FFT bins, first to last, and their weights.
    """
    weights = np.asarray(_filterbank(spectrogram), np.float32)
    parts = []
    for column in range(0, weights.shape[1], _FILTERS_PER_PRODUCT):
        some = weights[:, column : column + _FILTERS_PER_PRODUCT]
        bins = np.flatnonzero(some.any(axis=1))
        first, last = int(bins[0]), int(bins[-1]) + 1
        parts.append((first, last, np.ascontiguousarray(some[first:last])))
    return parts
