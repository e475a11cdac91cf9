"""The standard bell of West and Central Africa, bembé in Cuba, from what sounds above 2500 Hz.

Strokes are folded on the pulses of a cycle and compared with the bell in every rotation. Most
rhythm is alike in both halves of such a cycle, the bell is not: so its halves are compared as well,
in the mean and turn by turn. Pattern: Toussaint, "The Geometry of Musical Rhythm", 2013. Claves are
told by the same means too seldom (docs/facts.md).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.pulse import Pulse, Pulses
from pipeline.stages.measure.subdivision import ternary_share
from schemas.facts import TimeLine

STANDARD_BELL = "x-x-xx-x-x-x"
"""Strokes among the twelve pulses of a cycle."""

MIN_AGREEMENT = 0.62
"""Ours: less than 2 % of the music without a time line agrees as much (docs/facts.md)."""
# Ours: fewer turns may agree with a pattern by chance.
_MIN_TURNS = 6
# Ours, of a pulse: onsets farther from any belong to none.
_REACH = 0.3
# In 12/8 as it is felt, and in quarters of it, as trackers of quarters follow it.
_PULSES_PER_BEAT = (3, 2)

Floats = NDArray[np.float64]


def time_line_of(pulses: Pulses) -> TimeLine | None:
    """The bell of a track; None where none is surely heard.

    Parameters
    ----------
    pulses : Pulses
    """
    best = best_time_line(pulses)
    return best if best is not None and best.agreement >= MIN_AGREEMENT else None


def best_time_line(pulses: Pulses) -> TimeLine | None:
    """The rotation that agrees best, sure or not; None for less than six turns."""
    return max(_candidates(pulses), key=lambda each: each.agreement, default=None)


def _candidates(pulses: Pulses) -> Iterator[TimeLine]:
    """Every rotation, where beats divide as the bell's do."""
    is_ternary = (ternary_share(pulses.high) or 0.0) > 0.5
    bell = np.array([sign == "x" for sign in STANDARD_BELL], float)
    for per_beat in _PULSES_PER_BEAT:
        turns = _turns(pulses.cymbals, per_beat, len(bell), pulses.n_beats)
        if (per_beat == 3) == is_ternary and len(turns) >= _MIN_TURNS:
            for first in range(len(bell)):
                agreement = _agreement(turns, np.roll(bell, first))
                yield TimeLine(
                    beats=len(bell) / per_beat, first_beat=first / per_beat, agreement=agreement
                )


def _turns(pulse: Pulse, per_beat: int, length: int, n_beats: int) -> Floats:
    """The strongest onset at each pulse of every turn, shape (n_turns, length)."""
    n_turns = max(n_beats - 1, 0) * per_beat // length
    places = pulse.places * per_beat
    nearest = np.round(places).astype(int)
    is_near = np.abs(places - nearest) <= _REACH
    inside = is_near & (nearest >= 0) & (nearest < n_turns * length)
    found = np.zeros(n_turns * length)
    np.maximum.at(found, nearest[inside], pulse.weights[inside])
    return found.reshape(n_turns, length)


def _agreement(turns: Floats, line: Floats) -> float:
    """Half of the mean turn, by all pulses and by the halves' difference; half turn by turn."""
    mean = turns.mean(axis=0)
    whole = _cosines(mean - mean.mean(), line - line.mean())
    halves = _cosines(_difference(mean), _difference(line))
    by_turn = _cosines(_difference(turns), _difference(line)).mean()
    return float((whole + halves) / 4 + by_turn / 2)


def _difference(pulses: Floats) -> Floats:
    """The first half without the second, which leaves nothing of what is alike in both."""
    first, second = np.split(pulses, 2, axis=-1)
    return np.asarray(first - second)


def _cosines(many: Floats, one: Floats) -> Floats:
    lengths = np.linalg.norm(many, axis=-1) * np.linalg.norm(one)
    return np.asarray(many @ one / np.maximum(lengths, 1e-9))
