"""Dances whose form is written down: two strains of eight bars, each played twice.

``python -m benchmarks.facts.tune_songs SONGS --count 18`` adds tunes of music21's collections to
the songs of `benchmarks.facts.songs`, two or three times through, over chords. What counts as a
form is in the notes: the bars of a strain are the same both times, but for the last two, and those
of the two strains are not.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.facts.cut import repeated
from benchmarks.facts.harmonise import CHORDS_OF_MODE, accompany, with_kit
from benchmarks.facts.instruments import with_solo
from benchmarks.facts.performance import play, time_truth
from benchmarks.facts.score import Score, SkipError
from benchmarks.facts.synth import SAMPLE_RATE_HZ, render, to_midi
from benchmarks.facts.tempo import make_tempo
from benchmarks.facts.tunes import felt_bpm, read_tune, tunes

COLLECTIONS = ("oneill", "ryan", "aird")
STRAIN_BARS = 8
# Bars of a strain that may differ when it is played again: first and second endings.
_ENDING_BARS = 2
_MOST_SHARED_BARS = 3
_LEAST_S = 70.0
_TAIL_S = 1.5
_FONTS = ("FluidR3", "TimGM6mb", "OPL3")


def has_two_strains(score: Score) -> bool:
    """Whether it is AABB, eight bars each."""
    bars = _bars(score)
    if len(bars) != 4 * STRAIN_BARS:
        return False
    one, again, other, other_again = (
        bars[at * STRAIN_BARS : (at + 1) * STRAIN_BARS] for at in range(4)
    )
    kept = STRAIN_BARS - _ENDING_BARS
    n_shared = sum(a == b for a, b in zip(one, other, strict=True))
    return (
        one[:kept] == again[:kept]
        and other[:kept] == other_again[:kept]
        and n_shared <= _MOST_SHARED_BARS
    )


def _bars(score: Score) -> list[frozenset[tuple[float, int]]]:
    """Onsets and pitches of every whole bar."""
    return [
        frozenset(
            (round(note.onset_q - bar.start_q, 3), note.pitch)
            for note in score.notes
            if bar.start_q - 1e-6 <= note.onset_q < bar.start_q + bar.length_q - 1e-6
        )
        for bar in score.bars
        if bar.length_q > bar.metre.bar_q - 1e-6
    ]


def draw_tune(collection: str, rng: np.random.Generator) -> Score:
    """A tune of two strains, with chords where its key is sure, as often as a minute takes.

    Raises
    ------
    SkipError
        Where the tune drawn is none of those.
    """
    piece = str(rng.choice(list(tunes(collection))))
    score = read_tune(collection, piece)
    if not has_two_strains(score) or not score.keys:
        raise SkipError("no two strains of eight bars")
    score.bpm = float(rng.uniform(*felt_bpm(score.bars[0].metre)))
    bars_s = score.end_q / score.bars[0].metre.beat_q * 60 / score.bpm
    score = with_solo(repeated(score, int(np.ceil(_LEAST_S / bars_s))), rng)
    if score.keys and score.keys[0].value[1] in CHORDS_OF_MODE:
        score = accompany(score, rng)
    return with_kit(score, rng) if rng.random() < 0.4 else score


def make_tune(out: Path, collection: str, name: str, seed: int) -> dict[str, object]:
    """Make, render and write one tune; gives its truth."""
    rng = np.random.default_rng(seed)
    for _ in range(400):
        try:
            score = draw_tune(collection, rng)
            break
        except SkipError:
            continue
    else:
        raise SkipError(f"{collection}: no tune of two strains in 400")
    tempo = make_tempo(score, "drift", rng)
    with tempfile.TemporaryDirectory() as folder:
        midi = to_midi(play(score, tempo, rng), score.parts, score.octave_cents)
        samples = render(midi, str(rng.choice(_FONTS)), Path(folder)).mean(axis=1)
    samples = samples[: round((tempo.release(score.end_q) + _TAIL_S) * SAMPLE_RATE_HZ)]
    soundfile.write(out / f"{name}.flac", 0.7 * samples / np.abs(samples).max(), SAMPLE_RATE_HZ)
    whole = [bar for bar in score.bars if bar.length_q > bar.metre.bar_q - 1e-6]
    starts = [tempo.second(bar.start_q) for bar in whole[::STRAIN_BARS]]
    ends = [*starts[1:], tempo.second(score.end_q)]
    times = time_truth(score, tempo)
    truth = {
        "name": name,
        "corpus": "music21",
        "style": collection,
        "is_left_out": True,
        "duration_s": round(len(samples) / SAMPLE_RATE_HZ, 3),
        "instruments": times["instruments"],
        "beats_s": times["beats_s"],
        "downbeats_s": times["downbeats_s"],
        "sections": [
            {"start_s": round(start_s, 3), "end_s": round(end_s, 3), "letter": "AABB"[i % 4]}
            for i, (start_s, end_s) in enumerate(zip(starts, ends, strict=True))
        ],
    }
    (out / f"{name}.json").write_text(json.dumps(truth))
    return truth


def main() -> None:
    """Make the tunes that are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=18)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number in range(options.count):
        collection = COLLECTIONS[number % len(COLLECTIONS)]
        name = f"{collection}-{options.seed}-{number:04d}"
        if not (options.out / f"{name}.json").exists():
            make_tune(options.out, collection, name, 1000 * options.seed + number)


if __name__ == "__main__":
    main()
