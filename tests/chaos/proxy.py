"""A proxy before an HTTP server that refuses requests, or serves them and loses the answer."""

from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

_OF_A_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Proxy:
    """Forwards what it gets, and closes the connection where an answer is to be lost.

    Parameters
    ----------
    target : str
        The server's URL.
    is_lost : callable
        Told method and path of each request that was served; whether its answer is lost.
    without : str, optional
        A header that is not handed on.
    refusal : callable, optional
        Told the same before a request is handed on; a status that is answered instead, or None.
    """

    def __init__(
        self,
        target: str,
        is_lost: Callable[[str, str], bool],
        without: str | None = None,
        refusal: Callable[[str, str], int | None] = lambda _method, _path: None,
    ) -> None:
        handler = _handler(urlsplit(target), is_lost, without, refusal)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(
    target: Any,
    is_lost: Callable[[str, str], bool],
    without: str | None,
    refusal: Callable[[str, str], int | None],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if status := refusal(self.command, self.path):
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            server = HTTPConnection(target.hostname, target.port, timeout=60)
            names = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in {without, *_OF_A_HOP}
            }
            server.request(self.command, self.path, body, names)
            answer = server.getresponse()
            data = answer.read()
            server.close()
            if is_lost(self.command, self.path):
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OF_A_HOP:
                    self.send_header(name, value)
            length = answer.getheader("content-length") if self.command == "HEAD" else len(data)
            self.send_header("content-length", str(length or 0))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "PUT", "POST", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler._forward)
    return Handler
