"""Examples for the choice models, from what was heard of excerpts and what is true of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.facts.hear import read_rows
from benchmarks.facts.truth import Chord, Truth
from pipeline.stages.measure.decisions import HeardTrack, chords_evidence, key_evidence
from pipeline.stages.measure.harmony import ChordSpan
from pipeline.stages.measure.key import path_stretches
from pipeline.stages.measure.tonality import CANDIDATES, Candidate
from pipeline.views.evaluate.fitting import Example
from schemas.chords import NO_CHORD, triad_of
from schemas.facts import (
    HeardBeats,
    HeardChordNetwork,
    HeardChords,
    HeardChroma,
    HeardKeyNetwork,
)
from schemas.harmony import pitch_class
from schemas.record import Record
from schemas.tracks import Track

MODELS: Mapping[str, type[Record]] = {
    "beats": HeardBeats,
    "chroma": HeardChroma,
    "chords": HeardChords,
    "key_network": HeardKeyNetwork,
    "chord_network": HeardChordNetwork,
}
# Names of scales whose notes are those of a candidate, or a part of them.
_SAME_SCALE = {
    "ionian": "major",
    "aeolian": "minor",
    "harmonic minor": "minor",
    "melodic minor": "minor",
    "major pentatonic": "major",
    "minor pentatonic": "minor",
    "phrygian dominant": "phrygian_dominant",
    "double harmonic": "double_harmonic",
}
# Ours: one excerpt in three is neither in major nor in minor, in much popular music perhaps one in
# ten. A user's own fit has the shares of the user's own references.
MODAL_WEIGHT = 0.2
_MODAL = range(24, len(CANDIDATES) - 1)
# Ours: a shorter chord is no evidence that a label is right or wrong.
_LEAST_CHORD_S = 0.4
_ALL_RIGHT = 0.5
"""Share of a heard chord's time that the truth must have its triad for."""


def heard_tracks(
    out: Path, truths: Sequence[Truth], stages: Sequence[str]
) -> Iterator[tuple[Truth, HeardTrack]]:
    """Excerpts that all of some stages heard, with their rows."""
    rows: dict[str, dict[type[Record], Record]] = {}
    for stage in stages:
        for name, row in read_rows(out, MODELS[stage], stage):
            rows.setdefault(name, {})[type(row)] = row
    for truth in truths:
        found = rows.get(truth.id, {})
        if len(found) == len(stages):
            yield truth, HeardTrack(_track(truth), found)


def key_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, Example]]:
    """The longest stretch of every excerpt whose key is known, or known to be none."""
    found = []
    stages = ("chroma", "chords", "key_network", "chord_network")
    for truth, heard in heard_tracks(out, truths, stages):
        chroma = heard.row(HeardChroma)
        if chroma is None or not chroma.chroma or not (truth.keys or truth.keyless):
            continue
        evidence = key_evidence(heard)
        first, last = longest_stretch(chroma)
        right = right_keys(truth, first * chroma.step_s, last * chroma.step_s)
        silent = len(CANDIDATES) - 1
        weight = MODAL_WEIGHT if right and right[0] in _MODAL else 1.0
        candidates = evidence(first, last)
        found.append((truth, Example(left_out_with(truth), candidates, right, silent, weight)))
    return found


def left_out_with(truth: Truth) -> str:
    """The source; of music without a key, each style is one, or none would be left to learn of."""
    return f"{truth.source}: {truth.style}" if truth.keyless else truth.source


def longest_stretch(chroma: HeardChroma) -> tuple[int, int]:
    """Steps of the longest stretch in which the best path stays in a key."""
    steps = np.array(chroma.chroma, np.float32).reshape(-1, 12)
    stretches = path_stretches(steps, step_s=chroma.step_s)
    return max(stretches, key=lambda each: each[1] - each[0])


def right_keys(truth: Truth, start_s: float, end_s: float) -> tuple[int, ...]:
    """Candidates that are right for a stretch: the true key that covers most of it, or none."""
    if truth.keyless or not truth.keys:
        return (CANDIDATES.index(Candidate(None, None)),)
    overlap = [min(each.end_s, end_s) - max(each.start_s, start_s) for each in truth.keys]
    key = truth.keys[overlap.index(max(overlap))]
    mode = _SAME_SCALE.get(key.mode, key.mode)
    names = [(each.pitch, each.scale) for each in CANDIDATES]
    name = (pitch_class(key.tonic), mode)
    return (names.index(name),) if name in names else ()  # type: ignore[arg-type]


def chord_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, float, Example]]:
    """Every chord heard where the truth is known: the excerpt, its seconds, and the example."""
    found = []
    for truth, heard in heard_tracks(out, truths, ("chords", "chord_network")):
        if not truth.chords:
            continue
        pairs = zip(heard.chords(HeardChords), chords_evidence(heard), strict=True)
        for chord, evidence in pairs:
            is_right = chord_is_right(chord, truth.chords)
            lasts_s = chord.end_s - chord.start_s
            if is_right is not None and lasts_s >= _LEAST_CHORD_S:
                right = (0,) if is_right else (1,)
                found.append((truth, lasts_s, Example(truth.source, evidence, right, silent=1)))
    return found


def chord_is_right(chord: ChordSpan, truths: Sequence[Chord]) -> bool | None:
    """Whether the truth has the chord's triad for most of its time; None where none is known."""
    known_s = right_s = 0.0
    for each in truths:
        overlap_s = min(chord.end_s, each.end_s) - max(chord.start_s, each.start_s)
        if overlap_s <= 0 or each.label == "X":
            continue
        known_s += overlap_s
        right_s += overlap_s * (_triad(each.label) == _triad(chord.label))
    if known_s < _ALL_RIGHT * (chord.end_s - chord.start_s):
        return None
    return right_s >= _ALL_RIGHT * known_s


def _triad(label: str) -> object:
    return NO_CHORD if label == NO_CHORD else triad_of(label) or label.split("/")[0]


def _track(truth: Truth) -> Track:
    return Track(
        uri=truth.file, track_id=f"{truth.seed:032x}", duration_s=truth.duration_s,
        sample_rate_hz=44100, n_channels=1, format="FLAC", subtype="PCM_16", size_bytes=0,
        peak_dbfs=0.0,
    )  # fmt: skip
