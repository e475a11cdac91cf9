"""A process that calls functions, one at a time, behind a pipe of its own.

Nothing is shared with other workers, neither pipe nor lock, so its death at any moment harms none.
"""

import ctypes
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from tools.errors import RefusedError, UnreachableError

T = TypeVar("T")
ARRIVAL_LIMIT_S = 600.0
"""Until an item is unpacked, which imports its function: minutes on a disk that is out of reach,
so (ours) more than that is a worker that hangs."""
START_LIMIT_S = 30.0
"""A fork server that was killed refuses until the kernel has reaped it; then there is a new one.
Under load that takes a second or two; this is (ours) well beyond."""
_EXIT_LIMIT_S = 10.0
_PR_SET_PDEATHSIG = 1
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_CONTEXT = multiprocessing.get_context("forkserver")
_PROCESSES = threading.Lock()
"""Two threads that look after processes at once would take exit statuses from each other."""


@dataclass(frozen=True)
class Failure:
    """An item that gave no result: refused, failed, crashed or timed out."""

    reason: str
    detail: str


class WorkerDiedError(Exception):
    """The process ended before it gave a result; says how."""


class Worker:
    """A worker process with one native thread, which starts at once.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        with theirs:
            self._process = _start(theirs)

    def is_alive(self) -> bool:
        """Whether it waits for an item; to be asked of a worker that is idle."""
        return not self._pipe.poll()  # a process that is gone has closed its end

    def call(self, function: Callable[[T], Any], item: T, *, time_limit_s: float) -> Any | Failure:
        """Call a function on one item; its result, or what went wrong in it.

        Raises
        ------
        TimeoutError
            If it took longer, and in which part; the worker is to be killed.
        WorkerDiedError
            If the process ended.
        UnreachableError
            As the function raised it.
        """
        try:
            packed = pickle.dumps((function, item))
        except Exception as error:
            return _failed(error)
        try:
            self._pipe.send_bytes(packed)
            self._receive(ARRIVAL_LIMIT_S, "to arrive in its worker")
            answer = self._receive(time_limit_s, "")
        except TimeoutError:
            raise
        except (EOFError, OSError):
            raise WorkerDiedError(self._how_it_ended()) from None
        try:
            outcome = pickle.loads(answer)
        except Exception as error:
            return _failed(error)
        if isinstance(outcome, UnreachableError):
            raise outcome
        return outcome

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """End the process and give back what it held; nobody may be waiting for it."""
        self.kill()
        self._how_it_ended()
        self._pipe.close()

    def _receive(self, limit_s: float, what: str) -> bytes:
        if not wait([self._pipe, self._process.sentinel], limit_s):
            raise TimeoutError(f"took longer than {limit_s:g} s {what}".rstrip())
        if not self._pipe.poll():
            raise EOFError  # the process is gone, or who started it, and it with them
        return self._pipe.recv_bytes()

    def _how_it_ended(self) -> str:
        wait([self._process.sentinel], _EXIT_LIMIT_S)
        with _PROCESSES:
            exit_code = self._process.exitcode
        if exit_code is None:
            return "the worker process closed its pipe"
        if exit_code >= 0:
            return f"the worker process exited with status {exit_code}"
        return f"the worker process was ended by {signal.Signals(-exit_code).name}"


def _start(pipe: "Connection[Any, Any]") -> Any:
    end_s = time.monotonic() + START_LIMIT_S
    while True:
        process = _CONTEXT.Process(target=_serve, args=[pipe], name="worker")
        try:
            with _PROCESSES, _one_thread():
                process.start()
            return process
        except (EOFError, OSError) as error:
            if time.monotonic() > end_s:
                raise OSError(f"no worker process can be started: {error!r}") from error
        time.sleep(0.1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Environment of processes that are started; the fork server keeps that of the first.

    A worker imports our caller's script, and with it libraries that count the cores, before it
    runs anything of ours; and with two threads they add up in another order.
    """
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(pipe: "Connection[Any, Any]") -> None:
    _prepare()
    try:
        while True:
            work = _unpacked(pipe.recv_bytes())
            pipe.send_bytes(b"")  # the item has arrived: its time begins
            pipe.send_bytes(_packed(work()))
    except (EOFError, OSError):
        return  # nobody waits for a result any more


def _unpacked(packed: bytes) -> Callable[[], Any | Failure]:
    try:
        function, item = pickle.loads(packed)
    except Exception as error:
        return partial(_failed, error)
    return partial(_call, function, item)


def _call(function: Callable[[T], Any], item: T) -> Any | Failure:
    try:
        return function(item)
    except RefusedError as error:
        return Failure(error.reason, error.detail)
    except UnreachableError as error:
        return error
    except Exception as error:
        return _failed(error)


def _packed(outcome: Any | Failure) -> bytes:
    try:
        return pickle.dumps(outcome)
    except Exception as error:
        return pickle.dumps(_failed(error))


def _failed(error: Exception) -> Failure:
    return Failure("failed", f"{type(error).__name__}: {error}")


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Decoders write to C's stderr, once per odd file; what matters comes back as a Failure.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if os.name == "posix" and hasattr(ctypes.CDLL(None), "prctl"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
