"""All facts of one track, from what tools heard: each is decided here, or null with a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.stages.measure.attempt import OUR_CODE, Values, attempt, made_by
from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.decisions import (
    HeardTrack,
    decide_chords,
    decide_form,
    decide_instruments,
    decide_key,
    decide_loudness,
    decide_quality,
    decide_rhythm,
    decide_tuning,
    decide_voice,
)
from pipeline.stages.measure.form import FORM_PARAMETERS, FORM_VERSION
from pipeline.stages.measure.harmony import HARMONY_PARAMETERS, HARMONY_VERSION
from pipeline.stages.measure.key import KEY_PARAMETERS, KEY_VERSION
from pipeline.stages.measure.rhythm import RHYTHM_PARAMETERS, RHYTHM_VERSION
from pipeline.stages.measure.tags import TAGS_PARAMETERS, TAGS_VERSION
from schemas.calibration import Calibration
from schemas.facts import (
    HeardBeats,
    HeardChordNetwork,
    HeardChords,
    HeardChroma,
    HeardKeyNetwork,
    HeardLoudness,
    HeardQuality,
    HeardTags,
    HeardTimbre,
    MusicFacts,
)
from schemas.provenance import Provenance, Unmeasured
from schemas.record import Record
from schemas.sections import MeasureConfig
from schemas.tracks import Track
from tools.errors import RefusedError

FAILED = "failed"
UNHEARD = "unheard"
"""A tool that should have heard it failed: its own stage says why, and can try again."""


def measure_track(heard: HeardTrack, config: MeasureConfig) -> list[MusicFacts]:
    """Facts of one track.

    Parameters
    ----------
    heard : HeardTrack
    config : MeasureConfig

    Returns
    -------
    list of MusicFacts
        One row. What is not in the sound, e.g. a clear key, is null for what speaks against it;
        what a tool failed at is null as `UNHEARD`.
    """
    values: Values = {}
    unmeasured: list[Unmeasured] = []
    provenance: list[Provenance] = []
    reason = _why_not(heard.track, config)
    calibration = config.calibration or packaged_calibration()
    for group in _GROUPS:
        if reason is not None:
            unmeasured += [Unmeasured(field=field, reason=reason) for field in group.fields]
            continue
        found, failed = attempt(group.fields, partial(_measure, group, heard, calibration, values))
        unmeasured += [*failed, *found.pop("unmeasured", [])]
        values |= found
        provenance += _made_by(group, heard) if found else []
    nothing: Values = dict.fromkeys(field for group in _GROUPS for field in group.fields)
    return [
        MusicFacts(
            track_id=heard.track.track_id,
            duration_s=heard.track.duration_s,
            **nothing | values,
            unmeasured=unmeasured,
            provenance=provenance,
        )
    ]


@dataclass(frozen=True)
class Group:
    """Fields that are decided together.

    Attributes
    ----------
    fields : tuple of str
    heard : type[Record]
        The model of the tool's row that they are made of.
    stage : str
        That makes the row.
    decide : callable
        ``decide(heard, values, calibration)``, with the values decided before.
    our_code : (str, mapping) or None
        Version and constants of the code that decides; None where the tool's word is taken.
    also : tuple of type[Record]
        Models of rows with second opinions: without them the fields are less sure.
    """

    fields: tuple[str, ...]
    heard: type[Record]
    stage: str
    decide: Callable[[HeardTrack, Values, Calibration], Values]
    our_code: tuple[str, Mapping[str, Any]] | None
    also: tuple[type[Record], ...] = ()


_GROUPS: Sequence[Group] = (
    Group(
        ("beats", "tempo", "metre", "metre_sections", "time_line", "cross_rhythm"),
        HeardBeats, "beats", decide_rhythm,
        (RHYTHM_VERSION, RHYTHM_PARAMETERS), (HeardChords, HeardChordNetwork),
    ),
    Group(
        ("key", "key_sections", "scale", "tonic"), HeardChroma, "chroma", decide_key,
        (KEY_VERSION, KEY_PARAMETERS), (HeardKeyNetwork, HeardChords, HeardChordNetwork),
    ),
    Group(("tuning",), HeardChroma, "chroma", decide_tuning, None),
    Group(
        ("chords", "progressions"), HeardChords, "chords", decide_chords,
        (HARMONY_VERSION, HARMONY_PARAMETERS), (HeardChordNetwork,),
    ),
    Group(("loudness",), HeardLoudness, "loudness", decide_loudness, None),
    Group(("sections",), HeardTimbre, "timbre", decide_form, (FORM_VERSION, FORM_PARAMETERS)),
    Group(("quality",), HeardQuality, "quality", decide_quality, None),
    Group(("instruments",), HeardTags, "tags", decide_instruments, (TAGS_VERSION, TAGS_PARAMETERS)),
    Group(("voice",), HeardTags, "tags", decide_voice, (TAGS_VERSION, TAGS_PARAMETERS)),
)  # fmt: skip
HEARD = tuple(dict.fromkeys(model for group in _GROUPS for model in (group.heard, *group.also)))
"""Models of the rows that tools make."""


def _measure(group: Group, heard: HeardTrack, calibration: Calibration, values: Values) -> Values:
    row: Any = heard.rows.get(group.heard)
    if row is None:
        raise RefusedError(UNHEARD, f"see the rejections of {group.stage}")
    for why in row.unmeasured:
        if why.reason == FAILED:
            raise RefusedError(UNHEARD, f"{group.stage}: {why.detail}")
        raise RefusedError(why.reason, why.detail)
    return group.decide(heard, values, calibration)


def _made_by(group: Group, heard: HeardTrack) -> list[Provenance]:
    """The tool that heard, and our code that decided."""
    rows: list[Any] = [
        heard.rows[each] for each in (group.heard, *group.also) if each in heard.rows
    ]
    made = [each for row in rows for each in row.provenance]
    tools = [each.model_copy(update={"fields": list(group.fields)}) for each in made]
    ours = [] if group.our_code is None else [made_by(OUR_CODE, *group.our_code, group.fields)]
    return [*tools, *ours]


def _why_not(track: Track, config: MeasureConfig) -> str | None:
    if track.duration_s < config.min_duration_s:
        return "too_short"
    if track.peak_dbfs is None or track.peak_dbfs < config.silence_dbfs:
        return "silent"
    return None
