"""The stages of a build, in order."""

from collections.abc import Iterable
from functools import partial

from pipeline.ask import ask_for_each
from pipeline.caption.questions import caption_questions
from pipeline.describe.questions import describe_questions
from pipeline.measure import measure_needs, measure_track
from pipeline.quality import blind, judge
from pipeline.quality.distinct import distinct_across
from pipeline.quality.linting import lint_batch
from pipeline.question.questions import question_questions
from pipeline.segment import segment_track
from pipeline.stage import Asks, Stage, for_each_track
from pipeline.think import checking, difficulty, factcheck, reason, structure
from pipeline.think.choose import choose_across
from pipeline.transcribe import transcribe_needs, transcribe_tracks
from schemas.captions import RichCaption, SegmentCaption
from schemas.config import ConfigError
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.qa import QaPair
from schemas.quality import BlindResult, Kept, LintVerdict, Quality
from schemas.roles import RoleName, RolesConfig
from schemas.structured import StructuredMetadata
from schemas.thought import CheckedThought, Chosen, Difficulty, Trace
from schemas.tracks import Segment

_CAPTION = Asks(
    role="captioner",
    prompt="caption",
    prepare=caption_questions,
    per_segment=True,
    typical_tokens=(150, 80),
    hears=("captioner",),
)
_DESCRIBE = Asks(
    role="writer",
    prompt="describe",
    prepare=describe_questions,
    per_segment=False,
    typical_tokens=(2500, 750),
)

_QUESTION = Asks(
    role="writer",
    prompt="question",
    prepare=question_questions,
    per_segment=False,
    typical_tokens=(6000, 1800),
)
_BLIND = Asks(
    role="blind",
    prompt="blind",
    prepare=blind.blind_questions,
    per_segment=False,
    typical_tokens=(250, 20),
    n_per_track=blind.requests_per_track,
)
_JUDGE = Asks(
    role="judge",
    also=("judge_2", "judge_3"),
    prompt="judge",
    prepare=judge.judge_questions,
    per_segment=False,
    typical_tokens=(600, 60),
    n_per_track=judge.requests_per_track,
    hears=judge.JUDGES,
)
_DIFFICULTY = Asks(
    role="reasoner",
    also=("student",),
    prompt=difficulty.PROMPT,
    also_prompts=(difficulty.STUDENT_PROMPT,),
    prepare=difficulty.difficulty_questions,
    per_segment=False,
    typical_tokens=(1200, 350),
    n_per_track=difficulty.requests_per_track,
    hears=("student",),
)
_REASON = Asks(
    role="reasoner",
    prompt=reason.PROMPT,
    prepare=reason.reason_questions,
    per_segment=False,
    typical_tokens=(6000, 1500),
    n_per_track=reason.requests_per_track,
)
_FACTCHECK = Asks(
    role="checker",
    also=("reasoner",),
    prompt=checking.CHECK_PROMPT,
    also_prompts=(checking.REWRITE_PROMPT,),
    prepare=factcheck.check_questions,
    per_segment=False,
    typical_tokens=(500, 60),
    n_per_track=factcheck.requests_per_track,
    hears=("checker",),
)
_STRUCTURE = Asks(
    role="reasoner",
    prompt=structure.PROMPT,
    prepare=structure.structure_questions,
    per_segment=False,
    typical_tokens=(1000, 250),
)

STAGES = (
    Stage(
        name="segment",
        version="1",
        makes=Segment,
        reads=("audio",),
        run=partial(for_each_track, segment_track, "segment"),
    ),
    Stage(
        name="measure",
        version="2",
        makes=MusicFacts,
        reads=("audio",),
        run=partial(for_each_track, measure_track, "measure"),
        needs=measure_needs,
    ),
    Stage(
        name="transcribe",
        version="1",
        makes=Lyrics,
        reads=("audio", "tracks"),
        run=transcribe_tracks,
        needs=transcribe_needs,
    ),
    Stage(
        name="caption",
        version="1",
        makes=SegmentCaption,
        reads=("audio", "segment"),
        run=partial(ask_for_each, _CAPTION, "caption"),
        asks=_CAPTION,
    ),
    Stage(
        name="describe",
        version="2",
        makes=RichCaption,
        reads=("tracks", "measure", "transcribe", "caption"),
        run=partial(ask_for_each, _DESCRIBE, "describe"),
        asks=_DESCRIBE,
    ),
    Stage(
        name="question",
        version="2",
        makes=QaPair,
        reads=("segment", "measure", "transcribe", "caption", "describe"),
        run=partial(ask_for_each, _QUESTION, "question"),
        asks=_QUESTION,
    ),
    Stage(
        name="lint",
        version="3",
        makes=LintVerdict,
        reads=("tracks", "segment", "measure", "transcribe", "describe", "question"),
        run=lint_batch,
    ),
    Stage(
        name="distinct",
        version="1",
        makes=Kept,
        reads=("question", "lint"),
        run_all=distinct_across,
    ),
    Stage(
        name="blind",
        version="2",
        makes=BlindResult,
        reads=("question", "distinct"),
        run=partial(blind.run_blind, _BLIND),
        asks=_BLIND,
    ),
    Stage(
        name="judge",
        version="1",
        makes=Quality,
        reads=("audio", "describe", "question", "lint", "blind"),
        run=partial(judge.run_judge, _JUDGE),
        asks=_JUDGE,
    ),
    Stage(
        name="difficulty",
        version="1",
        makes=Difficulty,
        reads=("audio", "describe", "question", "judge"),
        run=partial(difficulty.run_difficulty, _DIFFICULTY),
        asks=_DIFFICULTY,
    ),
    Stage(
        name="choose",
        version="1",
        makes=Chosen,
        reads=("tracks", "difficulty"),
        run_all=choose_across,
    ),
    Stage(
        name="reason",
        version="1",
        makes=Trace,
        reads=(
            "segment",
            "measure",
            "transcribe",
            "caption",
            "describe",
            "question",
            "judge",
            "choose",
        ),
        run=partial(ask_for_each, _REASON, "reason"),
        asks=_REASON,
    ),
    Stage(
        name="factcheck",
        version="2",
        makes=CheckedThought,
        reads=(
            "audio",
            "tracks",
            "segment",
            "measure",
            "transcribe",
            "caption",
            "describe",
            "question",
            "judge",
            "choose",
            "reason",
        ),
        run=partial(factcheck.run_factcheck, _FACTCHECK),
        asks=_FACTCHECK,
    ),
    Stage(
        name="structure",
        version="1",
        makes=StructuredMetadata,
        reads=("tracks", "measure", "describe", "judge"),
        run=partial(ask_for_each, _STRUCTURE, "structure"),
        asks=_STRUCTURE,
    ),
)


def stages_until(name: str | None) -> tuple[Stage, ...]:
    """The stages up to one and with it; all of them for None.

    Raises
    ------
    ConfigError
        If there is no such stage.
    """
    names = [stage.name for stage in STAGES]
    if name is None:
        return STAGES
    if name not in names:
        raise ConfigError(f"there is no stage {name!r}, only {', '.join(names)}")
    return STAGES[: names.index(name) + 1]


def roles_of(stages: Iterable[Stage], cast: RolesConfig) -> list[RoleName]:
    """The roles that stages ask and somebody plays, each once."""
    asked = [role for stage in stages if stage.asks for role in (stage.asks.role, *stage.asks.also)]
    return [role for role in dict.fromkeys(asked) if getattr(cast, role) is not None]
