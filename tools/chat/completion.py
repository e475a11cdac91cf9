"""Read the body of a chat completion, as any of the world's servers writes it.

A field that is odd is read as far as it can be, or taken as not there: an answer that was paid for
is not thrown away for its token count. Nothing is guessed, and no character replaced.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tools.chat.faults import PassingFault
from tools.chat.request import Reply
from tools.chat.thoughts import split_thoughts

_MOST_SHOWN = 200
_MOST_TOKENS = 10_000_000
"""Ours: ten times the longest context there is; a count beyond it is none."""
_FINISHES = {
    "stop": "stop eos eos_token end_turn stop_sequence stop_token stop_word end_of_text endoftext "
    "end complete completed done finish finished finish_reason_stop tool_calls tool_call tool_use "
    "function_call",
    "length": "length max_tokens max_output_tokens max_new_tokens max_length model_length limit "
    "token_limit context_length model_context_window_exceeded",
    "content_filter": "content_filter content_filtered safety recitation prohibited_content "
    "blocklist spii sensitive guardrail_intervened",
    "refusal": "refusal",
}
"""OpenAI's words, and under each what others say for it: Anthropic, Gemini, Cohere, Mistral,
Bedrock, TGI, SGLang, llama.cpp, GLM."""
_FINISH = {word: ours for ours, words in _FINISHES.items() for word in words.split()}
_THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking", "thoughts")
_CACHED_FIELDS = ("prompt_cache_hit_tokens", "cached_tokens")
_WORD_PARTS = (None, "text", "output_text")


def decode_body(content: bytes, charset: str | None) -> str:
    """Text of a body: UTF-8, 16 or 32, as JSON is, else as the server says.

    Parameters
    ----------
    content : bytes
    charset : str or None
        What the response's content type names.

    Returns
    -------
    str
        Halves of a character stand in it as they came.

    Raises
    ------
    PassingFault
        ``broken_response`` if it is in none of them.
    """
    for name in (json.detect_encoding(content), charset):
        try:
            text = content.decode(name or "utf-8-sig", "surrogatepass")
        except (UnicodeDecodeError, LookupError):
            continue
        return _joined(text)
    detail = f"text in neither UTF-8 nor {charset or 'another charset that is named'}"
    raise PassingFault("broken_response", f"{detail}: {content[:_MOST_SHOWN]!r}", may_cost=True)


def read_completion(text: str, model: str) -> Reply:
    """The reply in the body of a response with status 200.

    Parameters
    ----------
    text : str
        JSON, as it came.
    model : str
        That was asked; where the response does not name it.

    Returns
    -------
    Reply

    Raises
    ------
    PassingFault
        ``broken_response`` if this is no chat completion.
    """
    try:
        found = json.loads(text, parse_int=float)
        choices = found["choices"]
        choice = choices[0] if choices else {}
        message = choice.get("message") or {"content": choice.get("text")}
        calls = list(_calls(message))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        detail = f"no chat completion: {text[:_MOST_SHOWN]!r}"
        raise PassingFault("broken_response", detail, may_cost=True) from None
    usage = _mapping(found.get("usage"))
    words, told, refusal = _parts(message)
    thoughts, answer = split_thoughts(words)
    finish = "refusal" if refusal else _finish(choice.get("finish_reason"))
    if finish == "length":
        answer += words[len(words.rstrip()) :]  # blanks may be the loop that it broke off in
    return Reply(
        refusal or answer,
        finish,
        _text(found.get("model")) or model,
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        told or thoughts,
        "\n".join(calls) or None,
        audio_tokens=_count(_mapping(usage.get("prompt_tokens_details")).get("audio_tokens")),
        cached_tokens=_cached_tokens(usage),
    )


def _joined(text: str) -> str:
    """Pairs of surrogates as the characters they are."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _parts(message: Mapping[str, Any]) -> tuple[str, str, str]:
    """Words, thoughts and refusal of a message, whose content may be a text or parts."""
    words, thoughts, refusals = [], [], [_text(message.get("refusal"))]
    content = message.get("content")
    for part in content if isinstance(content, list) else [content]:
        if not isinstance(part, dict):
            words.append(_text(part))
        elif part.get("type") == "refusal":
            refusals.append(_text(part.get("refusal")))
        elif isinstance(part.get("type"), str) and part["type"] not in _WORD_PARTS:
            thoughts.append(_text(part.get("text")) or _nested(part.get("thinking")))
        else:  # a server that reads the object itself leaves it as one
            is_part = isinstance(part.get("text"), str) and set(part) <= {"type", "text", "index"}
            words.append(part["text"] if is_part else json.dumps(part))
    thoughts += [_text(message.get(name)) for name in _THOUGHT_FIELDS]
    return "".join(words), next(filter(None, thoughts), ""), "".join(refusals)


def _nested(thinking: Any) -> str:
    """Magistral's thoughts are parts of a part."""
    parts = thinking if isinstance(thinking, list) else [thinking]
    return "".join(_text(_mapping(part).get("text")) or _text(part) for part in parts)


def _calls(message: Mapping[str, Any]) -> Iterator[str]:
    """Arguments of the tools that the model calls."""
    calls = [_mapping(each).get("function") for each in message.get("tool_calls") or ()]
    for call in [*calls, message.get("function_call")]:
        given = _mapping(call).get("arguments")
        if given:
            yield given if isinstance(given, str) else json.dumps(given)


def _finish(given: Any) -> str:
    """Why it ended, in OpenAI's words where they are known; SGLang says it in a mapping."""
    word = _text(given.get("type")) if isinstance(given, dict) else _text(given)
    return _FINISH.get(word.lower(), word) if word else "stop"


def _count(given: Any) -> int | None:
    """A number of tokens; None where it is none that can be."""
    if isinstance(given, str):
        given = float(given) if given.isdecimal() and given.isascii() else None
    return round(given) if isinstance(given, float) and 0 <= given <= _MOST_TOKENS else None


def _cached_tokens(usage: Mapping[str, Any]) -> int | None:
    """OpenAI's field, which vLLM, SGLang and Gemini fill too; DeepSeek's and Moonshot's own."""
    details = _mapping(usage.get("prompt_tokens_details"))
    given = (details.get("cached_tokens"), *map(usage.get, _CACHED_FIELDS))
    return next((n for n in map(_count, given) if n is not None), None)


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
