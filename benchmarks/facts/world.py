"""Melodies over drones and cycles in the manner of ragas, maqamat, gamelan, balafon and koto.

None of it is that music; it has its scales, tunings, cycles and colours, which is what a key finder
meets. Tunings: slendro and pelog after the means of Surjodiningrat, Sudarjana and Susanto (1972),
rounded; neutral thirds and sevenths of rast and bayati as quarter tones.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.facts import grooves
from benchmarks.facts.grooves import (
    CLAVES,
    HIGH_AGOGO,
    HIGH_BONGO,
    LOW_BONGO,
    LOW_CONGA,
    OPEN_CONGA,
    SHAKER,
)
from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Bar, Note, Part, Score, Span
from benchmarks.facts.theory import SCALES, TONICS


@dataclass(frozen=True)
class Practice:
    """A scale and how it is played.

    Attributes
    ----------
    steps
        Semitones above the tonic.
    cents
        Off those semitones, by step; where any is not 0, no key or church mode may be told.
    """

    name: str
    scale: str
    steps: tuple[int, ...]
    metres: tuple[tuple[int, ...], ...]
    melody: tuple[int, ...]
    drone: tuple[int, ...]
    hands: tuple[int, int, int]
    bpm: tuple[float, float]
    cents: tuple[int, ...] = ()


_TALAS = ((4, 4), (7, 4, 3, 2, 2), (10, 4, 2, 3, 2, 3), (6, 4, 3, 3))
_IQAAT = ((4, 4), (10, 8, 3, 2, 2, 3), (7, 8, 3, 2, 2), (3, 4), (2, 4))
_TABLA, _DARBUKA = (LOW_BONGO, HIGH_BONGO, OPEN_CONGA), (LOW_CONGA, HIGH_BONGO, CLAVES)
_RAGAS = {"yaman": "lydian", "bilawal": "major", "kafi": "dorian", "khamaj": "mixolydian",
          "bhairavi": "phrygian", "asavari": "minor", "bhairav": "double harmonic",
          "bhupali": "major pentatonic", "dhani": "minor pentatonic"}  # fmt: skip
_MAQAMAT = {"hijaz": "phrygian dominant", "nahawand": "minor", "kurd": "phrygian",
            "ajam": "major", "hijaz kar": "double harmonic"}  # fmt: skip

PRACTICES = (
    *(Practice(f"raga {name}", scale, SCALES[scale], _TALAS, (104, 73, 107, 40, 111), (104, 48, 20),
               _TABLA, (60, 150)) for name, scale in _RAGAS.items()),
    *(Practice(f"maqam {name}", scale, SCALES[scale], _IQAAT, (24, 25, 106, 40, 71, 111), (48, 20),
               _DARBUKA, (70, 140)) for name, scale in _MAQAMAT.items()),
    Practice("maqam rast", "rast", (0, 2, 4, 5, 7, 9, 11), _IQAAT, (24, 106, 40, 71), (48, 20),
             _DARBUKA, (70, 130), cents=(0, 0, -50, 0, 0, 0, -50)),
    Practice("maqam bayati", "bayati", (0, 2, 3, 5, 7, 8, 10), _IQAAT, (24, 106, 40, 71), (48, 20),
             _DARBUKA, (70, 130), cents=(0, -50, 0, 0, 0, 0, 0)),
    *(Practice(f"gamelan {n}", scale, steps, ((4, 4),), (11, 12, 13, 9, 114), (14, 47),
               (LOW_CONGA, OPEN_CONGA, HIGH_BONGO), (50, 110), cents=cents)
      for n, scale, steps, cents in (
          ("slendro", "slendro", (0, 2, 5, 7, 10), (0, 40, -20, 20, -40)),
          ("sanga", "slendro", (0, 2, 5, 7, 10), (10, 35, -25, 15, -35)),
          ("pelog", "pelog", (0, 1, 3, 5, 7, 8, 9), (0, 20, -30, 40, -25, -15, 50)),
          ("pelog bem", "pelog", (0, 1, 3, 7, 8), (0, 20, -30, -25, -15)))),
    *(Practice(f"balafon {n}", scale, SCALES[scale], ((12, 8), (4, 4)), (12, 13, 108), (12, 32),
               (HIGH_AGOGO, LOW_CONGA, SHAKER), (80, 125))
      for n, scale in (("bright", "major pentatonic"), ("dark", "minor pentatonic"))),
    *(Practice(f"koto {n}", scale, steps, ((4, 4), (2, 4)), (107, 106, 77, 46), (107, 46),
               (CLAVES, LOW_CONGA, HIGH_BONGO), (50, 110))
      for n, scale, steps in (("hirajoshi", "hirajoshi", (0, 2, 3, 7, 8)),
                              ("yo", "yo", (0, 2, 5, 7, 9)),
                              ("in", "in", (0, 1, 5, 7, 8)))),
)  # fmt: skip


def world(rng: np.random.Generator) -> Score:
    """A melody over a drone, with hand drums in two of three; its tonic is the drone's."""
    practice = PRACTICES[int(rng.integers(len(PRACTICES)))]
    numerator, denominator, *groups = practice.metres[int(rng.integers(len(practice.metres)))]
    metre = Metre(numerator, denominator, tuple(groups) or None)
    bpm = float(rng.uniform(*practice.bpm)) * (2 if metre.beat_q == 0.5 else 1)
    count = max(2, round(rng.uniform(28, 44) / 60 * bpm * metre.beat_q / metre.bar_q))
    bars = [Bar(i * metre.bar_q, metre.bar_q, metre) for i in range(count)]
    score = Score("gen_world", "", practice.name, bpm, bars, instrumentation="melody and drone")
    tonic = int(rng.integers(12))
    _tell_scale(score, practice, tonic)
    _drone(score, practice, tonic, rng)
    low = 60 + (tonic - 60) % 12 - (12 if tonic > 6 else 0)
    for _ in range(int(rng.integers(1, 3))):
        _melody(score, practice, low, rng)
    if rng.random() < 0.67:
        _hands(score, practice, rng)
    return score


