"""General MIDI: programs, and who plays a score."""

from dataclasses import replace

import numpy as np
import pretty_midi

from benchmarks.facts.score import Part, Score

SOLO = (40, 110, 73, 74, 78, 75, 21, 22, 24, 25, 105, 0, 6, 46, 109, 71, 68, 80, 81, 10, 12, 13,
        15, 106, 107, 104, 79, 56, 65, 19, 60, 42, 11, 114, 3, 26)  # fmt: skip
"""For a tune by itself."""

ENSEMBLES: dict[str, tuple[int, ...]] = {
    "piano": (0, 0, 0, 0),
    "electric piano": (4, 4, 4, 4),
    "harpsichord": (6, 6, 6, 6),
    "organ": (19, 19, 19, 19),
    "reed organ": (20, 20, 20, 20),
    "strings": (40, 40, 41, 42),
    "string section": (48, 48, 48, 48),
    "winds": (73, 68, 71, 70),
    "recorders": (74, 74, 74, 79),
    "brass": (56, 56, 60, 58),
    "saxophones": (64, 65, 66, 67),
    "choir": (52, 52, 52, 52),
    "voices": (53, 53, 54, 54),
    "guitars": (24, 25, 24, 25),
    "guitar band": (26, 27, 26, 33),
    "chiptune": (80, 80, 81, 87),
    "synth pads": (88, 89, 90, 38),
    "mallets": (11, 12, 12, 12),
    "accordion": (21, 21, 21, 21),
    "music box": (10, 10, 46, 46),
}
"""From the highest part down."""

CHOIR = (52, 53, 54, 85, 91)
"""Programs that sound like voices: choir aahs, voice oohs, synth voice, lead and pad of it."""


def name(part: Part) -> str:
    """As General MIDI names it."""
    return "Drums" if part.is_drums else pretty_midi.program_to_instrument_name(part.program)


def with_ensemble(score: Score, ensemble: str) -> Score:
    """The same score, its parts played by an ensemble."""
    programs = ENSEMBLES[ensemble]
    last = max(1, len(score.parts) - 1)
    parts = [Part(programs[round(i * (len(programs) - 1) / last)])
             for i in range(len(score.parts))]  # fmt: skip
    return replace(score, parts=parts, instrumentation=ensemble)


def with_solo(score: Score, rng: np.random.Generator) -> Score:
    """The same tune, by one instrument and in its register."""
    program = int(rng.choice(SOLO))
    low = {42: -12, 60: -12, 58: -12}.get(program, 0) + (12 if program in (78, 73, 10, 75) else 0)
    return replace(score, parts=[Part(program)], instrumentation="solo",
                   notes=[replace(n, pitch=n.pitch + low) for n in score.notes])  # fmt: skip
