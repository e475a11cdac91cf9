"""Bands with a time line, with an ordinary line in its place, or with a cycle across the bar."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.facts import styles
from benchmarks.facts.grooves import (
    CLAVES,
    COWBELL,
    HAT,
    HIGH_AGOGO,
    MUTE_CONGA,
    OPEN_CONGA,
    RIM,
    WOODBLOCK,
)
from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Note, Part, Score
from benchmarks.facts.song import compose
from benchmarks.facts.style import Style

TIME_LINES = {
    "son clave": "X--X--X---X-X---",
    "rumba clave": "X--X---X--X-X---",
    "bossa clave": "X--X--X---X--X--",
    "standard bell": "X-X-XX-X-X-X",
}
"""From the side of three, and from the bell's stroke before the pair; others are rotations."""

ORDINARY = ("X--X--X-X--X--X-", "X-X-X-X-X-X-X-X-", "----X-------X---", "--X---X---X---X-",
            "X---X---X---X---", "X--X--X---X---X-", "X-----X---X-----", "X-XXX-XXX-XXX-XX",
            "X--X--X--X--", "X-XX-XX-XX-X", "X-----X-----", "--X--X--X--X")  # fmt: skip
"""Tresillos, beats, backbeats, off-beats and their kin, by sixteen and by twelve."""

_RINGS = (CLAVES, COWBELL, WOODBLOCK, HIGH_AGOGO, RIM, HAT)
_GROOVES: tuple[str, ...] = (
    "rock",
    "house",
    "funk",
    "cumbia",
    "hip hop",
    "reggae",
    "disco",
    "none",
)
_FORMS = ("A", "AB", "AAB", "AA'", "AB'")
_TUMBAO = {16: "--x---xx--x---xx", 12: "--xx-x--xx-x"}


@dataclass(frozen=True)
class Cycle:
    """What is played over and over.

    Attributes
    ----------
    name
        Of `TIME_LINES`; ``ordinary``, ``three against four`` or ``three beats over four``.
    steps
        Of one turn, X is played.
    length_q
        Of one turn, in quarters.
    """

    name: str
    steps: str
    length_q: float


def with_time_line(rng: np.random.Generator) -> Score:
    """A band with one of `TIME_LINES` in one of its rotations."""
    name = str(rng.choice(list(TIME_LINES)))
    steps = TIME_LINES[name]
    turns = (0, 8) if len(steps) == 16 else (0, 2, 5, 7)
    return _piece("gen_time_line", name, _rotated(steps, int(rng.choice(turns))), rng)


def with_ordinary_line(rng: np.random.Generator) -> Score:
    """The same bands and sounds with a line that is no time line."""
    return _piece("gen_ordinary_line", "ordinary", str(rng.choice(ORDINARY)), rng)


def with_cross_rhythm(rng: np.random.Generator) -> Score:
    """A band in bars of four and a line of three beats, or of three even strokes a bar."""
    score = _band("gen_cross_rhythm", 16, rng)
    if rng.random() < 0.6:
        steps = ["X" if k == 0 or rng.random() < 0.35 else "-" for k in range(6)]
        cycle = Cycle("three beats over four", "".join(steps), 3.0)
    else:
        cycle = Cycle("three against four", "XXX", 4.0)
    return _played(score, cycle, rng)


CYCLES = {
    "gen_time_line": with_time_line,
    "gen_ordinary_line": with_ordinary_line,
    "gen_cross_rhythm": with_cross_rhythm,
}
"""Makers by source."""


def _piece(source: str, name: str, steps: str, rng: np.random.Generator) -> Score:
    score = _band(source, len(steps), rng)
    bar_q = score.bars[0].metre.bar_q
    over_two = (score.bars[0].metre.name == "4/4" and score.bpm > 125) or bar_q == 3
    return _played(score, Cycle(name, steps, bar_q * (2 if over_two else 1)), rng)


def _band(source: str, n_steps: int, rng: np.random.Generator) -> Score:
    """Bass, chords and mostly drums and congas, in four or in twelve."""
    pool: tuple[Style, ...] = (*styles.LATIN, *styles.POP, *styles.ROCK)
    grooves, metre, fastest_bpm = _GROOVES, Metre(4, 4), 200
    if n_steps == 12:
        pool = tuple(each for each in styles.TERNARY if each.metres[0] in ((12, 8), (6, 8)))
        grooves, fastest_bpm = ("metre", "none"), 140
        metre = Metre(12, 8) if rng.random() < 0.7 else Metre(6, 8)
    bpm = float(rng.uniform(80, fastest_bpm))
    style = pool[int(rng.integers(len(pool)))]
    language = "plain" if style.language == "blues" else style.language
    style = replace(style, groove=str(rng.choice(grooves)), swing=None, language=language)
    score = compose(style, source, rng, length_s=float(rng.uniform(30, 44)), forms=_FORMS,
                    metre=metre, bpm=bpm)  # fmt: skip
    score.piece = style.name
    if rng.random() < 0.5:
        _play(score, Cycle("", _TUMBAO[n_steps], metre.bar_q), OPEN_CONGA, 80, rng)
        _play(score, Cycle("", "x---", metre.beat_q), MUTE_CONGA, 60, rng)
    return score


def _played(score: Score, cycle: Cycle, rng: np.random.Generator) -> Score:
    """The cycle from the first bar to the last, softer or louder than the rest."""
    score.style = f"{cycle.name}: {cycle.steps}"
    _play(score, cycle, int(rng.choice(_RINGS)), float(rng.uniform(60, 122)), rng)
    return score


def _play(score: Score, cycle: Cycle, key: int, velocity: float, rng: np.random.Generator) -> None:
    """One stroke in thirty is left out."""
    part = score.add(Part(0, is_drums=True))
    step_q = cycle.length_q / len(cycle.steps)
    for index in range(round(score.end_q / step_q)):
        if cycle.steps[index % len(cycle.steps)] != "-" and rng.random() > 1 / 30:
            score.notes.append(Note(part, index * step_q, step_q, key, int(velocity)))


def _rotated(steps: str, by: int) -> str:
    return steps[by:] + steps[:by]
