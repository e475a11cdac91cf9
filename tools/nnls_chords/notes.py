"""Approximate transcription: how strong each note is in every frame."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.nnls_chords.spectrum import BINS_PER_SEMITONE, LOWEST_NOTE_BIN, N_BINS

N_NOTES = 84
# Default of the plugin's "spectral shape": harmonic k has an amplitude of 0.7^(k - 1).
_SPECTRAL_SHAPE = 0.7

# What follows was measured on the plugin's outputs.
_N_HARMONICS = 20
_HARMONIC_HALF_WIDTH = 1.5
"""Bins from a harmonic's peak to where its raised cosine is zero."""
_TREBLE = (41.5, 42.0)
"""Centre and half width, in notes above A0, of the raised cosine that weights notes of chords."""
_BASS = (109 / 6, 56 / 3)
"""The same for notes of the bass."""

Floats = NDArray[np.floating]


def note_activations(whitened: Floats) -> Floats:
    """Non-negative amplitudes of notes whose harmonics together are nearest to the spectrum.

    Notes with nothing at their fundamental are not considered.

    Parameters
    ----------
    whitened : np.ndarray, shape (n_frames, N_BINS), float64

    Returns
    -------
    np.ndarray, shape (n_frames, N_NOTES), float64
        Column 0 is A0.
    """
    from tools.nnls_chords.least_squares import solve_frames

    notes = _note_spectra()
    at_fundamental = LOWEST_NOTE_BIN + BINS_PER_SEMITONE * np.arange(N_NOTES)
    is_candidate = whitened[:, at_fundamental] > 0
    for side in (-1, 1):
        is_candidate |= whitened[:, at_fundamental + side] > 0
    activations: Floats = solve_frames(notes.T @ notes, whitened @ notes, is_candidate)
    return activations


def chroma(activations: Floats) -> Floats:
    """Pitch classes of the bass and of the treble, shape (n_frames, 24); columns 0 and 12 are A."""
    rows = [
        (activations * _raised_cosine(np.arange(N_NOTES), *profile)).reshape(-1, N_NOTES // 12, 12)
        for profile in (_BASS, _TREBLE)
    ]
    return np.concatenate([row.sum(axis=1) for row in rows], axis=1)


@lru_cache(maxsize=1)
def _note_spectra() -> Floats:
    """What each note alone looks like, shape (N_BINS, N_NOTES)."""
    harmonics = np.arange(1, _N_HARMONICS + 1)
    fundamentals = LOWEST_NOTE_BIN + BINS_PER_SEMITONE * np.arange(N_NOTES)
    peaks = fundamentals[:, np.newaxis] + 12 * BINS_PER_SEMITONE * np.log2(harmonics)
    bins = np.arange(N_BINS)[:, np.newaxis, np.newaxis]
    spectra: Floats = _raised_cosine(bins, peaks, _HARMONIC_HALF_WIDTH) @ _SPECTRAL_SHAPE ** (
        harmonics - 1.0
    )
    return spectra


def _raised_cosine(x: NDArray[np.integer], centre: float | Floats, half_width: float) -> Floats:
    """1 at the centre, 0 from half a width away on."""
    distance = np.minimum(np.abs(x - centre) / half_width, 1.0)
    values: Floats = 0.5 + 0.5 * np.cos(np.pi * distance)
    return values
