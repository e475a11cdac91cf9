"""The stage `blind`: what a model answers right without hearing is no question about music."""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from pydantic import BaseModel, ConfigDict

from pipeline.engine.ask import ask_for_each
from pipeline.engine.stage import Asks, Batch, Means, Question, Questions, StageResult, one_row
from pipeline.prompts import load_prompt
from pipeline.stages.question.options import shuffle_seed, shuffled
from schemas.captions import Authorship
from schemas.config import CorpusConfig
from schemas.options import chosen_option
from schemas.provenance import Rejection, Unmeasured
from schemas.qa import QaPair
from schemas.quality import BlindResult, BlindTry
from schemas.record import Record
from schemas.roles import RoleName
from schemas.sections import BlindConfig
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest, Clip

PROMPT = "blind"


class Guess(BaseModel):
    """The option that is chosen; null for none, which only an engine that cannot guess gives."""

    model_config = ConfigDict(extra="forbid")
    option: str | None


class Attempt(Record):
    """One try at one pair."""

    qa_id: str
    attempt: BlindTry
    authorship: Authorship
    usage: Usage


def blind_questions(batch: Batch, config: BlindConfig) -> Questions:
    """`config.tries` requests for every multiple choice, each with the options in another order.

    Parameters
    ----------
    batch : Batch
        With the rows of `question` and `distinct`.
    config : BlindConfig

    Returns
    -------
    Questions
    """
    pairs = [pair for pair in kept_pairs(batch) if pair.options is not None]
    return Questions(
        [
            attempt_question(pair, number, seed, PROMPT)
            for pair in pairs
            for number, seed in enumerate(try_seeds(pair, config.tries))
        ],
        [],
    )


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


def kept_pairs(batch: Batch) -> list[QaPair]:
    """The pairs that `distinct` kept."""
    kept = {row.qa_id for row in batch.rows["distinct"]}
    return [pair for pair in batch.rows["question"] if pair.qa_id in kept]


def run_blind(asks: Asks, batch: Batch, config: BlindConfig, means: Means) -> StageResult:
    """Ask, and count.

    Parameters
    ----------
    asks : Asks
    batch : Batch
        With the rows of `question` and `distinct`.
    config : BlindConfig
    means : Means

    Returns
    -------
    StageResult
        `BlindResult` rows; rejections are ``blind_answerable``. Open questions, and pairs that
        nobody tried, are accepted with a null and its reason.
    """
    asked = ask_for_each(asks, "blind", batch, config, means)
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for row in asked.rows:
        assert isinstance(row, Attempt)
        attempts[row.qa_id].append(row)
    result = StageResult(inputs=[])
    for pair in kept_pairs(batch):
        result.inputs.append(pair.qa_id)
        found = count_right(pair, attempts[pair.qa_id])
        n_right = found.n_right or 0
        if n_right > config.max_right_share * found.n_tries:
            result.rejected.append(_rejection(pair, found))
        else:
            result.accepted.append(pair.qa_id)
            result.rows.append(found)
    return result


def count_right(pair: QaPair, attempts: Sequence[Attempt]) -> BlindResult:
    """How many of the tries at a pair are right; null where none is a guess."""
    is_model = any(each.authorship.engine != "builtin/facts" for each in attempts)
    if pair.options is None:
        why = [Unmeasured(field="n_right", reason="open_question")]
    elif not attempts:
        why = [Unmeasured(field="n_right", reason="no_usable_answer")]
    elif not is_model:
        why = [Unmeasured(field="n_right", reason="no_model", detail="builtin/facts cannot guess")]
    else:
        why = []
    tries = [] if why else [each.attempt for each in attempts]
    return BlindResult(
        qa_id=pair.qa_id,
        track_id=pair.track_id,
        n_tries=len(tries),
        n_right=None if why else sum(each.choice == pair.answer for each in tries),
        tries=tries,
        unmeasured=why,
        authorship=attempts[0].authorship if attempts else None,
        usage=sum((each.usage for each in attempts), Usage()),
    )


def chosen(option: str | None, options: Sequence[str]) -> str | None:
    """The option that a model means: by its text, or by its letter in the order shown.

    Examples
    --------
    >>> chosen("b) a minor", ["C major", "A minor"])
    'A minor'
    """
    index = None if option is None else chosen_option(option, options)
    return None if index is None else options[index]


def attempt_question(
    pair: QaPair,
    number: int,
    seed: int,
    prompt: str,
    *,
    role: RoleName | None = None,
    clip: Clip | None = None,
) -> Question:
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
    system, user = load_prompt(prompt).render(exam=exam)
    row_id = f"{pair.qa_id}/{number}"
    return Question(
        row_id=row_id,
        track_id=pair.track_id,
        request=ChatRequest(system, user, lambda _: Guess(option=None), form=Guess, clip=clip),
        to_rows=one_row(row_id, partial(_attempt, pair.qa_id, options, seed)),
        role=role,
        prompt=prompt,
    )


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Tries a track, at most; for estimates."""
    share = config.question.multiple_choice_share
    return config.question.pairs_per_track * share * config.blind.tries


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


def _rejection(pair: QaPair, found: BlindResult) -> Rejection:
    detail = f"right in {found.n_right} of {found.n_tries} tries without hearing"
    raw = pair.model_dump_json(include={"question", "answer", "options", "skill", "form"})
    return Rejection(
        row_id=pair.qa_id, stage="blind", reason="blind_answerable", detail=detail, raw=raw
    )
