"""Ask a model one question a row, and make rows of its answers."""

from collections import Counter

from pipeline.prompts import load_prompt
from pipeline.stage import Asks, Batch, Means, Question, StageResult
from schemas.captions import Authorship
from schemas.provenance import Rejection
from schemas.record import Record
from tools.chat.request import Answer, AnswerError


def ask_for_each(asks: Asks, name: str, batch: Batch, config: Record, means: Means) -> StageResult:
    """Run a stage that asks a model.

    Parameters
    ----------
    asks : Asks
    name : str
        The stage's name.
    batch : Batch
    config : Record
        The stage's section of the config.
    means : Means

    Returns
    -------
    StageResult
        Rows in the order of the questions. An answer that cannot be used is a rejection, with
        the model's own words.
    """
    prepared = asks.prepare(batch, config)
    questions = {question.row_id: question for question in prepared.questions}
    left = Counter(question.track_id for question in prepared.questions)
    means.progress(len(batch.tracks) - len(left))
    made: dict[str, Record | Rejection] = {}

    def done(row_id: str, outcome: Answer | AnswerError) -> None:
        question = questions[row_id]
        made[row_id] = _row_or_rejection(question, outcome, name, asks, means)
        left[question.track_id] -= 1
        if left[question.track_id] == 0:
            means.progress(1)

    pairs = ((question.row_id, question.request) for question in prepared.questions)
    means.models.ask(asks.role, name, pairs, done)
    outcomes = [(row_id, made[row_id]) for row_id in questions]
    return StageResult(
        inputs=[*questions, *(each.row_id for each in prepared.rejected)],
        accepted=[row_id for row_id, each in outcomes if not isinstance(each, Rejection)],
        rows=[each for _, each in outcomes if not isinstance(each, Rejection)],
        rejected=[
            *prepared.rejected,
            *(each for _, each in outcomes if isinstance(each, Rejection)),
        ],
    )


def _row_or_rejection(
    question: Question, outcome: Answer | AnswerError, name: str, asks: Asks, means: Means
) -> Record | Rejection:
    if isinstance(outcome, Answer):
        return question.to_row(outcome, authorship(asks, means, outcome.model))
    return Rejection(
        row_id=question.row_id,
        stage=name,
        reason=outcome.reason,
        detail=outcome.detail,
        raw=outcome.raw,
    )


def authorship(asks: Asks, means: Means, model: str) -> Authorship:
    """Who answered."""
    prompt = load_prompt(asks.prompt)
    return Authorship(
        role=asks.role,
        engine=getattr(means.models.roles, asks.role).engine,
        model=model,
        prompt=f"{prompt.name}@{prompt.version}",
        prompt_hash=prompt.digest,
    )
