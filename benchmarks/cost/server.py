"""A server that counts what it is sent and asked as a real one bills it.

Sound counts 25 tokens for each second that is decoded from what is sent; text a token for 4 bytes;
and the cache of prefixes knows every request of a model before, in blocks of 16 tokens, as vLLM's.
"""

import asyncio
import base64
import hashlib
import io
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import soundfile

from benchmarks.cost.answers import answer
from schemas.audio_tokens import TOKENS_PER_S
from tests.model_server import answer as probe_answer
from tests.model_server import is_probe, raw_reply, what_is_heard
from tools.chat.hearing import QUESTION as HEARING

_BYTES_PER_TOKEN = 4
_BLOCK_TOKENS = 16
_SAME_DB = 0.1
"""Ours: Opus and MP3 are within 0.05 dB of what they code."""
_BUFFER_BYTES = 1 << 26
Unit = tuple[str, int]
"""A digest of a part of a prompt, and its tokens."""


@dataclass
class Bill:
    """What was asked."""

    requests: int = 0
    bytes_sent: int = 0
    heard_s: float = 0.0
    audio_tokens: int = 0
    text_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Bill") -> "Bill":
        mine, its = asdict(self), asdict(other)
        return Bill(**{each.name: mine[each.name] + its[each.name] for each in fields(Bill)})


@dataclass(frozen=True)
class Sound:
    """What a request lets the model hear: digest of the samples, duration, and level.

    The level is what answers go by: it is the same whatever the sound was coded in.
    """

    digest: str = ""
    duration_s: float = 0.0
    level: str = ""


class Levels:
    """Names of levels, by which a run knows the sounds of another that coded them another way."""

    def __init__(self, before: "Levels | None" = None) -> None:
        self._before = before
        self._known: dict[tuple[float, float], str] = {}

    def name(self, duration_s: float, level_db: float) -> str:
        """That of the sound of this duration and about this level in the run before; or its own."""
        name = self._before and self._before._nearest(duration_s, level_db)
        self._known[duration_s, level_db] = name or f"{level_db:.1f} dB"
        return self._known[duration_s, level_db]

    def _nearest(self, duration_s: float, level_db: float) -> str | None:
        alike = [
            (abs(other_db - level_db), name)
            for (other_s, other_db), name in self._known.items()
            if other_s == duration_s and abs(other_db - level_db) < _SAME_DB
        ]
        return min(alike, default=(0.0, None))[1]


class CountingServer:
    """Counts by model and form of the answer; a role of the benchmark is a model of its own."""

    def __init__(self, levels: Levels, draw: int = 0) -> None:
        self._levels = levels
        self._salt = f" {draw}" if draw else ""
        self.bills: dict[str, Bill] = defaultdict(Bill)
        self._known: dict[str, set[str]] = defaultdict(set)
        self._sounds: dict[str, Sound] = {}

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the one request of a connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            lines = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
            body = await reader.readexactly(int(lines.get("content-length", 0)))
            said = self.completion(body) if head.startswith("post") else {"data": []}
            raw_reply(writer, 200, json.dumps(said).encode(), "application/json")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def completion(self, content: bytes) -> dict[str, Any]:
        """Answer a request, and write its bill."""
        body = json.loads(content)
        sound = self._heard(body)
        name, text = self._say(body, sound)
        units = list(_units(body, sound))
        n_audio = round(sound.duration_s * TOKENS_PER_S)
        bill = Bill(
            requests=1,
            bytes_sent=len(content),
            heard_s=sound.duration_s,
            audio_tokens=n_audio,
            text_tokens=sum(n for _, n in units) - n_audio,
            cached_tokens=self._cached(body["model"], units),
            output_tokens=-(-len(text.encode()) // _BYTES_PER_TOKEN),
        )
        self.bills[name] += bill
        usage = {
            "prompt_tokens": bill.text_tokens + bill.audio_tokens,
            "completion_tokens": bill.output_tokens,
            "prompt_tokens_details": {
                "cached_tokens": bill.cached_tokens, "audio_tokens": bill.audio_tokens,
            },
        }  # fmt: skip
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return {"id": "c", "object": "chat.completion", "created": 1, "model": body["model"],
                "choices": [choice], "usage": usage}  # fmt: skip

    def _say(self, body: dict[str, Any], sound: Sound) -> tuple[str, str]:
        """Under which name it is counted, and the answer."""
        if is_probe(body):
            return "probe", probe_answer(body)[0]
        if HEARING.user in json.dumps(body["messages"], ensure_ascii=False):
            return "probe", json.dumps({"sound": what_is_heard(body)})
        form = body.get("response_format", {}).get("json_schema", {}).get("name", "text")
        return f"{body['model']}: {form}", answer(body, sound.level + self._salt)

    def _heard(self, body: dict[str, Any]) -> Sound:
        parts = [
            p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]
        ]
        found = [_sent(part) for part in parts if part["type"] != "text"]
        if not found:
            return Sound()
        (sent,) = found
        key = hashlib.sha256(sent).hexdigest()
        if key not in self._sounds:
            samples, sample_rate_hz = soundfile.read(io.BytesIO(sent), dtype="int16")
            digest = hashlib.sha256(samples.tobytes()).hexdigest()
            rms = np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
            level_db = float(20 * np.log10(max(rms, 1.0)))
            duration_s = len(samples) / sample_rate_hz
            self._sounds[key] = Sound(digest, duration_s, self._levels.name(duration_s, level_db))
        return self._sounds[key]

    def _cached(self, model: str, units: list[Unit]) -> int:
        """Tokens of the longest beginning that was there before; the whole is known from now on."""
        known, n_cached, is_known, digest = self._known[model], 0, True, hashlib.sha256()
        for name, n_tokens in units:
            digest.update(name.encode())
            prefix = digest.hexdigest()
            is_known = is_known and prefix in known
            n_cached += n_tokens if is_known else 0
            known.add(prefix)
        return n_cached


def _sent(part: dict[str, Any]) -> bytes:
    """The file that a part of a message brings, or names."""
    if part["type"] == "audio_url":
        return Path(unquote(urlsplit(part["audio_url"]["url"]).path)).read_bytes()
    return base64.b64decode(part["input_audio"]["data"])


def _units(body: dict[str, Any], sound: Sound) -> Iterator[Unit]:
    for message in body["messages"]:
        content = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if part["type"] != "text":
                yield sound.digest, round(sound.duration_s * TOKENS_PER_S)
                continue
            data = f"{message['role']}\n{part['text']}".encode()
            for start in range(0, len(data), _BLOCK_TOKENS * _BYTES_PER_TOKEN):
                block = data[start : start + _BLOCK_TOKENS * _BYTES_PER_TOKEN]
                yield hashlib.sha256(block).hexdigest(), -(-len(block) // _BYTES_PER_TOKEN)


@contextmanager
def counting_server(
    levels: Levels | None = None, draw: int = 0
) -> Iterator[tuple[str, CountingServer]]:
    """Run one in a thread of its own; gives its base URL and the counts.

    Parameters
    ----------
    levels : Levels, optional
        Of a run that is to be compared.
    draw : int, optional
        Another number, other answers.
    """
    loop, server = asyncio.new_event_loop(), CountingServer(levels or Levels(), draw)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> int:
        listening = await asyncio.start_server(
            server.connection, "127.0.0.1", 0, limit=_BUFFER_BYTES
        )
        return int(listening.sockets[0].getsockname()[1])

    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result()
        yield f"http://127.0.0.1:{port}/v1", server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
