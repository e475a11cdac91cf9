"""The engine `openai/transcriptions`: endpoints of `/audio/transcriptions`, which only hear.

The ladder of forms is that of times: `json_schema` asks for those of words and segments,
`json_object` for those of segments, `prompt` for nothing beyond what the server does by itself.
"""

import asyncio
import base64
import io
import json
import wave
from dataclasses import replace
from functools import partial
from typing import Any

from schemas.dialect import FormLevel
from tools.chat.completion import decode_body
from tools.chat.endpoint import EndpointEngine, hide_key
from tools.chat.engine import Attempt, AttemptOptions, SoundForm
from tools.chat.heard_text import read_heard_text
from tools.chat.request import ChatRequest, Reply

_PATH = "/audio/transcriptions"
_ASKED: dict[FormLevel, dict[str, Any]] = {
    "json_schema": {
        "response_format": "verbose_json",
        "timestamp_granularities": ["word", "segment"],
    },
    "json_object": {"response_format": "verbose_json"},
}
_SILENCE_S = 1.0
_MOST_TOKENS = 10_000_000
"""As in `tools.chat.completion`: a count beyond it is none."""


class TranscriptionEngine(EndpointEngine):
    """One role's endpoint of transcriptions; parameters and errors as in `EndpointEngine`."""

    async def prepare(self, request: ChatRequest, sound: SoundForm) -> Attempt:
        """Encode the clip; a request without one brings a second of silence."""
        import httpx2

        post = partial(self._client.post, _PATH, cast_to=httpx2.Response)
        data, duration_s, kind = _silence(), _SILENCE_S, "wav"
        if request.clip is not None:
            form = replace(sound, way="bytes")
            part = (await self._sounds.get(request.clip, form))["input_audio"]
            data, kind = base64.b64decode(part["data"]), part["format"]
            duration_s = request.clip.end_s - request.clip.start_s
        return partial(self._transcribed, post, request, (f"clip.{kind}", data), duration_s)

    async def _transcribed(
        self,
        post: Any,
        request: ChatRequest,
        file: tuple[str, bytes],
        duration_s: float,
        options: AttemptOptions,
    ) -> Reply:
        body = {"model": self._role.model, **_ASKED.get(options.dialect.form, {})}
        if request.language is not None:
            body["language"] = request.language
        headers = {"Content-Type": "multipart/form-data"}
        try:
            async with asyncio.timeout(self._role.time_limit_s):
                response = await post(
                    body=body, files=[("file", file)], options={"headers": headers}
                )
        except Exception as error:
            raise self._fault(error) from None
        text = decode_body(response.content, response.charset_encoding)
        text = hide_key(text, self._key, is_answer=True)
        heard = read_heard_text(text, response.headers.get("content-type", ""), duration_s)
        n_input, n_output = _tokens(text)
        if n_input is None:  # it is the sound that such a server bills
            n_input, n_output = round(duration_s * self._role.audio_tokens_per_s), 0
        return Reply(
            text="",
            finish="stop",
            model=str(self._role.model),
            input_tokens=n_input,
            output_tokens=n_output,
            called=heard.model_dump_json(),  # no word of it is taken for a thought
        )


def _silence() -> bytes:
    sink = io.BytesIO()
    with wave.open(sink, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", "NONE"))
        file.writeframes(bytes(2 * round(_SILENCE_S * 16000)))
    return sink.getvalue()


def _tokens(body: str) -> tuple[int | None, int]:
    """Tokens of input and output, where the server counts them."""
    try:
        usage = json.loads(body)["usage"]
        n_input, n_output = usage["input_tokens"], usage["output_tokens"]
    except (ValueError, LookupError, TypeError):
        return None, 0
    is_count = all(type(each) is int and 0 <= each <= _MOST_TOKENS for each in (n_input, n_output))
    return (n_input, n_output) if is_count else (None, 0)
