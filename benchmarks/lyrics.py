"""Batches by padded seconds against one song at a time, through NeMo.

    python -m benchmarks.lyrics [--width 256] [--layers 8] [--padded-s 300]

The model is a random Parakeet (TDT) of the given width. Both sides hear the same sounds with the
same loaded model, in turns.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from schemas.transcribe import RecogniserConfig
from tools.lyrics.batches import in_batches
from tools.lyrics.heard import SAMPLE_RATE_HZ, Sound, seconds
from tools.lyrics.parakeet import Parakeet


def main() -> None:
    """Print seconds of both sides and their ratio."""
    from tests.tiny_parakeet import save_untrained

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--padded-s", type=float, default=300.0)
    parser.add_argument("--songs", type=int, default=24)
    parser.add_argument("--longest-s", type=float, default=40.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sounds = _sounds(options.songs, options.longest_s)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.nemo"
        save_untrained(path, width=options.width, layers=options.layers)
        parakeet = Parakeet(RecogniserConfig(model=str(path)))
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


def _sounds(n: int, longest_s: float) -> list[Sound]:
    draw = np.random.default_rng(0)
    lengths = draw.uniform(longest_s / 8, longest_s, n) * SAMPLE_RATE_HZ
    return [draw.normal(0, 0.1, int(length)).astype(np.float32) for length in lengths]


def _time(parakeet: Parakeet, batches: list[list[Sound]]) -> float:
    start_s = time.perf_counter()
    for batch in batches:
        parakeet.transcribe(batch)
    return time.perf_counter() - start_s


if __name__ == "__main__":
    main()
