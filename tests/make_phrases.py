"""Make tests/data/phrases: six spoken phrases with word times, and a Parakeet that knows them.

    python -m tests.make_phrases

Needs espeak-ng. All that it writes is CC0.
"""

import json
import time
from pathlib import Path

import numpy as np
import soxr

from tests.audio import write
from tests.espeak import Espeak
from tests.tiny_parakeet import PHRASES, SAMPLE_RATE_HZ, Utterance, build, save, teach
from tools.audio import load_mono

HERE = Path(__file__).parent
FOLDER = HERE / "data" / "phrases"
MUSIC = (
    *sorted((HERE.parent / "examples" / "songs").glob("*.ogg")),
    *sorted((HERE / "data" / "pieces").glob("*.ogg")),
)
N_STEPS = 450
N_VARIANTS = 8
VOICES = ("en-us", "en-us", "en-us+f3", "en-us+m3")


def make_phrases(espeak: Espeak) -> None:
    """Write the six recordings, as they are tested, and `words.json`."""
    told = {}
    for number, phrase in enumerate(PHRASES):
        spoken = espeak.speak(phrase)
        # espeak speaks some pairs ("on the") as one word, of which only the first has a time.
        assert [word for word, _, _ in spoken.words] == phrase.split()
        name = f"phrase{number}.ogg"
        write(FOLDER / name, spoken.samples, spoken.sample_rate_hz, subtype="VORBIS")
        words = [[word, round(start, 3), round(float(end), 3)] for word, start, end in spoken.words]
        told[name] = {"text": phrase, "words": words}
    (FOLDER / "words.json").write_text(json.dumps(told, indent=1) + "\n")


class Mixer:
    """Draws utterances: phrases by several voices over music, noise, or nothing; or no phrase."""

    def __init__(self, espeak: Espeak, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._phrases = [
            self._variant(espeak, phrase) for phrase in PHRASES for _ in range(N_VARIANTS)
        ]
        self._music = [load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ) for path in MUSIC]

    def _variant(self, espeak: Espeak, phrase: str) -> Utterance:
        pick = self._random
        spoken = espeak.speak(
            phrase,
            voice=str(pick.choice(VOICES)),
            words_per_minute=int(pick.integers(135, 170)),
            pitch=int(pick.integers(35, 65)),
        )
        return Utterance(soxr.resample(spoken.samples, 22050, SAMPLE_RATE_HZ), spoken.words)

    def draw(self) -> Utterance:
        """An utterance of 4 to 9 s."""
        pick = self._random
        parts, words, time_s = [], [], 0.0
        for _ in range(pick.integers(1, 3)):
            pause = np.zeros(int(pick.uniform(0.2, 1.5) * SAMPLE_RATE_HZ), np.float32)
            parts.append(pause)
            time_s += len(pause) / SAMPLE_RATE_HZ
            if pick.random() < 0.85:
                each = self._phrases[pick.integers(len(self._phrases))]
                parts.append(each.samples * float(pick.uniform(0.3, 1.0)))
                words += [(w, time_s + start, time_s + end) for w, start, end in each.words]
                time_s += len(each.samples) / SAMPLE_RATE_HZ
        parts.append(np.zeros(int(pick.uniform(0.5, 1.5) * SAMPLE_RATE_HZ), np.float32))
        voice = np.concatenate(parts)
        mixed = voice + self._background(len(voice), float(voice.std()) or 0.1)
        return Utterance((0.5 * mixed / np.abs(mixed).max()).astype(np.float32), words)

    def _background(self, n_samples: int, level: float) -> np.ndarray:
        pick = self._random
        kind = pick.random()
        if kind < 0.15:
            return 1e-4 * pick.standard_normal(n_samples)
        if kind < 0.25:
            sound = pick.standard_normal(n_samples)
        else:
            song = self._music[pick.integers(len(self._music))]
            start = pick.integers(len(song) - n_samples)
            sound = song[start : start + n_samples]
        gain = level / (sound.std() + 1e-6) * 10 ** (-pick.uniform(0, 20) / 20)
        return gain * sound


def main() -> None:
    import tempfile

    import torch

    FOLDER.mkdir(exist_ok=True)
    espeak = Espeak()
    make_phrases(espeak)
    torch.manual_seed(0)
    start_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        model = build(Path(folder))
        loss = teach(model, Mixer(espeak).draw, n_steps=N_STEPS)
        save(model, FOLDER / "parakeet.nemo")
    print(f"{N_STEPS} steps in {time.monotonic() - start_s:.0f} s, loss {loss:.3f}")


if __name__ == "__main__":
    main()
