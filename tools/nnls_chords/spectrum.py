"""Spectra with three bins per semitone: relative to the recording's tuning, and whitened."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44100
# The plugin's preferred block and step.
FRAME_SIZE = 16384
HOP_SIZE = 2048
# "Spectral roll on" of 1 %: the authors' advice for popular music.
ROLL_ON = 0.01
N_BINS = 256
BINS_PER_SEMITONE = 3
LOWEST_HZ = 27.5
"""A0, the lowest note."""
LOWEST_NOTE_BIN = 3
"""Its bin; a semitone below it begins the spectrum."""

# What follows was measured on the plugin's outputs.
_SILENT_MAGNITUDE = 2.0
"""Frames whose strongest bin has less (a sine of -66 dB below full scale) count as silent."""
_ROLL_ON_BINS = 2
"""So many of the lowest bins are not summed up, and so many below the share of energy are kept."""
_TUNING_BINS = 162
"""Tuning is heard in the lowest four and a half octaves."""
_FIRST_TUNED, _LAST_TUNED = 2, 252
"""Bins that can be read wherever the tuning lies."""
_NEIGHBOURS = 19
"""Length of the Hamming window over which a bin is compared with those beside it."""
_STEPS_PER_BIN = 80
"""Points per bin of the FFT at which filters are sampled: they are the plugin's within 3e-5."""
_FRAMES_PER_BLOCK = 64
"""Ours: what is transformed at a time, 4 MB."""

Floats = NDArray[np.floating]


def log_frequency_spectrum(samples: Floats) -> Floats:
    """Magnitudes at three bins per semitone, from a semitone below A0 up.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    np.ndarray, shape (n_frames, N_BINS), float32
        A frame for every `HOP_SIZE` samples; the last ones end in silence. Zero where silent.
    """
    import scipy.fft

    filters = _filters()
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME_SIZE) / FRAME_SIZE)).astype(np.float32)
    padded = np.concatenate([samples, np.zeros(FRAME_SIZE, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SIZE)[: len(samples) : HOP_SIZE]
    spectrum = np.zeros((len(frames), N_BINS), np.float32)
    for start in range(0, len(frames), _FRAMES_PER_BLOCK):
        block = frames[start : start + _FRAMES_PER_BLOCK] * window
        transformed = scipy.fft.rfft(block, axis=1)[:, : FRAME_SIZE // 2]
        power = np.square(transformed.real) + np.square(transformed.imag)
        least = ROLL_ON * power.sum(axis=1, keepdims=True)
        lower = np.cumsum(power[:, _ROLL_ON_BINS : len(filters) + _ROLL_ON_BINS], axis=1)
        is_loud = power.max(axis=1, keepdims=True) >= _SILENT_MAGNITUDE**2
        heard = np.sqrt(power[:, : len(filters)])
        kept = np.where(is_loud & (lower > least), heard, 0)
        spectrum[start : start + len(block)] = kept @ filters
    return spectrum


def tuning_semitones(spectrum: Floats) -> float:
    """How far the recording's notes lie above those of A4 = 440 Hz: -0.5 to 0.5 semitones.

    The phase of the spectrum's oscillation with a period of one semitone.
    """
    turns = np.exp(2j * np.pi * np.arange(_TUNING_BINS) / BINS_PER_SEMITONE)
    phase = np.angle(spectrum[:, :_TUNING_BINS].sum(axis=0, dtype=np.float64) @ turns)
    return float(phase / (2 * np.pi))


def tune(spectrum: Floats, semitones: float) -> Floats:
    """The spectrum read at notes that lie so far above, shape (n_frames, N_BINS), float64."""
    shift = semitones * BINS_PER_SEMITONE
    whole = int(np.floor(shift))
    part = shift - whole
    tuned = np.zeros(spectrum.shape)
    first, last = _FIRST_TUNED + whole, _LAST_TUNED + whole + 1
    tuned[:, _FIRST_TUNED : _LAST_TUNED + 1] = (1 - part) * spectrum[:, first:last]
    tuned[:, _FIRST_TUNED : _LAST_TUNED + 1] += part * spectrum[:, first + 1 : last + 1]
    return tuned


def whiten(spectrum: Floats) -> Floats:
    """How many standard deviations of its neighbours a bin is above their mean; never negative.

    Parameters
    ----------
    spectrum : np.ndarray, shape (n_frames, N_BINS), float64

    Returns
    -------
    np.ndarray, shape (n_frames, N_BINS), float64
    """
    above = spectrum - _mean_of_neighbours(spectrum)
    deviation = np.sqrt(_mean_of_neighbours(np.square(above)))
    whitened: Floats = np.divide(
        above, deviation, out=np.zeros_like(above), where=(above > 0) & (deviation > 0)
    )
    return whitened


def _mean_of_neighbours(spectrum: Floats) -> Floats:
    """Weighted means around every bin; beyond the first and last full window, those of them."""
    from scipy.ndimage import correlate1d

    weights = np.hamming(_NEIGHBOURS)
    means: Floats = correlate1d(spectrum, weights / weights.sum(), axis=1, mode="constant")
    half = _NEIGHBOURS // 2
    means[:, :half] = means[:, half, np.newaxis]
    means[:, -half:] = means[:, -half - 1, np.newaxis]
    return means


@lru_cache(maxsize=1)
def _filters() -> Floats:
    """From FFT magnitudes to the log-frequency bins, shape (n_fft_bins, N_BINS), float32.

    Raised cosines over two bins in log-frequency, applied to the magnitudes interpolated by
    raised cosines; each sums to 1.
    """
    bins_per_octave = 12 * BINS_PER_SEMITONE
    hz_per_bin = SAMPLE_RATE_HZ / FRAME_SIZE
    top_hz = LOWEST_HZ * 2 ** ((N_BINS - LOWEST_NOTE_BIN) / bins_per_octave)
    n_fft_bins = int(top_hz / hz_per_bin) + 2
    points = np.arange(_STEPS_PER_BIN, n_fft_bins * _STEPS_PER_BIN) / _STEPS_PER_BIN
    places = LOWEST_NOTE_BIN + bins_per_octave * np.log2(points * hz_per_bin / LOWEST_HZ)
    below = points.astype(int)
    from_below = 0.5 + 0.5 * np.cos(np.pi * (points - below))
    filters = np.zeros((n_fft_bins + 1, N_BINS))
    for j in range(N_BINS):
        first, last = np.searchsorted(places, [j - 1, j + 1])
        at = slice(first, last)
        weight = (0.5 + 0.5 * np.cos(np.pi * (places[at] - j))) / points[at]
        np.add.at(filters[:, j], below[at], weight * from_below[at])
        np.add.at(filters[:, j], below[at] + 1, weight * (1 - from_below[at]))
    normalised: Floats = (filters / filters.sum(axis=0)).astype(np.float32)
    return normalised
