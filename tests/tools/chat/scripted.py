"""A server on the loopback whose every byte is scripted: what a test says is what is sent."""

import asyncio
import email
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

MINE, LAST = "m" * 32, "l" * 32


@dataclass
class Script:
    """What requests to one URL get, one after the other; the last message again and again.

    A message is the bytes of a whole response, or a coroutine function of request and writer. In
    bytes, `MINE` stands for the request's own `X-Request-Id`, `LAST` for that of the one before.
    """

    messages: list
    requests: list = field(default_factory=list)
    ids: list = field(default_factory=lambda: [""])
    n_connections: int = 0

    def fill(self, message):
        """Bytes with the ids that they name."""
        mine, last = self.ids[-1], self.ids[-2]
        return message.replace(MINE.encode(), mine.encode()).replace(LAST.encode(), last.encode())


class ScriptedServer:
    def __init__(self):
        self.scripts = {}

    def url(self, *messages):
        """A new base URL whose requests get these messages, and the requests it has seen."""
        name = f"s{len(self.scripts)}"
        self.scripts[name] = script = Script(list(messages))
        return f"http://127.0.0.1:{self.port}/{name}/v1", script.requests

    def script(self, url):
        """What became of the script of a URL."""
        return self.scripts[url.split("/")[3]]

    async def connection(self, reader, writer):
        n_before = 0
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                line, *fields = head.decode("latin-1").split("\r\n")
                headers = dict(f.lower().split(": ", 1) for f in fields if f)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                script = self.scripts[line.split("/")[1]]
                script.requests.append(read_body(headers.get("content-type", ""), body))
                script.ids.append(headers.get("x-request-id", ""))
                script.n_connections += n_before == 0
                n_before += 1
                number = min(len(script.requests), len(script.messages)) - 1
                message = script.messages[number]
                if isinstance(message, bytes):
                    writer.write(script.fill(message))
                    await writer.drain()
                else:
                    await message(script.requests[-1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def start(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, limit=1 << 26)
        self.port = server.sockets[0].getsockname()[1]


def read_body(kind, body):
    """A body as a mapping: of JSON, or the parts of a form by name, those of one name as a list."""
    if not kind.startswith("multipart/form-data"):
        return json.loads(body or b"{}")
    found = {}
    for part in email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).walk():
        if name := part.get_param("name", header="content-disposition"):
            found.setdefault(name, []).append(part.get_payload(decode=True))
    return found


@contextmanager
def scripted_server():
    """Run one in a thread of its own."""
    loop, server = asyncio.new_event_loop(), ScriptedServer()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def http(body=b"", status=200, kind="application/json", *, length=None, headers=()):
    """The bytes of a response."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", f"content-length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def completion(content, *, finish="stop", usage=None, **message):
    """A chat completion as a mapping."""
    said = {"role": "assistant", "content": content, **message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": said}],
        "usage": usage or {"prompt_tokens": 7, "completion_tokens": 3},
    }


def says(content, *, id="chatcmpl-1", **fields):
    """The bytes of a response that is a chat completion."""
    return http(json.dumps(completion(content, **fields) | {"id": id}).encode())
