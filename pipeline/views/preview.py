"""A look at a stage's very prompts and answers, before a build asks thousands."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline.corpus.pending_requests import asking_stage, pending_requests
from pipeline.engine.stage import ModelRequest
from schemas.config import CorpusConfig
from tools.chat.models import Models
from tools.chat.request import Answer, AnswerError
from tools.remote.audio import AudioRoot


@dataclass(frozen=True)
class Preview:
    """A request, and what came of it; None where it was not asked."""

    request: ModelRequest[Any]
    outcome: Answer | AnswerError | None


def preview(
    config: CorpusConfig, root: AudioRoot, name: str, n: int, models: Models | None
) -> list[Preview]:
    """The first requests of a stage and their answers.

    Parameters
    ----------
    config : CorpusConfig
    root : AudioRoot
    name : str
        The stage's.
    n : int
        Requests to show.
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
    found = pending_requests(config, root, name, also_done=True)
    requests = [request for _, request in islice(found, n)]
    outcomes: dict[str, Answer | AnswerError] = {}
    if models is not None:
        pairs = [(request.row_id, request.chat) for request in requests]
        models.ask(asks.role, name, pairs, outcomes.__setitem__)
    return [Preview(each, outcomes.get(each.row_id)) for each in requests]
