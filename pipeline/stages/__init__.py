"""The stages of a build, in order."""

from collections.abc import Iterable, Sequence

from pipeline.engine.stage import Stage
from pipeline.stages.beats.stage import STAGE as BEATS
from pipeline.stages.blind.stage import STAGE as BLIND
from pipeline.stages.caption.stage import STAGE as CAPTION
from pipeline.stages.chord_network.stage import STAGE as CHORD_NETWORK
from pipeline.stages.chords.stage import STAGE as CHORDS
from pipeline.stages.chroma.stage import STAGE as CHROMA
from pipeline.stages.compare.stage import STAGE as COMPARE
from pipeline.stages.dedup.stage import STAGE as DEDUP
from pipeline.stages.describe.stage import STAGE as DESCRIBE
from pipeline.stages.difficulty.stage import STAGE as DIFFICULTY
from pipeline.stages.factcheck.stage import STAGE as FACTCHECK
from pipeline.stages.harden.stage import STAGE as HARDEN
from pipeline.stages.judge.stage import STAGE as JUDGE
from pipeline.stages.key_network.stage import STAGE as KEY_NETWORK
from pipeline.stages.lint.stage import STAGE as LINT
from pipeline.stages.loudness.stage import STAGE as LOUDNESS
from pipeline.stages.measure.stage import STAGE as MEASURE
from pipeline.stages.properties.stage import STAGE as PROPERTIES
from pipeline.stages.quality.stage import STAGE as QUALITY
from pipeline.stages.question.stage import STAGE as QUESTION
from pipeline.stages.reason.stage import STAGE as REASON
from pipeline.stages.refine.stage import STAGE as REFINE
from pipeline.stages.retell.stage import STAGE as RETELL
from pipeline.stages.segment.stage import STAGE as SEGMENT
from pipeline.stages.select.stage import STAGE as SELECT
from pipeline.stages.structure.stage import STAGE as STRUCTURE
from pipeline.stages.tags.stage import STAGE as TAGS
from pipeline.stages.timbre.stage import STAGE as TIMBRE
from pipeline.stages.transcribe.stage import STAGE as TRANSCRIBE
from schemas.config import ConfigError
from schemas.roles import RoleName, RolesConfig

STAGES = (
    SEGMENT,
    BEATS,
    LOUDNESS,
    CHROMA,
    KEY_NETWORK,
    CHORDS,
    CHORD_NETWORK,
    TIMBRE,
    TAGS,
    QUALITY,
    MEASURE,
    TRANSCRIBE,
    CAPTION,
    DESCRIBE,
    RETELL,
    REFINE,
    QUESTION,
    COMPARE,
    LINT,
    DEDUP,
    BLIND,
    HARDEN,
    JUDGE,
    DIFFICULTY,
    SELECT,
    REASON,
    FACTCHECK,
    STRUCTURE,
    PROPERTIES,
)


def stages_until(name: str | None, stages: Sequence[Stage] = STAGES) -> tuple[Stage, ...]:
    """The stages up to one and with it; all of them for None.

    Raises
    ------
    ConfigError
        If there is no such stage.
    """
    names = [stage.name for stage in stages]
    if name is None:
        return tuple(stages)
    if name not in names:
        raise ConfigError(f"there is no stage {name!r}, only {', '.join(names)}")
    return tuple(stages[: names.index(name) + 1])


def roles_of(stages: Iterable[Stage], roles: RolesConfig) -> list[RoleName]:
    """The roles that stages ask and that are configured, each once."""
    asked = [role for stage in stages if stage.asks for role in (stage.asks.role, *stage.asks.also)]
    return [role for role in dict.fromkeys(asked) if getattr(roles, role) is not None]


def hearing_roles_of(stages: Iterable[Stage], roles: RolesConfig) -> list[RoleName]:
    """The roles that stages let hear and that are configured, each once."""
    hearing = [role for stage in stages if stage.asks for role in stage.asks.hears]
    return [role for role in dict.fromkeys(hearing) if getattr(roles, role) is not None]
