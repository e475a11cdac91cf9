"""Find an endpoint's dialect: ask small questions until what it takes is known.

Most endpoints take the first. Where one refuses it, it is asked in the barest way, and what it
takes is added one by one. How a form is asked for counts as taken if the answer is in the form: a
server that ignores it answers in prose, for its prompt says nothing of a form.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.dialect import Dialect, FormLevel
from schemas.digest import digest
from schemas.roles import RoleConfig
from tools.chat.answer_cache import AnswerCache
from tools.chat.body import THINKING_OFF
from tools.chat.faults import BadRequestFault, PassingFault, UnusableFault
from tools.chat.reading import read_reply
from tools.chat.request import ChatRequest, Reply

PROBE = "probe"
"""The stage and outcome that probes are charged under."""
Send = Callable[[ChatRequest, Dialect], Awaitable[Reply]]
_BAREST = Dialect(
    form="prompt", takes_bounds=False, token_limit=None, has_system_role=False,
    takes_temperature=False, takes_top_p=False,
)  # fmt: skip
_PARAMETERS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"token_limit": "max_completion_tokens"}, {"token_limit": "max_tokens"}),
    ({"has_system_role": True},),
    ({"takes_temperature": True},),
    ({"takes_top_p": True},),
)
"""What is added to the barest way; of each line what is taken first."""
_FORMS: tuple[tuple[FormLevel, bool], ...] = (
    ("json_schema", True), ("json_schema", False), ("json_object", True), ("tools", True),
    ("tools", False),
)  # fmt: skip
"""Ways to ask for a form, with bounds in the schema or without, the surest first."""


_TIMES: tuple[FormLevel, ...] = ("json_schema", "json_object")
"""Levels of `tools.chat.transcriptions` that ask for times."""


class Pitch(BaseModel):
    """The form of the probe: with values, bounds, and nothing that a prompt names."""

    model_config = ConfigDict(extra="forbid")
    letter: Literal["A", "B", "C", "D", "E", "F", "G"]
    octave: Annotated[int, Field(ge=0, le=9)]


QUESTION = ChatRequest(
    "You know music.", "The A above middle C has 440 Hz. Which pitch has 880 Hz?", form=Pitch
)


def dialect_key(role: RoleConfig) -> str:
    """Digest of all that decides how a role's endpoint is asked."""
    sampling = role.sampling
    is_drawn = [sampling.temperature is not None, sampling.top_p is not None]
    return digest([role.base_url, role.model, role.form, role.thinking, *is_drawn])


def known_dialect(cache: AnswerCache, role: RoleConfig) -> Dialect:
    """How a role's endpoint is asked, as far as it is known."""
    return cache.find_dialect(dialect_key(role)) or role.first_dialect


async def find_dialect(send: Send, role: RoleConfig) -> Dialect:
    """What a role's endpoint takes.

    Parameters
    ----------
    send : callable
        ``await send(request, dialect)`` gives the reply to one request.
    role : RoleConfig

    Returns
    -------
    Dialect
        Forms are asked for in words where nothing surer works.

    Raises
    ------
    Fault
        If it takes nothing, or cannot be asked.
    """
    first = role.first_dialect
    reply = await _sent(send, first)
    if reply is not None and _is_in_form(reply):
        return await _without_thoughts(send, role, _noting(first, reply))
    dialect = first if reply is not None else await _parameters(send)
    known = next((i for i, (form, _) in enumerate(_FORMS) if form == role.form), len(_FORMS))
    for form, takes_bounds in _FORMS[known:]:
        asked = dialect.model_copy(update={"form": form, "takes_bounds": takes_bounds})
        if reply is not None and asked == first:
            continue  # it ignored just that
        answer = await _sent(send, asked)
        if answer is not None and _is_in_form(answer):
            return await _without_thoughts(send, role, _noting(asked, answer))
    in_words = dialect.model_copy(update={"form": "prompt", "takes_bounds": True})
    answer = await send(QUESTION, in_words)
    return await _without_thoughts(send, role, _noting(in_words, answer))


async def find_times(send: Send) -> Dialect:
    """Which times an endpoint of transcriptions gives: of words, of segments, or none.

    Parameters, returns and errors as in `find_dialect`.
    """
    for form in _TIMES:
        asked = Dialect(form=form)
        if await _sent(send, asked) is not None:
            return asked
    untimed = Dialect(form="prompt")
    await send(QUESTION, untimed)
    return untimed


async def _parameters(send: Send) -> Dialect:
    dialect = _BAREST
    await send(QUESTION, dialect)  # who refuses that, too, is asked nothing more
    for alternatives in _PARAMETERS:
        for change in alternatives:
            asked = dialect.model_copy(update=change)
            if await _sent(send, asked) is not None:
                dialect = asked
                break
    return dialect


async def _without_thoughts(send: Send, role: RoleConfig, dialect: Dialect) -> Dialect:
    """With the switch that keeps the model from thinking, if that is wanted and there is one."""
    if role.thinking != "off" or not dialect.thinks:
        return dialect
    for switch in THINKING_OFF:
        asked = dialect.model_copy(update={"thinking_switch": switch})
        reply = await _sent(send, asked)
        if reply is not None and not reply.reasoning:
            return asked.model_copy(update={"thinks": False})
    return dialect


async def _sent(send: Send, dialect: Dialect) -> Reply | None:
    """The reply; None if the request is refused as it is, which some servers call their fault."""
    try:
        return await send(QUESTION, dialect)
    except BadRequestFault:
        return None
    except PassingFault as fault:
        if not fault.may_be_request:
            raise
        return None


def _is_in_form(reply: Reply) -> bool:
    """Whether the form was kept; an answer that broke off in thoughts tells nothing else."""
    try:
        read_reply(reply, Pitch)
    except UnusableFault as fault:
        return fault.reason == "cut_off"
    return True


def _noting(dialect: Dialect, reply: Reply) -> Dialect:
    return dialect.model_copy(update={"thinks": bool(reply.reasoning)})
