"""How beats divide and group: ternary or binary, swing, and the groups of odd metres."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.metre import RARE_METRES
from pipeline.stages.measure.pulse import Pulse
from schemas.facts import Beat, Tempo

# Ours: less of the weight between the beats says nothing of how they divide.
_MIN_BETWEEN = 0.1
# Ours: an off-beat eighth is looked for here, in beats; a swung one from here on.
_OFF_BEAT = (0.4, 0.8)
_SWUNG = (0.56, 0.76)
# Ours, in beats: onsets of one place in the beat spread as much.
_SPREAD = 0.04
# Ours: as much of the off-beats at one place is a swing; more before it, and beats have thirds.
_MIN_AT_ONE_PLACE = 0.6
# Ours, shares of thirds: above the second most beats divide in three, below 1 - the first in two.
_SURELY_BINARY = 0.6
_SURELY_TERNARY = 0.6
# Ours: between the fastest quarters of Balkan and progressive music and its slowest eighths.
_EIGHTHS_BPM = 180.0
_GROUPINGS = {
    5: ((2, 3), (3, 2)),
    7: ((2, 2, 3), (2, 3, 2), (3, 2, 2)),
}
# Ours: groups are told where their starts weigh as much more than the other beats.
_MIN_ACCENT = 1.25

Floats = NDArray[np.float64]


def ternary_share(pulse: Pulse) -> float | None:
    """Weight at thirds of the beat against halves and quarters, 0 to 1; None for too little."""
    thirds = pulse.share_at((1 / 3, 2 / 3))
    halves = pulse.share_at((1 / 4, 1 / 2, 3 / 4))
    if thirds + halves < _MIN_BETWEEN:
        return None
    return thirds / (thirds + halves)


def swing_ratio(pulse: Pulse) -> float | None:
    """Length of the first to the second eighth, where eighths are uneven.

    Parameters
    ----------
    pulse : Pulse

    Returns
    -------
    float or None
        2 for triplet swing; None where off-beats are straight, spread, few, or of triplets.
    """
    phases = pulse.places % 1.0
    is_off = (phases > _OFF_BEAT[0]) & (phases < _OFF_BEAT[1])
    off, weights = phases[is_off], pulse.weights[is_off]
    if weights.sum() < _MIN_BETWEEN * max(pulse.weights.sum(), 1e-9):
        return None
    grid = np.arange(*_OFF_BEAT, 0.01)
    heights = [weights[np.abs(off - place) <= _SPREAD].sum() for place in grid]
    place = float(grid[int(np.argmax(heights))])
    near = np.abs(off - place) <= _SPREAD
    centre = float(np.average(off[near], weights=weights[near]))
    if not _SWUNG[0] <= centre <= _SWUNG[1] or max(heights) < _MIN_AT_ONE_PLACE * weights.sum():
        return None
    return centre / (1 - centre)


def metre_name(beats_per_bar: int, tempo: Tempo, ternary: float | None) -> str | None:
    """As musicians write it: beats of thirds are dotted quarters, fast ones of odd metres eighths.

    Parameters
    ----------
    beats_per_bar : int
    tempo : Tempo
        Where one felt beat is one and a half or three tracked ones of three or six, it is 6/8.
    ternary : float or None
        From `ternary_share`.

    Returns
    -------
    str or None
        E.g. ``6/8``; None where thirds are as likely as halves.
    """
    if beats_per_bar in (3, 6) and tempo.beats_per_felt in (1.5, 3.0):
        return "6/8"
    if ternary is not None and ternary > 1 - _SURELY_BINARY:
        is_ternary = ternary >= _SURELY_TERNARY
        return f"{3 * beats_per_bar}/8" if is_ternary and beats_per_bar in (2, 3, 4) else None
    is_eighth = beats_per_bar in RARE_METRES and tempo.bpm * tempo.beats_per_felt >= _EIGHTHS_BPM
    return f"{beats_per_bar}/{8 if is_eighth else 4}"


def odd_grouping(accents: Floats, beats: Sequence[Beat], beats_per_bar: int) -> list[int] | None:
    """Groups of five or seven beats, by the weight at their starts.

    Parameters
    ----------
    accents : np.ndarray, shape (n_beats,)
        At least 0.
    beats : sequence of Beat
    beats_per_bar : int

    Returns
    -------
    list of int or None
        E.g. 2, 2, 3; None for other metres, or where no start stands out.
    """
    places = np.array([beat.bar_position for beat in beats])
    if beats_per_bar not in _GROUPINGS or len(set(places.tolist())) < beats_per_bar:
        return None
    means = np.array([accents[places == k + 1].mean() for k in range(beats_per_bar)])
    best = max(_GROUPINGS[beats_per_bar], key=lambda groups: _contrast(means, groups))
    return list(best) if _contrast(means, best) >= _MIN_ACCENT else None


def _contrast(means: Floats, groups: Sequence[int]) -> float:
    """Weight at the starts of groups but the first against that of the beats within groups."""
    starts = np.cumsum(groups)[:-1]
    within = np.setdiff1d(np.arange(1, len(means)), starts)
    return float(means[starts].mean() / max(means[within].mean(), 1e-9))
