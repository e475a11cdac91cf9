"""What the machine has and lacks."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_NEEDED = (
    "prefect", "fastapi", "madmom", "essentia", "vamp", "chord-extractor", "soundfile", "soxr",
    "pyarrow", "polars", "pydantic", "obstore", "openai",
)  # fmt: skip
_EXTRAS = {
    "nemo_toolkit": "lyrics", "silero-vad": "lyrics", "py3langid": "lyrics", "jiwer": "lyrics",
    "demucs": "demucs", "transformers": "train", "trl": "train", "ray": "ray",
    "deltalake": "delta", "webdataset": "webdataset",
}  # fmt: skip
_PARAKEET = "nvidia/parakeet-tdt-0.6b-v3"


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, and how to get it if it is missing."""

    name: str
    is_ok: bool
    found: str
    is_needed: bool = True
    remedy: str = ""


def checks() -> list[Check]:
    """All checks, in the order they are shown."""
    python = sys.version.split()[0]
    return [
        Check("python", sys.version_info[:2] == (3, 11), python, remedy="use Python 3.11"),
        *(_package(name) for name in _NEEDED),
        *(_package(name, extra) for name, extra in _EXTRAS.items()),
        _attempt("madmom models", _madmom_models, "reinstall madmom: its models are missing"),
        _attempt("essentia works", _essentia_works, "reinstall essentia"),
        _attempt(
            "Chordino plugin",
            _chordino,
            "pip install chord-extractor (Linux x86-64), or put nnls-chroma on VAMP_PATH",
        ),
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


def _attempt(name: str, look: Callable[[], str], remedy: str) -> Check:
    try:
        return Check(name, True, look())
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}", remedy=remedy)


def _madmom_models() -> str:
    from tools.madmom_compat import import_madmom

    import_madmom()
    from madmom.models import DOWNBEATS_BLSTM

    return f"{len(DOWNBEATS_BLSTM)} downbeat networks"


def _essentia_works() -> str:
    import numpy as np

    from tools.essentia_compat import import_essentia

    import_essentia().RMS()(np.ones(16, np.float32))
    return "yes"


def _chordino() -> str:
    from tools import chordino

    if not chordino.is_installed():
        raise FileNotFoundError(f"{chordino.PLUGIN} on VAMP_PATH={os.environ.get('VAMP_PATH')}")
    return chordino.PLUGIN


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
    from flows.server import describe_server, server_answers

    remedy = "prefect server start, or unset PREFECT_API_URL"
    return Check("Prefect", server_answers(), describe_server(), remedy=remedy)
