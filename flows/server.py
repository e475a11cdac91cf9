"""Which Prefect server a run is recorded on, and that it is up before anything depends on it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

from flows.display import loudness

_STARTUP_LIMIT_S = 300
"""For a temporary server; ours: on 2 busy cores its first start took 60 s, 20 is Prefect's."""
_ANSWER_LIMIT_S = 60.0
"""For a server that is up, but busy."""
_SECONDS_BETWEEN_SIGNS = 15.0
_QUIET = {
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(_STARTUP_LIMIT_S),
}


class ServerError(RuntimeError):
    """The Prefect server cannot be reached, or does not start."""


def quiet_prefect() -> None:
    """Keep Prefect's own lines off the terminal; the UI still gets them.

    Works only before Prefect is imported; a user's own settings win.
    """
    for name, value in _QUIET.items():
        if not (loudness.is_verbose and name.startswith("PREFECT_LOGGING_HANDLERS")):
            os.environ.setdefault(name, value)


def describe_server() -> str:
    """The server's address without credentials, or what happens without one."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME

    url = PREFECT_API_URL.value()
    if url:
        return f"server at {_shown(url)}"
    return (
        f"no PREFECT_API_URL, so a temporary server for this run; it writes to "
        f"{PREFECT_HOME.value()}, and `prefect server start` shows the run afterwards"
    )


def is_temporary() -> bool:
    """Whether a server would be started for a run, and end with it."""
    from prefect.settings import PREFECT_API_URL

    return not PREFECT_API_URL.value()


def server_answers(*, limit_s: float = 5.0) -> bool:
    """Whether the configured server is up; true where a temporary one would be started."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    url = PREFECT_API_URL.value()
    if not url:
        return True
    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=limit_s).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


class LostServerError(ServerError):
    """The Prefect server was lost: what its clients still have to tell it, nobody will hear."""


@contextmanager
def prefect_server(tell: Callable[[str], None]) -> Iterator[None]:
    """A server for what is done inside: the configured one, or a temporary one that is started.

    Parameters
    ----------
    tell : callable
        Called with a line of what happens, where that takes time.

    Raises
    ------
    ServerError
        If the configured one does not answer, or the temporary one does not come up.
    LostServerError
        If it is lost.
    """
    _require_server(tell)
    try:
        yield
    except Exception as error:
        lost = _lost_server(error)
        if lost is None:
            raise
        raise lost from None


def _require_server(tell: Callable[[str], None]) -> None:
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_ENABLED

    url = PREFECT_API_URL.value()
    if url and not server_answers(limit_s=_ANSWER_LIMIT_S):
        raise ServerError(
            f"the Prefect server at {_shown(url)} does not answer: start it (`prefect server "
            "start`), or unset PREFECT_API_URL for a temporary one"
        )
    if not url and not PREFECT_SERVER_EPHEMERAL_ENABLED.value():
        raise ServerError(
            "there is no PREFECT_API_URL, and PREFECT_SERVER_EPHEMERAL_ENABLED forbids a temporary "
            "server: run one (`prefect server start`) and set PREFECT_API_URL"
        )
    if not url:
        _start_temporary(tell)


def _lost_server(error: Exception) -> LostServerError | None:
    """What an error that ended a run says of the server; None if it is about something else."""
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PrefectHTTPStatusError) and seen.response.status_code == 401:
            return LostServerError(
                f"{describe_server()} lets nobody in without its password: set "
                "PREFECT_API_AUTH_STRING=NAME:PASSWORD"
            )
        if isinstance(seen, httpx.TransportError | PrefectHTTPStatusError):
            words = (str(seen) or type(seen).__name__).splitlines()[0]
            return LostServerError(
                f"the Prefect server was lost ({describe_server()}): {words}. What is committed "
                "is kept: run again when it is back"
            )
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return None


def _start_temporary(tell: Callable[[str], None]) -> None:
    """Start Prefect's temporary server, which all of its clients then find.

    In a thread: Prefect's own limit counts no seconds in which it starts a broken server anew.
    """
    errors: list[Exception] = []

    def start() -> None:
        try:
            _come_up(start_s + limit_s)
        except Exception as error:
            errors.append(error)

    start_s, limit_s = time.monotonic(), _limit_s()
    starting = Thread(target=start, daemon=True)
    starting.start()
    while starting.is_alive():
        left_s = start_s + limit_s - time.monotonic()
        if left_s <= 0:
            raise _not_up(f"not in {limit_s:g} s.")
        starting.join(min(left_s, _SECONDS_BETWEEN_SIGNS))
        if starting.is_alive():
            waited_s = time.monotonic() - start_s
            if waited_s < 2 * _SECONDS_BETWEEN_SIGNS:  # one that is damaged never starts
                _require_whole_database()
            tell(f"the temporary Prefect server is still starting ({waited_s:.0f} s)")
    if errors:
        _require_whole_database()
        raise _not_up((str(errors[0]) or type(errors[0]).__name__).splitlines()[0])


def _require_whole_database() -> None:
    """Tell of a database that is damaged, which Prefect's server only logs."""
    from flows.prefect_database import damage_of, database_file

    path = database_file()
    if path is not None and (words := damage_of(path)) is not None:
        raise ServerError(words)


def _not_up(words: str) -> ServerError:
    return ServerError(
        f"the temporary Prefect server did not come up: {words} Run again, or wait longer "
        "(PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS), or run one yourself (`prefect server "
        "start`) and set PREFECT_API_URL"
    )


def _come_up(deadline_s: float) -> None:
    import httpx
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()
    try:
        server.start()
    except httpx.TimeoutException:
        # It listens, but is too busy to answer in 5 s, which Prefect takes for a failure.
        while True:
            try:
                httpx.get(f"{server.api_url}/health", timeout=5.0).raise_for_status()
                break
            except httpx.HTTPError as error:
                if time.monotonic() > deadline_s:
                    raise RuntimeError(f"{type(error).__name__}.") from None
                time.sleep(0.1)
        server.running = True


def _limit_s() -> float:
    from prefect.settings import PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS

    return float(PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS.value())


def _shown(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # no number
        port = ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
