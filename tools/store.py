"""Immutable objects on a local disk, in memory, or in object storage (obstore).

Nothing is ever overwritten: `put` of an existing path is refused, and that refusal is the only
lock the project needs.
"""

from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, from_url


class StoreError(OSError):
    """The store cannot be read or written, e.g. the disk is full or the network is down."""


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
        if location == "memory://":
            self._store = MemoryStore()
        elif "://" in location and not location.startswith("file://"):
            self._store = from_url(location)
        else:
            folder = Path(location.removeprefix("file://"))
            self._store = LocalStore(folder, mkdir=True)

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
