"""Tries at a multiple choice, each with its options in another order."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most, chat_request
from pipeline.engine.stage import ModelRequest
from pipeline.engine.together import by_label, group_id, grouped, label, left_out
from pipeline.stages.question.options import shuffle_seed, shuffled
from schemas.captions import Authorship
from schemas.ids import request_id
from schemas.options import chosen_option
from schemas.provenance import Rejection
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


class LabelledGuess(Guess):
    """A guess at one of several."""

    id: str


class Guesses(BaseModel):
    """Guesses at all that were shown."""

    model_config = ConfigDict(extra="forbid")
    answers: list[LabelledGuess]


@cache
def guesses_form(n: int) -> type[Guesses]:
    """The form for so many questions."""
    answers: Any = (at_most(list[LabelledGuess], n), ...)
    return create_model("Guesses", __base__=Guesses, answers=answers)


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


@dataclass(frozen=True)
class Exam:
    """One try at a multiple choice, with its options in an order of their own."""

    pair: QaPair
    number: int
    seed: int

    @property
    def row_id(self) -> str:
        """Of the request about it."""
        return request_id(self.pair.qa_id, self.number)

    @property
    def options(self) -> list[str]:
        """As they are shown."""
        assert self.pair.options is not None
        return shuffled(self.pair.options, self.seed)

    @property
    def shown(self) -> dict[str, Any]:
        """What a prompt shows."""
        return {"question": self.pair.question, "options": self.options}


def exams_of(pairs: Iterable[QaPair], n_tries: int) -> list[Exam]:
    """All tries at pairs."""
    return [
        Exam(pair, number, seed)
        for pair in pairs
        for number, seed in enumerate(try_seeds(pair, n_tries))
    ]


def groups_of_a_track(exams: Iterable[Exam], most: int) -> list[list[Exam]]:
    """Exams that one who hears takes together: about one track, and no question twice."""
    return grouped(exams, lambda each: (each.pair.track_id, each.number), most)


def groups_of_many_tracks(exams: Iterable[Exam], most: int) -> list[list[Exam]]:
    """Exams that give nothing away of each other: each about another track."""
    exams = list(exams)
    n_before: Counter[tuple[str, int]] = Counter()
    alike = {}
    for exam in exams:
        alike[exam.row_id] = exam.number, n_before[exam.pair.track_id, exam.number]
        n_before[exam.pair.track_id, exam.number] += 1
    return grouped(exams, lambda each: alike[each.row_id], most)


def attempt_request(
    group: Sequence[Exam],
    prompt: str,
    *,
    role: RoleName | None = None,
    clip: Clip | None = None,
) -> ModelRequest[Attempt]:
    """One try at some choices about a track; its answer becomes an `Attempt` each.

    Parameters
    ----------
    group : sequence of Exam
    prompt : str
    role : RoleName, optional
    clip : Clip, optional
        For those who hear.
    """
    first = group[0]
    if len(group) == 1:
        exam: Any = first.shown
        form: type[BaseModel] = guess_form(first.options)
    else:
        exam = [{"id": label(place), **each.shown} for place, each in enumerate(group, 1)]
        form = guesses_form(len(group))
    return ModelRequest(
        row_id=group_id(group),
        track_id=first.pair.track_id,
        chat=chat_request(
            prompt,
            {"exam": exam, "n": len(group)},
            form=form,
            clip=clip,
            facts=(len(group),),
            most_tokens=sum(_TOKENS_BESIDE + max(map(len, each.options)) for each in group),
        ),
        read=partial(_attempts, group),
        role=role,
    )


def _attempts(
    group: Sequence[Exam], answer: Answer, authorship: Authorship
) -> dict[str, Attempt | Rejection]:
    if isinstance(answer.value, Guess):
        return {group[0].row_id: _attempt(group[0], answer.value.option, authorship, answer.usage)}
    assert isinstance(answer.value, Guesses)
    made: dict[str, Attempt | Rejection] = {}
    usage = answer.usage
    for each, guess in by_label(group, answer.value.answers):
        made[each.row_id] = _attempt(each, guess.option, authorship, usage)
        usage = Usage()  # of the whole answer; it stands with the first
    if not made:
        made[group_id(group)] = left_out(group, answer)
    return made


def _attempt(exam: Exam, option: str | None, authorship: Authorship, usage: Usage) -> Attempt:
    choice = chosen(option, exam.options)
    return Attempt(
        qa_id=exam.pair.qa_id,
        attempt=BlindTry(shuffle_seed=exam.seed, choice=choice),
        authorship=authorship,
        usage=usage,
    )
