"""An executor whose items are worked on by a whole cluster, batch by batch."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from tools.process_pool import Failure

T = TypeVar("T")
_ITEMS_PER_WORKER = 4
"""In a batch (ours): a task costs some milliseconds, and what it gives is held until it is used."""
_BATCHES_AHEAD = 2
"""For each that has room on the cluster at a time (ours)."""


class ClusterPool:
    """An `Executor`.

    Parameters
    ----------
    submit : callable
        ``submit(function, items, time_limit_s, n_workers)`` places a batch.
    wait : callable
        ``wait(work)`` gives the outcomes of what was placed.
    stop : callable
        Ends what is under way.
    n_workers : int
        Worker processes of a batch.
    n_cores : int
        Of the cluster.
    """

    def __init__(
        self,
        submit: Callable[..., Any],
        wait: Callable[[Any], Any],
        stop: Callable[[], None],
        n_workers: int,
        n_cores: int,
    ) -> None:
        self._submit, self._wait, self._stop = submit, wait, stop
        self._n_workers = n_workers
        self._most_ahead = _BATCHES_AHEAD * max(1, n_cores // n_workers)

    def map(
        self,
        function: Callable[[T], Any],
        items: Iterable[T],
        *,
        time_limit_s: float,
        about: Callable[[T], Hashable] | None = None,
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Results of a function on items, in order; see `ProcessPool.map`.

        `about` has no use here: items are about many things.
        """
        waiting, under_way = iter(items), deque[tuple[list[T], Any]]()
        while True:
            while len(under_way) < self._most_ahead:
                batch = list(islice(waiting, _ITEMS_PER_WORKER * self._n_workers))
                if not batch:
                    break
                work = self._submit(function, batch, time_limit_s, self._n_workers)
                under_way.append((batch, work))
            if not under_way:
                return
            batch, work = under_way.popleft()
            yield from zip(batch, self._wait(work), strict=True)

    def stop(self) -> None:
        """End all work at once."""
        self._stop()
