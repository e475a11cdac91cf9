"""One real Prefect server for all flow tests, and the command as a user calls it."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.serving import prefect_server

BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    with prefect_server(tmp_path_factory.mktemp("prefect")) as url:
        yield url


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
        return subprocess.run(command, env=variables, capture_output=True, text=True)

    return run


def latest_artifacts(server_url, prefix):
    """The newest artifacts whose keys begin so, by key; a page of the server holds 200 of all."""
    body = {"artifacts": {"key": {"like_": prefix}}}
    found = httpx.post(f"{server_url}/artifacts/latest/filter", json=body, timeout=30).json()
    return {each["key"]: each for each in found if each["key"].startswith(prefix)}
