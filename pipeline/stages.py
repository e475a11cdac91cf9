"""The stages of a build, in order."""

from collections.abc import Iterable
from functools import partial

from pipeline.ask import ask_for_each
from pipeline.caption.questions import caption_questions
from pipeline.describe.questions import describe_questions
from pipeline.measure import measure_track
from pipeline.segment import segment_track
from pipeline.stage import Asks, Stage, for_each_track
from schemas.captions import RichCaption, SegmentCaption
from schemas.config import ConfigError
from schemas.facts import MusicFacts
from schemas.roles import RoleName, RolesConfig
from schemas.tracks import Segment

_CAPTION = Asks(
    role="captioner",
    prompt="caption",
    prepare=caption_questions,
    per_segment=True,
    typical_tokens=(150, 80),
    hears=True,
)
_DESCRIBE = Asks(
    role="writer",
    prompt="describe",
    prepare=describe_questions,
    per_segment=False,
    typical_tokens=(2500, 750),
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
        version="1",
        makes=RichCaption,
        reads=("tracks", "measure", "caption"),
        run=partial(ask_for_each, _DESCRIBE, "describe"),
        asks=_DESCRIBE,
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
