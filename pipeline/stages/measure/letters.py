"""Letters of sections: the same for the same music, a prime where it is varied or transposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.blocks import Span
from schemas.form import nth_letter

# Ours, as all here, on the tuned styles of `benchmarks.facts.songs`: mean similarity of bars in
# order, from which on two sections are the same music.
SAME_SIMILARITY = 0.5
TRANSPOSITION_COST = 0.05
# Ours, by ear's argument alone: with less, a repetition is a varied one.
EXACT_SIMILARITY = 0.7

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Likeness:
    """How alike all pairs of sections are, and whether they are so as they stand.

    Attributes
    ----------
    values : np.ndarray, shape (n_sections, n_sections)
        Mean similarity of their bars in order, -1 to 1; the better one of as they stand and
        transposed.
    is_transposed : np.ndarray, shape (n_sections, n_sections), bool
    """

    values: Floats
    is_transposed: NDArray[np.bool_]


def compare(spans: Sequence[Span], plain: Floats, transposed: Sequence[Floats]) -> Likeness:
    """How alike sections are.

    Parameters
    ----------
    spans : sequence of (int, int)
    plain : np.ndarray, shape (n_bars, n_bars)
        Similarity of all pairs of bars.
    transposed : sequence of np.ndarray
        The same, with the bars of the columns transposed.
    """
    as_they_stand = aligned(spans, plain)
    moved = np.full_like(as_they_stand, -1.0)
    for matrix in transposed:
        one_way = aligned(spans, matrix)
        moved = np.maximum(moved, np.maximum(one_way, one_way.T))
    moved -= TRANSPOSITION_COST
    return Likeness(np.maximum(as_they_stand, moved), moved > as_they_stand)


def groups_of(likeness: Likeness) -> list[int]:
    """Sections that are the same music, numbered in order of appearance.

    The two groups with the highest mean similarity are joined, as long as it is
    `SAME_SIMILARITY` (average linkage).
    """
    groups = [[i] for i in range(len(likeness.values))]
    while len(groups) > 1:
        means = [
            (float(likeness.values[np.ix_(groups[i], groups[j])].mean()), i, j)
            for j in range(len(groups))
            for i in range(j)
        ]
        mean, i, j = max(means)
        if mean < SAME_SIMILARITY:
            break
        groups[i] += groups.pop(j)
    number = {section: min(group) for group in groups for section in group}
    order = sorted(set(number.values()))
    return [order.index(number[i]) for i in range(len(number))]


def joined_pairs(spans: Sequence[Span], groups: Sequence[int]) -> list[Span]:
    """Sections, of which those that are heard only twice in a row are one, of twice the length."""
    runs = [list(run) for _, run in groupby(range(len(spans)), key=lambda i: groups[i])]
    odd = {groups[run[0]] for run in runs if len(run) % 2}
    joined: list[Span] = []
    for run in runs:
        size = 1 if groups[run[0]] in odd else 2
        for at in range(0, len(run), size):
            joined.append((spans[run[at]][0], spans[run[at + size - 1]][1]))
    return joined


def letters_of(groups: Sequence[int], likeness: Likeness) -> list[str]:
    """`A`, `B`, ... in order of appearance; `A'` for a varied or transposed repetition.

    A repetition is compared with the first section of its letter. After `Z` comes `AA`.
    """
    first: dict[int, int] = {}
    letters = []
    for i, group in enumerate(groups):
        model = first.setdefault(group, i)
        is_exact = i == model or (
            likeness.values[i, model] >= EXACT_SIMILARITY and not likeness.is_transposed[i, model]
        )
        letters.append(nth_letter(group) + ("" if is_exact else "'"))
    return letters


def aligned(spans: Sequence[Span], matrix: Floats) -> Floats:
    """Mean of the best diagonal over all of the shorter section, for all pairs of sections."""
    n = len(spans)
    return np.array(
        [[_best_diagonal(matrix[slice(*a), slice(*b)]) for b in spans] for a in spans]
    ).reshape(n, n)


def _best_diagonal(block: Floats) -> float:
    if block.shape[0] > block.shape[1]:
        block = block.T
    n, longer = block.shape
    return float(max(np.trace(block[:, at:]) for at in range(longer - n + 1)) / n)
