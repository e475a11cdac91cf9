"""Worker processes in which a crash or a hang of native code costs one item, not the run."""

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self, TypeVar

from tools.errors import StoppedError
from tools.worker import Failure, Worker, WorkerDiedError

__all__ = ["N_TRIES", "Failure", "ProcessPool"]

T = TypeVar("T")
N_TRIES = 2
"""An item whose worker died gets another: who ends two of them is at fault, not what ended one,
which may have been the kernel short of memory, or a person (ours)."""


class ProcessPool:
    """A warm pool of worker processes, one native thread each; each is driven by a thread here.

    Parameters
    ----------
    workers : int or None, optional
        Number of processes; by default one per core this process may use.
    n_tries : int, optional
        How many workers an item may end before it is at fault.

    Examples
    --------
    >>> with ProcessPool(workers=2) as pool:
    ...     for item, outcome in pool.map(measure, tracks, time_limit_s=60.0):
    ...         ...
    """

    def __init__(self, workers: int | None = None, *, n_tries: int = N_TRIES) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._n_tries = n_tries
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="worker")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._alive: set[Worker] = set()
        self._is_stopped = False
        weakref.finalize(self, _close_all, self._alive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None:
            self.stop()
        self._threads.shutdown()
        _close_all(self._alive)

    def stop(self) -> None:
        """End all work at once: who waits for a result gets a `StoppedError`."""
        with self._lock:
            self._is_stopped = True
            for worker in self._alive:
                worker.kill()
        self._threads.shutdown(wait=False)

    def submit(
        self, function: Callable[[T], Any], item: T, *, time_limit_s: float
    ) -> "Future[Any | Failure]":
        """Call a function on one item in a worker; a future of its result or a `Failure`."""
        try:
            return self._threads.submit(self._call, function, item, time_limit_s)
        except RuntimeError:
            raise StoppedError("stopped") from None

    def map(
        self, function: Callable[[T], Any], items: Iterable[T], *, time_limit_s: float
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Call a function on every item in the workers; safe to use from several threads.

        Parameters
        ----------
        function : callable
            Importable by the workers, as are its items and results.
        items : iterable
        time_limit_s : float
            An item that takes longer is killed with its worker.

        Yields
        ------
        item, outcome
            In the order of `items`; the outcome is the function's result or a `Failure`.
        """
        items = list(items)
        futures = [self.submit(function, item, time_limit_s=time_limit_s) for item in items]
        try:
            for item, future in zip(items, futures, strict=True):
                yield item, future.result()
        finally:
            for future in futures:
                future.cancel()

    def _call(self, function: Callable[[T], Any], item: T, time_limit_s: float) -> Any | Failure:
        how = ""
        for _ in range(self._n_tries):
            worker = self._worker()
            try:
                return worker.call(function, item, time_limit_s=time_limit_s)
            except TimeoutError as error:
                self._drop(worker)
                return Failure("timed_out", str(error))
            except WorkerDiedError as error:
                self._drop(worker)
                how = str(error)
        return Failure("crashed", how)

    def _worker(self) -> Worker:
        """The worker of this thread, or a new one where it has none or that one is gone."""
        if self._is_stopped:
            raise StoppedError("stopped")
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is not None and worker.is_alive():
            return worker
        if worker is not None:
            self._drop(worker)
        worker = self._own.worker = Worker()
        with self._lock:
            self._alive.add(worker)
            is_stopped = self._is_stopped
        if is_stopped:
            self._drop(worker)
        return worker

    def _drop(self, worker: Worker) -> None:
        self._own.worker = None
        with self._lock:
            self._alive.discard(worker)
            is_stopped = self._is_stopped
        worker.close()
        if is_stopped:
            raise StoppedError("stopped")


def _close_all(workers: set[Worker]) -> None:
    for worker in workers:
        worker.kill()
    while workers:
        workers.pop().close()
