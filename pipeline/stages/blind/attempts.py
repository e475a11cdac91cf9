"""Tries at a multiple choice, each with its options in another order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import chat_request
from pipeline.engine.stage import ModelRequest, one_row
from pipeline.stages.question.options import shuffle_seed, shuffled
from schemas.captions import Authorship
from schemas.ids import request_id
from schemas.options import chosen_option
from schemas.qa import QaPair
from schemas.quality import BlindTry
from schemas.roles import RoleName
from schemas.usage import Usage
from tools.chat.request import Answer, Clip

_TOKENS_BESIDE = 50
"""Ours: what a guess is wrapped in; of its option no character is more than a token."""


class Guess(BaseModel):
    """The option that is chosen; null for none, which only an engine that cannot guess gives."""

    model_config = ConfigDict(extra="forbid")
    option: str | None


def guess_form(options: Sequence[str]) -> type[Guess]:
    """The form with the options as its values; a server that does not hold to them may say more."""
    one = Annotated[str, Field(json_schema_extra={"enum": list(options)})]
    return create_model("Guess", __base__=Guess, option=(one | None, ...))


@dataclass(frozen=True)
class Attempt:
    """One try at one pair."""

    qa_id: str
    attempt: BlindTry
    authorship: Authorship
    usage: Usage


def try_seeds(pair: QaPair, n_tries: int) -> list[int]:
    """Seeds that all give another order: equal requests would be one answer, counted twice."""
    assert pair.options is not None
    seeds: dict[tuple[str, ...], int] = {}
    number = 0
    while len(seeds) < min(n_tries, math.factorial(len(pair.options))):
        seed = shuffle_seed("blind", pair.qa_id, number)
        seeds.setdefault(tuple(shuffled(pair.options, seed)), seed)
        number += 1
    return list(seeds.values())


def chosen(option: str | None, options: Sequence[str]) -> str | None:
    """The option that a model means: by its text, or by its letter in the order shown.

    Examples
    --------
    >>> chosen("b) a minor", ["C major", "A minor"])
    'A minor'
    """
    index = None if option is None else chosen_option(option, options)
    return None if index is None else options[index]


def attempt_request(
    pair: QaPair,
    number: int,
    seed: int,
    prompt: str,
    *,
    role: RoleName | None = None,
    clip: Clip | None = None,
) -> ModelRequest[Attempt]:
    """One try at a multiple choice; its answer becomes an `Attempt`.

    Parameters
    ----------
    pair : QaPair
    number, seed : int
        Of the try; the options' order follows from the seed.
    prompt : str
    role : RoleName, optional
    clip : Clip, optional
        For those who hear.
    """
    assert pair.options is not None
    options = shuffled(pair.options, seed)
    exam = {"question": pair.question, "options": options}
    row_id = request_id(pair.qa_id, number)
    return ModelRequest(
        row_id=row_id,
        track_id=pair.track_id,
        chat=chat_request(
            prompt,
            {"exam": exam},
            form=guess_form(options),
            clip=clip,
            most_tokens=_TOKENS_BESIDE + max(map(len, options)),
        ),
        read=one_row(row_id, partial(_attempt, pair.qa_id, options, seed)),
        role=role,
    )


def _attempt(
    qa_id: str, options: Sequence[str], seed: int, answer: Answer, authorship: Authorship
) -> Attempt:
    assert isinstance(answer.value, Guess)
    choice = chosen(answer.value.option, options)
    return Attempt(
        qa_id=qa_id,
        attempt=BlindTry(shuffle_seed=seed, choice=choice),
        authorship=authorship,
        usage=answer.usage,
    )
