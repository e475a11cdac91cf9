"""Hard cases: odd tempi, changes of metre and key, music without a key, music of other tunings."""

from dataclasses import replace
from typing import Literal

import numpy as np

from benchmarks.facts import grooves, instruments
from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Bar, Note, Part, Score, Span
from benchmarks.facts.song import compose
from benchmarks.facts.style import Style
from benchmarks.facts.styles import ELECTRONIC, JAZZ, LATIN, MODAL, POP, ROCK, TERNARY
from benchmarks.facts.theory import SCALES, TONICS
from benchmarks.facts.truth import TempoKind

_ALL = (*ROCK, *POP, *ELECTRONIC, *JAZZ, *LATIN, *TERNARY, *MODAL)


def odd_tempo(rng: np.random.Generator) -> Score:
    """Slower than 55 or faster than 215, ramps, jumps, free time, pauses, changes of metre."""
    case = str(rng.choice(["slow", "fast", "ramp", "steps", "rubato", "pauses", "metres"]))
    style, length_s = _pick(_ALL, rng), float(rng.uniform(32, 48))
    if case == "metres":
        score = changing_metres(rng)
    else:
        pool = POP[:1] + POP[-1:] + TERNARY[2:3] if case == "rubato" else _ALL
        style = replace(_pick(pool, rng), swing=None)
        if case == "rubato":
            style = replace(style, groove="none")
        bpm = {"slow": rng.uniform(34, 54), "fast": rng.uniform(216, 290)}.get(case)
        score = compose(style, "gen_tempo", rng, length_s=length_s, bpm=bpm and float(bpm))
        kinds: dict[str, TempoKind | Literal["pauses"]] = {
            "ramp": "ramp", "steps": "steps", "rubato": "rubato", "pauses": "pauses"}  # fmt: skip
        score.tempo_kind = kinds.get(case)
    score.style = f"{case}: {score.style}"
    return score


def two_keys(rng: np.random.Generator) -> Score:
    """Two halves of equal length in two keys that share at most five notes."""
    style = _pick((*ROCK, *POP, *ELECTRONIC, *LATIN), rng)
    if style.language == "blues":
        style = replace(style, language="plain")
    modes = [str(rng.choice(style.modes)) for _ in range(2)]
    first = int(rng.integers(12))
    notes = {(first + step) % 12 for step in SCALES[modes[0]]}
    far = [t for t in range(12) if len(notes & {(t + s) % 12 for s in SCALES[modes[1]]}) <= 5]
    second = int(rng.choice(far))
    bpm = float(rng.uniform(*style.bpm))
    halves = [compose(style, "gen_two_keys", rng, length_s=20, forms=("A",), key=(tonic, mode),
                      bpm=bpm, metre=Metre(style.metres[0][0], style.metres[0][1]))
              for tonic, mode in zip((first, second), modes, strict=True)]  # fmt: skip
    score = joined(*halves)
    score.sections = [Span(halves[0].bars[0].start_q, halves[0].end_q, ("A", None)),
                      Span(halves[0].end_q, score.end_q, ("B", None))]  # fmt: skip
    score.scale = None
    return score


def keyless(rng: np.random.Generator) -> Score:
    """Drums alone, rows of twelve tones, clusters, whole tones, noises, bells."""
    case = str(rng.choice(["drums", "row", "clusters", "whole tone", "noises", "chromatic"]))
    metre = Metre(4, 4) if rng.random() < 0.7 else Metre(*[(3, 4), (5, 4), (6, 8)][rng.integers(3)])
    bpm = float(rng.uniform(45, 70) if metre.is_compound else rng.uniform(70, 160))
    count = round(rng.uniform(28, 44) / 60 * bpm * metre.beat_q / metre.bar_q)
    bars = [Bar(i * metre.bar_q, metre.bar_q, metre) for i in range(count)]
    score = Score("gen_keyless", "", case, bpm, bars, instrumentation=case, keys=[], keyless=True,
                  key_source="composed")  # fmt: skip
    makers = {"row": _row, "clusters": _clusters, "whole tone": _whole_tone, "noises": _noises,
              "chromatic": _chromatic}  # fmt: skip
    if case in makers:
        makers[case](score, rng)
    if case == "drums" or rng.random() < 0.3:
        add_drums(score, rng)
    else:
        score.has_beat = case not in ("clusters", "noises", "row")
    return score


def changing_metres(rng: np.random.Generator) -> Score:
    """Two or three metres of one beat, each for a section."""
    style = replace(_pick((*ROCK[:2], *POP[:2]), rng), groove="metre")
    key = (int(rng.integers(12)), str(rng.choice(["major", "minor"])))
    bpm = float(rng.uniform(85, 170))
    names = rng.permutation([3, 4, 5, 7])[: rng.integers(2, 4)]
    parts = [compose(style, "gen_tempo", rng, length_s=16, forms=("A",), key=key, bpm=bpm,
                     metre=Metre(int(n), 4)) for n in names]  # fmt: skip
    score = parts[0]
    for part in parts[1:]:
        score = joined(score, part)
    score.keys = [Span(0, score.end_q, (TONICS[key[0]], key[1]))]
    score.sections = [Span(s.start_q, s.end_q, (letter, None))
                      for s, letter in zip(score.sections or [], "ABC", strict=False)]  # fmt: skip
    return score


