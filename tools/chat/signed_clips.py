"""Clips in an object store, for servers that fetch them from signed addresses."""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from uuid import uuid4

from tools.store import STAGING, Store, StoreError

READABLE_S = 3600.0
"""Ours: addresses are signed anew for each request, so it is the longest a server may queue one."""
_SIGNATURE = re.compile(
    r"\?[^\s\"'<>]*(?:X-Amz-Signature|X-Goog-Signature|[?&]sig)=[^\s\"'<>]*", re.IGNORECASE
)
"""The query of an address that S3, Google or Azure signed."""


class SignedClips:
    """The clips of one build, under a prefix of its own.

    Parameters
    ----------
    store : Store
        An object store.
    readable_s : float, optional
        How long an address can be read. When no address to a clip can be read any more, it is
        deleted; what a killed build leaves is old staging, which `release vacuum` removes.
    """

    def __init__(self, store: Store, readable_s: float = READABLE_S) -> None:
        self._store, self._readable_s = store, readable_s
        self._prefix = f"{STAGING}/clips-{uuid4().hex}"
        self._until_s: OrderedDict[Hashable, tuple[str, float]] = OrderedDict()
        self._n_put = 0

    def address(self, key: Hashable) -> str | None:
        """Whence a clip can be read from now on; None if it is not there."""
        if key not in self._until_s:
            return None
        path, _ = self._until_s.pop(key)
        self._until_s[key] = path, time.monotonic() + self._readable_s
        return self._store.sign(path, self._readable_s)

    async def put(self, key: Hashable, data: bytes, suffix: str) -> None:
        """Write a clip, and delete those that nobody can read any more.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        await self._remove(before_s=time.monotonic())
        self._n_put += 1
        path = f"{self._prefix}/{self._n_put}.{suffix}"
        await asyncio.to_thread(self._store.put, path, data)
        self._until_s[key] = path, time.monotonic() + self._readable_s

    async def close(self) -> None:
        """Delete them all."""
        await self._remove(before_s=float("inf"))

    async def _remove(self, before_s: float) -> None:
        while self._until_s:
            path, until_s = next(iter(self._until_s.values()))
            if until_s > before_s:
                return
            self._until_s.popitem(last=False)
            with suppress(StoreError):  # it costs its storage until `release vacuum`
                await asyncio.to_thread(self._store.delete, path)


def without_signatures(text: str) -> str:
    """A server's words, of which no address can be read by who finds them.

    Examples
    --------
    >>> without_signatures("GET https://s/a.ogg?X-Amz-Date=1&X-Amz-Signature=ab failed")
    'GET https://s/a.ogg?[signed] failed'
    """
    return _SIGNATURE.sub("?[signed]", text)
