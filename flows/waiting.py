"""Wait for futures in such a way that Ctrl-C is heard."""

from collections.abc import Iterator, Mapping
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from prefect.futures import PrefectFuture

K = TypeVar("K")


def as_they_end(futures: Mapping[K, PrefectFuture[Any]]) -> Iterator[K]:
    """Keys of futures in the order in which they end.

    Awake every second: a signal wakes no sleeper.
    """
    ended: SimpleQueue[K] = SimpleQueue()
    for key, future in futures.items():
        future.add_done_callback(partial(_tell_end, ended, key))
    for _ in futures:
        while True:
            try:
                yield ended.get(timeout=1.0)
                break
            except Empty:
                continue


def _tell_end(ended: SimpleQueue[K], key: K, _: PrefectFuture[Any]) -> None:
    ended.put(key)
