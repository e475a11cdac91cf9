"""How many words Whisper writes where nobody sings, and what gate and rules leave of them.

    python -m benchmarks.lyrics.inventions FOLDER AUDIO [AUDIO ...]

FOLDER is that of `benchmarks.lyrics.fetch`; the audio is instrumental, of which at most the first
60 s are heard.
"""

import argparse
from pathlib import Path

from benchmarks.lyrics.hear import hear_all
from benchmarks.lyrics.judging import WAYS, open_gate, total_s
from tools.audio import load_mono
from tools.lyrics.transcript import SAMPLE_RATE_HZ

LONGEST_S = 60.0
_MOST_SHOWN = 60


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("audio", type=Path, nargs="+")
    given = parser.parse_args()
    sounds = {
        path.name: load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ, start_s=0.0, end_s=LONGEST_S)
        for path in given.audio
    }
    heard = hear_all(sounds, given.folder / "whisper-base", given.folder / "inventions.jsonl")
    gated = {name: open_gate(sound) for name, sound in sounds.items()}
    print(f"{len(sounds)} instrumentals, {total_s(list(sounds.values())):.0f} s\n")
    print("| piece | words | begins |\n|---|---|---|")
    for name, each in heard.items():
        print(f"| {name} | {len(each.words)} | {each.text[:_MOST_SHOWN]} |")
    print("\n| judged by | pieces with words | words |\n|---|---|---|")
    for way, left in WAYS.items():
        counts = [len(left(heard[name], gated[name])) for name in sounds]
        print(f"| {way} | {sum(n > 0 for n in counts)} | {sum(counts)} |")


if __name__ == "__main__":
    main()
