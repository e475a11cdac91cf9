"""Bytes of a file wherever it lies: a part of it, or all of them into a file here."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from tools.errors import RefusedError, UnreachableError
from tools.remote.names import BUCKETS, WEB, scheme_of
from tools.remote.objects import object_state, read_object
from tools.remote.state import RemoteState
from tools.remote.web import reading_web, web_state

_N_TRIES = 3
"""Ours: of a whole file whose bytes stopped on their way. Requests are tried again on their own."""
_PART_BYTES = 1 << 20


def state_of(name: str, hosts: Sequence[str]) -> RemoteState:
    """Size and time of a file: a path, or a URL.

    Parameters
    ----------
    name : str
    hosts : sequence of str
        Of the web, that may be read.

    Raises
    ------
    RefusedError
        ``missing``, ``unreadable``, ``host_not_allowed``, ``not_local`` for another scheme.
    UnreachableError
        If who has it does not answer.
    """
    scheme = scheme_of(name)
    if scheme is None:
        with _telling():
            found = os.stat(name)
        return RemoteState(found.st_size, found.st_mtime_ns)
    if scheme in BUCKETS:
        return object_state(name)
    if scheme in WEB:
        return web_state(name, hosts)
    raise RefusedError("not_local", f"{scheme}:// is not read: fetch the file and name its path")


def fetch(
    name: str,
    sink: BinaryIO,
    hosts: Sequence[str],
    *,
    expected: RemoteState | None = None,
    most_bytes: int,
    span: tuple[int, int] | None = None,
) -> None:
    """Write a file, or its bytes from ``span[0]`` to before ``span[1]``, into another.

    Parameters
    ----------
    name : str
        A path or URL.
    sink : binary file
        Empty.
    hosts : sequence of str
    expected : RemoteState, optional
        What the file is to be still.
    most_bytes : int
        Of the whole file, or of the span.
    span : (int, int), optional

    Raises
    ------
    RefusedError
        As `state_of`; ``changed``, ``too_large``.
    UnreachableError
        As `state_of`.
    """
    for n_left in reversed(range(_N_TRIES)):
        try:
            _fetch(name, sink, hosts, expected, most_bytes, span)
            return
        except UnreachableError:
            if not n_left or not sink.tell():  # not a byte came: it was tried often enough
                raise
            sink.seek(0)
            sink.truncate()


def _fetch(
    name: str,
    sink: BinaryIO,
    hosts: Sequence[str],
    expected: RemoteState | None,
    most_bytes: int,
    span: tuple[int, int] | None,
) -> None:
    with _reading(name, hosts, span) as (state, parts):
        if expected is not None and state != expected:
            raise RefusedError("changed", "the file is not the one that was listed; build again")
        n_bytes = state.size_bytes if span is None else span[1] - span[0]
        if n_bytes > most_bytes:
            raise RefusedError("too_large", f"{n_bytes} bytes, of which {most_bytes} are let in")
        for part in parts:
            if sink.tell() + len(part) > n_bytes:
                raise RefusedError("unreadable", "more bytes came than the server said")
            try:
                sink.write(part)
            except OSError as error:
                raise UnreachableError(f"what is fetched cannot be kept: {error}") from error
    if sink.tell() != n_bytes:
        raise UnreachableError(f"{name.partition('?')[0]}: {sink.tell()} of {n_bytes} bytes came")


def read_part(
    name: str, hosts: Sequence[str], expected: RemoteState, start: int, end: int
) -> bytes:
    """Bytes of a file that is as expected, from `start` to before `end`, or to its end.

    Raises
    ------
    RefusedError, UnreachableError
        As `fetch`.
    """
    with _reading(name, hosts, (start, min(end, expected.size_bytes))) as (state, parts):
        if state != expected:
            raise RefusedError("changed", "the file was written while it was read")
        return b"".join(parts)


@contextmanager
def _reading(
    name: str, hosts: Sequence[str], span: tuple[int, int] | None
) -> Iterator[tuple[RemoteState, Iterator[bytes]]]:
    scheme = scheme_of(name)
    if scheme in BUCKETS:
        yield read_object(name, *(span or (0, 1 << 62)))
    elif scheme in WEB:
        with reading_web(name, hosts, *(span or ())) as found:
            yield found
    else:
        with _telling(), open(name, "rb") as file:
            status = os.fstat(file.fileno())
            start, end = span or (0, status.st_size)
            file.seek(start)
            yield RemoteState(status.st_size, status.st_mtime_ns), _parts(file, end - start)


def _parts(file: BinaryIO, n_bytes: int) -> Iterator[bytes]:
    while n_bytes > 0 and (part := file.read(min(n_bytes, _PART_BYTES))):
        n_bytes -= len(part)
        yield part


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except UnreachableError:
        raise
    except FileNotFoundError:
        raise RefusedError("missing", "there is no such file") from None
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error
