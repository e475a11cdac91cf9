"""Beats, tempo and metre of a track, from what was tracked under every metre."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.attempt import Values
from pipeline.stages.measure.chances import Features, chances, coarse_q_value, q_value
from pipeline.stages.measure.cross_rhythm import MIN_SHARE, three_against_four
from pipeline.stages.measure.harmonic_rhythm import UNKNOWN, HarmonicRhythm
from pipeline.stages.measure.levels import LEVELS, level_evidence, octave_pair
from pipeline.stages.measure.lines import MIN_SECTION_BEATS
from pipeline.stages.measure.metre import (
    family_of,
    metre_candidates,
    metre_evidence,
    path_beats,
    same_family,
)
from pipeline.stages.measure.metre_changes import (
    METRE_CHANGE_PARAMETERS,
    downbeat_odds,
    metre_sections,
    metre_stretches,
    stretch_beats,
)
from pipeline.stages.measure.pulse import Pulses, pulses_of
from pipeline.stages.measure.subdivision import (
    metre_name,
    odd_grouping,
    swing_ratio,
    ternary_share,
)
from pipeline.stages.measure.tempo import TEMPO_PARAMETERS, FittedTempo, fit_tempo
from pipeline.stages.measure.time_line import MIN_AGREEMENT, time_line_of
from schemas.calibration import Calibration, ChoiceModel
from schemas.facts import (
    ActivationPeak,
    Beat,
    EitherTempo,
    Metre,
    MetreChance,
    MetreFamily,
    MetrePath,
    MetreSection,
    Onset,
    Tempo,
    TempoLevel,
    TempoSection,
    TrackedBeats,
)
from schemas.provenance import Unmeasured
from tools.errors import RefusedError

# Ours, between what was seen on music and on what has no beat:
MIN_BEAT_ACTIVATION = 0.15
"""Median activation at the beats: 0.4 and more in music, 0.05 and less in noise and drones."""
# A peak is the highest of 40 ms to either side.
_PEAK_REACH_S = 0.045
# Ours: rests of a bar are music; longer ones, of more than a bar, are silence.
_MIN_SILENCE_S = 3.0
_MIN_SILENT_BEATS = 6
RHYTHM_VERSION = "5"
"""Raised when the same beats give other facts, or are refused."""
RHYTHM_PARAMETERS = {
    "min_beat_activation": MIN_BEAT_ACTIVATION,
    "min_silence_s": _MIN_SILENCE_S,
    "min_silent_beats": _MIN_SILENT_BEATS,
    **TEMPO_PARAMETERS,
    **METRE_CHANGE_PARAMETERS,
    "min_bell_agreement": MIN_AGREEMENT,
    "min_cross_rhythm_share": MIN_SHARE,
}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Followed:
    """The beats of the likeliest metre, and what is told by them.

    Attributes
    ----------
    metres : list of (int, float)
        Beats in a bar with their chances, the likeliest first.
    family : (tuple of int, float)
        Beats in a bar that the likeliest family has, and its chance.
    changes : list of MetreSection
        None where the metre stays.
    beats : list of Beat
        Under the first of the metres, or under those that change.
    fitted : FittedTempo
        Of these beats.
    pulses : Pulses
        At these beats.
    activation : float
        Median probability that the network gives to these beats, 0 to 1.
    harmony : HarmonicRhythm
    """

    metres: list[tuple[int, float]]
    family: tuple[tuple[int, ...], float]
    changes: list[MetreSection]
    beats: list[Beat]
    fitted: FittedTempo
    pulses: Pulses
    activation: float
    harmony: HarmonicRhythm

    def level_evidence(self) -> list[Features]:
        """Features of the `LEVELS` at which the tempo may be felt."""
        return level_evidence(
            self.fitted,
            self.metres[0][0],
            self.pulses,
            activation=self.activation,
            chords_last_s=self.harmony.lasts_s,
        )


def rhythm_of(
    tracked: TrackedBeats, calibration: Calibration, harmony: HarmonicRhythm = UNKNOWN
) -> Values:
    """Beats, tempo and metre.

    Parameters
    ----------
    tracked : TrackedBeats
    calibration : Calibration
    harmony : HarmonicRhythm, optional

    Returns
    -------
    dict
        ``beats``, ``tempo``, ``metre`` or ``metre_sections``, and why there is no metre;
        ``time_line`` and ``cross_rhythm``, None where they are not surely heard.

    Raises
    ------
    RefusedError
        As `follow`.
    """
    found = follow(tracked, calibration.metre, harmony)
    tempo = _tempo(found.fitted, found.level_evidence(), calibration.tempo)
    values: Values = {
        "beats": found.beats,
        "tempo": tempo,
        "time_line": time_line_of(found.pulses),
        "cross_rhythm": three_against_four(found.pulses),
    }
    if found.changes:
        why = Unmeasured(field="metre", reason="changes", detail="see metre_sections")
        return values | {"metre_sections": found.changes, "unmeasured": [why]}
    return values | {"metre": _metre(found, tempo, calibration.metre)}


def follow(
    tracked: TrackedBeats, model: ChoiceModel, harmony: HarmonicRhythm = UNKNOWN
) -> Followed:
    """Beats of the likeliest metre.

    Parameters
    ----------
    tracked : TrackedBeats
    model : ChoiceModel
        Of metres.
    harmony : HarmonicRhythm, optional

    Raises
    ------
    RefusedError
        ``beatless`` for few or weak beats, ``free_time`` for irregular ones.
    """
    if not tracked.metres:
        raise RefusedError("beatless", "no beat was tracked")
    p_of = chances(model, metre_evidence(tracked, harmony))
    paths = metre_candidates(tracked)
    path = paths[int(np.argmax(p_of))]
    metres = _by_beats(paths, p_of.tolist())
    of_family = list(same_family(paths, p_of))
    family = family_of(paths[of_family[0]].beats_per_bar), float(p_of[of_family].sum())
    activation = beat_activation(tracked.peaks, np.array(path.times_s))
    metres_tracked = [each.beats_per_bar for each in tracked.metres]
    stretches = metre_stretches(downbeat_odds(tracked, path.times_s), metres_tracked)
    sections = metre_sections(path.times_s, stretches)
    changes = sections if len(sections) > 1 else []
    of_path = stretch_beats(path.times_s, stretches) if changes else path_beats(path)
    beats = drop_silent(of_path, tracked.onsets)
    if activation < MIN_BEAT_ACTIVATION or len(beats) < MIN_SECTION_BEATS:
        raise RefusedError("beatless", f"{len(beats)} beats with an activation of {activation:.2f}")
    beats_s = np.array([beat.time_s for beat in beats])
    fitted = fit_tempo(beats_s)
    if fitted is None:
        raise RefusedError("free_time", f"{len(beats)} irregular beats")
    pulses = pulses_of(tracked, beats_s)
    return Followed(metres, family, changes, beats, fitted, pulses, activation, harmony)


def _by_beats(paths: Sequence[MetrePath], p_of: Sequence[float]) -> list[tuple[int, float]]:
    """Numbers of beats in a bar with their chances, that of the likeliest path first."""
    total: dict[int, float] = {}
    for path, p in zip(paths, p_of, strict=True):
        total[path.beats_per_bar] = total.get(path.beats_per_bar, 0.0) + p
    first = paths[int(np.argmax(p_of))].beats_per_bar
    return [(first, total.pop(first)), *sorted(total.items(), key=lambda each: -each[1])]


def _tempo(fitted: FittedTempo, evidence: Sequence[Features], model: ChoiceModel) -> Tempo:
    """The tempo at its likeliest level, and at the others."""
    p_of = chances(model, evidence)
    ranked = sorted(zip(LEVELS, p_of.tolist(), strict=True), key=lambda each: -each[1])
    (level, p_right), *rest = ranked
    return Tempo(
        bpm=level * fitted.bpm,
        p_right=p_right,
        q_value=q_value(model, p_right),
        stability=fitted.stability,
        kind=fitted.kind,
        beats_per_felt=1 / level,
        levels=[TempoLevel(bpm=each * fitted.bpm, p_right=p) for each, p in rest],
        either=_either(fitted, p_of, model),
        sections=[_at_level(section, level) for section in fitted.sections],
    )


def _either(
    fitted: FittedTempo, p_of: NDArray[np.floating], model: ChoiceModel
) -> EitherTempo | None:
    """The tempo or its likelier octave."""
    pair = octave_pair(p_of)
    if len(pair) == 1:
        return None
    p_right = float(p_of[list(pair)].sum())
    return EitherTempo(
        bpm=LEVELS[pair[1]] * fitted.bpm, p_right=p_right, q_value=coarse_q_value(model, p_right)
    )


def _at_level(section: TempoSection, level: float) -> TempoSection:
    bpm = {
        name: level * value
        for name in ("bpm", "start_bpm", "end_bpm")
        if (value := getattr(section, name)) is not None
    }
    return section.model_copy(update=bpm)


def _metre(found: Followed, tempo: Tempo, model: ChoiceModel) -> Metre:
    """The first of the metres, how it is named, grouped and swung, and what else it may be."""
    (beats_per_bar, p_right), *rest = found.metres
    family, p_family = found.family
    swing = swing_ratio(found.pulses.high)
    ternary = None if swing is not None else ternary_share(found.pulses.high)
    accents = found.pulses.low.by_beat(len(found.beats))
    return Metre(
        beats_per_bar=beats_per_bar,
        p_right=p_right,
        q_value=q_value(model, p_right),
        others=[MetreChance(beats_per_bar=n, p_right=p) for n, p in rest],
        family=MetreFamily(
            beats_per_bar=list(family), p_right=p_family, q_value=coarse_q_value(model, p_family)
        ),
        name=metre_name(beats_per_bar, tempo, ternary),
        grouping=odd_grouping(accents, found.beats, beats_per_bar),
        swing_ratio=swing,
    )


def beat_activation(peaks: Sequence[ActivationPeak], beats_s: Floats) -> float:
    """Median probability that the network gives to beats; 0 where it has no peak near."""
    if not peaks or not len(beats_s):
        return 0.0
    times_s = np.array([peak.time_s for peak in peaks])
    heights = np.array([max(peak.beat, peak.downbeat) for peak in peaks])
    after = np.searchsorted(times_s, beats_s).clip(1, max(len(times_s) - 1, 1))
    near = [np.abs(times_s[at.clip(0, len(times_s) - 1)] - beats_s) for at in (after - 1, after)]
    nearest = np.where(near[0] <= near[1], after - 1, after.clip(0, len(times_s) - 1))
    is_close = np.minimum(*near) <= _PEAK_REACH_S
    return float(np.median(np.where(is_close, heights[nearest], 0.0)))


def drop_silent(beats: list[Beat], onsets: Sequence[Onset]) -> list[Beat]:
    """Beats without those in long stretches in which no sound begins."""
    if len(beats) < 2:
        return beats
    period_s = float(np.median(np.diff([beat.time_s for beat in beats])))
    shortest_s = max(_MIN_SILENCE_S, _MIN_SILENT_BEATS * period_s)
    edges_s = np.array([-np.inf, *(onset.time_s for onset in onsets), np.inf])
    after = np.searchsorted(edges_s, [beat.time_s for beat in beats])
    kept = []
    for beat, k in zip(beats, after, strict=True):
        before_s, next_s = edges_s[k - 1], edges_s[k]
        is_near = min(beat.time_s - before_s, next_s - beat.time_s) <= period_s / 2
        if is_near or next_s - before_s < shortest_s:
            kept.append(beat)
    return kept
