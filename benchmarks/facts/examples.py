"""Examples for the choice models, from what was heard of excerpts and what is true of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.facts.hear import read_rows
from benchmarks.facts.truth import Truth
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.tonality import CANDIDATES
from pipeline.views.evaluate.facts.examples import chord_examples as examples_of_chords
from pipeline.views.evaluate.facts.examples import key_example
from pipeline.views.evaluate.facts.reference import ReferenceFacts, Span
from pipeline.views.evaluate.fitting import Example
from schemas.facts import (
    HeardBeats,
    HeardChordNetwork,
    HeardChords,
    HeardChroma,
    HeardKeyNetwork,
)
from schemas.record import Record
from schemas.tracks import Track

MODELS: Mapping[str, type[Record]] = {
    "beats": HeardBeats,
    "chroma": HeardChroma,
    "chords": HeardChords,
    "key_network": HeardKeyNetwork,
    "chord_network": HeardChordNetwork,
}
# Ours: one excerpt in three is neither in major nor in minor, in much popular music perhaps one in
# ten. A user's own fit has the shares of the user's own references.
MODAL_WEIGHT = 0.2
_MODAL = range(24, len(CANDIDATES) - 1)
KEY_STAGES = ("chroma", "chords", "key_network", "chord_network")


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
    for truth, heard in heard_tracks(out, truths, KEY_STAGES):
        if truth.keys or truth.keyless:
            for example in key_example(truth.keys or (), heard, left_out_with(truth)):
                is_modal = bool(example.right) and example.right[0] in _MODAL
                weight = MODAL_WEIGHT if is_modal else 1.0
                found.append((truth, replace(example, weight=weight)))
    return found


def left_out_with(truth: Truth) -> str:
    """The source; of music without a key, each style is one, or none would be left to learn of."""
    return f"{truth.source}: {truth.style}" if truth.keyless else truth.source


def chord_examples(out: Path, truths: Sequence[Truth]) -> list[Example]:
    """Every chord heard where the truth is known."""
    found = []
    for truth, heard in heard_tracks(out, truths, ("chords", "chord_network")):
        if truth.chords:
            spans = [Span(each.start_s, each.end_s, each.label) for each in truth.chords]
            found += examples_of_chords(ReferenceFacts(chords=spans), heard, truth.source)
    return found


def _track(truth: Truth) -> Track:
    return Track(
        uri=truth.file, track_id=f"{truth.seed:032x}", duration_s=truth.duration_s,
        sample_rate_hz=44100, n_channels=1, format="FLAC", subtype="PCM_16", size_bytes=0,
        peak_dbfs=0.0,
    )  # fmt: skip
