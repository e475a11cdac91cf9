"""Examples for the choice models, from what was heard of excerpts and what is true of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.facts.hear import read_rows
from benchmarks.facts.truth import Truth
from pipeline.stages.measure.decisions import HeardTrack, tuning_evidence
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
from schemas.tolerance import TUNING_SLACK_CENTS
from schemas.tracks import Track

MODELS: Mapping[str, type[Record]] = {
    "beats": HeardBeats,
    "chroma": HeardChroma,
    "chords": HeardChords,
    "key_network": HeardKeyNetwork,
    "chord_network": HeardChordNetwork,
}
# Ours: one excerpt in four is in another scale than major or minor, and a quarter of the sources
# has no key; of music, perhaps one in ten each. A user's own fit has the shares of the references.
RARE_WEIGHT = 1 / 3
# Ours: made-up songs all begin on their tonic (jazz: or on its ii), and loop over few chords; of
# songs that people wrote some do not. Their first bars are cut off, so that what is heard first
# counts for no more than it should.
_ELSEWHERE = 0.3
_LATER_S = 2.0, 14.0
# Candidates of a key that are major or minor: they come first.
_N_KEYS = 24
# OPL3's samples are 11 cents flat (median of 37 excerpts; 10 to 90 %: 9 to 14).
_FLAT_FONTS = ("OPL3",)
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
            for example in key_example(
                truth.keys or (), heard, left_out_with(truth), from_s=_begins_s(truth)
            ):
                found.append((truth, replace(example, weight=_weight(truth, example))))
    return found


def _weight(truth: Truth, example: Example) -> float:
    """An edition's mode of a whole mass is no exact truth of an excerpt: it is only reported."""
    if truth.key_source == "mode label":
        return 0.0
    is_usual = bool(example.right) and example.right[0] < _N_KEYS
    return 1.0 if is_usual else RARE_WEIGHT


def _begins_s(truth: Truth) -> float:
    """Where a piece begins to count: at a later bar for some of those that begin on their tonic."""
    rng = np.random.default_rng(truth.seed)
    later_s = [each for each in truth.downbeats_s or () if _LATER_S[0] < each < _LATER_S[1]]
    if truth.source.startswith("gen_") and later_s and rng.random() < _ELSEWHERE:
        return float(rng.choice(later_s))
    return 0.0


def left_out_with(truth: Truth) -> str:
    """The source; made-up music without a key is left out style by style: one must be learned of.

    A single piece is no source, so that what is without a key in another source stays together.
    """
    if not truth.keyless:
        return truth.source
    return f"{truth.source}: {truth.style if truth.source == 'gen_keyless' else 'no key'}"


def tuning_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, Example]]:
    """The tuning of every excerpt whose sound font is itself in tune."""
    found = []
    for truth, heard in heard_tracks(out, truths, ("chroma",)):
        row = heard.row(HeardChroma)
        if truth.soundfont in _FLAT_FONTS or row is None or row.tuning is None:
            continue
        off = (row.tuning.cents - truth.tuning_cents + 50) % 100 - 50
        right = (0,) if abs(off) <= TUNING_SLACK_CENTS else (1,)
        found.append((truth, Example(left_out_with(truth), tuning_evidence(row.tuning), right)))
    return found


def chord_examples(out: Path, truths: Sequence[Truth]) -> list[tuple[Truth, Example]]:
    """Every chord heard where the truth is known."""
    found = []
    for truth, heard in heard_tracks(out, truths, ("chords", "chord_network")):
        if truth.chords:
            spans = [Span(each.start_s, each.end_s, each.label) for each in truth.chords]
            examples = examples_of_chords(ReferenceFacts(chords=spans), heard, truth.source)
            found += [(truth, each) for each in examples]
    return found


def _track(truth: Truth) -> Track:
    return Track(
        uri=truth.file, track_id=f"{truth.seed:032x}", duration_s=truth.duration_s,
        sample_rate_hz=44100, n_channels=1, format="FLAC", subtype="PCM_16", size_bytes=0,
        peak_dbfs=0.0,
    )  # fmt: skip
