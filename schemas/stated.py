"""Tempi and keys as texts state them, in words that need no context.

Pure vocabulary that the pipeline and training share.
"""

import re

from schemas.facts import Mode
from schemas.harmony import pitch_class

KeyName = tuple[int, Mode]
"""Pitch class of the tonic, and the mode."""

_TEMPO = re.compile(
    r"(?<![\d.,])(\d{2,3}(?:\.\d+)?)\s*(?:bpm\b|beats[ -](?:per|a)[ -]minute\b)", re.IGNORECASE
)
_KEY = re.compile(
    r"(?<![A-Za-z#♯♭])([A-G])(?:[ -]?(#|♯|♭|b(?![a-z])|sharp|flat))?[ -](major|minor)(?![A-Za-z])"
)
_ACCIDENTALS = {"♯": "#", "sharp": "#", "♭": "b", "flat": "b"}


def stated_tempi(text: str) -> list[float]:
    """The tempi that a text states, in beats per minute, in order: ``120 BPM``."""
    return [float(found[1]) for found in _TEMPO.finditer(text)]


def stated_keys(text: str) -> list[KeyName]:
    """The keys that a text states, in order: ``C# minor``, ``E-flat major``, ``D♭ major``."""
    return [_key(*found.groups()) for found in _KEY.finditer(text)]


def _key(letter: str, accidental: str | None, mode: str) -> KeyName:
    sign = _ACCIDENTALS.get(accidental or "", accidental or "")
    return pitch_class(letter + sign), "major" if mode == "major" else "minor"
