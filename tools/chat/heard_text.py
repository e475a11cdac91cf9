"""What a transcription endpoint heard: read from any body that one sends, and checked.

Servers of `/audio/transcriptions` send `verbose_json` with times of words or of segments (OpenAI's
Whisper, speaches, faster-whisper-server), plain `json` with a text only (gpt-4o-transcribe, vLLM,
llama.cpp), or the text itself. Times that cannot be are no times: none is guessed.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.languages import read_language
from schemas.text import sung_words
from tools.chat.faults import PassingFault

_MOST_SHOWN = 200
_SLACK_S = 0.5
"""Ours: servers round times, and pad a sound to whole frames; what ends later is not of it."""
_QWEN_HEADER = re.compile(r"language (?P<language>[^<\n]{1,40})<asr_text>")
"""Qwen3-ASR writes it before each text; some servers leave it there."""
_CHECKED = ("avg_logprob", "no_speech_prob", "compression_ratio")


class TimedText(BaseModel):
    """A word or a segment, in seconds of the clip."""

    model_config = ConfigDict(extra="forbid")
    text: str
    start_s: float
    end_s: float
    mean_log_probability: float | None = None
    no_speech: float | None = None
    compression_ratio: float | None = None


class HeardText(BaseModel):
    """All that was heard in a clip; lists are empty where their times are not known."""

    model_config = ConfigDict(extra="forbid")
    text: str
    language: str | None = None
    segments: list[TimedText] = []
    words: list[TimedText] = []


def read_heard_text(body: str, kind: str, duration_s: float) -> HeardText:
    """What was heard, from a response with status 200.

    Parameters
    ----------
    body : str
    kind : str
        Its content type.
    duration_s : float
        Of the clip.

    Returns
    -------
    HeardText

    Raises
    ------
    PassingFault
        ``broken_response`` if this is no transcription.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        if kind.partition(";")[0].strip().lower() == "text/plain":
            return HeardText(text=_whole(body, body))
        raise _broken(body) from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise _broken(body)
    text = _whole(found["text"], body)
    header = _QWEN_HEADER.match(text)
    language = found.get("language") or (header and header["language"])
    text = text[header.end() :].strip() if header else text
    segments = _timed(found.get("segments"), "text", text, duration_s)
    words = _timed(found.get("words"), "word", text, duration_s)
    codes = read_language(language).codes if isinstance(language, str) else ()
    return HeardText(
        text=text, language=codes[0] if len(codes) == 1 else None, segments=segments, words=words
    )


def _timed(given: Any, key: str, text: str, duration_s: float) -> list[TimedText]:
    """Parts with their times; none at all if one cannot be, or they are not the text."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return []
    found: list[TimedText] = []
    latest_s = 0.0
    for each in given:
        part = _part(each, key, latest_s, duration_s)
        if part is None:
            return []
        latest_s = part.start_s
        if part.text:
            found.append(part)
    joined = sung_words(" ".join(part.text for part in found))
    return found if joined == sung_words(text) else []


def _part(each: Any, key: str, latest_s: float, duration_s: float) -> TimedText | None:
    if not isinstance(each, Mapping) or not isinstance(said := each.get(key), str):
        return None
    start_s, end_s = _number(each.get("start")), _number(each.get("end"))
    if start_s is None or end_s is None:
        return None
    if not latest_s <= start_s <= end_s <= duration_s + _SLACK_S:
        return None
    logprob, no_speech, ratio = (_number(each.get(name)) for name in _CHECKED)
    return TimedText(
        text=said.strip(),
        start_s=min(start_s, duration_s),
        end_s=min(end_s, duration_s),
        mean_log_probability=logprob,
        no_speech=no_speech,
        compression_ratio=ratio,
    )


def _number(given: Any) -> float | None:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return float(given) if is_number and math.isfinite(given) else None


def _whole(text: str, body: str) -> str:
    """A text of whole characters only."""
    if "\N{REPLACEMENT CHARACTER}" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise _broken(body)
    return text.strip()


def _broken(body: str) -> PassingFault:
    shown = body[:_MOST_SHOWN]
    return PassingFault("broken_response", f"no transcription: {shown!r}", may_cost=True)
