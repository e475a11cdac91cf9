"""Chords as Chordino names them, heard by our own code: the same method, some six times faster.

Mauch and Dixon, "Approximate Note Transcription for the Improved Identification of Difficult
Chords", ISMIR 2010. Written from the paper and the documentation of the authors' plugin, whose
code is GPL and was not used: what neither of them states was measured on the plugin's outputs,
and `tests/tools/test_nnls_chords.py` holds every step against them.
"""

import numpy as np

from tools.nnls_chords.decoding import STAY, best_path, chord_log_probabilities, chord_names
from tools.nnls_chords.notes import chroma, note_activations
from tools.nnls_chords.spectrum import (
    FRAME_SIZE,
    HOP_SIZE,
    ROLL_ON,
    SAMPLE_RATE_HZ,
    log_frequency_spectrum,
    tune,
    tuning_semitones,
    whiten,
)

__all__ = ["PARAMETERS", "SAMPLE_RATE_HZ", "TOOL", "chord_changes", "version"]

TOOL = "nnls-chords"
PARAMETERS = {"roll_on": ROLL_ON, "stay": STAY}


def version() -> str:
    """Raised when the same sound gives other chords."""
    return "1"


def chord_changes(samples: np.ndarray) -> list[tuple[float, str]]:
    """Chord changes of a recording.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    list of (float, str)
        Time in seconds and Harte label, e.g. ``A:min7``; ``N`` for no chord. A chord lasts
        until the next; the last is an ``N`` at the last frame. Empty without samples.
    """
    spectrum = log_frequency_spectrum(samples)
    if not len(spectrum):
        return []
    whitened = whiten(tune(spectrum, tuning_semitones(spectrum)))
    path = best_path(chord_log_probabilities(chroma(note_activations(whitened))))
    names = [chord_names()[state] for state in path]
    changes = [
        (frame, name) for frame, name in enumerate(names) if frame == 0 or name != names[frame - 1]
    ]
    changes.append((len(names) - 1, "N"))
    return [
        ((frame * HOP_SIZE + FRAME_SIZE // 2) / SAMPLE_RATE_HZ, name) for frame, name in changes
    ]
