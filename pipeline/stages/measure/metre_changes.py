"""Changes of metre: stretches of one metre each along the beats of a path.

A path has one metre throughout, but its beats are mostly right where the metre changes, too, and
so are the network's downbeats. A best path through metres and places in the bar by dynamic
programming, which pays for every change, follows them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.pulse import downbeat_pulse, pulses_of
from schemas.facts import Beat, MetreSection, TrackedBeats

# Two beats are half of four and six twice three: to which of them a metre changes is not heard.
_CHANGING = (3, 4, 5, 7)
# Ours, chosen on half of the pieces of docs/facts.md:
_LEAST_BARS = 4
_PRICE = 6.0
_LEAST_CHANCE = 0.02
_DOWNBEAT_ODDS = 1 / 3
METRE_CHANGE_PARAMETERS = {
    "changing_metres": _CHANGING,
    "least_bars": _LEAST_BARS,
    "price_of_change": _PRICE,
    "least_chance": _LEAST_CHANCE,
    "downbeat_odds": _DOWNBEAT_ODDS,
}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """Beats of one metre.

    Attributes
    ----------
    first : int
        Its first downbeat; what is before that of the first stretch is an upbeat.
    beats_per_bar : int
    """

    first: int
    beats_per_bar: int


def downbeat_odds(tracked: TrackedBeats, beats_s: Sequence[float]) -> Floats:
    """How much likelier each beat makes a downbeat, as a logarithm; 0 without a peak."""
    at_s = np.array(beats_s)
    downbeat = downbeat_pulse(tracked, at_s).by_beat(len(at_s))
    either = pulses_of(tracked, at_s).beat.by_beat(len(at_s))
    odds = np.log((downbeat + _LEAST_CHANCE) / (either - downbeat + _LEAST_CHANCE))
    found: Floats = np.where(either > 0, odds - np.log(_DOWNBEAT_ODDS), 0.0)
    return found


def metre_stretches(odds: Floats, metres: Sequence[int]) -> list[Stretch]:
    """The stretches under which the downbeats are the likeliest, less a price on each change.

    Parameters
    ----------
    odds : np.ndarray, shape (n_beats,)
        Logarithms, as `downbeat_odds`.
    metres : sequence of int
        Beats in a bar that are looked for; at least one.

    Returns
    -------
    list of Stretch
        Each has at least four bars; neighbours of one metre are parted by a broken bar. None for
        too few beats.
    """
    changing = [each for each in metres if each in _CHANGING]
    n_beats = len(odds)
    n = n_beats + max(metres)  # The last bar may go on behind the last beat.
    of_bars = {each: _bar_sums(odds, each, n) for each in metres}
    value = {each: np.full(n, -np.inf) for each in metres}  # of all up to a bar's end
    first = {each: np.zeros(n, int) for each in metres}  # of the stretch that ends there
    begun = {each: np.full(n, -np.inf) for each in metres}  # of all before a stretch
    before = {each: [(0, 0)] * n for each in metres}  # its metre, and where its last bar ends
    for k in range(n):
        for metre, sums in of_bars.items():
            if (new := k - _LEAST_BARS * metre) < 0:
                continue
            going_on = value[metre][k - metre] + sums[k] - sums[k - metre]
            beginning = begun[metre][new] + sums[k] - sums[new]
            value[metre][k] = max(going_on, beginning)
            first[metre][k] = new if beginning > going_on else first[metre][k - metre]
        likeliest = max(((value[each][k], each, k) for each in changing), default=(0.0, 0, 0))
        for metre in metres:
            if k < metre:
                begun[metre][k] = 0.0
            elif k < n_beats:
                ways = [(value[metre][d] + odds[d], metre, d) for d in range(k - metre + 1, k)]
                if metre in changing and likeliest[1] != metre:
                    ways.append(likeliest)
                best, of, end = max(ways)
                before[metre][k] = of, end
                begun[metre][k] = best - _PRICE
    ends = [(value[m][k], m, k) for m in metres for k in range(n_beats, n_beats + m)]
    best, metre, k = max(ends)
    if best == -np.inf:
        return []
    found = [Stretch(int(first[metre][k]), metre)]
    while found[0].first >= found[0].beats_per_bar:
        metre, k = before[metre][found[0].first]
        found.insert(0, Stretch(int(first[metre][k]), metre))
    return found


def stretch_beats(beats_s: Sequence[float], stretches: Sequence[Stretch]) -> list[Beat]:
    """Beats with their places in the bars of stretches."""
    edges = [0, *(each.first for each in stretches[1:]), len(beats_s)]
    return [
        Beat(time_s=beats_s[k], bar_position=(k - each.first) % each.beats_per_bar + 1)
        for each, (start, end) in zip(stretches, pairwise(edges), strict=True)
        for k in range(start, end)
    ]


def metre_sections(beats_s: Sequence[float], stretches: Sequence[Stretch]) -> list[MetreSection]:
    """Stretches in time, neighbours of one metre as one: each lasts to the next one's downbeat."""
    if not stretches:
        return []
    runs = [next(run) for _, run in groupby(stretches, key=lambda each: each.beats_per_bar)]
    edges_s = [beats_s[0], *(beats_s[each.first] for each in runs[1:]), beats_s[-1]]
    return [
        MetreSection(start_s=start_s, end_s=end_s, beats_per_bar=each.beats_per_bar)
        for each, (start_s, end_s) in zip(runs, pairwise(edges_s), strict=True)
    ]


def _bar_sums(odds: Floats, beats_per_bar: int, n: int) -> Floats:
    """Odds of all downbeats before each beat, were it the first of a bar, shape (n,)."""
    sums = np.zeros(n)
    for k in range(beats_per_bar, n):
        downbeat = k - beats_per_bar
        sums[k] = sums[downbeat] + (odds[downbeat] if downbeat < len(odds) else 0.0)
    return sums
