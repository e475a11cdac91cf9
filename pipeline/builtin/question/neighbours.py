"""Chords and keys that may be taken for a right one."""

from collections.abc import Callable, Sequence

from pipeline.builtin.question.fair import around_one
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.material import Material
from schemas.chords import chord_symbol
from schemas.facts import Chord, KeySection, Mode
from schemas.harmony import pitch_class, spell_tonic
from schemas.options import canonical

Triad = tuple[int, Mode]


def symbol(chord: Chord) -> str:
    """A chord as musicians write it."""
    return chord_symbol(chord.label)


def bare(chord: str) -> str:
    """What a chord symbol is compared by: its root and quality, whatever the bass."""
    return canonical(chord).split("/")[0]


def wrong_chords(
    chords: Sequence[Chord], write: QuestionWriter, answer: Chord
) -> Callable[[int], list[Wrong]]:
    """Chords that are not the answer: others of the track, then near ones.

    No two options differ by their seventh or their bass alone: that is too hard to hear.

    Parameters
    ----------
    chords : sequence of Chord
        Those of the track, in an order in which the first of a triad stands for all of it.
    write : QuestionWriter
    answer : Chord
    """
    in_track: dict[Triad, str] = {}
    for each in chords:
        in_track.setdefault(triad(each), symbol(each))
    own = triad(answer)

    def wrong(n: int) -> list[Wrong]:
        others = [each for each in in_track if each != own]
        found: list[Wrong] = [(in_track[each], "other_place") for each in write.some(others, n)]
        if len(found) < n:
            near = around_one(write, n - len(found), [own, *others], _near)
            found += [(_chord(*each), "related") for each in near]
        return found

    return wrong


def wrong_keys(
    material: Material, write: QuestionWriter, tonic: str, mode: Mode
) -> Callable[[int], list[Wrong]]:
    """Keys that are not the answer: others of the track, then near ones."""
    sections = material.facts.key_sections or [] if "key_sections" in material.known else []
    own = (pitch_class(tonic), mode)
    others = [each for each in dict.fromkeys(_key(s) for s in sections) if each != own]

    def wrong(n: int) -> list[Wrong]:
        found: list[Wrong] = [(_name(*each), "other_place") for each in write.some(others, n)]
        if len(found) < n:
            near = around_one(write, n - len(found), [own, *others], _near)
            found += [(_name(*each), "related") for each in near]
        return found

    return wrong


def _key(section: KeySection) -> Triad:
    return pitch_class(section.tonic), section.mode


def _near(key: Triad) -> list[Triad]:
    """Closely related keys, as Kostka & Payne have them, the parallel, and two thirds away."""
    pitch, mode = key
    other: Mode = "minor" if mode == "major" else "major"
    to_relative = 9 if mode == "major" else 3
    steps = [(7, mode), (5, mode), (0, other), (3, mode), (9, mode)]
    steps += [(to_relative + fifths, other) for fifths in (0, 7, 5)]
    return [((pitch + step) % 12, each) for step, each in steps]


def triad(chord: Chord) -> Triad:
    """The root's pitch class and the third of a chord, as the mode that has it."""
    root, _, quality = chord.label.split("/")[0].partition(":")
    is_minor = quality.startswith(("min", "dim", "hdim"))
    return pitch_class(root), "minor" if is_minor else "major"


def _chord(pitch: int, mode: Mode) -> str:
    return spell_tonic(pitch, mode) + ("" if mode == "major" else "m")


def _name(pitch: int, mode: Mode) -> str:
    return f"{spell_tonic(pitch, mode)} {mode}"
