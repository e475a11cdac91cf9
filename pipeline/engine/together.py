"""Ask about several things in one request; what its answer leaves out is asked again alone."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel

from pipeline.engine.ask import ask
from pipeline.engine.stage import ModelRequest, StageContext
from schemas.ids import request_id
from schemas.provenance import Rejection
from tools.chat.request import Answer


class HasRowId(Protocol):
    """Something that is asked about."""

    @property
    def row_id(self) -> str:
        """The id under which an answer's reader gives what became of it."""
        ...


class HasLabel(Protocol):
    """What an answer gives for one item."""

    @property
    def id(self) -> str:
        """The item's label."""
        ...


Asked = TypeVar("Asked", bound=HasRowId)
Labelled = TypeVar("Labelled", bound=HasLabel)
T = TypeVar("T")


def grouped(
    items: Iterable[Asked], alike: Callable[[Asked], Hashable], most: int
) -> list[list[Asked]]:
    """Items that can be asked about together, in groups of nearly equal size.

    Parameters
    ----------
    items : iterable
    alike : callable
        ``alike(item)`` is equal for those that hear the same.
    most : int
        Of a group.

    Examples
    --------
    >>> [len(group) for group in grouped(range(9), lambda _: 0, 4)]
    [3, 3, 3]
    """
    together: dict[Hashable, list[Asked]] = {}
    for item in items:
        together.setdefault(alike(item), []).append(item)
    return [
        group[len(group) * k // n : len(group) * (k + 1) // n]
        for group in together.values()
        for n in [-(-len(group) // most)]
        for k in range(n)
    ]


def label(place: int) -> str:
    """What the item at a place, from 1, is called in a request and its answer."""
    return f"n{place}"


def group_id(group: Sequence[HasRowId]) -> str:
    """Id of the request about a group; of a single item its own."""
    first = group[0].row_id
    return first if len(group) == 1 else request_id(first, f"with-{len(group) - 1}-more")


def by_label(group: Sequence[Asked], given: Iterable[Labelled]) -> list[tuple[Asked, Labelled]]:
    """Items with what an answer gives under their labels; what it gives twice, it does not say."""
    found: dict[str, list[Labelled]] = {}
    for each in given:
        found.setdefault(each.id, []).append(each)
    labelled = ((item, found.get(label(place), [])) for place, item in enumerate(group, 1))
    return [(item, each[0]) for item, each in labelled if len(each) == 1]


def left_out(group: Sequence[HasRowId], answer: Answer) -> Rejection:
    """What becomes of a group of which an answer says nothing."""
    assert isinstance(answer.value, BaseModel)
    labels = ", ".join(label(place) for place in range(1, len(group) + 1))
    return Rejection(
        row_id=group_id(group),
        reason="left_out",
        detail=f"the answer gives nothing, or several, under {labels}",
        raw=answer.value.model_dump_json(),
    )


def ask_together(
    groups: Sequence[Sequence[Asked]],
    to_request: Callable[[Sequence[Asked]], ModelRequest[T]],
    context: StageContext,
    *,
    n_tracks: int | None = None,
) -> dict[str, T | Rejection]:
    """What became of items.

    Parameters
    ----------
    groups : sequence of sequence
        Of items that are asked about in one request.
    to_request : callable
        ``to_request(group)`` is the request; its `read` gives, by `row_id`, what became of the
        items that the answer is about, and of a single item always something.
    context : StageContext
    n_tracks : int, optional
        As for `ask`.

    Returns
    -------
    dict
        By `row_id`, in the order of the items; those of roles that are not configured are left
        out.
    """
    made = ask([to_request(group) for group in groups], context, n_tracks=n_tracks)
    left_out = [
        [item] for group in groups if len(group) > 1 for item in group if item.row_id not in made
    ]
    made |= ask([to_request(alone) for alone in left_out], context)
    ids = [item.row_id for group in groups for item in group]
    return {row_id: made[row_id] for row_id in ids if row_id in made}
