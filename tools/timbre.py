"""Timbre, pitch classes and level at a fixed step: small enough to keep, enough to hear a form.

Sources: mel bands and cepstra as in S. Davis and P. Mermelstein, "Comparison of Parametric
Representations for Monosyllabic Word Recognition", IEEE TASSP 28(4), 1980; the mel scale of
D. O'Shaughnessy, 1987.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
# Ours: a bin is less than a semitone wide from 70 Hz on, and two frames make a step.
FRAME_SIZE = 4096
HOP_SIZE = 2000
STEP_S = 0.25
_FRAMES_PER_STEP = 2
N_MEL_BANDS = 40
N_CEPSTRA = 13
MEL_HZ = (40.0, 8000.0)
FLOOR_DB = -90.0
"""Below full scale; what is quieter is silence."""
# E2 to D#7: five octaves, of which the lowest notes are a bin apart.
_LOWEST_MIDI, _N_OCTAVES = 40, 5
# Ours: neighbouring semitones overlap at 0.36 of their height.
_SEMITONE_WIDTH = 0.35
# Ours: quiet notes count, too, and noise 50 dB below the loudest does not.
_COMPRESSION = 100.0
_CHROMA_STEPS = 100
_BLOCK_STEPS = 64
TIMBRE_VERSION = "1"
"""Raised when the same sound gives other numbers."""
TIMBRE_PARAMETERS = {
    "sample_rate_hz": SAMPLE_RATE_HZ,
    "frame_size": FRAME_SIZE,
    "hop_size": HOP_SIZE,
    "n_mel_bands": N_MEL_BANDS,
    "n_cepstra": N_CEPSTRA,
    "floor_db": FLOOR_DB,
    "compression": _COMPRESSION,
}

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Timbre:
    """What was heard in every step of `STEP_S`.

    Attributes
    ----------
    cepstra : np.ndarray, shape (n_steps, 13), int
        Mel cepstra in decibels; the first is the level of all bands.
    chroma : np.ndarray, shape (n_steps, 12), int
        Pitch classes from C, of length `_CHROMA_STEPS`; zero where it is silent.
    levels_dbfs : np.ndarray, shape (n_steps,), int
        RMS, not below `FLOOR_DB`.
    """

    cepstra: Integers
    chroma: Integers
    levels_dbfs: Integers


def hear_timbre(samples: NDArray[np.float32]) -> Timbre:
    """Timbre, pitch classes and level of every quarter of a second.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,)
        Mono, at `SAMPLE_RATE_HZ`; full scale is 1.

    Returns
    -------
    Timbre
        Of whole steps; what is left over at the end is not heard.
    """
    from scipy.fft import dct

    step = _FRAMES_PER_STEP * HOP_SIZE
    n_steps = len(samples) // step
    mel, semitones = _bands(samples, n_steps)
    floor = 10 ** (FLOOR_DB / 10)
    mel_db = 10 * np.log10(np.maximum(mel, floor))
    power = np.square(samples[: n_steps * step]).reshape(n_steps, step).mean(axis=1)
    return Timbre(
        cepstra=_rounded(dct(mel_db, axis=1, norm="ortho")[:, :N_CEPSTRA]),
        chroma=_chroma(semitones),
        levels_dbfs=_rounded(10 * np.log10(np.maximum(power, floor))),
    )


def _bands(samples: NDArray[np.float32], n_steps: int) -> tuple[Floats, Floats]:
    """Power of mel bands and magnitude of semitones, mean of every step."""
    from scipy.fft import rfft

    window = np.hanning(FRAME_SIZE).astype(np.float32)
    scale = 2.0 / window.sum()
    margin = (FRAME_SIZE - HOP_SIZE) // 2
    padded = np.pad(samples, (margin, FRAME_SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SIZE)[::HOP_SIZE]
    mel_weights, semitone_weights = _mel_weights(), _semitone_weights()
    mel = np.empty((n_steps, N_MEL_BANDS), np.float32)
    semitones = np.empty((n_steps, 12 * _N_OCTAVES), np.float32)
    for first in range(0, n_steps, _BLOCK_STEPS):
        last = min(first + _BLOCK_STEPS, n_steps)
        block = frames[first * _FRAMES_PER_STEP : last * _FRAMES_PER_STEP]
        magnitudes = np.abs(rfft(block * window, axis=1)) * scale
        shape = (last - first, _FRAMES_PER_STEP, -1)
        mel[first:last] = (np.square(magnitudes) @ mel_weights).reshape(shape).mean(axis=1)
        semitones[first:last] = (magnitudes @ semitone_weights).reshape(shape).mean(axis=1)
    return mel, semitones


def _chroma(semitones: Floats) -> Integers:
    """Pitch classes from C, log-compressed against the loudest note of the recording."""
    loudest = semitones.max(initial=10 ** (FLOOR_DB / 20))
    folded = np.log1p(_COMPRESSION * semitones / loudest).reshape(-1, _N_OCTAVES, 12).sum(axis=1)
    from_c = np.roll(folded, _LOWEST_MIDI % 12, axis=1)
    length = np.linalg.norm(from_c, axis=1, keepdims=True)
    is_heard = length > 1e-3
    return _rounded(_CHROMA_STEPS * np.divide(from_c, length, where=is_heard, out=0 * from_c))


@lru_cache(maxsize=1)
def _mel_weights() -> Floats:
    """Triangles of equal area, shape (n_bins, n_bands)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in MEL_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, N_MEL_BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(FRAME_SIZE, 1 / SAMPLE_RATE_HZ)[:, None]
    rising = (hz - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - hz) / np.diff(edges)[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    weights: Floats = (triangles / triangles.sum(axis=0)).astype(np.float32)
    return weights


@lru_cache(maxsize=1)
def _semitone_weights() -> Floats:
    """Bells a semitone apart, of equal area, shape (n_bins, n_semitones)."""
    hz = np.fft.rfftfreq(FRAME_SIZE, 1 / SAMPLE_RATE_HZ)
    midi = 69 + 12 * np.log2(np.maximum(hz, 1.0) / 440)
    centres = _LOWEST_MIDI + np.arange(12 * _N_OCTAVES)
    bells = np.exp(-0.5 * ((midi[:, None] - centres) / _SEMITONE_WIDTH) ** 2)
    weights: Floats = (bells / bells.sum(axis=0)).astype(np.float32)
    return weights


def _rounded(values: Floats) -> Integers:
    integers: Integers = np.round(values).astype(np.int64)
    return integers
