"""Decide facts of a track from what tools heard of it, each with its chance of being right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from pipeline.stages.measure.attempt import Values
from pipeline.stages.measure.chances import Features, chances, q_value
from pipeline.stages.measure.harmony import chord_evidence, close_chords, most_frequent_progressions
from pipeline.stages.measure.key import (
    key_of,
    key_sections,
    main_tonality,
    scale_of,
    tonal_spans,
)
from pipeline.stages.measure.rhythm import rhythm_of
from pipeline.stages.measure.tonality import tonal_evidence
from schemas.calibration import Calibration
from schemas.facts import HeardBeats, HeardChords, HeardChroma, HeardLoudness
from schemas.record import Record
from schemas.tracks import Track
from tools.errors import RefusedError

R = TypeVar("R", bound=Record)


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

    def row(self, model: type[R]) -> R | None:
        """The row of a tool's stage; None where it rejected the track."""
        found = self.rows.get(model)
        return found if isinstance(found, model) else None


def decide_rhythm(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """Beats, tempo and metre; refused as ``beatless`` or ``free_time``."""
    row = heard.row(HeardBeats)
    assert row is not None and row.beats is not None
    return rhythm_of(row.beats, calibration)


def decide_key(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """Key, keys over time, and scale; refused as ``no_clear_key``."""
    row = heard.row(HeardChroma)
    assert row is not None and row.chroma is not None
    steps, step_s = np.array(row.chroma, np.float32).reshape(-1, 12), row.step_s

    def evidence(first: int, last: int) -> Sequence[Features]:
        return tonal_evidence(steps[first:last], step_s=step_s)

    spans = tonal_spans(steps, evidence, calibration.key, step_s=step_s)
    if not spans or (main := main_tonality(spans)).candidate.pitch is None:
        raise RefusedError("no_clear_key", "no key or scale is likelier than none")
    return {
        "key": key_of(main),
        "key_sections": key_sections(spans, step_s=step_s, duration_s=heard.track.duration_s),
        "scale": scale_of(main),
    }


def decide_chords(heard: HeardTrack, values: Values, calibration: Calibration) -> Values:
    """Chords with numerals, and progressions."""
    row = heard.row(HeardChords)
    assert row is not None and row.chord_changes is not None
    model = calibration.chords

    def chance(start_s: float, end_s: float, label: str) -> tuple[float, float]:
        p_right = float(chances(model, chord_evidence(end_s - start_s))[0])
        return p_right, q_value(model, p_right)

    chords = close_chords(
        [(each.time_s, each.label) for each in row.chord_changes],
        duration_s=heard.track.duration_s,
        keys=values.get("key_sections", ()),
        chance=chance,
    )
    return {"chords": chords, "progressions": most_frequent_progressions(chords)}


def decide_loudness(heard: HeardTrack, _values: Values, _calibration: Calibration) -> Values:
    """Loudness, as it was heard."""
    row = heard.row(HeardLoudness)
    assert row is not None
    return {"loudness": row.loudness}
