"""How well bell and cross rhythm are told: `python -m benchmarks.facts.time_lines OUT...`.

Of excerpts that were rendered and heard, those of `benchmarks.facts.cycles` among them. Music in
which a part plays the bell by chance is counted by itself.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.facts.cycles import CYCLES
from benchmarks.facts.hear import read_rows, read_truths
from benchmarks.facts.score import Score
from benchmarks.facts.sources import BY_NAME, SOURCES
from benchmarks.facts.truth import Truth
from pipeline.stages.measure.chances import packaged_calibration
from pipeline.stages.measure.cross_rhythm import MIN_SHARE, best_cross_rhythm
from pipeline.stages.measure.rhythm import follow
from pipeline.stages.measure.time_line import MIN_AGREEMENT, STANDARD_BELL, best_time_line
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.facts import HeardBeats
from tools.errors import RefusedError


@dataclass(frozen=True)
class Case:
    """Whether an excerpt has a pattern (None: by chance, in a part), and how surely it does."""

    truth: Truth
    has_it: bool | None
    score: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path, nargs="+")
    lines, crosses = [], []
    for out in parser.parse_args().out:
        for line, cross in read_cases(out):
            lines.append(line)
            crosses.append(cross)
    for name, cases, least in (
        ("standard bell", lines, MIN_AGREEMENT),
        ("three against four", crosses, MIN_SHARE),
    ):
        print(f"{name}, told from {least} on")
        report(cases, least)


def read_cases(out: Path) -> Iterator[tuple[Case, Case]]:
    """Time line and cross rhythm of the excerpts of a folder that were heard."""
    truths = {truth.id: truth for truth in read_truths(out)}
    model = packaged_calibration().metre
    for name, row in read_rows(out, HeardBeats, "beats"):
        beats, truth = cast(HeardBeats, row).beats, truths[name]
        line = cross = None
        try:
            if beats:
                pulses = follow(beats, model).pulses
                line, cross = best_time_line(pulses), best_cross_rhythm(pulses)
        except RefusedError:
            pass
        made = truth.style.split(":")[0] if truth.source in CYCLES else ""
        bell = made == "standard bell" or (None if plays_bell(truth) else False)
        yield (
            Case(truth, bell, line.agreement if line else -1.0),
            Case(truth, made == "three against four", cross.share if cross else -1.0),
        )


def plays_bell(truth: Truth) -> bool:
    """Whether a part of made-up music plays the bell throughout."""
    if not truth.source.startswith("gen_"):
        return False
    score = (SOURCES | BY_NAME)[truth.source](np.random.default_rng(truth.seed))
    return any(
        _is_bell(onsets_q, turns * score.bars[0].length_q, score.end_q)
        for onsets_q in _onsets_q(score)
        for turns in (0.5, 1, 2)
    )


def report(cases: Sequence[Case], least: float) -> None:
    """What is told from a score on, where it is and where it is not."""
    for truth_is, of in (("with it", True), ("by chance", None), ("without it", False)):
        those = [case for case in cases if case.has_it is of]
        told = [case.truth for case in those if case.score >= least]
        print(f"  {truth_is}: {_share(len(told), len(those))} told")
        for source, n in sorted(Counter(case.truth.source for case in those).items()):
            ids = [truth.id for truth in told if truth.source == source]
            print(f"    {source}: {len(ids)} of {n} {' '.join(ids) if not of else ''}")


def _onsets_q(score: Score) -> list[set[float]]:
    """Of every part, of drums by key."""
    found: dict[tuple[int, int], set[float]] = {}
    for note in score.notes:
        key = note.pitch if score.parts[note.part].is_drums else -1
        found.setdefault((note.part, key), set()).add(round(note.onset_q, 3))
    return list(found.values())


def _is_bell(onsets_q: set[float], length_q: float, end_q: float) -> bool:
    """Whether they are its strokes in the turns in which there are any."""
    bell = np.array([sign == "x" for sign in STANDARD_BELL])
    places = np.array(sorted(onsets_q)) * len(bell) / length_q
    turns = int(end_q / length_q)
    inside = places < turns * len(bell) - 0.5
    if turns < 4 or np.abs(places - places.round()).max() > 0.05 or not inside.any():
        return False
    played = np.zeros(turns * len(bell))
    played[places[inside].round().astype(int)] = 1
    by_turn = played.reshape(turns, -1)
    mostly = by_turn[by_turn.any(axis=1)].mean(axis=0) > 0.5
    return any((mostly == np.roll(bell, first)).all() for first in range(len(bell)))


def _share(some: int, total: int) -> str:
    if not total:
        return "none"
    low, high = wilson_interval(some, total)
    return f"{some} of {total} ({low:.0%}-{high:.0%})"


if __name__ == "__main__":
    main()
