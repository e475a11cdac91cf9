"""Chord progressions of keys and modes: known ones, and drawn from functional moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.facts.theory import SCALES, chord_on, label

_KNOWN: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 4), (0, 3, 0, 4), (0, 2, 3, 4), (0, 1, 4, 0),
              (0, 4, 3, 4), (0, 3, 1, 4), (0, 5, 1, 4), (0, 4, 0, 3, 0, 4, 0, 0),
              (0, 0, 3, 3, 0, 4, 0, 0), (0, 4, 5, 2, 3, 0, 3, 4), (0, 3, 4, 0)),
    "minor": ((0, 5, 2, 6), (0, 6, 5, 6), (0, 3, 4, 0), (0, 5, 3, 4), (0, 3, 6, 2), (0, 6, 5, 4),
              (0, 0, 3, 0), (0, 5, 6, 0), (0, 2, 5, 4), (0, 3, 0, 4), (0, 4, 0, 3, 5, 3, 4, 0)),
    "dorian": ((0, 3, 0, 3), (0, 6, 3, 0), (0, 3, 6, 0), (0, 2, 3, 0), (0, 1, 0, 3), (0, 6, 0, 3)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 3), (0, 6, 0, 6), (0, 6, 0, 3), (0, 3, 6, 0)),
    "phrygian": ((0, 1, 0, 1), (0, 1, 2, 1), (0, 6, 1, 0), (0, 1, 6, 0)),
    "lydian": ((0, 1, 0, 1), (0, 1, 4, 0), (0, 4, 1, 0), (0, 1, 0, 4)),
    "phrygian dominant": ((0, 1, 0, 1), (0, 1, 0, 6), (0, 3, 1, 0), (0, 6, 1, 0)),
}  # fmt: skip
"""Degrees from 0, each beginning on the tonic, so that the tonic is not in doubt."""

_JAZZ: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((1, 4, 0, 0), (0, 5, 1, 4), (2, 5, 1, 4, 0, 0, 1, 4), (0, 3, 2, 5, 1, 4, 0, 0),
              (0, 0, 1, 4), (0, 1, 2, 5, 1, 4, 0, 0)),
    "minor": ((1, 4, 0, 0), (0, 5, 1, 4), (0, 3, 6, 2, 5, 1, 4, 0), (0, 0, 1, 4)),
    "dorian": ((0, 0, 0, 0, 1, 1, 0, 0), (0, 3, 0, 3)),
}  # fmt: skip

_BLUES = (0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4)

_MOVES = {
    "major": {0: (1, 2, 3, 4, 5), 1: (4, 4, 3), 2: (5, 3), 3: (0, 4, 4, 1), 4: (0, 0, 5, 3),
              5: (1, 3, 4, 2)},
    "minor": {0: (2, 3, 4, 5, 6), 2: (5, 3, 6), 3: (0, 4, 6), 4: (0, 0, 5), 5: (2, 3, 6, 4),
              6: (0, 2, 5)},
}  # fmt: skip
"""Where a degree usually goes; twice named is twice as usual."""


@dataclass(frozen=True)
class Harmony:
    """A chord: its root's pitch class, semitones above it, Harte's label."""

    root: int
    above: tuple[int, ...]

    @property
    def label(self) -> str:
        """In Harte's syntax."""
        return label(self.root, self.above)

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes."""
        return tuple((self.root + step) % 12 for step in self.above)


def progression(
    tonic: int, mode: str, language: str, size: int, rng: np.random.Generator
) -> list[Harmony]:
    """Chords of a phrase, one a bar or half a bar, beginning on the tonic (jazz: or on its ii).

    Parameters
    ----------
    tonic, mode
        Pitch class, and a name of `theory.SCALES` of seven notes.
    language
        ``jazz`` (sevenths), ``blues`` (twelve bars of dominant sevenths), else plain.
    size
        Notes of a chord.
    """
    if language == "blues":
        return [Harmony((tonic + SCALES["major"][degree]) % 12, (0, 4, 7, 10)) for degree in _BLUES]
    degrees: Sequence[int]
    if language == "jazz" and mode in _JAZZ:
        degrees = _pick(_JAZZ[mode], rng)
        size = 4
    elif mode in _MOVES and rng.random() < 0.5:
        degrees = _walk(_MOVES[mode], int(rng.choice([4, 4, 8])), rng)
    else:
        degrees = _pick(_KNOWN[mode], rng)
    raised = mode == "minor" and (language == "jazz" or rng.random() < 0.6)
    return [_harmony(tonic, mode, degree, size, raised) for degree in degrees]


def _harmony(tonic: int, mode: str, degree: int, size: int, raised: bool) -> Harmony:
    root, above = chord_on(mode, degree, size)
    if raised and degree == 4:
        above = (0, 4, 7, 10)[:size]
    return Harmony((tonic + root) % 12, above)


def _pick(known: tuple[tuple[int, ...], ...], rng: np.random.Generator) -> tuple[int, ...]:
    return known[int(rng.integers(len(known)))]


def _walk(moves: dict[int, tuple[int, ...]], length: int, rng: np.random.Generator) -> list[int]:
    degrees = [0]
    while len(degrees) < length:
        degrees.append(int(rng.choice(moves[degrees[-1]])))
    return degrees
