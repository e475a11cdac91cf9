"""Worker processes in which a crash or a hang of native code costs one item, not the run."""

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
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
        self._queue = _Queue()
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
        self,
        function: Callable[[T], Any],
        item: T,
        *,
        time_limit_s: float,
        about: Hashable | None = None,
    ) -> "Future[Any | Failure]":
        """Call a function on one item in a worker; a future of its result or a `Failure`."""
        work = _Work(partial(self._call, function, item, time_limit_s))
        self._queue.put(work, about)
        try:
            self._threads.submit(self._do_next)
        except RuntimeError:
            raise StoppedError("stopped") from None
        return work.future

    def map(
        self,
        function: Callable[[T], Any],
        items: Iterable[T],
        *,
        time_limit_s: float,
        about: Callable[[T], Hashable] | None = None,
    ) -> Iterator[tuple[T, Any | Failure]]:
        """Call a function on every item in the workers; safe to use from several threads.

        Parameters
        ----------
        function : callable
            Importable by the workers, as are its items and results.
        items : iterable
        time_limit_s : float
            An item that takes longer is killed with its worker.
        about : callable, optional
            ``about(item)`` says what it is about, e.g. a file: a worker takes items about the same
            thing one after another, whoever submits them, so that it can keep what it made of it.

        Yields
        ------
        item, outcome
            In the order of `items`; the outcome is the function's result or a `Failure`.
        """
        items = list(items)
        futures = [
            self.submit(
                function,
                item,
                time_limit_s=time_limit_s,
                about=None if about is None else about(item),
            )
            for item in items
        ]
        try:
            for item, future in zip(items, futures, strict=True):
                yield item, future.result()
        finally:
            for future in futures:
                future.cancel()

    def _do_next(self) -> None:
        """Take one item: about the same as the last one of this thread, or else the oldest."""
        work, self._own.about = self._queue.take(getattr(self._own, "about", None))
        if not work.future.set_running_or_notify_cancel():
            return
        try:
            outcome = work.call()
        except BaseException as error:
            work.future.set_exception(error)
        else:
            work.future.set_result(outcome)

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


class _Work:
    """A call that waits for a worker, and the future of its outcome."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.call = call
        self.future: Future[Any] = Future()


class _Queue:
    """Calls in the order in which they came, those about the same thing together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, deque[_Work]] = {}
        self._at_work: dict[int, Hashable] = {}

    def put(self, work: _Work, about: Hashable | None) -> None:
        with self._lock:
            self._waiting.setdefault(work if about is None else about, deque()).append(work)

    def take(self, about: Hashable | None) -> tuple[_Work, Hashable]:
        """The first call about this, or else the oldest about what no other thread is at."""
        with self._lock:
            found = about
            if about not in self._waiting:
                self._at_work.pop(threading.get_ident(), None)
                taken = set(self._at_work.values())
                free = (each for each in self._waiting if each not in taken)
                found = next(free, next(iter(self._waiting)))
            self._at_work[threading.get_ident()] = found
            calls = self._waiting[found]
            work = calls.popleft()
            if not calls:
                del self._waiting[found]
            return work, found


def _close_all(workers: set[Worker]) -> None:
    for worker in workers:
        worker.kill()
    while workers:
        workers.pop().close()
