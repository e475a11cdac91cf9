"""The index of a tar, read once a machine, and the bytes of its members."""

import hashlib
from functools import lru_cache, partial
from typing import BinaryIO

from tools.errors import RefusedError
from tools.remote.access import Access
from tools.remote.fetch import fetch, read_part, state_of
from tools.remote.state import RemoteState
from tools.remote.tars import Member, TarIndex, from_bytes, read_index, to_bytes


def tar_index(tar: str, state: RemoteState, access: Access) -> TarIndex:
    """What is in a tar of this state; it is kept in the cache folder.

    Parameters
    ----------
    tar : str
        A path or URL.
    state : RemoteState
    access : Access

    Raises
    ------
    RefusedError
        ``bad_tar``, or as `fetch`.
    UnreachableError
        As `fetch`.
    """
    key = f"tar 1 {tar} {state.size_bytes} {state.mtime_ns}"
    name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32] + ".index"
    kept = access.cache.get_bytes(name)
    if kept is not None:
        return from_bytes(kept)
    index = read_index(partial(read_part, tar, access.hosts, state), state.size_bytes)
    access.cache.put_bytes(name, to_bytes(index))
    return index


def fetch_member(tar: str, name: str, sink: BinaryIO, access: Access) -> None:
    """Write a member of a tar into an empty file.

    Raises
    ------
    RefusedError
        ``missing``, ``too_large``, or as `fetch`.
    UnreachableError
        As `fetch`.
    """
    for is_last in (False, True):
        state, members = _members(tar, access)
        member = members.get(name)
        try:
            if member is None:
                raise RefusedError("missing", "the tar has no such member")
            span = (member.offset, member.offset + member.size_bytes)
            most = access.most_bytes
            fetch(tar, sink, access.hosts, expected=state, most_bytes=most, span=span)
            return
        except RefusedError as error:
            if is_last or error.reason == "too_large":
                raise
            _members.cache_clear()  # it was written anew since this process read its index
            sink.seek(0)
            sink.truncate()


@lru_cache(maxsize=8)
def _members(tar: str, access: Access) -> tuple[RemoteState, dict[str, Member]]:
    """State and members of a tar, as this process saw them first; of two by one name the first."""
    state = state_of(tar, access.hosts)
    index = tar_index(tar, state, access)
    return state, {each.name: each for each in reversed(index.members)}
