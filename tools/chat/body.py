"""The body of a chat completion request, in the dialect of its endpoint."""

from collections.abc import Sequence
from typing import Any

from schemas.dialect import ThinkingSwitch
from schemas.roles import RoleConfig
from tools.chat.engine import AttemptOptions
from tools.chat.forms import form_in_words, json_schema, plain_schema
from tools.chat.request import ChatRequest

THINKING_OFF: dict[ThinkingSwitch, dict[str, Any]] = {
    "chat_template_kwargs": {"chat_template_kwargs": {"enable_thinking": False}},
    "reasoning_effort": {"reasoning_effort": "none"},
    "thinking": {"thinking": {"type": "disabled"}},
    "think": {"think": False},
}
"""vLLM, SGLang and llama.cpp; OpenAI and Gemini; GLM and DeepSeek; Ollama."""


def chat_body(
    request: ChatRequest,
    role: RoleConfig,
    options: AttemptOptions,
    sounds: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Body of a chat completion request.

    Parameters
    ----------
    request : ChatRequest
    role : RoleConfig
    options : AttemptOptions
    sounds : sequence of dict
        The clips as parts of the message.

    Returns
    -------
    dict
        As `/v1/chat/completions` takes it, directly or as a line of a batch.
    """
    dialect = options.dialect
    body = {
        "model": role.model,
        "messages": _messages(request, options, sounds),
        "stream": False,
        **role.sampling.model_dump(exclude_none=True, exclude=_not_sent(options)),
    }
    if role.sampling.seed is not None:
        body["seed"] = role.sampling.seed + options.n_before
    if dialect.token_limit is not None:
        body[dialect.token_limit] = options.max_output_tokens
    if dialect.thinking_switch is not None:
        body |= THINKING_OFF[dialect.thinking_switch]
    return body | _form(request, options)


def repair_text(complaint: str) -> str:
    """What a model is told of an answer that is not valid."""
    return f"That answer is not valid: {complaint}. Give the whole answer again, corrected."


def _messages(
    request: ChatRequest, options: AttemptOptions, sounds: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What never changes first, then the sound, then the text: what caches know is at the start."""
    text = request.user
    if request.form is not None and options.dialect.form in ("json_object", "prompt"):
        text += f"\n\n{form_in_words(request.form)}"
    if not options.dialect.has_system_role:
        text = f"{request.system}\n\n{text}"
    content: str | list[dict[str, Any]] = text
    if sounds:
        content = [*sounds, {"type": "text", "text": text}]
    messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
    if options.dialect.has_system_role:
        messages.insert(0, {"role": "system", "content": request.system})
    if options.repair is not None:
        answer, complaint = options.repair
        messages += [
            {"role": "assistant", "content": answer},
            {"role": "user", "content": repair_text(complaint)},
        ]
    return messages


def _not_sent(options: AttemptOptions) -> set[str]:
    taken = {
        "temperature": options.dialect.takes_temperature,
        "top_p": options.dialect.takes_top_p,
    }
    return {"max_output_tokens", *(name for name, is_taken in taken.items() if not is_taken)}


def _form(request: ChatRequest, options: AttemptOptions) -> dict[str, Any]:
    form, level = request.form, options.dialect.form
    if form is None or level == "prompt":
        return {}
    if level == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = json_schema(form) if options.dialect.takes_bounds else plain_schema(form)
    name = form.__name__
    if level == "tools":
        tool = {"name": name, "description": "Takes the answer.", "parameters": schema}
        choice = {"type": "function", "function": {"name": name}}
        return {"tools": [{"type": "function", "function": tool}], "tool_choice": choice}
    form_asked = {"name": name, "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": form_asked}}
