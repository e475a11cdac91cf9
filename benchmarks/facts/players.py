"""What bass, chords and lead play over one bar."""

from collections.abc import Iterator

import numpy as np

from benchmarks.facts.metre import Metre
from benchmarks.facts.progressions import Harmony
from benchmarks.facts.score import Note
from benchmarks.facts.theory import SCALES

_STRUMS = ("x--x--x-x--x-x--", "x---x-xx--x-x-x-", "x-x-xxx-x-x-xxx-", "x---x---x---x---",
           "x--x--x---x-x---", "x-------x-----x-")  # fmt: skip
_CHARLESTONS = ("x-----x---------", "--x-------x-----", "------x-------x-", "x--x------x-----")
_MONTUNOS = ("x-xx-x-xx-x-xx-x", "x--x--x-x--x--x-", "x-x--x-x-x-x--x-")
_STABS = ("x-----x-----x---", "--x--x----x--x--", "x--x---x--x-----")
_BASS = ("x-----x-x-------", "x--x--x-x--x--x-", "x--x----x--x----", "x-x---x-x-x---x-",
         "x-----x---x-----")  # fmt: skip


def voicing(harmony: Harmony, low: int) -> list[int]:
    """Its notes in the octave above a pitch: chords move little from one to the next."""
    return sorted(low + (pitch_class - low) % 12 for pitch_class in harmony.classes)


