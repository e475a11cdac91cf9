"""A look at a stage's very prompts and answers, before a build asks thousands."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.corpus.pending_requests import asking_stage, open_questions
from pipeline.engine.stage import Question
from schemas.config import CorpusConfig
from tools.chat.models import Models
from tools.chat.request import Answer, AnswerError


@dataclass(frozen=True)
class Preview:
    """A question, and what came of it; None where it was not asked."""

    question: Question
    outcome: Answer | AnswerError | None


def preview(
    config: CorpusConfig, root: Path, name: str, n: int, models: Models | None
) -> list[Preview]:
    """The first questions of a stage and their answers.

    Parameters
    ----------
    config : CorpusConfig
    root : Path
        What the tracks' relative uris are relative to.
    name : str
        The stage's.
    n : int
        Questions to show.
    models : Models or None
        None asks nothing. What is bought is kept, and the build finds it.

    Returns
    -------
    list of Preview

    Raises
    ------
    ConfigError
        If the stage asks no model, or what it reads is not built yet.
    EndpointError, BudgetReachedError
        As `Models.ask`.
    """
    _, asks = asking_stage(name)
    found = open_questions(config, root, name, also_done=True)
    questions = [question for _, question in islice(found, n)]
    outcomes: dict[str, Answer | AnswerError] = {}
    if models is not None:
        pairs = [(question.row_id, question.request) for question in questions]
        models.ask(asks.role, name, pairs, outcomes.__setitem__)
    return [Preview(each, outcomes.get(each.row_id)) for each in questions]
