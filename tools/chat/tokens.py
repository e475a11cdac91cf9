"""How many tokens a request takes: at most, before it is sent; as counted, after."""

from functools import lru_cache

from pydantic import BaseModel

from schemas.roles import RoleConfig
from schemas.usage import Usage
from tools.chat.engine import AttemptOptions
from tools.chat.forms import json_schema
from tools.chat.request import ChatRequest, Reply

_FIRST_TOKENS_PER_BYTE = 0.5
_TYPICAL_TOKENS_PER_BYTE = 0.25
_SURPLUS = 1.1
_FORGET = 0.98


class TokenEstimate:
    """Learns from a role's answers how many tokens a byte of its prompts and a second of sound is.

    Parameters
    ----------
    role : RoleConfig
    """

    def __init__(self, role: RoleConfig) -> None:
        self._role = role
        self._tokens_per_byte = _FIRST_TOKENS_PER_BYTE
        self._tokens_per_s = role.audio_tokens_per_s
        self._seen: set[bool] = set()

    def has_seen(self, request: ChatRequest) -> bool:
        """Whether the server has counted a request like this one, with sound or without."""
        return (request.clip is not None) in self._seen

    def most(self, request: ChatRequest, options: AttemptOptions) -> Usage:
        """What an attempt may take: a little more input than seen so far, and all of the output."""
        text = self._tokens_per_byte * prompt_bytes(request, options)
        return self._usage(round(text + self._sound(request)), options.max_output_tokens)

    def count(self, request: ChatRequest, options: AttemptOptions, reply: Reply) -> Usage:
        """What an attempt took, as the server counted it; guessed where it does not count."""
        n_bytes = prompt_bytes(request, options)
        self._seen.add(request.clip is not None)
        if reply.input_tokens is not None and reply.output_tokens is not None:
            self._learn(request, n_bytes, reply.input_tokens)
            return self._usage(reply.input_tokens, reply.output_tokens)
        n_said = len(reply.text.encode("utf-8", "surrogatepass"))  # halves of characters too
        guessed = self._usage(
            round(_TYPICAL_TOKENS_PER_BYTE * n_bytes + self._sound(request)),
            round(_TYPICAL_TOKENS_PER_BYTE * n_said),
        )
        return guessed.model_copy(update={"is_estimated": True})

    def _learn(self, request: ChatRequest, n_bytes: int, input_tokens: int) -> None:
        if request.clip is None:
            seen = _SURPLUS * input_tokens / max(1, n_bytes)
            self._tokens_per_byte = max(seen, _FORGET * self._tokens_per_byte)
            return
        sound = _SURPLUS * input_tokens - _TYPICAL_TOKENS_PER_BYTE * n_bytes
        seen = sound / max(1e-3, request.clip.end_s - request.clip.start_s)
        self._tokens_per_s = max(seen, _FORGET * self._tokens_per_s)

    def _sound(self, request: ChatRequest) -> float:
        if request.clip is None:
            return 0.0
        return self._tokens_per_s * (request.clip.end_s - request.clip.start_s)

    def _usage(self, input_tokens: int, output_tokens: int) -> Usage:
        return Usage(
            n_attempts=1,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=price_usd(self._role, input_tokens, output_tokens),
        )


def price_usd(role: RoleConfig, input_tokens: float, output_tokens: float) -> float:
    """What so many tokens cost."""
    return (
        input_tokens * role.usd_per_million_input_tokens
        + output_tokens * role.usd_per_million_output_tokens
    ) / 1e6


def prompt_bytes(request: ChatRequest, options: AttemptOptions) -> int:
    """Size of all text that is sent, in UTF-8."""
    texts = [request.system, request.user, *(options.repair or ())]
    form_bytes = 0 if request.form is None else _form_bytes(request.form)
    return form_bytes + sum(len(text.encode()) for text in texts)


@lru_cache(maxsize=64)
def _form_bytes(form: type[BaseModel]) -> int:
    return len(str(json_schema(form)).encode())
