"""The spectrogram features of madmom's downbeat networks.

Three logarithmic spectrograms (frames of 1024, 2048 and 4096 samples, 100 a second; 3, 6 and 12
bands an octave from 30 Hz to 17 kHz), each beside its positive difference to an earlier frame.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.log_spectrogram import LogSpectrogram
from tools.madmom_compat import import_madmom

HOP_SIZE = 441
SPECTROGRAMS = tuple(
    LogSpectrogram(frame_size, HOP_SIZE, bands_per_octave, min_hz=30, max_hz=17000)
    for frame_size, bands_per_octave in ((1024, 3), (2048, 6), (4096, 12))
)

Floats = NDArray[np.float32]


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
    columns = []
    for each in SPECTROGRAMS:
        spectrogram = each.compute(samples)
        rise = np.zeros_like(spectrogram)
        before = _diff_frames(each.frame_size)
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
    finest_in_time, middle, _ = SPECTROGRAMS
    centres_hz = middle.centres_hz
    first = 2 * len(finest_in_time.centres_hz) + len(centres_hz)
    return features[:, first : first + len(centres_hz)], centres_hz


@lru_cache(maxsize=4)
def _diff_frames(frame_size: int) -> int:
    """How many frames earlier the frame is that is subtracted."""
    import_madmom()
    from madmom.audio.spectrogram import _diff_frames

    return int(_diff_frames(0.5, HOP_SIZE, frame_size, np.hanning(frame_size)))
