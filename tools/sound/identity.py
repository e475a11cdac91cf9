"""Which bytes a file holds: its track's id, and whether it is still the file that it was."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from schemas.ids import TRACK_ID_DIGITS
from tools.errors import RefusedError

FileState = tuple[int, int, int, int]
"""Device, inode, bytes and time of the last change in ns: another state may be another sound."""


def track_id_of(path: str | Path) -> str:
    """Id of a recording: the first 32 hex digits of the SHA-256 of its file's bytes.

    Raises
    ------
    RefusedError
        ``unreadable``.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:TRACK_ID_DIGITS]
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error


@contextmanager
def unchanged(path: str | Path) -> Iterator[None]:
    """Make sure that a file is the same, with the same bytes, at the end of a block.

    Raises
    ------
    RefusedError
        ``changed``, at the end, if it was written, replaced or removed. What is wrong with a file
        that is not there at the start, its reader says.
    """
    before = file_state(path)
    yield
    if before is not None and file_state(path) != before:
        raise RefusedError("changed", "the file was written while it was read; build again")


@contextmanager
def as_ingested(path: str | Path, track_id: str) -> Iterator[None]:
    """Make sure that a file holds the bytes that its id was made of, all through a block.

    Raises
    ------
    RefusedError
        ``unreadable`` or ``changed``, at the start or the end. What is wrong with a file that is
        gone, its reader says.
    """
    with unchanged(path):
        state = file_state(path)
        if state is not None and _track_id_of(str(path), state) != track_id:
            raise RefusedError("changed", "the file is not the one that was ingested; build again")
        yield


def is_track(path: str | Path, track_id: str) -> bool:
    """Whether a file holds the bytes that an id was made of; it is hashed once a process.

    Raises
    ------
    RefusedError
        ``unreadable``.
    """
    state = file_state(path)
    return state is not None and _track_id_of(str(path), state) == track_id


def file_size(path: str | Path) -> int:
    """Bytes of a regular file.

    Raises
    ------
    RefusedError
        ``missing``, ``unreadable``, ``not_a_file`` or ``empty_file``.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise RefusedError("missing", "there is no such file") from None
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("not_a_file", "a folder, pipe, socket or device")
    if status.st_size == 0:
        raise RefusedError("empty_file", "0 bytes")
    return status.st_size


def file_state(path: str | Path) -> FileState | None:
    """State of a file; None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=1024)
def _track_id_of(path: str, state: FileState) -> str:
    return track_id_of(path)
