"""A tempo that a text states in a number, and numbers as they are spoken."""

import re
from dataclasses import dataclass

from pipeline.lint.numbers import TEEN, TEN, UNIT, number
from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern

HALF = r"(?P<half>[ -]and[ -]a[ -]half)?"
# "Two-twelve", "one-oh-four", "one-three-eight"; but "one-two-three" counts.
SPOKEN = (
    rf"(?:\b(?:one|two)[ -](?:oh[ -](?:{UNIT})|(?:{TEN})(?:[ -](?:{UNIT}))?|{TEEN})\b"
    rf"|\b(?!one-two-three|one-four-five|one-five|two-four|one-three-five)(?:one|two)-(?:{UNIT})-"
    rf"(?:{UNIT})\b(?!-))"
)
FEEL = Pattern(
    r"\b(half|double)[- ]?time (?:drums|feel|groove|pulse|beat|backbeat|count|of|at)\b"
    r"|\b(?:in|as|to|into) (half|double)[- ]?time\b"
    r"|\b(half|double|twice) the (?:tempo|speed|pulse)",
    re.I,
)


@dataclass(frozen=True)
class TempoClaim(Claim):
    """A tempo that a text states, in beats per minute; low and high are equal for one number.

    Attributes
    ----------
    low_bpm, high_bpm : float
    feel : str or None
        ``half`` or ``double`` where the sentence speaks of half-time or double-time.
    is_reached : bool
        Whether the tempo is said to move there: ``it sinks to 61``.
    """

    low_bpm: float
    high_bpm: float
    feel: str | None = None
    is_reached: bool = False

    @property
    def bpm(self) -> float:
        """The middle of the range."""
        return (self.low_bpm + self.high_bpm) / 2


def low_bpm(match: re.Match[str]) -> float:
    """Tempo of a match, with its half if it has one."""
    is_half = "half" in match.re.groupindex and match["half"]
    return spoken_value(match["low"]) + (0.5 if is_half else 0.0)


def spoken_value(words: str) -> float:
    """Value of a number, also where it is spoken figure by figure."""
    first, *rest = words.lower().replace("-", " ").split()
    if first not in ("one", "two") or not rest or rest[0] == "hundred":
        return number(words)
    values = [number(each) for each in rest if each != "oh"]
    is_by_figure = len(values) == 2 and values[0] < 10
    return 100 * number(first) + (10 * values[0] if is_by_figure else values[0]) + sum(values[1:])


def feel_of(passage: Passage, start: int, end: int) -> str | None:
    """Whether half-time or double-time is spoken of around a tempo."""
    around = passage.before(start, 60) + " " + passage.after(end, 40)
    match = FEEL.search(around)
    if match is None:
        return None
    return "half" if "half" in match[0].lower() else "double"
