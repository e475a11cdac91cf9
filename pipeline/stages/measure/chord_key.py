"""The key of a chord sequence, by how often music in a key has each of its degrees.

The score of a key is the mean log-likelihood of the triads, by the time that each lasts, under the
shares of time that the degrees of a major or minor key have. Being heard by other means than a
chroma profile or a network of keys, it is a third opinion.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.harmony import ChordSpan
from pipeline.stages.measure.tonality import SCALES
from schemas.chords import NO_CHORD, triad_of
from schemas.facts import ScaleName

# Ours: percent of the time, rounded between the analyses of Bach's chorales and Monteverdi's
# madrigals in music21 (counted) and rock (de Clercq and Temperley, "A corpus analysis of rock
# harmony", Popular Music 30, 2011, which has more IV and bVII and less V); semitones above the
# tonic of major and of minor triads.
_MAJOR_KEY: dict[str, dict[int, float]] = {
    "maj": {0: 36, 5: 17, 7: 19, 10: 3, 2: 1.5, 4: 1, 9: 1, 8: 1, 3: 1},
    "min": {9: 8, 2: 6, 4: 3, 5: 1, 7: 1},
}
_MINOR_KEY: dict[str, dict[int, float]] = {
    "maj": {7: 13, 10: 9, 3: 8, 8: 8, 5: 3, 0: 2, 1: 1},
    "min": {0: 32, 5: 8, 7: 5, 2: 1},
}
# Ours: of every other triad.
_RARE = 0.3
# Ours, for scales without counts: the tonic as in major and minor, the others share the rest.
_TONIC, _DIATONIC = 34.0, 10.0

Floats = NDArray[np.float64]


def chord_key_scores(
    chords: Sequence[ChordSpan], *, start_s: float = 0.0, end_s: float = float("inf")
) -> Floats | None:
    """Scores of the keys and scales for the chords of a stretch.

    Parameters
    ----------
    chords : sequence of ChordSpan
        Those that are neither major nor minor count for no key.
    start_s, end_s : float, optional
        The stretch; by default all.

    Returns
    -------
    np.ndarray, shape (12 * n_scales,), or None
        Mean log-likelihood, in nats, in the order of `pipeline.stages.measure.tonality.MODES`: C
        major to B major, then C minor to B minor, and so on. None where there is no major or minor
        chord.
    """
    lasting_s = np.zeros(24)
    for chord in chords:
        duration_s = min(chord.end_s, end_s) - max(chord.start_s, start_s)
        triad = None if chord.label == NO_CHORD else triad_of(chord.label)
        if triad is not None and duration_s > 0:
            root, mode = triad
            lasting_s[root + 12 * (mode == "min")] += duration_s
    if not lasting_s.any():
        return None
    scores: Floats = _log_shares() @ (lasting_s / lasting_s.sum())
    return scores


def _of_scale(name: ScaleName) -> dict[str, dict[int, float]]:
    """Shares in a scale of which no counts are known: the tonic's, and equal ones of its triads."""
    notes = set(SCALES[name])
    found: dict[str, dict[int, float]] = {}
    for mode, third in (("maj", 4), ("min", 3)):
        roots = [k for k in notes if {(k + third) % 12, (k + 7) % 12} <= notes]
        found[mode] = {k: _TONIC if k == 0 else _DIATONIC for k in roots}
    return found


@cache
def _log_shares() -> Floats:
    """Log of the share of every triad (column) in every key or scale (row); both begin with C."""
    rows = []
    for key in (_MAJOR_KEY, _MINOR_KEY, *(_of_scale(name) for name in SCALES)):
        shares = np.array([[key[mode].get(k, _RARE) for k in range(12)] for mode in ("maj", "min")])
        logs = np.log(shares / shares.sum())
        rows += [np.roll(logs, tonic, axis=1).ravel() for tonic in range(12)]
    return np.array(rows)
