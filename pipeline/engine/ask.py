"""Ask a model a stage's questions, and make rows of its answers."""

from collections import Counter
from collections.abc import Mapping

from pipeline.engine.stage import Asks, Batch, Means, Question, Questions, StageResult
from pipeline.prompts import load_prompt
from schemas.captions import Authorship
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.roles import RoleConfig
from tools.chat.request import Answer, AnswerError

Made = Mapping[str, Record | Rejection]


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
        Rows in the order of the questions; those to roles that nobody plays are not asked. What
        comes in is what the answers offer, each thing by its own id, and the requests without
        a usable answer, which are rejections with the model's own words.

    Raises
    ------
    ValueError
        If an answer became neither rows nor rejections.
    """
    return ask_prepared(asks, name, asks.prepare(batch, config), len(batch.tracks), means)


def ask_prepared(
    asks: Asks, name: str, prepared: Questions, n_tracks: int, means: Means
) -> StageResult:
    """Ask questions that stand already; see `ask_for_each`.

    Parameters
    ----------
    asks : Asks
    name : str
        The stage's name.
    prepared : Questions
    n_tracks : int
        Of the batch, for the progress: each is counted when its last question is answered.
    means : Means
    """
    cast = means.models.roles.cast
    asked = [each for each in prepared.questions if (each.role or asks.role) in cast]
    questions = {question.row_id: question for question in asked}
    left = Counter(question.track_id for question in asked)
    means.progress(n_tracks - len(left))
    made: dict[str, Made] = {}

    def done(row_id: str, outcome: Answer | AnswerError) -> None:
        question = questions[row_id]
        made[row_id] = _rows_or_rejections(question, outcome, name, asks, means)
        left[question.track_id] -= 1
        if left[question.track_id] == 0:
            means.progress(1)

    for role in dict.fromkeys(each.role or asks.role for each in asked):
        pairs = [(each.row_id, each.request) for each in asked if (each.role or asks.role) == role]
        means.models.ask(role, name, pairs, done)
    outcomes = [pair for row_id in questions for pair in made[row_id].items()]
    return StageResult(
        inputs=[*(row_id for row_id, _ in outcomes), *(each.row_id for each in prepared.rejected)],
        accepted=[row_id for row_id, each in outcomes if not isinstance(each, Rejection)],
        rows=[each for _, each in outcomes if not isinstance(each, Rejection)],
        rejected=[
            *prepared.rejected,
            *(each for _, each in outcomes if isinstance(each, Rejection)),
        ],
    )


def _rows_or_rejections(
    question: Question, outcome: Answer | AnswerError, name: str, asks: Asks, means: Means
) -> Made:
    if isinstance(outcome, Answer):
        made = question.to_rows(outcome, authorship(asks, means, outcome.model, question))
        if not made:
            raise ValueError(f"{question.row_id}: the answer became neither rows nor rejections")
        return made
    rejection = Rejection(
        row_id=question.row_id,
        stage=name,
        reason=outcome.reason,
        detail=outcome.detail,
        raw=outcome.raw,
    )
    return {question.row_id: rejection}


def authorship(asks: Asks, means: Means, model: str, question: Question) -> Authorship:
    """Who answered."""
    prompt = load_prompt(question.prompt or asks.prompt)
    role = question.role or asks.role
    player: RoleConfig = getattr(means.models.roles, role)
    return Authorship(
        role=role,
        engine=player.engine,
        model=model,
        prompt=f"{prompt.name}@{prompt.version}",
        prompt_hash=prompt.digest,
    )
