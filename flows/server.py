"""Which Prefect server a run is recorded on."""

import os
from urllib.parse import urlsplit

_QUIET = {
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}


def quiet_prefect() -> None:
    """Keep Prefect's own lines off the terminal; the UI still gets them.

    Works only before Prefect is imported; a user's own settings win.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def describe_server() -> str:
    """The server's address without credentials, or what happens without one."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME

    url = PREFECT_API_URL.value()
    if url:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"server at {parts.scheme}://{parts.hostname}{port}{parts.path}"
    return (
        f"no PREFECT_API_URL, so a temporary server for this run; it writes to "
        f"{PREFECT_HOME.value()}, and `prefect server start` shows the run afterwards"
    )


def server_answers() -> bool:
    """Whether the configured server is up; true where a temporary one would be started."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    url = PREFECT_API_URL.value()
    if not url:
        return True
    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=5.0).is_success
    except httpx.HTTPError:
        return False
