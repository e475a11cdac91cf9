"""Word error of Whisper on speech and singing over music, by level, and what gate and rules cost.

    python -m benchmarks.lyrics.words FOLDER

FOLDER is that of `benchmarks.lyrics.fetch`; needs `pyworld` and espeak-ng. Spoken: the recordings
of people in it, and the six phrases of tests/data/phrases (espeak-ng). Sung: the same, put on
melodies by the vocoder WORLD (`benchmarks.tags.sing`), the sonnet's first 15 s. Each is heard
alone and over one of the seven instrumentals of this repository, at three levels of the voice.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.lyrics.hear import hear_all
from benchmarks.lyrics.judging import WAYS, open_gate
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.text import sung_words
from tests.phrases import PIECES, SONGS, music, phrases
from tools.audio import load_mono
from tools.lyrics.scoring import NO_ERRORS, matched_words, word_errors
from tools.lyrics.transcript import SAMPLE_RATE_HZ, Waveform

LEVELS_DB = (None, 0, -6, -12)
MUSIC = (*SONGS, *PIECES)
_SUNG_S = 14.8
_SUNG_WORDS = 29
"""Of the sonnet: four lines, with the `1` that is read before them."""
_SONNET = "audio"


@dataclass(frozen=True)
class Item:
    """A voice and its words."""

    kind: str
    name: str
    sound: Waveform
    words: list[str]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    items = [*spoken(folder / "speech")]
    items += [sung(each, number) for number, each in enumerate(items)]
    sounds = {
        f"{each.kind}/{each.name}/{level}": mixed(each.sound, music(MUSIC[n % len(MUSIC)]), level)
        for n, each in enumerate(items)
        for level in LEVELS_DB
    }
    heard = hear_all(sounds, folder / "whisper-base", folder / "words.jsonl")
    gated = {name: open_gate(sound) for name, sound in sounds.items()}
    kinds = list(dict.fromkeys(each.kind for each in items))
    print("| voice | level | words | word error | right, 95 % | passes the gate |")
    print("|---|---|---|---|---|---|")
    for kind in kinds:
        for level in LEVELS_DB:
            names = {f"{kind}/{each.name}/{level}": each for each in items if each.kind == kind}
            errors, n_right = NO_ERRORS, 0
            for name, each in names.items():
                words = [word for word in sung_words(heard[name].text)]
                errors += word_errors(each.words, words)
                n_right += len(matched_words(each.words, words))
            n, low_high = errors.n_reference, wilson_interval(n_right, errors.n_reference)
            passed = sum(not gated[name].reason for name in names)
            where = "alone" if level is None else f"{level} dB"
            print(
                f"| {kind} | {where} | {n} | {errors.rate:.2f} | {n_right / n:.0%} "
                f"({low_high[0]:.0%}-{low_high[1]:.0%}) | {passed} of {len(names)} |"
            )
    print("\n| right words of those left by | " + " | ".join(kinds) + " |")
    print("|---|" + "---|" * len(kinds))
    for way, left in WAYS.items():
        cells = []
        for kind in kinds:
            n_right = n_left = 0
            for each in (each for each in items if each.kind == kind):
                for level in LEVELS_DB:
                    name = f"{kind}/{each.name}/{level}"
                    words = left(heard[name], gated[name])
                    said = [part for word in words for part in sung_words(word.text)]
                    n_right += len(matched_words(each.words, said))
                    n_left += len(said)
            cells.append(f"{n_right} of {n_left}")
        print(f"| {way} | " + " | ".join(cells) + " |")


def spoken(folder: Path) -> list[Item]:
    """Recordings of people, and phrases of espeak-ng."""
    items = []
    for path in sorted(folder.glob("*.txt")):
        audio = next(each for each in folder.glob(f"{path.stem}.*") if each != path)
        sound = load_mono(audio, sample_rate_hz=SAMPLE_RATE_HZ)
        items.append(Item("spoken, people", path.stem, sound, sung_words(path.read_text())))
    for number, (sound, words) in enumerate(phrases()):
        name = f"phrase{number}"
        items.append(Item("spoken, espeak-ng", name, sound, [word for word, _, _ in words]))
    return items


def sung(item: Item, seed: int) -> Item:
    """The same on a melody."""
    from benchmarks.tags.sing import sing

    sound, words = item.sound, item.words
    if item.name == _SONNET:
        sound, words = sound[: round(_SUNG_S * SAMPLE_RATE_HZ)], words[:_SUNG_WORDS]
    voice = sing(sound, np.random.default_rng(seed)).astype(np.float32)
    return Item(item.kind.replace("spoken", "sung"), item.name, voice, words)


def mixed(voice: Waveform, background: Waveform, level_db: float | None) -> Waveform:
    """A voice over music, so many dB louder than it; alone for None."""
    padded = np.pad(voice, SAMPLE_RATE_HZ // 2)
    if level_db is not None:
        around = np.resize(background, len(padded))
        gain = voice.std() / around.std() * 10 ** (-level_db / 20)
        padded = padded + gain * around
    return (0.9 * padded / np.abs(padded).max()).astype(np.float32)


if __name__ == "__main__":
    main()
