"""A folder of bounded size for what was fetched; who was not used for longest goes first.

Several processes use it at once. A file has its name only when it is whole. Who uses a file holds a
shared lock on it, and only what nobody holds is removed; the kernel ends the locks of a process
that was killed. Nothing is flushed to the disk: a file that a loss of power damaged is found by its
checksum, and fetched again.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from tools.errors import UnreachableError

_UNFINISHED = ".part"
_YOUNG_S = 60.0
"""Ours: well beyond what passes between the making of a file and the lock on it."""
_SLACK = 128
"""Ours: all files are counted anew when a process has added this part of the bound since it last
did, and removed down to 7/8 of it: so 16 processes stay within the bound."""
_DIGEST_BYTES = 32
_added: dict[str, int] = {}


@dataclass(frozen=True)
class FileCache:
    """Files by name, in a folder that is made when it is first used.

    Attributes
    ----------
    folder : str
    most_bytes : int
        Of all files together, but for those in use, which stay.
    """

    folder: str
    most_bytes: int

    @contextmanager
    def held(self, name: str) -> Iterator[Path | None]:
        """A file, which stays as long as the block lasts; None if there is none."""
        path = self._path(name)
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            yield None
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            is_there = os.fstat(handle).st_nlink > 0
            if is_there:
                os.utime(handle, ns=(time.time_ns(), os.fstat(handle).st_mtime_ns))
            yield path if is_there else None
        finally:
            os.close(handle)

    @contextmanager
    def adding(self, write: Callable[[BinaryIO], str]) -> Iterator[tuple[str, Path]]:
        """Keep a file, which stays at least as long as the block lasts.

        Parameters
        ----------
        write : callable
            Writes it into a file that is empty, and gives its name.

        Yields
        ------
        name, path
            If there is a file of this name already, that one.

        Raises
        ------
        UnreachableError
            If the folder cannot be written.
        """
        unfinished = Path(self.folder) / f"{uuid4().hex}{_UNFINISHED}"
        with self._telling():
            Path(self.folder).mkdir(parents=True, exist_ok=True, mode=0o700)
            file = unfinished.open("x+b")
        with file:
            try:
                with self._telling():
                    fcntl.flock(file, fcntl.LOCK_EX)
                    name = write(file)
                    file.flush()
                path = self._path(name)
                while not self._name(unfinished, path):
                    with self.held(name) as other:
                        if other is not None:
                            yield name, other
                            return
            finally:
                unfinished.unlink(missing_ok=True)
            with self._telling():
                self._make_room(os.fstat(file.fileno()).st_size)
            fcntl.flock(file, fcntl.LOCK_SH)
            yield name, path

    def _name(self, unfinished: Path, path: Path) -> bool:
        """Give a file its name; False if there is another."""
        with self._telling():
            path.parent.mkdir(exist_ok=True)
            try:
                os.link(unfinished, path)
            except FileExistsError:
                return False
            return True

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except UnreachableError:
            raise
        except OSError as error:
            raise UnreachableError(f"{self.folder} cannot be written: {error}") from error

    def discard(self, name: str) -> None:
        """Remove a file that is not what its name says."""
        self._path(name).unlink(missing_ok=True)

    def get_bytes(self, name: str) -> bytes | None:
        """What `put_bytes` kept; None if there is nothing, or it was damaged since."""
        with self.held(name) as path:
            if path is None:
                return None
            data = path.read_bytes()
        digest, data = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if hashlib.sha256(data).digest() == digest:
            return data
        self.discard(name)
        return None

    def put_bytes(self, name: str, data: bytes) -> None:
        """Keep some bytes, with their checksum."""

        def write(file: BinaryIO) -> str:
            file.write(hashlib.sha256(data).digest() + data)
            return name

        with self.adding(write):
            pass

    def _path(self, name: str) -> Path:
        return Path(self.folder) / name[:2] / name

    def _make_room(self, n_bytes: int) -> None:
        """Remove what was not used for longest, if what this process added may be too much."""
        added = _added.get(self.folder, self.most_bytes) + n_bytes
        _added[self.folder] = added
        if added * _SLACK < self.most_bytes:
            return
        _added[self.folder] = 0
        found = sorted(_files(self.folder))
        total = sum(size for _, size, _ in found)
        if total <= self.most_bytes:
            return
        for _, size, path in found:
            if total <= self.most_bytes * 7 // 8:
                return
            if _remove_unused(path):
                total -= size


def _files(folder: str) -> Iterator[tuple[int, int, str]]:
    """When each file was last used, its bytes and its path; what killed processes left goes."""
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
                continue
            found = entry.stat(follow_symlinks=False)
            if not entry.name.endswith(_UNFINISHED):
                yield found.st_atime_ns, found.st_size, entry.path
            elif found.st_mtime < time.time() - _YOUNG_S:
                _remove_unused(entry.path)


def _remove_unused(path: str) -> bool:
    """Remove a file that nobody holds; whether it is gone."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    finally:
        os.close(handle)
    return True
