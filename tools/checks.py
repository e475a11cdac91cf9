"""Whether a tool works on this machine: `doctor` shows it, and a stage that needs it asks first."""

import os
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, and how to get it if it is missing."""

    name: str
    is_ok: bool
    found: str
    is_needed: bool = True
    remedy: str = ""


Need = Callable[[], Check]


def check_madmom() -> Check:
    """Whether madmom can be imported, and has its networks."""
    return _attempt("madmom models", _madmom_models, "reinstall madmom: its models are missing")


def check_essentia() -> Check:
    """Whether essentia computes."""
    return _attempt("essentia algorithms", _essentia_works, "reinstall essentia")


def check_chordino() -> Check:
    """Whether the vamp host finds Chordino."""
    remedy = "pip install chord-extractor (Linux x86-64), or put nnls-chroma on VAMP_PATH"
    return _attempt("Chordino plugin", _chordino, remedy)


def check_voice_detector() -> Check:
    """Whether Silero's voice detector can be loaded."""
    return _attempt("voice detector", _voice_detector, "uv pip install -e '.[lyrics]'")


def check_language_identifier() -> Check:
    """Whether py3langid can be loaded."""
    return _attempt("language identifier", _language_identifier, "uv pip install -e '.[lyrics]'")


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
        raise FileNotFoundError(f"{chordino.TOOL} on VAMP_PATH={os.environ.get('VAMP_PATH')}")
    return chordino.TOOL


def _voice_detector() -> str:
    from tools.lyrics.vocals import load_detector

    load_detector()
    return "Silero VAD"


def _language_identifier() -> str:
    from tools.lyrics.language import load_identifier

    load_identifier()
    return "py3langid"
