"""Answers by an OpenAI-compatible endpoint that serves the model, as vLLM does."""

import asyncio
import base64
import io
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import soundfile
from openai import AsyncOpenAI, BadRequestError

from schemas.audio_tokens import SAMPLE_RATE_HZ
from schemas.roles import RoleConfig
from training.packing import DecodedRow


class EndpointError(RuntimeError):
    """The endpoint cannot be used as it is configured."""


def client_of(role: RoleConfig) -> AsyncOpenAI:
    """A client for an endpoint; its key comes from the environment.

    Raises
    ------
    EndpointError
        If the key is not in the environment, or another engine than an endpoint is configured.
    """
    if role.engine != "openai":
        raise EndpointError(f"the engine `{role.engine}` is no endpoint: give `engine: openai`")
    key = os.environ.get(role.api_key_env) if role.api_key_env else "none"
    if key is None:
        raise EndpointError(f"no environment variable {role.api_key_env} with the key")
    return AsyncOpenAI(
        base_url=role.base_url,
        api_key=key,
        timeout=role.time_limit_s,
        max_retries=role.max_attempts,
    )


async def complete(
    client: AsyncOpenAI, role: RoleConfig, messages: list[dict[str, Any]], **options: Any
) -> str:
    """The words of an answer, greedy unless `sampling` is configured.

    A server that refuses the temperature is asked without: reasoning models take none.
    """
    is_set = "sampling" in role.model_fields_set
    drawn: dict[str, Any] = {"temperature": role.sampling.temperature if is_set else 0}
    if is_set and role.sampling.top_p is not None:
        drawn["top_p"] = role.sampling.top_p
    drawn = {name: value for name, value in drawn.items() if value is not None}
    asked: dict[str, Any] = {"model": role.model or "", "messages": messages, **options}
    try:
        reply = await client.chat.completions.create(**asked, **drawn)
    except BadRequestError as error:
        if not any(name in str(error) for name in drawn):
            raise
        reply = await client.chat.completions.create(**asked)
    return reply.choices[0].message.content or ""


def endpoint_answers(role: RoleConfig, rows: list[DecodedRow], n_tokens: int) -> Iterator[str]:
    """Answers to the first turns of rows, in their order; as many at once as the role allows.

    Parameters
    ----------
    role : RoleConfig
    rows : list of DecodedRow
    n_tokens : int
        At most, for each answer.
    """
    yield from asyncio.run(_answers(role, rows, n_tokens))


async def _answers(role: RoleConfig, rows: list[DecodedRow], n_tokens: int) -> list[str]:
    limit = asyncio.Semaphore(role.concurrency)
    async with client_of(role) as client:

        async def answer(heard: DecodedRow) -> str:
            async with limit:
                return await complete(client, role, [_message(heard)], max_tokens=n_tokens)

        return list(await asyncio.gather(*(answer(row) for row in rows)))


def _message(heard: DecodedRow) -> dict[str, Any]:
    text = {"type": "text", "text": heard.row.messages[0]["content"]}
    return {"role": "user", "content": [*map(_clip, heard.sounds), text]}


def _clip(sound: np.ndarray) -> dict[str, Any]:
    file = io.BytesIO()
    soundfile.write(file, sound, SAMPLE_RATE_HZ, format="WAV", subtype="PCM_16")
    data = base64.b64encode(file.getvalue()).decode()
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}
