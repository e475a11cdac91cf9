"""Blocks of bars that are alike: where sections start and end.

Source: A. Marmoret, J. E. Cohen, F. Bimbot, "Barwise Music Structure Analysis with the Correlation
Block-Matching Segmentation Algorithm", TISMIR 6(1), 2023: the score of a block, its band of seven
bars, and that unusual lengths cost.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.bars import USUAL_BAR_S

# The paper's: bars further apart say nothing of where a section ends.
BAND_BARS = 7
USUAL_SECTION_BARS = 8
PHRASE_BARS = 4
LONGEST_SECTION_BARS = 32
# Ours, after the paper's (1/4 for 16, too), on the tuned styles of `benchmarks.facts.songs`.
UNUSUAL_COSTS = ((8, 0.0), (4, 0.125), (2, 0.5), (1, 1.0))
"""Of a length that is a multiple of so many bars, as a share of the highest score of eight."""
COST_WEIGHT = 0.7
BLOCK_PARAMETERS = {
    "band_bars": BAND_BARS,
    "phrase_bars": PHRASE_BARS,
    "longest_section_bars": LONGEST_SECTION_BARS,
    "unusual_costs": UNUSUAL_COSTS,
    "cost_weight": COST_WEIGHT,
}

Floats = NDArray[np.floating]
Span = tuple[int, int]
"""First bar of a section, and the first after it."""


def segment_bars(
    similarity: Floats, *, bar_s: float, cost_weight: float = COST_WEIGHT
) -> list[Span]:
    """Blocks of bars that are alike: those with the highest sum of scores.

    Parameters
    ----------
    similarity : np.ndarray, shape (n_bars, n_bars)
    bar_s : float
        Where bars are much shorter than usual, two or four count as one.
    cost_weight : float, optional
        Of unusual lengths: with more, there are fewer of them.

    Returns
    -------
    list of (int, int)
        First bar and first after, without gaps.
    """
    n_bars = len(similarity)
    unit = bars_as_one(bar_s)
    sums = _banded_sums(similarity, BAND_BARS * unit)
    highest = _highest_score(sums, unit)
    longest = min(n_bars, LONGEST_SECTION_BARS * unit)
    costs = np.array([_cost(n, unit) for n in range(1, longest + 1)]) * cost_weight * highest
    best, start = np.zeros(n_bars + 1), np.zeros(n_bars + 1, int)
    for end in range(1, n_bars + 1):
        starts = np.arange(max(0, end - longest), end)
        totals = best[starts] + _score(sums, starts, end) - costs[end - starts - 1]
        start[end] = starts[np.argmax(totals)]
        best[end] = totals.max()
    spans: list[Span] = []
    while not spans or spans[0][0] > 0:
        end = spans[0][0] if spans else n_bars
        spans.insert(0, (int(start[end]), end))
    return spans


def split_gains(similarity: Floats, spans: Sequence[Span], *, bar_s: float) -> list[float]:
    """How much better two sections are than one of both, at every inner boundary.

    Returns
    -------
    list of float
        Of scores less costs, as a share of the highest score of a usual section.
    """
    unit = bars_as_one(bar_s)
    sums = _banded_sums(similarity, BAND_BARS * unit)
    highest = _highest_score(sums, unit)

    def total(start: int, end: int) -> float:
        cost = _cost(end - start, unit) * COST_WEIGHT
        return float(_score(sums, start, end)) / highest - cost

    return [
        total(*left) + total(*right) - total(left[0], right[1]) for left, right in pairwise(spans)
    ]


def joined_ends(spans: list[Span], *, bar_s: float) -> list[Span]:
    """Sections, without a first or last one that is shorter than a phrase.

    An upbeat, or a last chord that rings, belongs to the section beside it.
    """
    least = PHRASE_BARS * bars_as_one(bar_s)
    if len(spans) > 1 and spans[0][1] - spans[0][0] < least:
        spans = [(spans[0][0], spans[1][1]), *spans[2:]]
    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < least:
        spans = [*spans[:-2], (spans[-2][0], spans[-1][1])]
    return spans


def bars_as_one(bar_s: float) -> int:
    """How many bars are about as long as a usual one: more than one, where they are short."""
    return int(2 ** max(0, round(float(np.log2(USUAL_BAR_S / bar_s)))))


def _banded_sums(similarity: Floats, band: int) -> Floats:
    """Sums over all blocks from the first bar, of what is alike beside the diagonal."""
    n_bars = len(similarity)
    apart = np.abs(np.subtract.outer(np.arange(n_bars), np.arange(n_bars)))
    kept = np.where((apart > 0) & (apart <= band), np.maximum(similarity, 0), 0)
    sums = np.zeros((n_bars + 1, n_bars + 1))
    sums[1:, 1:] = kept.cumsum(axis=0).cumsum(axis=1)
    return sums


def _highest_score(sums: Floats, unit: int) -> float:
    """Of all sections of the usual length."""
    usual = USUAL_SECTION_BARS * unit
    scores = [_score(sums, i, i + usual) for i in range(len(sums) - usual)]
    return float(max(scores, default=1.0)) or 1.0


def _score(sums: Floats, start: Any, end: int) -> Any:
    block = sums[end, end] - sums[start, end] - sums[end, start] + sums[start, start]
    return block / (end - start)


def _cost(n_bars: int, unit: int) -> float:
    return next((cost for n, cost in UNUSUAL_COSTS if n_bars % (n * unit) == 0), 1.0)
