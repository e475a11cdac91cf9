"""Examples of tempo and metre for the choice models.

A tempo is right within 4 % of the true one (MIREX's Accuracy 1), a metre if it is among those that
the truth accepts.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.facts.examples import heard_tracks
from benchmarks.facts.truth import Truth
from pipeline.stages.measure.levels import LEVELS, level_evidence
from pipeline.stages.measure.lines import MIN_SECTION_BEATS
from pipeline.stages.measure.metre import metre_evidence, path_beats
from pipeline.stages.measure.pulse import pulses_of
from pipeline.stages.measure.rhythm import MIN_BEAT_ACTIVATION, beat_activation, drop_silent
from pipeline.stages.measure.tempo import fit_tempo
from pipeline.views.evaluate.fitting import Example
from schemas.facts import HeardBeats, TrackedBeats
from schemas.tolerance import tempo_relation

# Nats a bar that 5, 6 and 7 beats cost here, where the metre's own model is still to be fitted.
_RARE_COST = 2.0


def tempo_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, Example]]:
    """One example an excerpt that has a beat and a true tempo."""
    found = []
    for truth, tracked in _tracked(out, truths):
        path = tracked.metres[_likely_metre(tracked)]
        beats = drop_silent(path_beats(path), tracked.onsets)
        beats_s = np.array([each.time_s for each in beats])
        is_weak = beat_activation(tracked.peaks, np.array(path.times_s)) < MIN_BEAT_ACTIVATION
        if is_weak or len(beats) < MIN_SECTION_BEATS or truth.bpm is None:
            continue
        fitted = fit_tempo(beats_s)
        if fitted is not None:
            bpms = [level * fitted.bpm for level in LEVELS]
            right = tuple(
                index for index, bpm in enumerate(bpms) if tempo_relation(bpm, truth.bpm) == "right"
            )
            evidence = level_evidence(fitted, path.beats_per_bar, pulses_of(tracked, beats_s))
            found.append((truth, Example(truth.source, evidence, right)))
    return found


def metre_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, Example]]:
    """One example an excerpt that has a beat and a true metre."""
    found = []
    for truth, tracked in _tracked(out, truths):
        accepted = truth.beats_per_bar_accepted
        path = tracked.metres[_likely_metre(tracked)]
        is_weak = beat_activation(tracked.peaks, np.array(path.times_s)) < MIN_BEAT_ACTIVATION
        if accepted and not is_weak:
            right = tuple(
                index for index, each in enumerate(tracked.metres) if each.beats_per_bar in accepted
            )
            found.append((truth, Example(truth.source, metre_evidence(tracked), right)))
    return found


def _tracked(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, TrackedBeats]]:
    found = []
    for truth, heard in heard_tracks(out, truths, ("beats",)):
        row = heard.row(HeardBeats)
        if row is not None and row.beats is not None and row.beats.metres:
            found.append((truth, row.beats))
    return found


def _likely_metre(tracked: TrackedBeats) -> int:
    evidence = metre_evidence(tracked)
    scores = [each["per_bar"] - _RARE_COST * each["rare"] for each in evidence]
    return int(np.argmax(scores))
