"""Whether a file elsewhere is still the one that it was."""

import hashlib
from datetime import datetime
from typing import NamedTuple

_NS = 1_000_000_000


class RemoteState(NamedTuple):
    """Bytes of a file, and a number that is another one when it was written anew."""

    size_bytes: int
    mtime_ns: int
    """The whole second in which it was written; what is below a second is a digest of its ETag,
    since two objects may be written in one second and have the same size."""


def remote_state(size_bytes: int, modified_at: datetime | None, etag: str | None) -> RemoteState:
    """State of a file by what its server says of it."""
    second = 0 if modified_at is None else int(modified_at.timestamp())
    tag = (etag or "").removeprefix("W/").strip('"')  # Azure lists it without quotes
    mark = hashlib.sha256(tag.encode()).digest()
    return RemoteState(size_bytes, second * _NS + int.from_bytes(mark[:8], "big") % _NS)