def steps_of(kind: str, metre: Metre, rng: np.random.Generator) -> str:
    """When a part plays in each bar, as steps.

    ``pad`` once, ``beats``, ``eighths`` (halves of beats, thirds in compound metres), ``offbeat``
    (their halves), ``oompah`` (all beats but the first of a group), the rest drawn from patterns
    in 4/4 and else from the metre's groups.
    """
    per_beat = 3 if metre.is_compound else 2
    beats = metre.beats_per_bar
    plain = {
        "pad": "x",
        "beats": "x" * beats,
        "eighths": "x" * (beats * per_beat),
        "offbeat": ("--x" if metre.is_compound else "-x") * beats,
        "oompah": "-x" * (beats // 2) if beats % 2 == 0 else "-" + "x" * (beats - 1),
    }
    if kind in plain:
        return plain[kind]
    if metre.bar_q == 4 and not metre.is_compound and metre.groups is None:
        pool = {"strum": _STRUMS, "charleston": _CHARLESTONS, "montuno": _MONTUNOS,
                "stab": _STABS, "bass": _BASS}[kind]  # fmt: skip
        return str(rng.choice(pool))
    units = beats * per_beat if metre.groups is None else metre.numerator
    groups = metre.groups or (per_beat,) * beats
    starts = {sum(groups[:i]) for i in range(len(groups))}
    return "".join("x" if s in starts or rng.random() < 0.25 else "-" for s in range(units))


def chords(part: int, harmonies: list[Harmony], steps: str, start_q: float, bar_q: float,
           low: int, velocity: int) -> Iterator[Note]:  # fmt: skip
    """Whole chords at the steps of a bar; a chord sounds until the next step or chord."""
    for onset_q, length_q, harmony in _sounding(harmonies, steps, bar_q):
        for pitch in voicing(harmony, low):
            yield Note(part, start_q + onset_q, length_q, pitch, velocity)


def arpeggio(part: int, harmonies: list[Harmony], order: tuple[int, ...], start_q: float,
             bar_q: float, step_q: float, low: int, velocity: int) -> Iterator[Note]:  # fmt: skip
    """Broken chords in an order of their notes, one a step."""
    for index in range(round(bar_q / step_q)):
        harmony = harmonies[int(index * step_q / bar_q * len(harmonies))]
        notes = voicing(harmony, low)
        notes.append(notes[0] + 12)
        pitch = notes[order[index % len(order)] % len(notes)]
        yield Note(part, start_q + index * step_q, step_q * 1.5, pitch, velocity)


def bass(part: int, kind: str, harmonies: list[Harmony], steps: str, start_q: float,
         metre: Metre, rng: np.random.Generator) -> Iterator[Note]:  # fmt: skip
    """Roots at the steps of a bar; ``fifths`` alternate, ``octaves`` jump, ``walking`` walks."""
    for index, (onset_q, length_q, harmony) in enumerate(_sounding(harmonies, steps, metre.bar_q)):
        root = 31 + (harmony.root - 31) % 12
        pitch = root
        if kind == "fifths" and index % 2:
            pitch = root + harmony.above[2] - (12 if root > 37 else 0)
        elif kind == "octaves" and index % 2:
            pitch = root + 12
        elif kind == "walking" and onset_q % (metre.bar_q / len(harmonies)) > 1e-6:
            pitch = root + int(rng.choice([*harmony.above[1:], 12, harmony.above[1] - 12]))
        yield Note(part, start_q + onset_q, length_q * 0.92, pitch, 92 if index == 0 else 82)


def lead(part: int, phrase: list[list[Harmony]], tonic: int, mode: str, metre: Metre,
         rng: np.random.Generator, low: int = 64) -> list[Note]:  # fmt: skip
    """A melody over the bars of a phrase: scale steps, chord notes on strong beats, rests.

    Its rhythm repeats every two bars, and it comes to rest on the tonic's or the chord's note.
    """
    unit_q = metre.beat_q / (3 if metre.is_compound else 2)
    per_bar = round(metre.bar_q / unit_q)
    rhythm = [_rhythm(per_bar, rng) for _ in range(2)]
    scale = sorted({(tonic + step) % 12 for step in SCALES[mode]})
    pitch = low + (tonic - low) % 12
    notes = []
    for index, harmonies in enumerate(phrase):
        is_last = index == len(phrase) - 1
        for onset, length in [(0, per_bar)] if is_last else rhythm[index % 2]:
            harmony = harmonies[int(onset / per_bar * len(harmonies))]
            allowed = _allowed(scale, harmony)
            if onset % max(1, per_bar // 2) == 0 or is_last:
                allowed = list(harmony.classes)
            wish = pitch + int(rng.choice([-4, -3, -2, -1, 0, 1, 2, 3, 4]))
            wish = int(np.clip(wish, low, low + 16))
            away = min((d for d in range(-6, 7) if (wish + d) % 12 in allowed), key=abs)
            pitch = wish + away
            onset_q = index * metre.bar_q + onset * unit_q
            notes.append(Note(part, onset_q, length * unit_q * 0.95, pitch, 96))
    return notes


def _rhythm(per_bar: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Onsets and lengths in units that fill a bar, one in seven a rest."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < per_bar:
        length = int(rng.choice([1, 1, 2, 2, 2, 3, 4]))
        length = min(length, per_bar - at)
        if rng.random() > 1 / 7 or not found:
            found.append((at, length))
        at += length
    return found


def _allowed(scale: list[int], harmony: Harmony) -> list[int]:
    """The scale, without notes beside a chord's note that is not of the scale."""
    foreign = [pc for pc in harmony.classes if pc not in scale]
    kept = [pc for pc in scale
            if all((pc - f) % 12 not in (1, 11) for f in foreign)]  # fmt: skip
    return kept + foreign


def _sounding(
    harmonies: list[Harmony], steps: str, bar_q: float
) -> Iterator[tuple[float, float, Harmony]]:
    """Onset, length and chord of each step played; a new chord ends what sounds."""
    step_q = bar_q / len(steps)
    onsets = [index * step_q for index, sign in enumerate(steps) if sign != "-"]
    if steps == "x":
        onsets = [bar_q * i / len(harmonies) for i in range(len(harmonies))]
    for onset_q, next_q in zip(onsets, [*onsets[1:], bar_q], strict=True):
        place = int(onset_q / bar_q * len(harmonies) + 1e-6)
        change_q = bar_q * (place + 1) / len(harmonies)
        yield onset_q, min(next_q, change_q) - onset_q, harmonies[place]
