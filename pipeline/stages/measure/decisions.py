"""Decide facts of a track from what tools heard of it, each with its chance of being right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.agreement import agreements, overall_agreement, recurrences
from pipeline.stages.measure.attempt import Values
from pipeline.stages.measure.chances import chances, q_value
from pipeline.stages.measure.chord_key import triads_of
from pipeline.stages.measure.form import find_form
from pipeline.stages.measure.form_chances import with_chances
from pipeline.stages.measure.harmonic_rhythm import HarmonicRhythm, harmonic_rhythm
from pipeline.stages.measure.harmony import (
    ChordSpan,
    chord_evidence,
    chord_spans,
    close_chords,
    most_frequent_progressions,
)
from pipeline.stages.measure.key import (
    Evidence,
    key_of,
    key_sections,
    main_tonality,
    scale_of,
    tonal_spans,
)
from pipeline.stages.measure.rhythm import rhythm_of
from pipeline.stages.measure.tags import likely_instruments, likely_voice
from pipeline.stages.measure.tonality import tonal_evidence
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
    HeardTuning,
    Tuning,
)
from schemas.provenance import Unmeasured
from schemas.record import Record
from schemas.tracks import Track
from tools.errors import RefusedError

Floats = NDArray[np.floating]
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

    def chords(self, model: type[HeardChords] | type[HeardChordNetwork]) -> list[ChordSpan]:
        """Chords that a tool heard; empty where it rejected the track or failed."""
        row = self.row(model)
        changes = [(each.time_s, each.label) for each in (row and row.chord_changes) or ()]
        return chord_spans(changes, duration_s=self.track.duration_s) if changes else []

    def harmonic_rhythm(self) -> HarmonicRhythm:
        """When chords change, in the ears of both tools."""
        return harmonic_rhythm(self.chords(HeardChords), self.chords(HeardChordNetwork))


def decide_rhythm(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """Beats, tempo and metre; refused as ``beatless`` or ``free_time``."""
    row = heard.row(HeardBeats)
    assert row is not None and row.beats is not None
    return rhythm_of(row.beats, calibration, heard.harmonic_rhythm())


def decide_key(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """Key, keys over time, scale and tonic; refused as ``no_clear_key``."""
    row = heard.row(HeardChroma)
    assert row is not None and row.chroma is not None
    steps = np.array(row.chroma, np.float32).reshape(-1, 12)
    evidence = key_evidence(heard)
    spans = tonal_spans(steps, evidence, calibration.key, step_s=row.step_s)
    if not spans or (main := main_tonality(spans)).candidate.pitch is None:
        raise RefusedError("no_clear_key", "no key or scale is likelier than none")
    scale = scale_of(main)
    why = (
        Unmeasured(field="key", reason="other_scale", detail=f"{scale.tonic} {scale.name}")
        if scale
        else None
    )
    return {
        "unmeasured": [why] if why else [],
        "key": key_of(main),
        "key_sections": key_sections(spans, step_s=row.step_s, duration_s=heard.track.duration_s),
        "scale": scale,
        "tonic": main.tonic,
    }


def key_evidence(heard: HeardTrack) -> Evidence:
    """Features of the keys and scales of any stretch, from all tools that heard the track."""
    chroma, network = heard.row(HeardChroma), heard.row(HeardKeyNetwork)
    assert chroma is not None and chroma.chroma is not None
    steps, step_s = np.array(chroma.chroma, np.float32).reshape(-1, 12), chroma.step_s
    scores = np.array(network.key_scores) if network and network.key_scores else None
    chords = [heard.chords(HeardChords), heard.chords(HeardChordNetwork)]

    def evidence(first: int, last: int) -> list[dict[str, float]]:
        span_s = first * step_s, last * step_s
        of_network = None
        if network is not None and scores is not None:
            of_network = _stretch(scores, *(round(each / network.step_s) for each in span_s))
        return tonal_evidence(
            steps[first:last],
            network=of_network,
            triads=triads_of(chords, start_s=span_s[0], end_s=span_s[1]),
        )

    return evidence


def decide_chords(heard: HeardTrack, values: Values, calibration: Calibration) -> Values:
    """Chords with numerals, and progressions."""
    model = calibration.chords
    certainty = []
    for evidence in chords_evidence(heard):
        p_right = float(chances(model, evidence)[0])
        certainty.append((p_right, q_value(model, p_right)))
    chords = close_chords(heard.chords(HeardChords), certainty, values.get("key_sections", ()))
    return {"chords": chords, "progressions": most_frequent_progressions(chords)}


def chords_evidence(heard: HeardTrack) -> list[list[dict[str, float]]]:
    """Features of every chord being right, and of its being wrong."""
    chords, others = heard.chords(HeardChords), heard.chords(HeardChordNetwork)
    overall = overall_agreement(chords, others) if others else None
    found = zip(chords, agreements(chords, others), recurrences(chords, others), strict=True)
    return [chord_evidence(chord, agrees, overall, recurs) for chord, agrees, recurs in found]


def _stretch(scores: Floats, first: int, last: int) -> Floats:
    """Mean of the steps of a stretch, and of the nearest one for a stretch shorter than a step."""
    first = min(first, len(scores) - 1)
    mean: Floats = scores[first : max(last, first + 1)].mean(axis=0)
    return mean


def decide_tuning(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """How far pitches lie from A = 440 Hz."""
    row = heard.row(HeardChroma)
    assert row is not None
    if row.tuning is None:
        raise RefusedError("unheard", "an older row of chroma has no tuning")
    p_right = float(chances(calibration.tuning, tuning_evidence(row.tuning))[0])
    q = q_value(calibration.tuning, p_right)
    return {"tuning": Tuning(cents=round(row.tuning.cents, 1), p_right=p_right, q_value=q)}


def tuning_evidence(tuning: HeardTuning) -> list[dict[str, float]]:
    """Features of a tuning being right within `TUNING_SLACK_CENTS`, and of its being wrong."""
    return [{"right": 1.0, "strength": tuning.strength}, {}]


def decide_loudness(heard: HeardTrack, _values: Values, _calibration: Calibration) -> Values:
    """Loudness, as it was heard."""
    row = heard.row(HeardLoudness)
    assert row is not None
    return {"loudness": row.loudness}


def decide_form(heard: HeardTrack, values: Values, calibration: Calibration) -> Values:
    """Sections with letters, along the beats."""
    row = heard.row(HeardTimbre)
    assert row is not None
    form = find_form(row, values.get("beats"), duration_s=heard.track.duration_s)
    return {"sections": with_chances(form, calibration)}


def decide_quality(heard: HeardTrack, _values: Values, _calibration: Calibration) -> Values:
    """How well the sound was kept, as it was heard."""
    row = heard.row(HeardQuality)
    assert row is not None
    return {"quality": row.quality}


def decide_instruments(heard: HeardTrack, _values: Values, calibration: Calibration) -> Values:
    """Instruments that are likely."""
    row = heard.row(HeardTags)
    assert row is not None
    return {"instruments": likely_instruments(row, calibration)}


def decide_voice(heard: HeardTrack, _values: Values, _calibration: Calibration) -> Values:
    """Whether there is a voice; refused as ``unsure``."""
    row = heard.row(HeardTags)
    assert row is not None
    voice = likely_voice(row)
    if voice is None:
        raise RefusedError("unsure", "there may be a voice, or not")
    return {"voice": voice}