def _tell_scale(score: Score, practice: Practice, tonic: int) -> None:
    score.key_source = "composed"
    classes = sorted((tonic + step) % 12 for step in practice.steps)
    if practice.cents:
        score.keys, score.keyless, score.scale = [], True, (practice.scale, [])
        cents = [0.0] * 12
        for step, off in zip(practice.steps, practice.cents, strict=True):
            cents[(tonic + step) % 12] = float(off)
        score.octave_cents = tuple(cents)
    else:
        score.scale = (practice.scale, classes)
        score.keys = [Span(0, score.end_q, (TONICS[tonic], practice.scale))]


def _drone(score: Score, practice: Practice, tonic: int, rng: np.random.Generator) -> None:
    """Tonic and fifth (or, where the scale has none, the tonic), plucked or held."""
    part = score.add(Part(int(rng.choice(practice.drone))))
    low = 36 + tonic % 12
    fifth = [low + 7] if 7 in practice.steps else []
    every = float(rng.choice([1, 2, 4])) * score.bars[0].metre.beat_q
    for index in range(int(score.end_q / every)):
        pitch = [low + 12, *fifth, low + 12, low][index % (3 + len(fifth))]
        length_q = min(every * 2, score.end_q - index * every)
        score.notes.append(Note(part, index * every, length_q, pitch, 62))
    for bar in score.bars[::4]:
        score.notes.append(Note(part, bar.start_q, bar.length_q, low, 84))


def _melody(score: Score, practice: Practice, low: int, rng: np.random.Generator) -> None:
    """Steps of the scale around the tonic, ornaments by step; each phrase ends on the tonic."""
    part = score.add(Part(int(rng.choice(practice.melody))))
    ladder = [low + 12 * octave + step for octave in (-1, 0, 1) for step in practice.steps]
    ladder = [pitch for pitch in ladder if low - 5 <= pitch <= low + 14]
    home = ladder.index(low)
    unit_q = score.bars[0].metre.beat_q / (3 if score.bars[0].metre.is_compound else 2)
    phrase = max(8, round(2 * score.bars[0].metre.bar_q / unit_q))
    place, at = home, 0
    while at * unit_q < score.end_q - unit_q:
        left = phrase - at % phrase
        length = min(left, int(rng.choice([1, 1, 1, 2, 2, 3, 4])))
        place = home if left <= 4 else int(np.clip(place + rng.choice([-2, -1, -1, 0, 1, 1, 2]),
                                                   0, len(ladder) - 1))  # fmt: skip
        if left <= 4:
            length = left
        if rng.random() < 0.93:
            score.notes.append(Note(part, at * unit_q, length * unit_q, ladder[place], 92))
        at += length


def _hands(score: Score, practice: Practice, rng: np.random.Generator) -> None:
    """A cycle of low and high strokes on the metre's groups, and a bell or rattle in its units."""
    metre = score.bars[0].metre
    kit = score.add(Part(0, is_drums=True))
    groups = metre.groups or ((3,) * metre.beats_per_bar if metre.is_compound
                              else (2,) * metre.numerator)  # fmt: skip
    starts = [sum(groups[:i]) for i in range(len(groups))]
    units = range(sum(groups))
    low, high, other = practice.hands
    lows = {0, *(s for s in starts[1:] if rng.random() < 0.4)}
    groove: grooves.Groove = {
        low: "".join("X" if u == 0 else "x" if u in lows else "-" for u in units),
        high: "".join("x" if u in starts and u not in lows else "-" for u in units),
        other: "".join("x" if u not in starts and rng.random() < 0.5 else "-" for u in units),
    }
    for bar in score.bars:
        score.notes += grooves.bar_of(groove, kit, bar.start_q, bar.length_q, rng, 0.85)
