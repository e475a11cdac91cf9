"""Immutable objects on a local disk, in memory, or in object storage (obstore).

Nothing is ever overwritten: `put` of an existing path is refused, and that refusal is the only
lock the project needs.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, from_url


class StoreError(OSError):
    """The store cannot be read or written, e.g. the disk is full or the network is down."""


STAGING = "staging"


@dataclass(frozen=True)
class StoredObject:
    """An object, its size, and when it was written."""

    path: str
    size_bytes: int
    modified_at: datetime


class Store:
    """A folder of immutable objects.

    Parameters
    ----------
    location : str
        A local folder (made if missing), ``memory://``, or an object store's URL such as
        ``s3://bucket/prefix`` (credentials come from the environment).
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._store: Any
        self.folder: Path | None = None
        if location == "memory://":
            self._store = MemoryStore()
        elif "://" in location and not location.startswith("file://"):
            self._store = from_url(location)
        else:
            self.folder = Path(location.removeprefix("file://"))
            self._store = LocalStore(self.folder, mkdir=True)

    def put(self, path: str, data: bytes) -> bool:
        """Write a new object at once or not at all.

        Returns
        -------
        bool
            False if the path exists already; the object there is left as it is.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        try:
            obstore.put(self._store, path, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        except BaseError as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"{self.location}: {path} cannot be written: {reason}") from error
        return True

    def get(self, path: str) -> bytes:
        """Bytes of an object.

        Raises
        ------
        FileNotFoundError
            If there is none.
        """
        return bytes(obstore.get(self._store, path).bytes())

    def list(self, prefix: str) -> list[str]:
        """Paths below a prefix, sorted."""
        found = obstore.list(self._store, prefix=prefix)
        return sorted(entry["path"] for chunk in found for entry in chunk)

    def entries(self, prefix: str) -> Iterator[StoredObject]:
        """Objects below a prefix, with their sizes and times, in no order."""
        for chunk in obstore.list(self._store, prefix=prefix):
            for entry in chunk:
                yield StoredObject(entry["path"], entry["size"], entry["last_modified"])

    def delete(self, path: str) -> None:
        """Remove an object that nothing refers to."""
        obstore.delete(self._store, path)

    def remove_empty_folders(self, *prefixes: str) -> None:
        """Remove folders without files; only local stores have folders."""
        if self.folder is None:
            return
        for prefix in prefixes:
            for path, _, _ in os.walk(self.folder / prefix, topdown=False):
                with suppress(OSError):
                    os.rmdir(path)

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A local folder to write into what `publish` will move to its place; removed at the end.

        In a store that is a folder it is in ``staging/``, so that nothing has to be copied.
        """
        parent = None if self.folder is None else self.folder / STAGING
        if parent is not None:
            parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, staged: Path, prefix: str, last: str) -> bool:
        """Move all files of a staged folder below a prefix, which must be free.

        Parameters
        ----------
        staged : Path
            From `staging`.
        prefix : str
        last : str
            The file by which readers know that the folder is whole. In a store that is a folder
            all appear at once; elsewhere this one appears last.

        Returns
        -------
        bool
            False if there is something else below the prefix.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        if self.folder is not None:
            target = self.folder / prefix
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.chmod(0o755)  # mkdtemp's folders are for their owner alone
                os.rename(staged, target)
            except FileExistsError:
                return False
            except OSError as error:
                if target.exists():
                    return False
                raise StoreError(f"{self.location}: {prefix} cannot be written: {error}") from error
            return True
        paths = [
            path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()
        ]
        for path in [*sorted(set(paths) - {last}), last]:
            data = (staged / path).read_bytes()
            if not self.put(f"{prefix}/{path}", data) and self.get(f"{prefix}/{path}") != data:
                return False
        return True
