"""Drum patterns: lines of steps over a bar, and those of metres by their groups."""

from collections.abc import Iterator

import numpy as np

from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Note

Groove = dict[int, str]
"""Steps of a bar by percussion key of General MIDI: x is played, X with an accent, - is not."""

KICK, RIM, SNARE, CLAP, HAT, PEDAL, OPEN, CRASH, RIDE = 36, 37, 38, 39, 42, 44, 46, 49, 51
TOMS = (50, 48, 45, 43)
COWBELL, TAMBOURINE, HIGH_BONGO, LOW_BONGO, MUTE_CONGA, OPEN_CONGA, LOW_CONGA = (
    56, 54, 60, 61, 62, 63, 64)  # fmt: skip
TIMBALE, HIGH_AGOGO, MARACAS, GUIRO, CLAVES, WOODBLOCK, SHAKER = 65, 67, 70, 73, 75, 76, 82

GROOVES: dict[str, tuple[Groove, ...]] = {
    "rock": (
        {KICK: "X-------x-------", SNARE: "----X-------X---", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X-----x-x-------", SNARE: "----X-------X---", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X-x-----x-x-----", SNARE: "----X-------X---", RIDE: "x-x-x-x-x-x-x-x-"},
        {KICK: "X-----x---x-----", SNARE: "----X-------X--x", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X--x------x-----", SNARE: "----X-------X---", OPEN: "x---x---x---x---"},
    ),
    "half time": (
        {KICK: "X-----x---------", SNARE: "--------X-------", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X---------x-----", SNARE: "--------X-------", HAT: "x---x---x---x---"},
        {KICK: "X------x--x-----", SNARE: "--------X-------", HAT: "x-x-xxx-x-x-x-xx"},
    ),
    "double time": (
        {KICK: "X---x---X---x---", SNARE: "--X---X---X---X-", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X-x-X-x-X-x-X-x-", SNARE: "--X---X---X---X-", RIDE: "x---x---x---x---"},
    ),
    "metal": (
        {KICK: "xxxxxxxxxxxxxxxx", SNARE: "----X-------X---", CRASH: "x---x---x---x---"},
        {KICK: "X-xxX-xxX-xxX-xx", SNARE: "----X-------X---", RIDE: "x-x-x-x-x-x-x-x-"},
    ),
    "house": (
        {KICK: "X---X---X---X---", CLAP: "----X-------X---", OPEN: "--x---x---x---x-"},
        {KICK: "X---X---X---X---", HAT: "xxxxxxxxxxxxxxxx", CLAP: "----X-------X---"},
        {KICK: "X---X---X---X--x", OPEN: "--x---x---x---x-", SHAKER: "xxxxxxxxxxxxxxxx"},
        {KICK: "X---X---X---X---", HAT: "--x---x---x---x-"},
    ),
    "breakbeat": (
        {KICK: "X-x-------xx----", SNARE: "----X--x-x--X--x", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X---------x-----", SNARE: "----X-------X---", HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X--x------x--x--", SNARE: "----X--x----X--x", RIDE: "x-x-x-x-x-x-x-x-"},
    ),
    "trap": (
        {KICK: "X------x--x-----", SNARE: "--------X-------", HAT: "x-x-x-xxx-x-xxxx"},
        {KICK: "X--x------x--x--", CLAP: "--------X-------", HAT: "x-x-x-x-x-xxx-x-"},
    ),
    "hip hop": (
        {KICK: "X-----x--x------", SNARE: "----X-------X---", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X--x---x--x-----", SNARE: "----X-------X---", HAT: "x-x-x-xxx-x-x-x-"},
    ),
    "funk": (
        {KICK: "X--x--x---x--x--", SNARE: "----X--x-x--X---", HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X-x----x--x-----", SNARE: "----X--x----X--x", HAT: "x-xxx-xxx-xxx-xx"},
    ),
    "disco": (
        {KICK: "X---X---X---X---", SNARE: "----X-------X---", OPEN: "--x---x---x---x-",
         TAMBOURINE: "xxxxxxxxxxxxxxxx"},
    ),
    "reggae": (
        {KICK: "--------X-------", RIM: "--------X-------", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X-------X-------", SNARE: "--------X-------", HAT: "--x---x---x---x-"},
        {KICK: "X---X---X---X---", RIM: "--------X-------", HAT: "x-x-x-x-x-x-x-x-"},
    ),
    "ska": ({KICK: "X-------X-------", SNARE: "----X-------X---", HAT: "--x---x---x---x-"},),
    "bossa": (
        {KICK: "X--x----X--x----", RIM: "X--x--x---x--x--", HAT: "x-x-x-x-x-x-x-x-"},
        {KICK: "X--x----X--x----", RIM: "x-----x---x--x--", SHAKER: "xxxxxxxxxxxxxxxx"},
    ),
    "samba": (
        {KICK: "x---X---x---X---", SHAKER: "xxxXxxxXxxxXxxxX", HIGH_AGOGO: "x-xx-x-xx-x-x-x-"},
        {KICK: "x--xX--xx--xX--x", TAMBOURINE: "XxxxXxxxXxxxXxxx", RIM: "x-x--x-x-x-x-x--"},
    ),
    "salsa": (
        {CLAVES: "X--X--X---X-X---", COWBELL: "X-x-x-x-X-x-x-x-", OPEN_CONGA: "------xx------xx",
         MUTE_CONGA: "--x---------x---", KICK: "---x------x-----"},
        {CLAVES: "--X-X---X--X--X-", MARACAS: "x-x-x-x-x-x-x-x-", OPEN_CONGA: "------xx------xx",
         TIMBALE: "----x-------x---"},
    ),
    "cumbia": (
        {KICK: "X-------X-------", GUIRO: "x-xxx-xxx-xxx-xx", LOW_CONGA: "----x-------x--x"},
        {KICK: "X---x---X---x---", MARACAS: "--x---x---x---x-", COWBELL: "x---x---x---x---"},
    ),
    "reggaeton": (
        {KICK: "X---X---X---X---", SNARE: "---X--X----X--X-", HAT: "x-x-x-x-x-x-x-x-"},
    ),
    "tango": ({RIM: "X--xX-X-X--xX-X-", KICK: "X-------X-------"},),
    "jazz": (
        {RIDE: "X---x-x-X---x-x-", PEDAL: "----x-------x---"},
        {RIDE: "X---x-x-X---x-x-", PEDAL: "----x-------x---", KICK: "x---x---x---x---"},
        {RIDE: "X---x---X---x-x-", PEDAL: "----x-------x---", SNARE: "------x--------x"},
    ),
    "march": (
        {KICK: "X-------X-------", SNARE: "----X-xx----X-x-"},
        {KICK: "X---x---X---x---", SNARE: "x-xxX-x-x-xxXxxx"},
    ),
    "country": (
        {KICK: "X-------X-------", SNARE: "----X-------X---", HAT: "xxxxxxxxxxxxxxxx"},
        {KICK: "X-------X-------", RIM: "--X---X---X---X-"},
    ),
    "waltz": (
        {KICK: "X-----", SNARE: "--x-x-", HAT: "x-x-x-"},
        {KICK: "X-----", HAT: "--x-x-"},
        {KICK: "X-----", RIM: "--x-x-", RIDE: "x-x-xx"},
        {KICK: "X----x", SNARE: "----X-", HAT: "xxxxxx"},
    ),
    "compound": (
        {KICK: "X--", SNARE: "---", HAT: "xxx"},
        {KICK: "X-x", SNARE: "---", HAT: "x-x"},
    ),
    "12/8": (
        {KICK: "X-----x-----", SNARE: "---X-----X--", HAT: "xxxxxxxxxxxx"},
        {KICK: "X----xX-----", SNARE: "---X-----X--", HAT: "x-xx-xx-xx-x"},
        {HIGH_AGOGO: "x-x-xx-x-x-x", LOW_CONGA: "X-----x-----", OPEN_CONGA: "---x-x---x-x",
         SHAKER: "x--x--x--x--"},
    ),
    "6/8": (
        {KICK: "X-----", SNARE: "---X--", HAT: "xxxxxx"},
        {KICK: "X----x", SNARE: "---X--", RIDE: "x-xx-x"},
        {KICK: "X--x--", TAMBOURINE: "x-xx-x"},
    ),
}  # fmt: skip


def of_metre(metre: Metre, rng: np.random.Generator) -> Groove:
    """A pattern for any metre: the kick on its first beat, a back beat, its units."""
    units, groups = metre.numerator, metre.groups
    if groups is None:
        groups = (3,) * metre.beats_per_bar if metre.is_compound else (1,) * units
    starts = [sum(groups[:i]) for i in range(len(groups))]
    backs = starts[1::2]
    if len(starts) == 3 and rng.random() < 0.5:
        backs = starts[1:]
    extra = [int(rng.integers(1, units))] if units > 1 and rng.random() < 0.5 else []
    kicks = {0, *(s for s in starts[2::2] if rng.random() < 0.7), *extra} - set(backs)
    steps = range(units)
    top = int(rng.choice([HAT, RIDE, SHAKER, TAMBOURINE]))
    back = int(rng.choice([SNARE, RIM, CLAP, SNARE]))
    return {
        KICK: "".join("X" if s == 0 else "x" if s in kicks else "-" for s in steps),
        back: "".join("X" if s in backs else "-" for s in steps),
        top: "".join("X" if s in starts else "x" for s in steps),
    }


def bar_of(groove: Groove, part: int, start_q: float, bar_q: float,
           rng: np.random.Generator, level: float = 1.0) -> Iterator[Note]:  # fmt: skip
    """Its notes over one bar; one soft hit in twenty is left out."""
    for key, steps in groove.items():
        step_q = bar_q / len(steps)
        for index, sign in enumerate(steps):
            if sign == "X" or (sign == "x" and rng.random() > 0.05):
                velocity = int((105 if sign == "X" else 78) * level)
                yield Note(part, start_q + index * step_q, step_q, key, velocity)


def fill_of(part: int, start_q: float, bar_q: float, rng: np.random.Generator) -> Iterator[Note]:
    """Toms and snare over the last quarter or half of a bar, then nothing."""
    length_q = min(bar_q, float(rng.choice([1.0, 2.0])))
    step_q = float(rng.choice([0.25, 0.5]))
    at_q = bar_q - length_q
    keys = sorted(rng.choice([SNARE, *TOMS], 3, replace=False), reverse=True)
    count = round(length_q / step_q)
    for index in range(count):
        key = int(keys[index * 3 // count])
        yield Note(part, start_q + at_q + index * step_q, step_q, key, int(rng.integers(80, 112)))
