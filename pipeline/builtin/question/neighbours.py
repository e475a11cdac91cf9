"""Chords, keys and numerals that are near a right one, elsewhere in the track, or far away."""

from pipeline.builtin.question.writing import Wrong
from pipeline.stages.question.material import Material
from schemas.chords import chord_symbol
from schemas.facts import Chord, Mode
from schemas.harmony import pitch_class, spell_tonic
from schemas.options import canonical


def symbol(chord: Chord) -> str:
    """A chord as musicians write it."""
    return chord_symbol(chord.label)


def bare(chord: str) -> str:
    """What a chord symbol is compared by: its root and quality, whatever the bass."""
    return canonical(chord).split("/")[0]


def wrong_chords(material: Material, answer: Chord) -> list[Wrong]:
    """Chords that are not the answer: others of the track, near ones, far ones.

    None differs from the answer by its seventh or its bass alone: that is too hard to hear.
    """
    in_track = {bare(symbol(each)): symbol(each) for each in material.chords}
    root, mode = _root_and_mode(answer)
    elsewhere = {
        bare(symbol(each)): symbol(each)
        for each in material.chords
        if _root_and_mode(each) != (root, mode)
    }
    near = [_triad(pitch, each) for pitch, each in _near(root, mode)]
    wrong: list[Wrong] = [(text, "other_place") for text in elsewhere.values()]
    wrong += [(text, "related") for text in near if bare(text) not in in_track]
    far = [_triad(pitch, each) for each in ("major", "minor") for pitch in range(12)]
    wrong += [
        (text, "unrelated") for text in far if bare(text) not in in_track and text not in near
    ]
    return [(text, kind) for text, kind in wrong if bare(text) != bare(_triad(root, mode))]


def wrong_keys(material: Material, tonic: str, mode: Mode) -> list[Wrong]:
    """Keys that are not the answer: others of the track, near ones, far ones."""
    sections = material.facts.key_sections or [] if "key_sections" in material.known else []
    in_track = {canonical(text): text for text in (f"{s.tonic} {s.mode}" for s in sections)}
    answer = canonical(f"{tonic} {mode}")
    wrong: list[Wrong] = [(t, "other_place") for name, t in in_track.items() if name != answer]
    near = [_key(pitch, each) for pitch, each in _near(pitch_class(tonic), mode)]
    wrong += [(text, "related") for text in near if canonical(text) not in in_track]
    modes: tuple[Mode, ...] = ("major", "minor")
    far = [_key(pitch, each) for each in modes for pitch in range(12)]
    taken = {answer, *in_track, *map(canonical, near)}
    return wrong + [(text, "unrelated") for text in far if canonical(text) not in taken]


def _near(pitch: int, mode: Mode) -> list[tuple[int, Mode]]:
    """The parallel and the relative, and those a fifth away (Kostka & Payne: closely related)."""
    other: Mode = "minor" if mode == "major" else "major"
    relative = (pitch + (9 if mode == "major" else 3)) % 12
    return [(pitch, other), (relative, other), ((pitch + 7) % 12, mode), ((pitch + 5) % 12, mode)]


def _root_and_mode(chord: Chord) -> tuple[int, Mode]:
    root, _, quality = chord.label.split("/")[0].partition(":")
    is_minor = quality.startswith(("min", "dim", "hdim"))
    return pitch_class(root), "minor" if is_minor else "major"


def _triad(pitch: int, mode: str) -> str:
    return spell_tonic(pitch, mode) + ("" if mode == "major" else "m")


def _key(pitch: int, mode: Mode) -> str:
    return f"{spell_tonic(pitch, mode)} {mode}"
