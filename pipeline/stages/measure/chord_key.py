"""What the chords of a stretch say of its key: how long those of its degrees last, and the first.

Where chords stand tells the tonic better than how long they last: D. Temperley and T. de Clercq,
"Statistical Analysis of Harmony and Melody in Rock Music", Journal of New Music Research 42(3),
2013. How much each says is fitted; no table of degrees is needed.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.harmony import ChordSpan
from schemas.chords import NO_CHORD, triad_of

# Ours: a shorter one is passing, or what is left of the chord before the stretch.
_LEAST_FIRST_S = 0.6
# Ours: shorter ones are passing, and change nothing.
_LEAST_CHANGE_S = 0.25
_FIFTH, _FOURTH = 7, 5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Triads:
    """The triads of a stretch, numbered from C major to B major, then C minor to B minor.

    Attributes
    ----------
    shares : np.ndarray, shape (24,)
        Of the time of all of them; their sum is 1.
    first : tuple of int
        The first one, in the ears of every tool.
    onto : np.ndarray, shape (12, 24)
        Share of the changes of root that go to a root (row) from a triad (column).
    """

    shares: Floats
    first: tuple[int, ...]
    onto: Floats


def triads_of(
    heard: Sequence[Sequence[ChordSpan]],
    *,
    start_s: float = 0.0,
    end_s: float = float("inf"),
) -> Triads | None:
    """The triads of a stretch.

    Parameters
    ----------
    heard : sequence of sequence of ChordSpan
        What each tool heard of the recording.
    start_s, end_s : float, optional
        The stretch; by default all.

    Returns
    -------
    Triads or None
        None where there is no major or minor chord.
    """
    lasting_s, first, onto = np.zeros(24), [], np.zeros((12, 24))
    for chords in heard:
        triads = _timed_triads(chords, start_s, end_s)
        for triad, duration_s in triads:
            lasting_s[triad] += duration_s
        long = (triad for triad, duration_s in triads if duration_s >= _LEAST_FIRST_S)
        first += [triad for triad in [next(long, None)] if triad is not None]
        onto += _changes([triad for triad, duration_s in triads if duration_s >= _LEAST_CHANGE_S])
    if not lasting_s.any():
        return None
    return Triads(lasting_s / lasting_s.sum(), tuple(first), onto / len(heard))


def chord_features(triads: Triads, pitch: int, steps: Sequence[int]) -> dict[str, float]:
    """Features of a tonic with a scale.

    Parameters
    ----------
    triads : Triads
    pitch : int
        Pitch class of the tonic; C is 0.
    steps : sequence of int
        Semitones of the scale above it.
    """
    tonic = pitch + 12 * (3 in steps)
    in_scale = [
        (pitch + root) % 12 + 12 * is_minor
        for root in steps
        for is_minor, third in ((False, 4), (True, 3))
        if {(root + third) % 12, (root + 7) % 12} <= set(steps)
    ]
    return {
        "chords_tonic": float(triads.shares[tonic]),
        "chords_in_scale": float(sum(triads.shares[each] for each in in_scale if each != tonic)),
        "chords_fifth": _on(triads, pitch + _FIFTH),
        "chords_fourth": _on(triads, pitch + _FOURTH),
        "chords_first": float(np.mean([each == tonic for each in triads.first] or [False])),
    }


def _changes(triads: Sequence[int]) -> Floats:
    """Share of the changes to every root from every triad, shape (12, 24); 0 without any."""
    found: Floats = np.zeros((12, 24))
    for before, after in itertools.pairwise(triads):
        if before % 12 != after % 12:
            found[after % 12, before] += 1
    found /= max(float(found.sum()), 1.0)
    return found


def _on(triads: Triads, root: int) -> float:
    """Share of both triads of a root."""
    return float(triads.shares[root % 12] + triads.shares[root % 12 + 12])


def _timed_triads(
    chords: Sequence[ChordSpan], start_s: float, end_s: float
) -> list[tuple[int, float]]:
    """Triads with the time in seconds that each lasts in a stretch."""
    found = []
    for chord in chords:
        duration_s = min(chord.end_s, end_s) - max(chord.start_s, start_s)
        triad = None if chord.label == NO_CHORD else triad_of(chord.label)
        if triad is not None and duration_s > 0:
            root, quality = triad
            found.append((root + 12 * (quality == "min"), duration_s))
    return found
