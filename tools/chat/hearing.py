"""Prove that a model hears: known sounds, and answers that only hearing gives.

There are servers that take `input_audio` and drop it: their models invent freely. A model that
hears nothing gives the same answer to all sounds, or guesses: four of four are right by chance in
1 of 256, three of four in 1 of 20. Three are enough where the server counts tokens for the sound.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from tools.chat.faults import BadRequestFault, PassingFault
from tools.chat.request import ChatRequest, Clip, Reply
from tools.chat.thoughts import split_thoughts
from tools.sound.identity import track_id_of

Sound = Literal["silence", "one long tone", "short beeps", "noise"]
_DURATION_S, _SAMPLE_RATE_HZ = 4.0, 44100
_LEVEL = 0.25
_TONE_HZ, _BEEP_HZ = 440.0, 880.0
_BEEP_S, _BEEP_EVERY_S = 0.1, 0.5
_LEAST_RIGHT = 3
_LEAST_TOKENS_PER_S = 1.0
"""Ours: known models count 6 (Ultravox) to 32 (Gemini) for a second of sound."""
_MOST_TOKENS_PER_S = 1000.0
"""Ours: as text, a second of 16 kHz WAV in base64 is 43 kB."""


class Heard(BaseModel):
    """What the recording holds."""

    model_config = ConfigDict(extra="forbid")
    sound: Sound


QUESTION = ChatRequest(
    "You tell what is heard in a recording.",
    f"Which of these does the recording hold: {', '.join(get_args(Sound))}?",
    form=Heard,
)


def known_sounds(folder: Path) -> dict[Sound, Clip]:
    """Write the known sounds to a folder.

    Returns
    -------
    dict
        A clip of 4 s by what it holds.
    """
    import soundfile

    time_s = np.arange(round(_DURATION_S * _SAMPLE_RATE_HZ)) / _SAMPLE_RATE_HZ
    is_beeping = time_s % _BEEP_EVERY_S < _BEEP_S
    noise = np.random.default_rng(0).uniform(-1.0, 1.0, len(time_s))
    samples: dict[Sound, np.ndarray] = {
        "silence": np.zeros(len(time_s)),
        "one long tone": np.sin(2 * np.pi * _TONE_HZ * time_s),
        "short beeps": np.sin(2 * np.pi * _BEEP_HZ * time_s) * is_beeping,
        "noise": noise,
    }
    clips: dict[Sound, Clip] = {}
    for name, sound in samples.items():
        path = folder / f"{name.replace(' ', '-')}.wav"
        soundfile.write(path, _LEVEL * sound, _SAMPLE_RATE_HZ)
        clips[name] = Clip(track_id_of(path), str(path), 0.0, _DURATION_S)
    return clips


async def why_deaf(
    send: Callable[[ChatRequest], Awaitable[Reply]], sounds: dict[Sound, Clip]
) -> str | None:
    """Why a model is taken for deaf; None for one that hears.

    Parameters
    ----------
    send : callable
        ``await send(request)`` gives the reply to one request.
    sounds : dict
        Of `known_sounds`.

    Raises
    ------
    Fault
        If it cannot be asked at all, sound or no sound.
    """
    without = await send(QUESTION)
    heard: dict[Sound, str] = {}
    tokens: list[int] = []
    for sound, clip in sounds.items():
        try:
            reply = await send(replace(QUESTION, clip=clip))
        except BadRequestFault as fault:
            return f"it takes no sound: {fault.detail}"
        except PassingFault as fault:
            if not fault.may_be_request:
                raise
            return f"it takes no sound: {fault.detail}"
        heard[sound] = _answer(reply)
        if reply.input_tokens is not None and without.input_tokens is not None:
            tokens.append(reply.input_tokens - without.input_tokens)
    return _verdict(heard, max(tokens) if tokens else None)


def _verdict(heard: dict[Sound, str], n_tokens: int | None) -> str | None:
    n_right = sum(sound == answer for sound, answer in heard.items())
    per_s = None if n_tokens is None else n_tokens / _DURATION_S
    if per_s is not None and per_s > _MOST_TOKENS_PER_S:
        return f"it reads the sound as text: {per_s:.0f} tokens for a second of it"
    is_counted = per_s is None or per_s >= _LEAST_TOKENS_PER_S
    if n_right == len(heard) or (n_right >= _LEAST_RIGHT and is_counted):
        return None
    answers = ", ".join(f"{sound} as {answer}" for sound, answer in heard.items())
    counted = "" if is_counted else "; the server counts no tokens for sound"
    return f"{n_right} of {len(heard)} known sounds were told: {answers}{counted}"


def _answer(reply: Reply) -> str:
    """The one sound that is named, in the form or in words: captioners may know no forms."""
    said = f"{split_thoughts(reply.text)[1]} {reply.called or ''}".lower()
    named = [sound for sound in get_args(Sound) if sound in said]
    return named[0] if len(named) == 1 else "(no answer)"
