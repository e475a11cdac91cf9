"""One real Prefect server for all flow tests, and the command as a user calls it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    }
    environment.pop("PREFECT_API_URL", None)
    command = [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = (home / "server.log").open("w")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_up(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def environment(server_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("client")
    return {**os.environ, "PREFECT_API_URL": server_url, "PREFECT_HOME": str(home)}


@pytest.fixture
def partimento(environment):
    """Run the command to its end; gives the finished process with its output."""

    def run(*arguments, extra=None):
        command = [BIN / "partimento", *map(str, arguments)]
        of_stores = {name: value for name, value in os.environ.items() if "AWS_" in name}
        variables = environment | of_stores | (extra or {})
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300)

    return run


def _wait_until_up(url, process):
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with status {process.returncode}")
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise RuntimeError("the Prefect server did not come up in 2 minutes")


def latest_artifacts(server_url, prefix):
    """The newest artifacts whose keys begin so, by key; a page of the server holds 200 of all."""
    body = {"artifacts": {"key": {"like_": prefix}}}
    found = httpx.post(f"{server_url}/artifacts/latest/filter", json=body, timeout=30).json()
    return {each["key"]: each for each in found if each["key"].startswith(prefix)}
