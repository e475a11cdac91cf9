"""Objects of buckets, read by obstore; credentials and endpoints come from the environment."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tools.errors import RefusedError, UnreachableError
from tools.remote.names import split_bucket
from tools.remote.state import RemoteState, remote_state

if TYPE_CHECKING:
    from obstore.store import ObjectStore

# Ours: pauses are drawn by chance, each up to three times the last; eight took 2 to 40 s in all.
_RETRIES: Any = {
    "max_retries": 8,
    "retry_timeout": timedelta(seconds=60),
    "backoff": {
        "base": 3,
        "init_backoff": timedelta(seconds=0.2),
        "max_backoff": timedelta(seconds=15),
    },
}
# Ours: at 5 Mbit/s a part arrives within obstore's limit of 30 s a request.
PART_BYTES = 16 << 20
_OF_CREDENTIALS = re.compile(
    "ExpiredToken|InvalidAccessKeyId|InvalidToken|RequestTimeTooSkewed|SignatureDoesNotMatch|"
    "TokenRefreshRequired"
)
"""Codes of S3 for a request that nothing is wrong with but who asks (API Reference, Errors)."""


def object_state(url: str) -> RemoteState:
    """Size and time of an object.

    Raises
    ------
    RefusedError
        ``missing`` or ``unreadable``.
    UnreachableError
        If the store does not answer, or does not know who asks.
    """
    import obstore

    bucket, key = split_bucket(url)
    with telling(url):
        return _state(obstore.head(_bucket(bucket), key))


def list_objects(url: str) -> Iterator[list[tuple[str, RemoteState]]]:
    """Objects below a prefix, some thousand at a time: keys relative to it, and their states.

    Raises
    ------
    RefusedError
        ``missing``, where there is no bucket; ``unreadable``.
    UnreachableError
        As `object_state`.
    """
    import obstore

    bucket, prefix = split_bucket(url)
    n_before = len(prefix) + 1 if prefix else 0
    with telling(url):
        for chunk in obstore.list(_bucket(bucket), prefix=prefix or None, chunk_size=1000):
            yield [(each["path"][n_before:], _state(each)) for each in chunk]


def read_object(url: str, start: int, end: int) -> tuple[RemoteState, Iterator[bytes]]:
    """Bytes of an object from `start` to before `end`, or to its end, and its state.

    Raises
    ------
    RefusedError
        ``missing`` or ``unreadable``; ``changed`` where it ends before `start`, or becomes another
        while it is read.
    UnreachableError
        As `object_state`.
    """
    state, first = _read_part(url, start, min(end, start + PART_BYTES))

    def parts() -> Iterator[bytes]:
        with telling(url):
            part = bytes(first.bytes())
        yield part
        at = start + len(part)
        while at < min(end, state.size_bytes):
            now, answer = _read_part(url, at, min(end, at + PART_BYTES))
            if now != state:
                raise RefusedError("changed", "the object was written while it was read")
            with telling(url):
                part = bytes(answer.bytes())
            yield part
            at += len(part)

    return state, parts()


def _read_part(url: str, start: int, end: int) -> tuple[RemoteState, Any]:
    import obstore

    bucket, key = split_bucket(url)
    with telling(url):
        answer = obstore.get(_bucket(bucket), key, options={"range": (start, end)})
        return _state(answer.meta), answer


def _state(meta: Any) -> RemoteState:
    return remote_state(meta["size"], meta["last_modified"], meta["e_tag"])


@lru_cache(maxsize=64)
def _bucket(url: str) -> "ObjectStore":
    from obstore.store import from_url

    return from_url(url, retry_config=_RETRIES)


@contextmanager
def telling(url: str) -> Iterator[None]:
    """Say of an object what is wrong with it, or that its store is out of reach."""
    from obstore import exceptions

    try:
        yield
    except FileNotFoundError as error:
        what = "bucket" if "NoSuchBucket" in str(error) else "object"
        raise RefusedError("missing", f"there is no such {what}") from error
    except ValueError as error:
        raise RefusedError("unreadable", _first_line(error)) from error
    except (PermissionError, exceptions.PermissionDeniedError) as error:
        if _OF_CREDENTIALS.search(str(error)):
            raise _unreachable(url, error) from error
        raise RefusedError("unreadable", "access is denied") from error
    except exceptions.InvalidPathError as error:
        detail = f"{_first_line(error)}: a key with `..` or `//` cannot be read, nor what is beside"
        raise RefusedError("unreadable", detail) from error
    except (exceptions.BaseError, OSError) as error:
        if isinstance(error, UnreachableError):
            raise
        if "NoSuchBucket" in str(error):
            raise RefusedError("missing", "there is no such bucket") from error
        if "416 Range Not Satisfiable" in str(error):
            raise RefusedError("changed", "the object is shorter than it was") from error
        raise _unreachable(url, error) from error


def _unreachable(url: str, error: Exception) -> UnreachableError:
    return UnreachableError(f"{split_bucket(url)[0]} cannot be read: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    line = str(error).splitlines()[0].split(": <?xml")[0]
    line = re.sub(r"(://[^\s?]*)\?\S+", r"\1", line)
    code = re.search(r"<Code>(\w+)</Code>", str(error))
    return f"{line} ({code[1]})" if code else line
