"""The stage `blind`: what a model answers right without hearing is no question about music."""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from pipeline.engine.stage import (
    Batch,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.engine.together import ask_together
from pipeline.stages.blind.attempts import (
    Attempt,
    Exam,
    attempt_request,
    exams_of,
    groups_of_many_tracks,
)
from pipeline.stages.compare.stage import questions_per_track
from schemas.comparison import Comparison
from schemas.config import CorpusConfig
from schemas.provenance import Unmeasured
from schemas.qa import QaPair
from schemas.quality import BlindResult, Kept
from schemas.roles import RoleName
from schemas.sections import BlindConfig
from schemas.usage import Usage

PROMPT = "blind"


def blind_requests(batch: Batch, config: BlindConfig) -> ModelRequests[Attempt]:
    """`config.tries` tries at every multiple choice, each with the options in another order.

    Parameters
    ----------
    batch : Batch
        With the rows of `question`, `compare` and `dedup`.
    config : BlindConfig

    Returns
    -------
    ModelRequests
    """
    return ModelRequests([_request(group) for group in _groups(batch, config)])


_request = partial(attempt_request, prompt=PROMPT)


def _groups(batch: Batch, config: BlindConfig) -> list[list[Exam]]:
    choices = (pair for pair in asked_pairs(batch) if pair.options is not None)
    return groups_of_many_tracks(exams_of(choices, config.tries), config.questions_per_request)


def asked_pairs(batch: Batch) -> list[QaPair]:
    """The pairs that `dedup` kept, and all comparisons."""
    kept = {row.qa_id for row in batch.of(Kept)}
    pairs = [pair for pair in batch.of(QaPair) if pair.qa_id in kept]
    return [*pairs, *batch.of(Comparison)]


def run_blind(batch: Batch, config: BlindConfig, context: StageContext) -> StageResult:
    """Ask, and count.

    Parameters
    ----------
    batch : Batch
        With the rows of `question`, `compare` and `dedup`.
    config : BlindConfig
    context : StageContext

    Returns
    -------
    StageResult
        A `BlindResult` row for every pair; what becomes of those that are guessed, `harden` says.
        Open questions, and pairs that nobody tried, have a null and its reason.
    """
    made = ask_together(_groups(batch, config), _request, context, n_tracks=len(batch.tracks))
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for each in made.values():
        if isinstance(each, Attempt):
            attempts[each.qa_id].append(each)
    result = StageResult(inputs=[])
    for pair in asked_pairs(batch):
        result.inputs.append(pair.qa_id)
        result.accepted.append(pair.qa_id)
        result.rows.append(count_right(pair, attempts[pair.qa_id], config.max_right_share))
    return result


def count_right(pair: QaPair, attempts: Sequence[Attempt], max_right_share: float) -> BlindResult:
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
        most_right=math.floor(max_right_share * len(tries)),
        tries=tries,
        unmeasured=why,
        authorship=attempts[0].authorship if attempts else None,
        usage=sum((each.usage for each in attempts), Usage()),
    )


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Tries a track, at most; for estimates."""
    n_choices = config.pairs_per_track * config.question.multiple_choice_share
    n_choices += questions_per_track(config)
    together = min(config.blind.questions_per_request, config.ingest.partition_size)
    return config.blind.tries * n_choices / together


STAGE = Stage(
    name="blind",
    version="5",
    makes=BlindResult,
    reads=(QaPair, Comparison, Kept),
    config=BlindConfig,
    run=run_blind,
    asks=ModelUse(
        role="blind",
        prompt=PROMPT,
        prepare=blind_requests,
        typical_tokens=(350, 35),
        n_per_track=requests_per_track,
    ),
)
