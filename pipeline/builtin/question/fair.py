"""Wrong options among which the right one has no place of its own.

Wrong options that are made from the right one lie around it: at its sides, all near it, none of its
form. Who learns where the right one lies needs no sound. So wrong options are drawn where right
ones come from (other chords of the track, other times), from a ladder on which the right one's rung
is drawn, or around an option that is the right one no more often than any other.
`python -m benchmarks.shortcuts` shows what is still found.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.builtin.question.writing import QuestionWriter, Wrong

T = TypeVar("T")
_RELATED_RUNGS = 2


def on_ladder(
    write: QuestionWriter,
    n: int,
    rung: Callable[[int], str],
    n_rungs: int,
    steps: Sequence[int] | None = None,
) -> list[Wrong]:
    """Others of a ladder's rungs, on which the right one has a drawn place.

    Parameters
    ----------
    write : QuestionWriter
    n : int
        Wrong options, at most.
    rung : callable
        The text so many rungs above the right one, whose own is 0.
    n_rungs : int
        Of the whole ladder.
    steps : sequence of int, optional
        The rungs that there can be, in order; by default all.
    """
    lowest, highest = (1 - n_rungs, n_rungs - 1) if steps is None else (steps[0], steps[-1])
    most_below = min(n_rungs - 1, -lowest)
    n_below = write.number(min(most_below, max(0, n_rungs - 1 - highest)), most_below)
    others = [step for step in range(-n_below, min(n_rungs - n_below, highest + 1)) if step]
    return [
        (rung(step), "related" if abs(step) <= _RELATED_RUNGS else "unrelated")
        for step in write.some(others, n)
    ]


def around_one(
    write: QuestionWriter,
    n: int,
    members: Sequence[T],
    near: Callable[[T], Sequence[T]],
) -> list[T]:
    """So many things near one that may be the right one, or not.

    With `m` members the centre is one of them in `m` of `m + n` draws, else a thing near one; so
    each of all options is the centre as often.

    Parameters
    ----------
    write : QuestionWriter
    n : int
        Wanted, at most.
    members : sequence
        The options that there are, the right one first.
    near : callable
        What is near a thing; whatever is near another has that other near it, too.
    """
    centre = write.one(members)
    found: list[T] = []
    if write.number(1, len(members) + n) > len(members):
        beside = [each for each in near(centre) if each not in members]
        if not beside:
            return []
        centre = write.one(beside)
        found.append(centre)
    left = [each for each in near(centre) if each not in members]
    return [*found, *write.some(left, n - len(found))][:n]
