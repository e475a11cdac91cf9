"""A Prefect server that is lost while something is recorded on it."""

import socket
import subprocess
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from prefect import flow
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.server import ServerError, prefect_server
from tests.audio import clicks, write
from tests.flows.conftest import BIN
from tools.chat.request import EndpointError

N_SONGS = 40
"""Steps of so many leave more events than can be told to a dead server in the limit."""
LIMIT_S = 900.0
"""Several times what Prefect's own tries take on a busy machine."""


class Link:
    """A line to a server that can be cut."""

    def __init__(self, port):
        self._target = ("127.0.0.1", port)
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                ours, _ = self._sockets[0].accept()
                theirs = socket.create_connection(self._target)
                self._sockets += [ours, theirs]
                for pair in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def cut(self):
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.mark.slow  # Prefect's clients try again for a minute
def test_a_lost_server_is_one_line(server_url):
    link = Link(urlsplit(server_url).port)

    @flow
    def interrupted():
        link.cut()

    with (
        temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{link.port}/api"}),
        pytest.raises(ServerError) as caught,
        prefect_server(print),
    ):
        interrupted()
    said = str(caught.value)
    assert said.startswith(f"the Prefect server was lost (server at http://127.0.0.1:{link.port}")
    assert said.endswith("What is committed is kept: run again when it is back")
    assert "\n" not in said


@pytest.mark.slow  # Prefect's clients try again for a minute
def test_a_build_that_lost_its_server_ends(server_url, environment, tmp_path):
    link = Link(urlsplit(server_url).port)
    (tmp_path / "music").mkdir()
    for n in range(N_SONGS):
        write(tmp_path / "music" / f"{n}.wav", clicks(90 + n, 4.0, 22050, seed=n), 22050)
    config = tmp_path / "corpus.yaml"
    config.write_text(
        "name: lost\nstore: store\nsource: {folder: music}\ningest: {partition_size: 1}\n"
    )
    process = subprocess.Popen(
        [BIN / "partimento", "build", config],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=environment | {"PREFECT_API_URL": f"http://127.0.0.1:{link.port}/api"},
    )  # fmt: skip
    while not (tmp_path / "store/commits/measure").exists():
        assert process.poll() is None
        time.sleep(0.1)
    link.cut()
    said, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1
    assert "the Prefect server was lost" in said
    assert "Traceback" not in said


def test_other_errors_stay_what_they_are(server_url):
    with (
        temporary_settings({PREFECT_API_URL: server_url}),
        pytest.raises(KeyError),
        prefect_server(print),
    ):
        raise KeyError("x")


def test_a_model_that_cannot_be_reached_is_no_lost_server(server_url):
    with (
        temporary_settings({PREFECT_API_URL: server_url}),
        pytest.raises(EndpointError),
        prefect_server(print),
    ):
        try:
            raise httpx.ConnectError("no route")
        except httpx.ConnectError:
            raise EndpointError("captioner: the model's hub: unreachable") from None


def test_a_server_that_wants_a_password_says_which_variable_takes_it(server_url):
    refusal = httpx.Response(401, request=httpx.Request("GET", server_url))
    with (
        temporary_settings({PREFECT_API_URL: server_url}),
        pytest.raises(ServerError, match="set PREFECT_API_AUTH_STRING="),
        prefect_server(print),
    ):
        raise PrefectHTTPStatusError("401", request=refusal.request, response=refusal)