def joined(first: Score, second: Score) -> Score:
    """One score after the other, each by its own players."""
    by_q, offset = first.end_q, len(first.parts)
    return replace(
        first,
        bars=first.bars + [replace(b, start_q=b.start_q + by_q) for b in second.bars],
        parts=first.parts + second.parts,
        notes=first.notes + [replace(n, onset_q=n.onset_q + by_q, part=n.part + offset)
                             for n in second.notes],
        **{name: getattr(first, name) + [replace(s, start_q=s.start_q + by_q, end_q=s.end_q + by_q)
                                         for s in getattr(second, name)]
           for name in ("keys", "chords", "sections")},
    )  # fmt: skip


def add_drums(score: Score, rng: np.random.Generator) -> None:
    """A groove of the score's metre throughout, other every eight bars."""
    kit = score.add(Part(0, is_drums=True))
    metre = score.bars[0].metre
    pool = [g for style in grooves.GROOVES.values() for g in style
            if len(next(iter(g.values()))) == 16]  # fmt: skip
    groove: grooves.Groove = {}
    for index, bar in enumerate(score.bars):
        if index % 8 == 0:
            is_four = metre.name == "4/4"
            groove = pool[rng.integers(len(pool))] if is_four else grooves.of_metre(metre, rng)
        score.notes += grooves.bar_of(groove, kit, bar.start_q, bar.length_q, rng)
        if index % 8 == 7 and metre.bar_q >= 3:
            score.notes += grooves.fill_of(kit, bar.start_q, bar.length_q, rng)


def _row(score: Score, rng: np.random.Generator) -> None:
    """A row of twelve tones and its forms, in free registers, by one to three players."""
    row = rng.permutation(12)
    for _ in range(int(rng.integers(1, 4))):
        part = score.add(Part(int(rng.choice(instruments.SOLO))))
        at_q, index = 0.0, 0
        while at_q < score.end_q - 1:
            form = row if (index // 12) % 2 == 0 else (-row)[::-1]
            pitch = 48 + int(form[index % 12] + 5 * (index // 12)) % 12 + 12 * int(rng.integers(3))
            length_q = float(rng.choice([0.5, 0.75, 1, 1.5, 2]))
            score.notes.append(Note(part, at_q, length_q, pitch, int(rng.integers(50, 105))))
            at_q, index = at_q + length_q, index + 1


def _clusters(score: Score, rng: np.random.Generator) -> None:
    part = score.add(Part(int(rng.choice([48, 0, 19, 89, 95, 52]))))
    at_q = 0.0
    while at_q < score.end_q - 1:
        low, length_q = int(rng.integers(36, 72)), float(rng.choice([1, 2, 4, 6]))
        score.notes += [Note(part, at_q, length_q, low + i, 75) for i in range(rng.integers(4, 9))]
        at_q += length_q


def _whole_tone(score: Score, rng: np.random.Generator) -> None:
    first = 48 + int(rng.integers(2))
    score.scale = ("whole tone", sorted((first + step) % 12 for step in SCALES["whole tone"]))
    _wander(score, list(range(first, 84, 2)), rng)


def _chromatic(score: Score, rng: np.random.Generator) -> None:
    """Steps drawn from all twelve notes alike."""
    _wander(score, list(range(48, 84)), rng)


def _wander(score: Score, pitches: list[int], rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        part = score.add(Part(int(rng.choice(instruments.SOLO))))
        step_q, place = float(rng.choice([0.5, 1.0])), len(pitches) // 2
        for index in range(int(score.end_q / step_q)):
            place = int(np.clip(place + rng.integers(-5, 6), 0, len(pitches) - 1))
            if rng.random() < 0.85:
                score.notes.append(Note(part, index * step_q, step_q, pitches[place],
                                        96 if index * step_q % 4 == 0 else 78))  # fmt: skip


def _noises(score: Score, rng: np.random.Generator) -> None:
    """Sound effects of General MIDI: breath, sea, birds, helicopter, applause, gunshot."""
    for program in rng.choice(
        [96, 97, 99, 101, 120, 121, 122, 123, 125, 126, 127], 3, replace=False
    ):
        part, at_q = score.add(Part(int(program))), float(rng.uniform(0, 4))
        while at_q < score.end_q - 1:
            length_q = float(rng.uniform(2, 10))
            score.notes.append(Note(part, at_q, length_q, int(rng.integers(40, 80)), 80))
            at_q += length_q + float(rng.uniform(0, 4))


def _pick(styles: tuple[Style, ...], rng: np.random.Generator) -> Style:
    return styles[int(rng.integers(len(styles)))]
