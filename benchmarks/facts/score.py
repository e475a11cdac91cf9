"""Music in quarter notes: parts, notes and what is true of them, before it is played."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from benchmarks.facts.metre import Metre
from benchmarks.facts.truth import KeySource, TempoKind


class SkipError(ValueError):
    """A piece that cannot be used, and why."""


@dataclass(frozen=True)
class Note:
    """A note of a part."""

    part: int
    onset_q: float
    length_q: float
    pitch: int
    velocity: int = 80


@dataclass(frozen=True)
class Part:
    """Who plays: a General MIDI program (from 0), or the drum kit."""

    program: int
    is_drums: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar; one shorter than its metre is an upbeat."""

    start_q: float
    length_q: float
    metre: Metre


@dataclass(frozen=True)
class Span:
    """A stretch, and what holds in it: (tonic, mode), a chord's label, (letter, role)."""

    start_q: float
    end_q: float
    value: Any


@dataclass
class Score:
    """A piece and its truth in quarters; None where not known."""

    source: str
    piece: str
    style: str
    bpm: float
    bars: list[Bar]
    parts: list[Part] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    instrumentation: str = ""
    keys: list[Span] | None = None
    key_source: KeySource | None = None
    keyless: bool = False
    scale: tuple[str, list[int]] | None = None
    chords: list[Span] | None = None
    sections: list[Span] | None = None
    swing: float | None = None
    octave_cents: tuple[float, ...] = (0.0,) * 12
    has_beat: bool = True
    rests: list[tuple[float, float]] = field(default_factory=list)
    tempo_kind: TempoKind | Literal["pauses"] | None = None

    @property
    def end_q(self) -> float:
        """Where the last bar ends."""
        return self.bars[-1].start_q + self.bars[-1].length_q

    def add(self, part: Part) -> int:
        """A new player's index."""
        self.parts.append(part)
        return len(self.parts) - 1

    def beats(self) -> Iterator[tuple[float, bool]]:
        """Felt beats, and whether each begins a bar; none in long rests of all."""
        for bar in self.bars:
            for beat_q in bar.metre.beats(bar.start_q, bar.length_q):
                if not any(start_q <= beat_q < end_q for start_q, end_q in self.rests):
                    is_first = abs(beat_q - bar.start_q) < 1e-6
                    yield beat_q, is_first and bar.length_q > bar.metre.bar_q - 1e-6
