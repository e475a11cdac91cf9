"""Examples of tempo and metre for the choice models, of excerpts that have a beat."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.facts.examples import heard_tracks
from benchmarks.facts.truth import Truth
from pipeline.views.evaluate.facts.examples import metre_example, tempo_example
from pipeline.views.evaluate.fitting import Example
from schemas.calibration import ChoiceModel

_STAGES = ("beats", "chords", "chord_network")


def tempo_examples(
    out: Path, truths: Sequence[Truth], metre_model: ChoiceModel
) -> list[tuple[Truth, Example]]:
    """One example an excerpt whose beats are followed and that has a true tempo."""
    return [
        (truth, example)
        for truth, heard in heard_tracks(out, truths, _STAGES)
        if truth.bpm is not None
        for example in tempo_example([truth.bpm], heard, truth.source, metre_model)
    ]


def metre_examples(
    out: Path, truths: Sequence[Truth], metre_model: ChoiceModel
) -> list[tuple[Truth, Example]]:
    """One example an excerpt whose beats are followed and that has a true metre."""
    return [
        (truth, example)
        for truth, heard in heard_tracks(out, truths, _STAGES)
        if truth.beats_per_bar_accepted
        for example in metre_example(truth.beats_per_bar_accepted, heard, truth.source, metre_model)
    ]
