"""What the tagger and the voice detector hear in folders of excerpts, alone and under singing.

    python -m benchmarks.tags.hear OUT.jsonl FOLDER [...] [--sung STEMS --level-db 0] [--silero]

Each row: the file, its truth where `NAME.json` lies beside it, the stem that was mixed in and its
level against the music (RMS, while it sings), the tags of every window, and with `--silero` the
share of time in which Silero hears a voice. Of longer files the middle 45 s are heard.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from tools.audio import header_duration_s, load_mono
from tools.lyrics.vocals import voice_probability
from tools.tags.musicnn import SAMPLE_RATE_HZ, tag_probabilities

EXCERPT_S = 45.0
SUFFIXES = (".flac", ".ogg", ".opus", ".mp3")
# `transcribe.vocal_probability`.
VOICE_PROBABILITY = 0.3


def main() -> None:
    """Hear all files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sung", type=Path, help="mix these stems in, in turn")
    parser.add_argument("--level-db", type=float, default=0.0)
    parser.add_argument("--silero", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only one file of so many")
    parser.add_argument("--limit", type=int, default=None)
    given = parser.parse_args()
    found = [each for folder in given.folders for each in sorted(folder.rglob("*"))]
    files = [each for each in found if each.suffix in SUFFIXES and each.stat().st_size > 300_000]
    stems = sorted(given.sung.glob("*.flac")) if given.sung else []
    with given.out.open("a") as out:
        for number, path in enumerate(files[:: given.every][: given.limit]):
            stem = stems[number % len(stems)] if stems else None
            row = hear(path, stem, given.level_db, with_silero=given.silero)
            out.write(json.dumps(row) + "\n")
            out.flush()


def hear(path: Path, stem: Path | None, level_db: float, *, with_silero: bool) -> dict[str, Any]:
    """One row."""
    duration_s = header_duration_s(path)
    start_s = max(0.0, (duration_s - EXCERPT_S) / 2)
    end_s = min(duration_s, start_s + EXCERPT_S)
    sound = load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ, start_s=start_s, end_s=end_s)
    if stem is not None:
        sound = mixed(sound, load_mono(stem, sample_rate_hz=SAMPLE_RATE_HZ), level_db)
    _, probabilities = tag_probabilities(sound)
    truth = path.with_suffix(".json")
    return {
        "file": str(path),
        "truth": json.loads(truth.read_text()) if truth.exists() else None,
        "stem": stem and stem.stem,
        "level_db": level_db if stem else None,
        "duration_s": len(sound) / SAMPLE_RATE_HZ,
        "tags": probabilities.round(3).tolist(),
        "silero": silero_share(sound) if with_silero else None,
    }


def silero_share(sound: np.ndarray) -> float:
    """Share of time in which Silero hears a voice in the mix or in what does not repeat."""
    return float((voice_probability(sound, is_stem=False) >= VOICE_PROBABILITY).mean())


def mixed(music: np.ndarray, voice: np.ndarray, level_db: float) -> np.ndarray:
    """A voice over music, as long as the shorter, at a level against it."""
    size = min(len(music), len(voice))
    music, voice = music[:size], voice[:size]
    sings = np.abs(voice) > 0.02
    gain = 10 ** (level_db / 20) * rms(music) / max(rms(voice[sings]), 1e-6)
    total = music + gain * voice
    found: np.ndarray = (total / max(1.0, float(np.abs(total).max()))).astype(np.float32)
    return found


def rms(sound: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0


if __name__ == "__main__":
    main()
