"""Batches by padded seconds against one song at a time, through NeMo.

    python -m benchmarks.lyrics.batches [--width 96] [--layers 4] [--padded-s 120]

The model is a random Parakeet (TDT) of the given width, biased to write a token in some frames
only, as a trained one does. Both sides hear the same sounds with the same loaded model, in turns.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from schemas.transcribe import RecogniserConfig
from tools.lyrics.batches import in_batches
from tools.lyrics.parakeet import Parakeet
from tools.lyrics.transcript import SAMPLE_RATE_HZ, Waveform, seconds


def main() -> None:
    """Print seconds of both sides and their ratio."""
    from tests.tiny_parakeet import save_untrained

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--padded-s", type=float, default=120.0)
    parser.add_argument("--songs", type=int, default=16)
    parser.add_argument("--longest-s", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sounds = _sounds(options.songs, options.longest_s)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.nemo"
        save_untrained(path, width=options.width, layers=options.layers)
        parakeet = Parakeet(RecogniserConfig(model=str(path)))
    _make_terse(parakeet)
    batches = [
        [sounds[i] for i in places]
        for places in in_batches(
            sorted(range(len(sounds)), key=lambda i: -len(sounds[i])),
            lambda i: seconds(sounds[i]),
            padded_s=options.padded_s,
        )
    ]
    parakeet.transcribe(batches[0])  # warm
    one, many = [], []
    for _ in range(options.rounds):
        one.append(_time(parakeet, [[sound] for sound in sounds]))
        many.append(_time(parakeet, batches))
    total_s = sum(map(seconds, sounds))
    padded_s = sum(len(batch) * seconds(max(batch, key=len)) for batch in batches)
    print(f"{len(sounds)} songs, {total_s:.0f} s; {len(batches)} batches, {padded_s:.0f} s padded")
    print(f"one by one: {median(one):.2f} s, {total_s / median(one):.0f} times real time")
    print(f"in batches: {median(many):.2f} s, {total_s / median(many):.0f} times real time")
    print(f"ratio: {median(one) / median(many):.2f}")


def _make_terse(parakeet: Parakeet) -> None:
    """Make blanks likely, and jumps of two frames: a random model writes without end."""
    from tests.tiny_parakeet import DURATIONS

    bias = parakeet._model.joint.joint_net[-1].bias.data
    bias[-len(DURATIONS) - 1] += 3.0
    bias[-len(DURATIONS) + 2] += 6.0


def _sounds(n: int, longest_s: float) -> list[Waveform]:
    draw = np.random.default_rng(0)
    lengths = draw.uniform(longest_s / 8, longest_s, n) * SAMPLE_RATE_HZ
    return [draw.normal(0, 0.1, int(length)).astype(np.float32) for length in lengths]


def _time(parakeet: Parakeet, batches: list[list[Waveform]]) -> float:
    start_s = time.perf_counter()
    for batch in batches:
        parakeet.transcribe(batch)
    return time.perf_counter() - start_s


if __name__ == "__main__":
    main()
