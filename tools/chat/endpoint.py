"""The engine `openai`: any OpenAI-compatible endpoint, through the `openai` client."""

import asyncio
import email.utils
import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from schemas.roles import RoleConfig
from tools.chat.body import chat_body
from tools.chat.completion import decode_body, read_completion
from tools.chat.connections import Connections
from tools.chat.engine import Attempt, AttemptOptions, SoundForm
from tools.chat.faults import BadRequestFault, Fault, LastingFault, PassingFault
from tools.chat.request import ChatRequest, Reply
from tools.chat.signed_clips import without_signatures
from tools.chat.sound import SoundPart, SoundParts

_PATH = "/chat/completions"
_HIDDEN = "[key]"
_CHECK_LIMIT_S = 10.0
_MOST_SHOWN = 500
_SHORT_KEY = 8
_LONGEST_PAUSE_S = 3600.0
_OVERFLOW_CODES = ("context_length_exceeded", "exceed_context_size_error")
_OVERFLOW = re.compile(
    r"maximum context length|max_model_len|context (?:size|length|window)|exceed_context_size"
    r"|(?:prompt|input) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""OpenAI's code and llama.cpp's; in words as vLLM, SGLang, TGI, Mistral and Anthropic say it, which
give it no code of its own."""


class EndpointEngine:
    """One role's endpoint.

    Parameters
    ----------
    role : RoleConfig
    sounds : SoundParts
        Where clips are encoded, shared by all roles.
    key : str or None
        The API key. It is cut out of all that the server says; one that is shorter than 8
        characters only out of error messages, where it cannot be a word of an answer.
    """

    def __init__(self, role: RoleConfig, sounds: SoundParts, key: str | None) -> None:
        import httpx2

        self._role = role
        self._sounds = sounds
        self._key = key
        self._connections = Connections(
            role.base_url, key, most=role.concurrency, time_limit_s=role.time_limit_s
        )
        self._client = self._connections.once
        self._get_models = partial(self._client.get, "/models", cast_to=httpx2.Response)

    async def prepare(self, request: ChatRequest, sound: SoundForm) -> Attempt:
        """Encode the clips, if there are any."""
        parts = [await self._sounds.get(clip, sound) for clip in request.clips]
        return partial(self._attempt, request, parts)

    async def check(self) -> None:
        """Ask for the list of models. A server that has none answers too."""
        try:
            async with asyncio.timeout(_CHECK_LIMIT_S):
                await self._get_models()
        except Exception as error:
            fault = self._fault(error)
            if fault.reason in ("denied_key", "forbidden", "unreachable", "timed_out"):
                raise fault from None

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    async def _attempt(
        self, request: ChatRequest, parts: Sequence[SoundPart], options: AttemptOptions
    ) -> Reply:
        body = to_json(chat_body(request, self._role, options, parts))
        try:
            reply = await self._answer(body)
        except Fault as fault:
            fault.bytes_sent = len(body)
            raise
        return replace(reply, bytes_sent=len(body))

    async def _answer(self, body: bytes) -> Reply:
        try:
            # The client's own time limit is per read: a server that drips would never end.
            async with asyncio.timeout(self._role.time_limit_s):
                response = await self._posted(body)
        except Exception as error:
            raise self._fault(error) from None
        text = decode_body(response.content, response.charset_encoding)
        return read_completion(hide_key(text, self._key, is_answer=True), str(self._role.model))

    async def _posted(self, body: bytes) -> Any:
        were_kept = self._connections.are_kept
        try:
            return await self._connections.post(_PATH, body)
        except Exception as error:
            if not were_kept or isinstance(self._fault(error), PassingFault):
                raise
        # It decides over the row, or the step: it must be the answer to this very request.
        return await self._connections.post(_PATH, body, once=True)

    def _fault(self, error: Exception) -> Fault:
        fault = to_fault(error, self._role.time_limit_s)
        fault.detail = without_signatures(hide_key(fault.detail, self._key))
        return fault


def hide_key(text: str, key: str | None, *, is_answer: bool = False) -> str:
    """A server's words without the key that it was given."""
    if not key or (is_answer and len(key) < _SHORT_KEY):
        return text
    return text.replace(key, _HIDDEN)


def to_json(body: dict[str, Any]) -> bytes:
    """A body as it is sent, as short as it can be."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def to_fault(error: Exception, time_limit_s: float) -> Fault:
    """What an exception of the `openai` client means.

    Parameters
    ----------
    error : Exception
    time_limit_s : float
        Of the attempt, for the message.

    Returns
    -------
    Fault

    Raises
    ------
    Exception
        `error` itself, if it is none of the client's.
    """
    import aiohttp
    import httpx2
    import openai

    if isinstance(error, Fault):
        return error
    if isinstance(error.__cause__, httpx2.ConnectTimeout):
        # What the client makes of every connection that is refused or cut.
        return PassingFault("unreachable", str(error.__cause__))
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return PassingFault("timed_out", f"no answer in {time_limit_s:g} s", may_cost=True)
    if isinstance(error, openai.APIStatusError):
        return _status_fault(error)
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__ or error
        detail = f"{type(cause).__name__}: {cause}"[:_MOST_SHOWN]
        return PassingFault("unreachable", detail, may_cost=True)
    if isinstance(error, openai.APIError | aiohttp.ClientError):
        return PassingFault("broken_response", str(error)[:_MOST_SHOWN], may_cost=True)
    raise error


def _status_fault(error: Any) -> Fault:
    status = int(error.status_code)
    said = error.response.text or error.message
    detail = f"status {status}: {said[:_MOST_SHOWN]}"
    if status == 429:
        if error.code == "insufficient_quota":
            return LastingFault("no_quota", detail)
        return PassingFault("rate_limited", detail, _retry_after_s(error.response.headers))
    if status in (408, 409, 425) or status >= 500:
        return PassingFault(
            "server_error",
            detail,
            _retry_after_s(error.response.headers),
            may_be_request=status in (500, 501),
        )
    if error.code in _OVERFLOW_CODES or (status in (400, 413, 422) and _OVERFLOW.search(said)):
        return BadRequestFault("context_overflow", detail)
    if error.code == "content_filter":
        return BadRequestFault("filtered", detail)
    if status == 401:
        return LastingFault("denied_key", detail)
    if status == 403:
        return LastingFault("forbidden", detail)
    if status in (402, 404):
        return LastingFault("denied", detail)
    if status == 413:
        return BadRequestFault("too_large", detail)
    return BadRequestFault("bad_request", detail)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `retry-after` (seconds or a date); None if odd."""
    given = headers.get("retry-after")
    try:
        if "retry-after-ms" in headers:
            wait_s = float(headers["retry-after-ms"]) / 1000
        elif given is None or given.strip().replace(".", "", 1).isdigit():
            wait_s = float(given or "nan")
        else:
            wait_s = email.utils.parsedate_to_datetime(given).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, wait_s), _LONGEST_PAUSE_S) if math.isfinite(wait_s) else None
