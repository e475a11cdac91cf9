"""Worker processes in which a crash or a hang of native code costs one item, not the run."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pebble import ProcessExpired
from pebble import ProcessPool as PebblePool

from tools.errors import RefusedError, StoppedError

T = TypeVar("T")
_PR_SET_PDEATHSIG = 1
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Failure:
    """An item that gave no result: refused, failed, crashed or timed out."""

    reason: str
    detail: str


class ProcessPool:
    """A warm pool of worker processes, one native thread each.

    Parameters
    ----------
    workers : int or None, optional
        Number of processes; by default one per core this process may use.

    Examples
    --------
    >>> with ProcessPool(workers=2) as pool:
    ...     for item, outcome in pool.map(measure, tracks, time_limit_s=60.0):
    ...         ...
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._open: set[Any] = set()
        self._pool = PebblePool(
            max_workers=self.workers,
            context=multiprocessing.get_context("forkserver"),
            initializer=_start_worker,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def stop(self) -> None:
        """End all work at once: who waits for a result gets a `StoppedError`."""
        self._pool.stop()
        for future in list(self._open):  # pebble leaves those who wait waiting
            future.cancel()

    def submit(
        self, function: Callable[[T], Any], item: T, *, time_limit_s: float
    ) -> "Future[Any | Failure]":
        """Call a function on one item in a worker; a future of its result or a `Failure`."""
        outcome: Future[Any | Failure] = Future()
        outcome.set_running_or_notify_cancel()

        def tell(work: Any) -> None:
            try:
                outcome.set_result(_outcome(work, time_limit_s))
            except BaseException as error:
                outcome.set_exception(error)

        self._schedule(function, item, time_limit_s).add_done_callback(tell)
        return outcome

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
        futures = [self._schedule(function, item, time_limit_s) for item in items]
        try:
            for item, future in zip(items, futures, strict=True):
                yield item, _outcome(future, time_limit_s)
        finally:
            for future in futures:
                future.cancel()

    def _schedule(self, function: Callable[[T], Any], item: T, time_limit_s: float) -> Any:
        try:
            future = self._pool.schedule(_call, args=[function, item], timeout=time_limit_s)
        except RuntimeError:
            raise StoppedError("stopped") from None
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future


def _start_worker() -> None:
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Decoders write to C's stderr, once per odd file; what matters comes back as a Failure.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if os.name == "posix" and hasattr(ctypes.CDLL(None), "prctl"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _call(function: Callable[[T], Any], item: T) -> Any | Failure:
    try:
        return function(item)
    except RefusedError as error:
        return Failure(error.reason, error.detail)
    except Exception as error:
        return Failure("failed", f"{type(error).__name__}: {error}")


def _outcome(future: Any, time_limit_s: float) -> Any | Failure:
    try:
        return future.result()
    except CancelledError:
        raise StoppedError("stopped") from None
    except TimeoutError:
        return Failure("timed_out", f"took longer than {time_limit_s:g} s")
    except ProcessExpired as error:
        return Failure("crashed", _how_it_ended(error.exitcode))


def _how_it_ended(exit_code: int) -> str:
    if exit_code >= 0:
        return f"the worker process exited with status {exit_code}"
    return f"the worker process was ended by {signal.Signals(-exit_code).name}"
