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
        sound = self._sound(request)
        return self._usage(round(text + sound), options.max_output_tokens, round(sound))

    def count(self, request: ChatRequest, options: AttemptOptions, reply: Reply) -> Usage:
        """What an attempt took, as the server counted it; guessed where it does not count."""
        n_bytes = prompt_bytes(request, options)
        self._seen.add(request.clip is not None)
        if reply.input_tokens is not None and reply.output_tokens is not None:
            self._learn(request, n_bytes, reply.input_tokens)
            return self._counted(request, reply, reply.input_tokens, reply.output_tokens)
        n_said = len(reply.text.encode("utf-8", "surrogatepass"))  # halves of characters too
        guessed = self._usage(
            round(_TYPICAL_TOKENS_PER_BYTE * n_bytes + self._sound(request)),
            round(_TYPICAL_TOKENS_PER_BYTE * n_said),
            round(self._sound(request)),
        )
        return guessed.model_copy(update={"is_estimated": True, "bytes_sent": reply.bytes_sent})

    def _counted(
        self, request: ChatRequest, reply: Reply, input_tokens: int, output_tokens: int
    ) -> Usage:
        """As the server counted; what it tells of sound and cache is at most the input."""
        sound = reply.audio_tokens
        if sound is None:
            sound = round(self._role.audio_tokens_per_s * _duration_s(request))
        used = self._usage(
            input_tokens,
            output_tokens,
            min(sound, input_tokens),
            min(reply.cached_tokens or 0, input_tokens),
        )
        return used.model_copy(update={"bytes_sent": reply.bytes_sent})

    def _learn(self, request: ChatRequest, n_bytes: int, input_tokens: int) -> None:
        if request.clip is None:
            seen = _SURPLUS * input_tokens / max(1, n_bytes)
            self._tokens_per_byte = max(seen, _FORGET * self._tokens_per_byte)
            return
        sound = _SURPLUS * input_tokens - _TYPICAL_TOKENS_PER_BYTE * n_bytes
        seen = sound / max(1e-3, _duration_s(request))
        self._tokens_per_s = max(seen, _FORGET * self._tokens_per_s)

    def _sound(self, request: ChatRequest) -> float:
        return self._tokens_per_s * _duration_s(request)

    def _usage(
        self, input_tokens: int, output_tokens: int, audio_tokens: int, cached_tokens: int = 0
    ) -> Usage:
        used = Usage(
            n_attempts=1,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            audio_tokens=audio_tokens,
            cached_tokens=cached_tokens,
        )
        return used.model_copy(update={"cost_usd": price_usd(self._role, used)})


def price_usd(role: RoleConfig, used: Usage) -> float:
    """What so many tokens cost. Where some of the sound may have been cached, text is taken for it.

    Examples
    --------
    >>> role = RoleConfig(usd_per_million_input_tokens=1.0, usd_per_million_cached_tokens=0.1)
    >>> price_usd(role, Usage(input_tokens=2_000_000, cached_tokens=1_000_000))
    1.1
    """
    text_usd = role.usd_per_million_input_tokens
    audio_usd = _or_input(role.usd_per_million_audio_tokens, role)
    cached_usd = _or_input(role.usd_per_million_cached_tokens, role)
    n_new = used.input_tokens - used.cached_tokens
    n_audio = min(used.audio_tokens, n_new)
    return (
        (n_new - n_audio) * text_usd
        + n_audio * audio_usd
        + used.cached_tokens * cached_usd
        + used.output_tokens * role.usd_per_million_output_tokens
    ) / 1e6


def _or_input(usd: float | None, role: RoleConfig) -> float:
    return role.usd_per_million_input_tokens if usd is None else usd


def _duration_s(request: ChatRequest) -> float:
    return sum(clip.end_s - clip.start_s for clip in request.clips)


def prompt_bytes(request: ChatRequest, options: AttemptOptions) -> int:
    """Size of all text that is sent, in UTF-8."""
    texts = [request.system, request.user, *(options.repair or ())]
    form_bytes = 0 if request.form is None else _form_bytes(request.form)
    return form_bytes + sum(len(text.encode()) for text in texts)


@lru_cache(maxsize=64)
def _form_bytes(form: type[BaseModel]) -> int:
    return len(str(json_schema(form)).encode())
