"""From pitch classes to chords: likeness to each chord's notes, and the best path in time."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Measured on the plugin's outputs: its log-likelihoods are those of this model within 7e-4.
STAY = 0.99
"""Probability that a chord lasts for another frame."""
_LIKENESS_BASE = 1.3
"""A chord is so many times likelier for each unit of likeness."""
_BASS_CHORD_TONE = 0.5
"""Weight in the bass of a chord's notes that are not its bass note."""
_NO_CHORD_WEIGHT = 0.7 * 1.1
"""Of no chord, against a chord of all twelve notes; 1.1 is the plugin's default of "boost N"."""

_ROOTS = ("A", "Bb", "B", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab")
_SUFFIXES: tuple[tuple[str, int | None, tuple[int, ...]], ...] = (
    ("", 0, (0, 4, 7)),
    ("", None, (0, 4, 7)),
    ("/2", 2, (0, 4, 7)),
    ("/3", 4, (0, 4, 7)),
    ("/5", 7, (0, 4, 7)),
    ("/b7", 10, (0, 4, 7)),
    (":7", 0, (0, 4, 7, 10)),
    (":7/3", 4, (0, 4, 7, 10)),
    (":maj7", 0, (0, 4, 7, 11)),
    (":maj6", 0, (0, 4, 7, 9)),
    (":aug", 0, (0, 4, 8)),
    (":min", 0, (0, 3, 7)),
    (":min", None, (0, 3, 7)),
    (":min7", 0, (0, 3, 7, 10)),
    (":min6", 0, (0, 3, 7, 9)),
    (":dim", 0, (0, 3, 6)),
    (":hdim7", 0, (0, 3, 6, 10)),
    (":hdim7/b7", 10, (0, 3, 6, 10)),
)
"""What follows the root in a label, and the bass note and the notes in semitones above it. Without
a bass note, all of the chord's notes are as likely in the bass."""

Floats = NDArray[np.floating]


@lru_cache(maxsize=1)
def chord_names() -> tuple[str, ...]:
    """Harte label of every state; the last is ``N``, no chord."""
    return (*(root + suffix for suffix, _, _ in _SUFFIXES for root in _ROOTS), "N")


def chord_log_probabilities(chroma: Floats) -> Floats:
    """Of every chord in every frame, by itself.

    Parameters
    ----------
    chroma : np.ndarray, shape (n_frames, 24)
        Bass, then treble; each from A.

    Returns
    -------
    np.ndarray, shape (n_frames, n_states), float64
    """
    from scipy.special import log_softmax

    likeness = chroma @ _templates().T
    probabilities: Floats = log_softmax(np.log(_LIKENESS_BASE) * likeness, axis=1)
    return probabilities


def best_path(log_probabilities: Floats) -> NDArray[np.intp]:
    """The likeliest states, from no chord, where every change to another is as likely (Viterbi).

    Parameters
    ----------
    log_probabilities : np.ndarray, shape (n_frames, n_states)

    Returns
    -------
    np.ndarray, shape (n_frames,), int
    """
    n_frames, n_states = log_probabilities.shape
    stay, change = np.log(STAY), np.log((1 - STAY) / (n_states - 1))
    score = np.full(n_states, -np.inf)
    score[-1] = log_probabilities[0, -1]
    best = np.zeros(n_frames, np.intp)
    has_stayed = np.ones((n_frames, n_states), bool)
    for t in range(1, n_frames):
        best[t] = score.argmax()
        changed = score[best[t]] + change
        score += stay
        has_stayed[t] = score >= changed
        score = np.maximum(score, changed) + log_probabilities[t]
    path = np.empty(n_frames, np.intp)
    path[-1] = score.argmax()
    for t in range(n_frames - 1, 0, -1):
        path[t - 1] = path[t] if has_stayed[t, path[t]] else best[t]
    return path


@lru_cache(maxsize=1)
def _templates() -> Floats:
    """The notes of every state, of equal power; shape (n_states, 24)."""
    rows = []
    for _, bass_note, notes in _SUFFIXES:
        bass, treble = np.zeros(12), np.zeros(12)
        bass[list(notes)], treble[list(notes)] = _BASS_CHORD_TONE, 1.0
        if bass_note is not None:
            bass[bass_note] = 1.0
        rows += [np.concatenate([np.roll(bass, r), np.roll(treble, r)]) for r in range(12)]
    rows.append(np.repeat([_BASS_CHORD_TONE, 1.0], 12))
    templates: Floats = np.array(rows)
    templates /= np.sqrt(np.square(templates).mean(axis=1, keepdims=True))
    templates[-1] *= _NO_CHORD_WEIGHT
    return templates
