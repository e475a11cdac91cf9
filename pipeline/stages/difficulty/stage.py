"""The stage `difficulty`: how hard accepted rows are, by a student's errors or by a rating."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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
from pipeline.engine.together import ask_together
from pipeline.stages.blind.attempts import (
    Attempt,
    Exam,
    attempt_request,
    exams_of,
    groups_of_a_track,
)
from pipeline.stages.difficulty.samples import Sample, accepted_samples, open_pairs
from schemas.captions import Authorship, RichCaption
from schemas.config import CorpusConfig
from schemas.ids import request_id, row_of
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import HIGHEST_MARK, Hardened, Quality
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
    """One request for the ratings of a track; several tries of the student at its choices.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question` and `judge`.
    config : DifficultyConfig

    Returns
    -------
    ModelRequests
    """
    groups, to_request = _tries(batch, config)
    ratings = [_rating_request(samples) for samples in _rated(batch, config)]
    return ModelRequests([*map(to_request, groups), *ratings])


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
    made = ask_together(*_tries(batch, config), context)
    ratings = [_rating_request(samples) for samples in _rated(batch, config)]
    made |= ask(ratings, context, n_tracks=len(batch.tracks))
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


def _tries(
    batch: Batch, config: DifficultyConfig
) -> tuple[list[list[Exam]], Callable[[Sequence[Exam]], ModelRequest[Attempt | Rating]]]:
    """Tries of the student at all choices, in groups, and how one is asked for."""
    clips = {
        each.track.track_id: Clip(each.track.track_id, each.audio, 0.0, each.track.duration_s)
        for each in batch.tracks
    }

    def to_request(group: Sequence[Exam]) -> ModelRequest[Attempt | Rating]:
        clip = clips[group[0].pair.track_id]
        return attempt_request(group, STUDENT_PROMPT, role="student", clip=clip)

    tried = [each.pair for each in accepted_samples(batch) if _is_tried(each, config) and each.pair]
    exams = exams_of(tried, config.tries)
    return groups_of_a_track(exams, config.questions_per_request), to_request


def _rated(batch: Batch, config: DifficultyConfig) -> Iterable[list[Sample]]:
    """What is rated, track by track."""
    rated: dict[str, list[Sample]] = defaultdict(list)
    for sample in accepted_samples(batch):
        if not _is_tried(sample, config):
            rated[sample.track_id].append(sample)
    return rated.values()


def _is_tried(sample: Sample, config: DifficultyConfig) -> bool:
    return sample.pair is not None and config.by == "student"


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """Ratings or tries a track, at most; for estimates."""
    if role != "student":
        return 1.0
    if config.difficulty.by == "rating":
        return 0.0
    n_choices = config.pairs_per_track * config.question.multiple_choice_share
    return config.difficulty.tries * math.ceil(n_choices / config.difficulty.questions_per_request)


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
    version="2",
    makes=Difficulty,
    reads=(RichCaption, QaPair, Hardened, Quality),
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
