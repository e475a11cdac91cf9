"""Whether right lyrics are taken for those of the sound, and wrong ones refused, by threshold.

    python -m benchmarks.lyrics.listed FOLDER

Reads what `benchmarks.lyrics.words` heard in FOLDER. A song is the sonnet, or the six phrases
after each other, spoken or sung, at one level. Right lyrics are its own words; wrong ones are
those of the other, and of four songs and psalms that are in nobody's ownership.
"""

import argparse
from pathlib import Path

from benchmarks.lyrics.hear import read_kept
from pipeline.stages.transcribe.listed import Fit, fit_lyrics
from schemas.transcribe import TranscribeConfig
from tests.phrases import phrases
from tools.lyrics.transcript import TranscribedWord

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5)
KINDS = ("spoken, people", "sung, people", "spoken, espeak-ng", "sung, espeak-ng")
LEVELS = (None, 0, -6, -12)
OTHERS = (
    """Amazing grace how sweet the sound that saved a wretch like me
    I once was lost but now am found was blind but now I see
    'Twas grace that taught my heart to fear and grace my fears relieved
    How precious did that grace appear the hour I first believed""",
    """Daisy Daisy give me your answer do
    I'm half crazy all for the love of you
    It won't be a stylish marriage I can't afford a carriage
    But you'll look sweet upon the seat of a bicycle built for two""",
    """Should auld acquaintance be forgot and never brought to mind
    Should auld acquaintance be forgot and auld lang syne
    For auld lang syne my dear for auld lang syne
    We'll take a cup of kindness yet for auld lang syne""",
    """The Lord is my shepherd I shall not want
    He maketh me to lie down in green pastures he leadeth me beside the still waters
    He restoreth my soul he leadeth me in the paths of righteousness for his name's sake""",
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    heard = read_kept(folder / "words.jsonl")
    sonnet = (folder / "speech" / "audio.txt").read_text(encoding="utf-8")
    spoken = "\n".join(" ".join(word for word, _, _ in words) for _, words in phrases())
    rows = {}
    for level in LEVELS:
        right, wrong = [], []
        for kind in KINDS:
            is_sonnet = "people" in kind
            names = ["audio"] if is_sonnet else [f"phrase{n}" for n in range(6)]
            words = [word for n in names for word in heard[f"{kind}/{n}/{level}"].words]
            own, other = (sonnet, spoken) if is_sonnet else (spoken, sonnet)
            right.append(accepted(own, words))
            wrong += [accepted(text, words) for text in (other, *OTHERS)]
        rows["alone" if level is None else f"{level} dB"] = right, wrong
    print("| level | " + " | ".join(f"{t:g}" for t in THRESHOLDS) + " |")
    print("|---|" + "---|" * len(THRESHOLDS))
    for name, (right, wrong) in rows.items():
        cells = []
        for threshold in THRESHOLDS:
            taken = [sum(each[threshold] for each in those) for those in (right, wrong)]
            cells.append(f"{taken[0]} of {len(right)}, {taken[1]} of {len(wrong)}")
        print(f"| {name} | " + " | ".join(cells) + " |")


def accepted(text: str, words: list[TranscribedWord]) -> dict[float, bool]:
    """Whether lyrics are used, by threshold."""
    return {
        each: isinstance(
            fit_lyrics(text, words, 60.0, TranscribeConfig(min_listing_match=each)), Fit
        )
        for each in THRESHOLDS
    }


if __name__ == "__main__":
    main()
