"""Files on the web, of listed hosts only: redirects too, and no address of a private network."""

import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urljoin

from tools.errors import RefusedError, UnreachableError
from tools.remote.hosts import require_listed, require_public
from tools.remote.state import RemoteState, remote_state

_N_TRIES = 5
_FIRST_PAUSE_S = 0.2
"""Ours, doubled each time: faults of three seconds pass."""
_LIMIT_S = 30.0
"""Ours: for a connection, and for the next bytes of an answer."""
_MOST_REDIRECTS = 5
_PART_BYTES = 1 << 20
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_NO_HEAD = (405, 501)
_GONE = (404, 410)
_FAULTS = (OSError, HTTPException)


def web_state(url: str, hosts: Sequence[str]) -> RemoteState:
    """Size and time of a file on the web.

    Raises
    ------
    RefusedError
        ``missing``, ``unreadable``, or ``host_not_allowed``.
    UnreachableError
        If the server does not answer, or says that it cannot.
    """
    with _answer("HEAD", url, hosts, {}) as answer:
        if answer.status not in _NO_HEAD:
            return _state(answer)
    with _answer("GET", url, hosts, {}) as answer:
        return _state(answer)


@contextmanager
def reading_web(
    url: str, hosts: Sequence[str], start: int = 0, end: int | None = None
) -> Iterator[tuple[RemoteState, Iterator[bytes]]]:
    """State and bytes of a file on the web, from `start` to before `end`.

    Raises
    ------
    RefusedError
        As `web_state`; ``unreadable`` where a part is wanted and the server gives no parts.
    UnreachableError
        As `web_state`, and if the connection breaks while the bytes are read.
    """
    is_part = bool(start) or end is not None
    last = "" if end is None else end - 1
    headers = {"Range": f"bytes={start}-{last}"} if is_part else {}
    with _answer("GET", url, hosts, headers) as answer:
        if is_part and answer.status == 416:
            raise RefusedError("changed", "the file is shorter than it was")
        if is_part and answer.status == 200:
            raise RefusedError("unreadable", "the server gives no parts of files (Range)")
        state = _state(answer)
        with _telling(url):
            yield state, iter(lambda: answer.read(_PART_BYTES), b"")


@contextmanager
def _answer(
    method: str, url: str, hosts: Sequence[str], headers: dict[str, str]
) -> Iterator[HTTPResponse]:
    for _ in range(_MOST_REDIRECTS + 1):
        connection, answer = _asked(method, url, hosts, headers)
        try:
            where = answer.getheader("Location")
            if answer.status not in _REDIRECTS or where is None:
                yield answer
                return
        finally:
            connection.close()
        if url.lower().startswith("https:") and where.lower().startswith("http:"):
            raise RefusedError("unreadable", "the server sends on to plain HTTP")
        url = urljoin(url, where)
    raise RefusedError("unreadable", f"more than {_MOST_REDIRECTS} redirects")


def _asked(
    method: str, url: str, hosts: Sequence[str], headers: dict[str, str]
) -> tuple[HTTPConnection, HTTPResponse]:
    """The answer to a request, tried again while what is wrong may pass."""
    parts = require_listed(url, hosts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for number in range(_N_TRIES):
        if number:
            time.sleep(_FIRST_PAUSE_S * 2 ** (number - 1))
        connection = _connection(parts.scheme.lower(), str(parts.hostname), parts.port)
        try:
            connection.connect()
            require_public(connection.sock.getpeername()[0], str(parts.hostname), hosts)
            connection.request(method, target, headers={"Accept-Encoding": "identity", **headers})
            answer = connection.getresponse()
        except ValueError as error:  # a control character or a letter that no URL holds
            connection.close()
            raise RefusedError("unreadable", f"it is no URL of the web: {error}") from error
        except _FAULTS as error:
            connection.close()
            why = str(error) or type(error).__name__
        except RefusedError:
            connection.close()
            raise
        else:
            if answer.status not in _PASSING:
                return connection, answer
            connection.close()
            why = f"{answer.status} {answer.reason}"
    raise UnreachableError(f"{_shown(url)} cannot be read: {why} ({_N_TRIES} tries)")


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=_LIMIT_S)
    return HTTPSConnection(host, port, timeout=_LIMIT_S, context=ssl.create_default_context())


def _state(answer: HTTPResponse) -> RemoteState:
    if answer.status in _GONE:
        raise RefusedError("missing", f"{answer.status} {answer.reason}")
    if answer.status not in (200, 206):
        raise RefusedError("unreadable", f"{answer.status} {answer.reason}")
    total = re.fullmatch(r"bytes \d+-\d+/(\d+)", answer.getheader("Content-Range") or "")
    size = total[1] if total else answer.getheader("Content-Length") or ""
    if not size.isdigit():
        raise RefusedError("unreadable", "the server does not say how large the file is")
    modified = None
    with suppress(TypeError, ValueError):
        modified = parsedate_to_datetime(answer.getheader("Last-Modified") or "")
    # Servers behind one name give one file one time, but each its own ETag.
    return remote_state(int(size), modified, None if modified else answer.getheader("ETag"))


@contextmanager
def _telling(url: str) -> Iterator[None]:
    try:
        yield
    except UnreachableError:
        raise
    except _FAULTS as error:
        why = str(error) or type(error).__name__
        raise UnreachableError(f"{_shown(url)} cannot be read: {why}") from error


def _shown(url: str) -> str:
    """A URL without its query, which may hold a signature."""
    return url.partition("?")[0]
