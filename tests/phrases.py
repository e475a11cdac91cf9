"""The spoken phrases of tests/data/phrases, alone and over music."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from tools.audio import load_mono
from tools.lyrics.transcript import SAMPLE_RATE_HZ

ROOT = Path(__file__).parent
FOLDER = ROOT / "data" / "phrases"
MODEL = FOLDER / "parakeet.nemo"
SONGS = sorted((ROOT.parent / "examples" / "songs").glob("*.ogg"))
PIECES = sorted((ROOT / "data" / "pieces").glob("*.ogg"))


@cache
def phrases():
    """(sound at 16 kHz, [(word, start_s, end_s), ...]) of each phrase."""
    told = json.loads((FOLDER / "words.json").read_text())
    return [
        (load_mono(FOLDER / name, sample_rate_hz=SAMPLE_RATE_HZ), each["words"])
        for name, each in told.items()
    ]


@cache
def music(path):
    """Music without voices, at 16 kHz."""
    return load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ)


def song(numbers, *, over=None, music_db=-6.0, every_s=4.5, duration_s=None):
    """Phrases one after the other, over music or nothing; (sound, words with true times)."""
    duration_s = duration_s or 1.0 + every_s * len(numbers)
    voice = np.zeros(round(duration_s * SAMPLE_RATE_HZ), np.float32)
    words = []
    level = np.concatenate([sound for sound, _ in phrases()]).std()
    for place, number in enumerate(numbers):
        sound, spoken = phrases()[number]
        at_s = 1.0 + every_s * place
        start = round(at_s * SAMPLE_RATE_HZ)
        voice[start : start + len(sound)] += sound
        words += [(word, at_s + start_s, at_s + end_s) for word, start_s, end_s in spoken]
    if over is not None:
        background = np.resize(music(over), len(voice))
        voice = voice + background / background.std() * level * 10 ** (music_db / 20)
    return (0.9 * voice / np.abs(voice).max()).astype(np.float32), words
