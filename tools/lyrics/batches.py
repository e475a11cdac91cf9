"""Batches by what they cost: every sound in a batch is padded to its longest."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(
    items: Iterable[T], length_s: Callable[[T], float], *, padded_s: float
) -> Iterator[list[T]]:
    """Batches whose padded lengths stay within a bound.

    Parameters
    ----------
    items : iterable
        Drawn as they are needed; sorted by length they pad least.
    length_s : callable
        Length of an item in seconds.
    padded_s : float
        Most seconds in a batch: its number of items times its longest. An item that is longer is
        a batch of its own.

    Yields
    ------
    list
        In order; none is empty.
    """
    batch: list[T] = []
    longest_s = 0.0
    for item in items:
        grown_s = max(longest_s, length_s(item))
        if batch and grown_s * (len(batch) + 1) > padded_s:
            yield batch
            batch, grown_s = [], length_s(item)
        batch.append(item)
        longest_s = grown_s
    if batch:
        yield batch
