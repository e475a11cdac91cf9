"""What the machine has and lacks."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version

from tools.checks import Check, check_chordino, check_essentia, check_madmom

_NEEDED = (
    "prefect", "fastapi", "madmom", "essentia", "vamp", "chord-extractor", "soundfile", "soxr",
    "pyarrow", "polars", "pydantic", "obstore", "openai",
)  # fmt: skip
_EXTRAS = {
    "nemo_toolkit": "lyrics", "silero-vad": "lyrics", "py3langid": "lyrics", "jiwer": "lyrics",
    "faster-whisper": "faster-whisper", "demucs": "demucs", "av": "av", "transformers": "train",
    "trl": "trl", "ray": "ray", "deltalake": "delta", "webdataset": "webdataset", "jams": "jams",
    "wandb": "wandb",
    "mlflow": "mlflow", "tensorboard": "tensorboard",
}  # fmt: skip
_PARAKEET = "nvidia/parakeet-tdt-0.6b-v3"


def checks() -> list[Check]:
    """All checks, in the order they are shown."""
    python = sys.version.split()[0]
    return [
        Check("python", sys.version_info[:2] == (3, 11), python, remedy="use Python 3.11"),
        *(_package(name) for name in _NEEDED),
        *(_package(name, extra) for name, extra in _EXTRAS.items()),
        check_madmom(),
        check_essentia(),
        check_chordino(),
        _parakeet(),
        _server(),
        Check("cores", True, str(len(os.sched_getaffinity(0)))),
    ]


def _package(name: str, extra: str | None = None) -> Check:
    try:
        return Check(name, True, version(name), is_needed=extra is None)
    except PackageNotFoundError:
        remedy = f"uv pip install -e '.[{extra}]'" if extra else "make install"
        return Check(name, False, "not installed", is_needed=extra is None, remedy=remedy)


def _parakeet() -> Check:
    """Whether the recogniser's weights are in the hub's cache; nothing is downloaded."""
    remedy = f"`hf download {_PARAKEET}`, or `transcribe.recogniser.model: a/local.nemo`"
    try:
        from huggingface_hub import scan_cache_dir

        names = {repo.repo_id for repo in scan_cache_dir().repos}
    except Exception:  # not installed, or no cache yet
        names = set()
    found = "in the hub's cache" if _PARAKEET in names else "not in the hub's cache"
    return Check("Parakeet", _PARAKEET in names, found, is_needed=False, remedy=remedy)


def _server() -> Check:
    from flows.prefect_database import damage_of, database_file
    from flows.server import describe_server, is_temporary, server_answers

    path = database_file() if is_temporary() else None
    if path is not None and (words := damage_of(path)) is not None:
        return Check("Prefect", False, words, remedy="the line says what to do")
    remedy = "prefect server start, or unset PREFECT_API_URL"
    return Check("Prefect", server_answers(), describe_server(), remedy=remedy)
