"""What references say of one track; what they do not say is None."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import inf
from typing import Any

from schemas.config import ConfigError

# Isophonics, JAMS and GTZAN name modes in several ways; these are those of the facts.
_MODES = {
    "maj": "major", "ionian": "major", "major_pentatonic": "major", "min": "minor",
    "aeolian": "minor", "harmonic_minor": "minor", "melodic_minor": "minor",
    "natural_minor": "minor", "minor_pentatonic": "minor",
}  # fmt: skip
# Ours: keys that last about as long as the longest are as right for the whole.
_AS_LONG = 0.9


@dataclass(frozen=True)
class Span:
    """A stretch of time and what a reference says of it."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class KeySpan:
    """A stretch in a key or another scale; times are 0 and infinity where it is that of all."""

    tonic: str
    mode: str
    start_s: float = 0.0
    end_s: float = inf


@dataclass(frozen=True)
class ReferenceFacts:
    """References of one track.

    Attributes
    ----------
    beats_s, downbeats_s : sequence of float
    tempi_bpm : sequence of float
        Any of them is right; empty where the music has no tempo.
    beats_per_bar : sequence of int
        Any of them is right.
    keys : sequence of KeySpan
        Empty where the music has no key.
    chords, sections : sequence of Span
        Labels of chords in Harte syntax, ``N`` and ``X``; of sections anything.
    instruments : frozenset of str
        All that play.
    has_voice : bool
    """

    beats_s: Sequence[float] | None = None
    downbeats_s: Sequence[float] | None = None
    tempi_bpm: Sequence[float] | None = None
    beats_per_bar: Sequence[int] | None = None
    keys: Sequence[KeySpan] | None = None
    chords: Sequence[Span] | None = None
    sections: Sequence[Span] | None = None
    instruments: frozenset[str] | None = None
    has_voice: bool | None = None

    def known(self) -> dict[str, Any]:
        """What the references say, by field."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def completed_by(self, other: "ReferenceFacts") -> "ReferenceFacts":
        """The same, with what only the other says."""
        return replace(other, **self.known())

    def main_keys(self) -> list[KeySpan]:
        """The key that lasts longest in all, and those that last about as long."""
        lasts_s: dict[tuple[str, str], float] = {}
        for each in self.keys or ():
            name = each.tonic, each.mode
            lasts_s[name] = lasts_s.get(name, 0.0) + each.end_s - each.start_s
        longest_s = max(lasts_s.values(), default=0.0)
        return [KeySpan(*name) for name, s in lasts_s.items() if s >= _AS_LONG * longest_s]


def mode_name(mode: str) -> str:
    """A mode by the name that the facts have for it, if they have one."""
    name = mode.strip().lower().replace(" ", "_")
    return _MODES.get(name, name)


def accepted_beats_per_bar(numerator: int, denominator: int) -> tuple[int, ...]:
    """How many beats a bar of a time signature may be said to have: 2 or 6 of 6/8.

    Raises
    ------
    ConfigError
        If it is no time signature.
    """
    if numerator < 1 or denominator < 1:
        raise ConfigError(f"{numerator}/{denominator} is no time signature")
    is_compound = numerator % 3 == 0 and numerator > 3 and denominator >= 8
    return (numerator // 3, numerator) if is_compound else (numerator,)
