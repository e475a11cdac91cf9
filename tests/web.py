"""A web server of files that can misbehave, in a thread."""

import re
from collections import Counter
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit


class WebFiles:
    """Serves a folder on a loopback address.

    Attributes
    ----------
    url : str
    host : str
        With its port.
    asked : list of (str, str)
        Method and path of every request.
    redirects : dict
        Where a path is sent on to.
    statuses : dict
        What a path is answered with, without a body.
    cuts : Counter
        How often a path's bytes still stop half way.
    has_ranges, has_head : bool
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.asked, self.redirects, self.statuses, self.cuts = [], {}, {}, Counter()
        self.has_ranges = self.has_head = True
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"files": self})
        )
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    files = None

    def do_HEAD(self):
        if self.files.has_head:
            self._answer()
        else:
            self._send(501)

    def do_GET(self):
        self._answer()

    def _answer(self):
        self.files.asked.append((self.command, self.path))
        if self.path in self.files.redirects:
            self._send(302, Location=self.files.redirects[self.path])
            return
        if self.path in self.files.statuses:
            self._send(self.files.statuses[self.path])
            return
        path = self.files.folder / unquote(urlsplit(self.path).path).lstrip("/")
        if not path.is_file():
            self._send(404)
            return
        data = path.read_bytes()
        headers = {"Last-Modified": formatdate(path.stat().st_mtime, usegmt=True)}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and self.files.has_ranges:
            self._send_part(data, int(wanted[1]), int(wanted[2] or len(data)), headers)
        else:
            self._send(200, data, **headers)

    def _send_part(self, data, start, last, headers):
        if start >= len(data):
            self._send(416)
            return
        part = data[start : last + 1]
        place = f"bytes {start}-{start + len(part) - 1}/{len(data)}"
        self._send(206, part, **headers, **{"Content-Range": place})

    def _send(self, status, data=b"", **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.files.cuts[self.path] > 0:
            self.files.cuts[self.path] -= 1
            data = data[: len(data) // 2]
            self.close_connection = True
        self.wfile.write(data)

    def log_message(self, *_):
        pass
