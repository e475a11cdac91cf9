"""Which instruments play, and whether somebody sings, by the tags of a track; pure.

A tag is evidence, no fact: it is stated only from the probability on at which it was nearly always
right in excerpts whose players are known (`python -m benchmarks.tags.fit`); the rest is silent.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.facts import HeardTags, Instrument, Voice

TAGS_VERSION = "1"
"""Raised when the same tags give other facts."""
# Least mean of the loudest third of the windows, and the chance of being right from there on.
INSTRUMENTS = {"guitar": (0.5, 0.95)}
_VOICE_TAGS = (
    "vocal", "singing", "vocals", "voice", "female vocal", "male vocal", "female voice",
    "male voice", "female", "male", "woman", "man", "opera", "choir", "choral",
)  # fmt: skip
_NO_VOICE_TAGS = ("no vocals", "no vocal", "no voice")
TAGS_PARAMETERS = {"instruments": INSTRUMENTS}


def likely_instruments(heard: HeardTags) -> list[Instrument]:
    return []


def likely_voice(heard: HeardTags) -> Voice | None:
    return None
