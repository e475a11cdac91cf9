"""The stage `difficulty`: how hard accepted rows are, by a student's errors or by a rating."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import ask, at_most, chat_request
from pipeline.engine.stage import (
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.stages.blind.attempts import Attempt, attempt_request, try_seeds
from pipeline.stages.difficulty.samples import Sample, accepted_samples, open_pairs
from schemas.captions import Authorship, RichCaption
from schemas.config import CorpusConfig
from schemas.ids import request_id, row_of
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import HIGHEST_MARK, Quality
from schemas.roles import RoleName
from schemas.sections import DifficultyConfig
from schemas.thought import Difficulty
from schemas.usage import Usage
from tools.chat.request import Answer, Clip

PROMPT, STUDENT_PROMPT = "rate", "student"
_TOKENS_PER_MARK = 150
"""Ours: a mark and a sentence."""


class Mark(BaseModel):
    """How hard one exercise is."""

    model_config = ConfigDict(extra="forbid")
    id: str
    difficulty: int = Field(ge=1, le=HIGHEST_MARK)
    why: str


class Marks(BaseModel):
    """How hard all exercises of a track are."""

    model_config = ConfigDict(extra="forbid")
    marks: list[Mark]


@cache
def _marks_form(n: int) -> type[Marks]:
    """The form for so many exercises."""
    return create_model("Marks", __base__=Marks, marks=(at_most(list[Mark], n), ...))


@dataclass(frozen=True)
class Rating:
    """A mark with whom it is from."""

    row_id: str
    mark: int
    why: str
    authorship: Authorship
    usage: Usage


def difficulty_requests(batch: Batch, config: DifficultyConfig) -> ModelRequests[Attempt | Rating]:
    """One request for the ratings of a track, or several tries of the student at each choice.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question` and `judge`.
    config : DifficultyConfig

    Returns
    -------
    ModelRequests
    """
    clips = {
        each.track.track_id: Clip(each.track.track_id, each.path, 0.0, each.track.duration_s)
        for each in batch.tracks
    }
    samples = accepted_samples(batch)
    tried = [each.pair for each in samples if each.pair and config.by == "student"]
    tries = [
        attempt_request(
            pair, number, seed, STUDENT_PROMPT, role="student", clip=clips[pair.track_id]
        )
        for pair in tried
        for number, seed in enumerate(try_seeds(pair, config.tries))
    ]
    rated: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if not (sample.pair and config.by == "student"):
            rated[sample.track_id].append(sample)
    return ModelRequests([*tries, *map(_rating_request, rated.values())])


def run_difficulty(batch: Batch, config: DifficultyConfig, context: StageContext) -> StageResult:
    """Ask, and turn errors or marks into a difficulty.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question` and `judge`.
    config : DifficultyConfig
    context : StageContext

    Returns
    -------
    StageResult
        `Difficulty` rows. Rejections: ``open_question``, whose answers cannot be compared with a
        gold answer by their words; ``not_tried`` and ``not_rated``.
    """
    made = ask(difficulty_requests(batch, config).requests, context, n_tracks=len(batch.tracks))
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for each in made.values():
        if isinstance(each, Attempt):
            attempts[each.qa_id].append(each)
    refused = [each for each in made.values() if isinstance(each, Rejection)]
    result = StageResult(inputs=[])
    for sample in accepted_samples(batch):
        result.inputs.append(sample.row_id)
        if (found := attempts.get(sample.row_id)) and sample.pair is not None:
            result.rows.append(_from_tries(sample, found))
        elif isinstance(rating := made.get(sample.row_id), Rating):
            result.rows.append(_from_rating(sample, rating))
        else:
            result.rejected.append(_unknown(sample, refused, config))
            continue
        result.accepted.append(sample.row_id)
    for pair in open_pairs(batch):
        detail = "a free answer cannot be held against the gold answer by its words"
        result.inputs.append(pair.qa_id)
        result.rejected.append(Rejection(row_id=pair.qa_id, reason="open_question", detail=detail))
    return result


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """Ratings or tries a track, at most; for estimates."""
    if role != "student":
        return 1.0
    if config.difficulty.by == "rating":
        return 0.0
    share = config.question.multiple_choice_share
    return config.question.pairs_per_track * share * config.difficulty.tries


def _rating_request(samples: Sequence[Sample]) -> ModelRequest[Attempt | Rating]:
    exercises = [{"id": f"e{n}", **sample.shown} for n, sample in enumerate(samples, 1)]
    track_id = samples[0].track_id
    return ModelRequest(
        row_id=request_id(track_id, "rating"),
        track_id=track_id,
        chat=chat_request(
            PROMPT,
            {"exercises": exercises},
            form=_marks_form(len(exercises)),
            facts=(samples,),
            most_tokens=_TOKENS_PER_MARK * len(exercises),
        ),
        read=partial(_ratings, samples),
    )


def _ratings(
    samples: Sequence[Sample], answer: Answer, authorship: Authorship
) -> dict[str, Attempt | Rating | Rejection]:
    assert isinstance(answer.value, Marks)
    marks = {mark.id: mark for mark in answer.value.marks}
    made: dict[str, Attempt | Rating | Rejection] = {}
    usage = answer.usage
    for number, sample in enumerate(samples, 1):
        mark = marks.get(f"e{number}")
        if mark is None:
            made[sample.row_id] = _rejection(
                sample, "not_rated", "the answer leaves it out", answer.value.model_dump_json()
            )
            continue
        made[sample.row_id] = Rating(
            row_id=sample.row_id,
            mark=mark.difficulty,
            why=mark.why,
            authorship=authorship,
            usage=usage,
        )
        usage = Usage()  # of the whole answer; it stands in the first row, so that sums are right
    return made


def _from_rating(sample: Sample, rating: Rating) -> Difficulty:
    return Difficulty(
        row_id=sample.row_id,
        track_id=sample.track_id,
        kind=sample.kind,
        skill=sample.skill,
        difficulty=(rating.mark - 1) / (HIGHEST_MARK - 1),
        method="rating",
        n_tries=None,
        n_wrong=None,
        why=rating.why,
        authorship=rating.authorship,
        usage=rating.usage,
    )


def _from_tries(sample: Sample, attempts: Sequence[Attempt]) -> Difficulty:
    assert sample.pair is not None
    n_wrong = sum(each.attempt.choice != sample.pair.answer for each in attempts)
    return Difficulty(
        row_id=sample.row_id,
        track_id=sample.track_id,
        kind=sample.kind,
        skill=sample.skill,
        difficulty=n_wrong / len(attempts),
        method="student",
        n_tries=len(attempts),
        n_wrong=n_wrong,
        why=f"wrong in {n_wrong} of {len(attempts)} tries",
        authorship=attempts[0].authorship,
        usage=sum((each.usage for each in attempts), Usage()),
    )


def _unknown(sample: Sample, rejected: Iterable[Rejection], config: DifficultyConfig) -> Rejection:
    rating = request_id(sample.track_id, "rating")
    faults = [
        each for each in rejected if row_of(each.row_id) == sample.row_id or each.row_id == rating
    ]
    reason = "not_tried" if config.by == "student" and sample.pair else "not_rated"
    detail = "; ".join(f"{each.reason}: {each.detail}" for each in faults)
    return _rejection(sample, reason, detail, faults[0].raw if faults else None)


def _rejection(sample: Sample, reason: str, detail: str, raw: str | None) -> Rejection:
    return Rejection(row_id=sample.row_id, reason=reason, detail=detail, raw=raw)


STAGE = Stage(
    name="difficulty",
    version="1",
    makes=Difficulty,
    reads=(RichCaption, QaPair, Quality),
    config=DifficultyConfig,
    hears=True,
    run=run_difficulty,
    asks=ModelUse(
        role="reasoner",
        also=("student",),
        prompt=PROMPT,
        also_prompts=(STUDENT_PROMPT,),
        prepare=difficulty_requests,
        typical_tokens=(1200, 350),
        n_per_track=requests_per_track,
        hears=("student",),
    ),
)
