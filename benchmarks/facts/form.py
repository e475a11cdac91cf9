"""How right sections and letters are, on songs whose form is known.

``python -m benchmarks.facts.songs SONGS`` makes the songs, ``python -m benchmarks.facts.form
SONGS`` prints means with intervals (95 %, bootstrap over songs), for styles that constants were
chosen on and for those left out: boundaries (F at 3 and 0.5 s, without the first and the last),
letters (pairwise F), and the same for sections of 16 s.
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import mir_eval
import numpy as np

from pipeline.engine.stage import AudioTrack
from pipeline.stages.beats.stage import hear_beats
from pipeline.stages.measure.form import find_form
from pipeline.stages.timbre.stage import hear_timbre
from schemas.facts import Beat
from schemas.ingest import IngestConfig
from schemas.record import Record
from schemas.sections import BeatsConfig
from schemas.tracks import Track
from tools.errors import RefusedError
from tools.sound.inspection import inspect

_BASELINE_S = 16.0
_N_RESAMPLES = 2000
MEASURES = ("F at 3 s", "F at 0.5 s", "pairwise F")
Spans = list[tuple[float, float, str]]


def sections_of(path: Path, truth: dict, beats_from: str) -> Spans | None:
    """Sections found in a song; None where no form is stated."""
    info = inspect(path, IngestConfig())
    each = AudioTrack(Track(uri=path.name, **info.model_dump()), str(path))
    (timbre,) = hear_timbre(each, Record())
    try:
        form = find_form(timbre, _beats(each, truth, beats_from), duration_s=each.track.duration_s)
    except RefusedError:
        return None
    return [(s.start_s, s.end_s, s.letter) for s in form.sections]


def _beats(each: AudioTrack, truth: dict, beats_from: str) -> list[Beat] | None:
    if beats_from == "heard":
        (row,) = hear_beats(each, BeatsConfig())
        return row.beats.found if row.beats else None
    if beats_from == "none":
        return None
    downbeats = set(truth["downbeats_s"])
    return [Beat(time_s=t, bar_position=1 if t in downbeats else 2) for t in truth["beats_s"]]


def score(found: Spans, truth: dict) -> tuple[float, float, float]:
    """The three `MEASURES`; what is quiet at both ends belongs to the outer sections."""
    spans = [(s["start_s"], s["end_s"], s["letter"]) for s in truth["sections"]]
    spans[0] = (0.0, *spans[0][1:])
    spans[-1] = (spans[-1][0], truth["duration_s"], spans[-1][2])
    reference, letters = _as_arrays(spans)
    estimate, estimated_letters = mir_eval.util.adjust_intervals(
        *_as_arrays(found), t_min=0, t_max=truth["duration_s"]
    )
    at_3, at_half = (
        mir_eval.segment.detection(reference, estimate, window=window, trim=True)[2]
        for window in (3.0, 0.5)
    )
    pairwise = mir_eval.segment.pairwise(reference, letters, estimate, estimated_letters)[2]
    return at_3, at_half, pairwise


def _as_arrays(spans: Spans) -> tuple[np.ndarray, list[str]]:
    times = np.array([[start_s, end_s] for start_s, end_s, _ in spans])
    return times, [letter.rstrip("'") for _, _, letter in spans]


def equal_lengths(duration_s: float) -> Spans:
    """Sections of about 16 s, each its own letter."""
    edges = np.linspace(0, duration_s, 1 + round(duration_s / _BASELINE_S))
    return [(edges[i], edges[i + 1], str(i)) for i in range(len(edges) - 1)]


def summary(scores: list[tuple[float, float, float]]) -> str:
    """Means with intervals, in words."""
    values = np.array(scores)
    draws = np.random.default_rng(0).integers(len(values), size=(_N_RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5], axis=0)
    return ", ".join(
        f"{name} {mean:.3f} ({a:.3f}-{b:.3f})"
        for name, mean, a, b in zip(MEASURES, values.mean(axis=0), low, high, strict=True)
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("songs", type=Path)
    parser.add_argument("--beats", choices=("heard", "truth", "none"), default="heard")
    options = parser.parse_args()
    truths = [json.loads(path.read_text()) for path in sorted(options.songs.glob("*.json"))]
    for is_left_out in (False, True):
        ours, baseline, n_refused = [], [], 0
        for truth in (each for each in truths if each["is_left_out"] == is_left_out):
            found = sections_of(options.songs / f"{truth['name']}.flac", truth, options.beats)
            baseline.append(score(equal_lengths(truth["duration_s"]), truth))
            if found is None:
                n_refused += 1
            else:
                ours.append(score(found, truth))
        kind = "left out" if is_left_out else "chosen on"
        print(f"{kind}, {len(ours)} songs, {n_refused} without a stated form: {summary(ours)}")
        print(f"{kind}, equal lengths: {summary(baseline)}")


if __name__ == "__main__":
    main()
