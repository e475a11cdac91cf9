"""Immutable objects on a local disk, in memory, or in object storage (obstore).

Nothing is ever overwritten: `put` of an existing path is refused, and that refusal is the only
lock the project needs. What was put is on the disk, or in the bucket, when `put` returns.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, S3Store, from_url

from schemas.location import check_location
from tools.durable import create, move_folder
from tools.errors import StoreError

__all__ = ["STAGING", "DamagedError", "MissingError", "Store", "StoreError", "StoredObject"]


class MissingError(StoreError, FileNotFoundError):
    """There is no such object."""


class DamagedError(StoreError):
    """An object is not as it was written; the message names it and the way out."""


STAGING = "staging"
UPLOADS = 4
"""Files on their way to an object store at once, each in memory."""


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

    Raises
    ------
    StoreError
        If it is no such location, and from every method if the store cannot be reached.
    """

    def __init__(self, location: str) -> None:
        try:
            check_location(location)
        except ValueError as error:
            raise StoreError(str(error)) from error
        self.location = location
        self._store: Any
        self.folder: Path | None = None
        if location == "memory://":
            self._store = MemoryStore()
        elif "://" in location and not location.startswith("file://"):
            with self._telling(location, "opened"):
                self._store = from_url(location)
        else:
            self.folder = Path(location.removeprefix("file://"))
            with self._telling("the folder", "opened"):
                self._store = LocalStore(self.folder, mkdir=True)

    def put(self, path: str, data: bytes) -> bool:
        """Write a new object at once or not at all.

        Returns
        -------
        bool
            Whether these very bytes stand there: False if something else did already, which is
            left as it is. A lost answer, after which a store refuses what it holds, is no refusal.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        try:
            return self._create(path, data) or self.get(path) == data
        except StoreError:
            with suppress(StoreError):
                if self.get(path) == data:
                    return True  # the object is there, its answer was lost
            raise

    def get(self, path: str) -> bytes:
        """Bytes of an object.

        Raises
        ------
        MissingError
            If there is none.
        """
        with self._telling(path, "read"):
            return bytes(obstore.get(self._store, path).bytes())

    def list(self, prefix: str) -> list[str]:
        """Paths below a prefix, sorted."""
        return sorted(entry.path for entry in self.entries(prefix))

    def entries(self, prefix: str) -> Iterator[StoredObject]:
        """Objects below a prefix, with their sizes and times, in no order."""
        with self._telling(prefix, "listed"):
            for chunk in obstore.list(self._store, prefix=prefix):
                for entry in chunk:
                    yield StoredObject(entry["path"], entry["size"], entry["last_modified"])

    def delete(self, path: str) -> None:
        """Remove an object that nothing refers to."""
        with self._telling(path, "deleted"):
            obstore.delete(self._store, path)

    def sign(self, path: str, for_s: float) -> str:
        """An address from which anybody can read an object for so many seconds.

        Raises
        ------
        StoreError
            If the store is none that signs: a folder, or memory.
        """
        if not isinstance(self._store, S3Store | GCSStore | AzureStore):
            raise StoreError(f"{self.location}: signs no addresses: it is no object store")
        with self._telling(path, "signed"):
            return obstore.sign(self._store, "GET", path, timedelta(seconds=for_s))

    def empty_folders(self, prefix: str, *, before: datetime) -> Iterator[str]:
        """Folders right below a prefix in which there is, and was made since, nothing but folders.

        Only local stores have folders.
        """
        if self.folder is None:
            return
        for top in (self.folder / prefix).glob("*/"):
            found = list(os.walk(top))
            youngest = max((os.stat(path).st_mtime for path, _, _ in found), default=0.0)
            if not any(files for _, _, files in found) and youngest <= before.timestamp():
                yield f"{prefix}/{top.name}"

    def remove_empty_folders(self, *prefixes: str) -> None:
        """Remove folders without files, from prefixes down."""
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
        with self._telling(STAGING, "written"):
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
                staged.chmod(0o755)  # mkdtemp's folders are for their owner alone
                move_folder(staged, target)
            except FileExistsError:
                return False
            except OSError as error:
                if target.exists():
                    return False
                raise StoreError(f"{self.location}: {prefix} cannot be written: {error}") from error
            return True
        paths = {
            path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()
        }

        left = set(self.list(prefix))

        def upload(path: str) -> bool:
            name, data = f"{prefix}/{path}", (staged / path).read_bytes()
            is_ours = self.put(name, data)
            if is_ours and name in left:  # of an interrupted upload: it must be young again
                with self._telling(name, "written"):
                    obstore.put(self._store, name, data, use_multipart=False)
            return is_ours

        with ThreadPoolExecutor(UPLOADS) as threads:
            is_ours = all(threads.map(upload, sorted(paths - {last})))
        return is_ours and upload(last)

    def _create(self, path: str, data: bytes) -> bool:
        """Write an object if there is none; whether it is new."""
        try:
            with self._telling(path, "written"):
                if self.folder is None:
                    obstore.put(self._store, path, data, mode="create", use_multipart=False)
                    return True
                if not self.folder.is_dir():
                    raise FileNotFoundError
                return create(self.folder / path, data, aside=self.folder / STAGING)
        except AlreadyExistsError:
            return False
        except MissingError as error:
            what = "no bucket" if self.folder is None else "the store is gone"
            raise StoreError(f"{self.location}: {path} cannot be written: {what}") from error

    @contextmanager
    def _telling(self, path: str, done: str) -> Iterator[None]:
        try:
            yield
        except (AlreadyExistsError, StoreError):
            raise
        except FileNotFoundError as error:
            raise MissingError(f"{self.location}: {path} is missing") from error
        except (BaseError, OSError) as error:
            reason = _first_line(str(error))
            raise StoreError(f"{self.location}: {path} cannot be {done}: {reason}") from error


def _first_line(message: str) -> str:
    """What went wrong, without secrets in URLs and obstore's notes for debugging."""
    line = re.sub(r"(://[^\s?]*)\?\S+", r"\1", message.splitlines()[0].split(": <?xml")[0])
    line = re.sub(r"://[^\s/@]*@", "://", line)
    code = re.search(r"<Code>(\w+)</Code>", message)
    return f"{line} ({code[1]})" if code else line
