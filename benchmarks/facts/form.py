"""How right sections and letters are, on songs whose form is known.

``python -m benchmarks.facts.form SONGS...``, of folders that `benchmarks.facts.form_hear` heard,
prints means with intervals (95 %, bootstrap over songs): boundaries (F at 3 and 0.5 s, without the
first and the last), letters (pairwise F), and the same for sections of 16 s. Styles that constants
were chosen on, those left out, and dances of music21 are told apart.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import mir_eval
import numpy as np

from benchmarks.facts.form_examples import HeardSong, heard_songs
from benchmarks.facts.song_styles import STYLES
from benchmarks.facts.tune_songs import COLLECTIONS

_BASELINE_S = 16.0
_N_RESAMPLES = 2000
MEASURES = ("F at 3 s", "F at 0.5 s", "pairwise F")
Spans = list[tuple[float, float, str]]


def sections_of(song: HeardSong) -> Spans | None:
    """Sections found in a song; None where no form is stated."""
    form = song.form()
    return form and [(s.start_s, s.end_s, s.letter) for s in form.sections]


def score(found: Spans, truth: Spans, duration_s: float) -> tuple[float, float, float]:
    """The three `MEASURES`; what is quiet at both ends belongs to the outer sections."""
    spans = list(truth)
    spans[0] = (0.0, *spans[0][1:])
    spans[-1] = (spans[-1][0], duration_s, spans[-1][2])
    reference, letters = _as_arrays(spans)
    estimate, estimated_letters = mir_eval.util.adjust_intervals(
        *_as_arrays(found), t_min=0, t_max=duration_s
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


def kind_of(style: str) -> str:
    """What a style is to the form's constants."""
    if style in COLLECTIONS:
        return "dances of music21"
    chosen_on = {each.name for each in STYLES if not each.is_left_out}
    return "chosen on" if style in chosen_on else "left out"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("songs", type=Path, nargs="+")
    parser.add_argument("--without-beats", action="store_true")
    options = parser.parse_args()
    songs = [each for folder in options.songs for each in heard_songs(folder, n_excerpts=0)]
    if options.without_beats:
        songs = [replace(each, beats=None) for each in songs]
    for kind in sorted({kind_of(each.style) for each in songs}):
        own = [each for each in songs if kind_of(each.style) == kind]
        found = [(sections_of(each), each) for each in own]
        ours = [score(sections, s.sections, s.duration_s) for sections, s in found if sections]
        baseline = [score(equal_lengths(s.duration_s), s.sections, s.duration_s) for s in own]
        n_refused = len(own) - len(ours)
        print(f"{kind}, {len(ours)} songs, {n_refused} without a stated form: {summary(ours)}")
        print(f"{kind}, equal lengths: {summary(baseline)}")


if __name__ == "__main__":
    main()
