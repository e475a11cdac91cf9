"""All facts of one track, from what tools heard: each is decided here, or null with a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from pipeline.stages.measure.attempt import OUR_CODE, Values, attempt, made_by
from pipeline.stages.measure.harmony import (
    HARMONY_PARAMETERS,
    HARMONY_VERSION,
    close_chords,
    most_frequent_progressions,
)
from pipeline.stages.measure.key import KEY_PARAMETERS, KEY_VERSION, global_key, key_sections
from pipeline.stages.measure.rhythm import RHYTHM_PARAMETERS, RHYTHM_VERSION, decide_rhythm
from schemas.facts import HeardBeats, HeardChords, HeardChroma, HeardLoudness, MusicFacts
from schemas.provenance import Provenance, Unmeasured
from schemas.record import Record
from schemas.sections import MeasureConfig
from schemas.tracks import Track
from tools.errors import RefusedError

FAILED = "failed"
UNHEARD = "unheard"
"""A tool that should have heard it failed: its own stage says why, and can try again."""


@dataclass(frozen=True)
class HeardTrack:
    """A track and what tools heard of it.

    Attributes
    ----------
    track : Track
    rows : mapping of type to Record
        By row model, of those in `HEARD`; without that of a stage which rejected the track.
    """

    track: Track
    rows: Mapping[type[Record], Record]


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
    for group in _GROUPS:
        if reason is not None:
            unmeasured += [Unmeasured(field=field, reason=reason) for field in group.fields]
            continue
        found, failed = attempt(group.fields, partial(_measure, group, heard, values))
        values |= found
        unmeasured += failed
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


def _rhythm(row: HeardBeats, _track: Track, _values: Values) -> Values:
    assert row.beats is not None
    return decide_rhythm(row.beats)


def _key(row: HeardChroma, track: Track, _values: Values) -> Values:
    assert row.chroma is not None
    steps = np.array(row.chroma, np.float32).reshape(-1, 12)
    sections = key_sections(steps, step_s=row.step_s, duration_s=track.duration_s)
    key = global_key(sections)
    if key is None:
        raise RefusedError("no_clear_key", "no key profile fits well enough")
    return {"key": key, "key_sections": sections}


def _chords(row: HeardChords, track: Track, values: Values) -> Values:
    assert row.chord_changes is not None
    chords = close_chords(
        [(each.time_s, each.label) for each in row.chord_changes],
        duration_s=track.duration_s,
        keys=values.get("key_sections", ()),
    )
    return {"chords": chords, "progressions": most_frequent_progressions(chords)}


def _loudness(row: HeardLoudness, _track: Track, _values: Values) -> Values:
    return {"loudness": row.loudness}


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
        ``decide(row, track, values)``, with the values decided before.
    our_code : (str, mapping) or None
        Version and constants of the code that decides; None where the tool's word is taken.
    """

    fields: tuple[str, ...]
    heard: type[Record]
    stage: str
    decide: Callable[[Any, Track, Values], Values]
    our_code: tuple[str, Mapping[str, Any]] | None


_GROUPS: Sequence[Group] = (
    Group(
        ("beats", "tempo", "metre"), HeardBeats, "beats", _rhythm,
        (RHYTHM_VERSION, RHYTHM_PARAMETERS),
    ),
    Group(("key", "key_sections"), HeardChroma, "chroma", _key, (KEY_VERSION, KEY_PARAMETERS)),
    Group(
        ("chords", "progressions"), HeardChords, "chords", _chords,
        (HARMONY_VERSION, HARMONY_PARAMETERS),
    ),
    Group(("loudness",), HeardLoudness, "loudness", _loudness, None),
)  # fmt: skip
HEARD = tuple(group.heard for group in _GROUPS)
"""Models of the rows that tools make."""


def _measure(group: Group, heard: HeardTrack, values: Values) -> Values:
    row: Any = heard.rows.get(group.heard)
    if row is None:
        raise RefusedError(UNHEARD, f"see the rejections of {group.stage}")
    for why in row.unmeasured:
        if why.reason == FAILED:
            raise RefusedError(UNHEARD, f"{group.stage}: {why.detail}")
        raise RefusedError(why.reason, why.detail)
    return group.decide(row, heard.track, values)


def _made_by(group: Group, heard: HeardTrack) -> list[Provenance]:
    """The tool that heard, and our code that decided."""
    row: Any = heard.rows[group.heard]
    tools = [each.model_copy(update={"fields": list(group.fields)}) for each in row.provenance]
    ours = [] if group.our_code is None else [made_by(OUR_CODE, *group.our_code, group.fields)]
    return [*tools, *ours]


def _why_not(track: Track, config: MeasureConfig) -> str | None:
    if track.duration_s < config.min_duration_s:
        return "too_short"
    if track.peak_dbfs is None or track.peak_dbfs < config.silence_dbfs:
        return "silent"
    return None
