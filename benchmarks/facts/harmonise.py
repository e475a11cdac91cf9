"""A tune of a sure mode over chords of that mode, and a drum kit under any score."""

from collections import defaultdict
from dataclasses import replace

import numpy as np

from benchmarks.facts import grooves
from benchmarks.facts.score import Note, Part, Score, SkipError, Span
from benchmarks.facts.theory import TONICS, chord_on, label

CHORDS_OF_MODE = {
    "major": (0, 3, 4, 5, 1),
    "minor": (0, 3, 6, 2, 5),
    "dorian": (0, 6, 3, 2),
    "phrygian": (0, 1, 6),
    "lydian": (0, 1, 4),
    "mixolydian": (0, 6, 3, 4),
}
"""Degrees of the chords of each mode, most usual first."""

_PROGRAMS = (24, 25, 0, 21, 46, 26, 22, 15, 105, 19, 4, 48, 89)


def accompany(score: Score, rng: np.random.Generator) -> Score:
    """Chords in block or broken, and a bass; the chords are the score's truth."""
    if not score.keys:
        raise SkipError("no key to accompany in")
    tonic_name, mode = score.keys[0].value
    tonic = TONICS.index(tonic_name)
    score = replace(score, parts=list(score.parts), notes=list(score.notes))
    program = int(rng.choice(_PROGRAMS))
    comp, bass = score.add(Part(program)), score.add(Part(int(rng.choice([32, 33, 42, 0, 58]))))
    broken, per_bar = rng.random() < 0.4, rng.random() < 0.5
    spans: list[Span] = []
    for index, bar in enumerate(score.bars):
        if bar.length_q < bar.metre.bar_q - 1e-6:
            spans.append(Span(bar.start_q, bar.start_q + bar.length_q, "X"))
            continue
        even = bar.metre.beats_per_bar % 2 == 0 and not per_bar
        pieces = 2 if even else 1
        length_q = bar.length_q / pieces
        for piece in range(pieces):
            start_q = bar.start_q + piece * length_q
            is_last = index == len(score.bars) - 1 and score.notes[-1].pitch % 12 == tonic
            degree = 0 if is_last else _best_degree(score, mode, tonic, start_q, length_q)
            root, above = chord_on(mode, degree, 3)
            root += tonic
            name = label(root, above)
            pitches = [48 + (root + step - 48) % 12 for step in above]
            _strum(score, comp, sorted(pitches), start_q, length_q, bar.metre.beat_q, broken)
            score.notes.append(Note(bass, start_q, length_q, 36 + root % 12, 74))
            if spans and spans[-1].value == name:
                spans[-1] = Span(spans[-1].start_q, start_q + length_q, name)
            else:
                spans.append(Span(start_q, start_q + length_q, name))
    score.chords = spans
    score.instrumentation += " over chords"
    return score


def with_kit(score: Score, rng: np.random.Generator) -> Score:
    """A drum kit that plays the score's metre."""
    score = replace(score, parts=list(score.parts), notes=list(score.notes))
    kit = score.add(Part(0, is_drums=True))
    by_metre: dict[str, grooves.Groove] = {}
    for bar in score.bars:
        if bar.length_q < bar.metre.bar_q - 1e-6:
            continue
        groove = by_metre.setdefault(bar.metre.name, grooves.of_metre(bar.metre, rng))
        score.notes += grooves.bar_of(groove, kit, bar.start_q, bar.length_q, rng, 0.8)
    score.instrumentation += " with a kit"
    return score


def _best_degree(score: Score, mode: str, tonic: int, start_q: float, length_q: float) -> int:
    """The chord that holds most of the tune's time here; more usual ones win ties."""
    weights: defaultdict[int, float] = defaultdict(float)
    for note in score.notes:
        if note.part == 0:
            shared = min(note.onset_q + note.length_q, start_q + length_q)
            weights[note.pitch % 12] += max(0.0, shared - max(note.onset_q, start_q))

    def fit(place: int) -> float:
        root, above = chord_on(mode, CHORDS_OF_MODE[mode][place], 3)
        held = sum(weights[(tonic + root + step) % 12] for step in above)
        return held - 0.1 * length_q * place

    return CHORDS_OF_MODE[mode][max(range(len(CHORDS_OF_MODE[mode])), key=fit)]


def _strum(score: Score, part: int, pitches: list[int], start_q: float, length_q: float,
           beat_q: float, broken: bool) -> None:  # fmt: skip
    beats = round(length_q / beat_q)
    for beat in range(max(1, beats)):
        at_q = start_q + beat * beat_q
        if broken:
            step_q = beat_q / len(pitches)
            score.notes += [Note(part, at_q + i * step_q, step_q * 2, pitch, 62)
                            for i, pitch in enumerate(pitches)]  # fmt: skip
        else:
            score.notes += [Note(part, at_q, beat_q * 0.9, pitch, 66 if beat else 74)
                            for pitch in pitches]  # fmt: skip
