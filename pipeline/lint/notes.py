"""Note names, modes and keys as people write them."""

import re

from schemas.harmony import pitch_class

NOTE = r"(?:[A-G](?:#{1,2}|b{1,2}(?![a-ln-z])|[ -](?:[Ss]harp|[Ff]lat)\b)?)"
"""Regular expression of a note in plain signs: ``Eb``, ``F#``, ``C sharp``, ``A-flat``."""
MODE = (
    r"(?:[Mm]ajor|[Mm]inor|MAJOR|MINOR|maj\b\.?|min\b\.?|[Ii]onian|[Dd]orian|[Pp]hrygian|[Ll]ydian|"
    r"[Mm]ixolydian|[Aa]eolian)"
)
"""Regular expression of a mode's name."""
SUFFIX = r"(?:m|M|(?:[Mm]in|[Mm]aj)(?:or)?)"
"""Regular expression of a mode written together with its note: ``Am``, ``C#maj``, ``Eminor``."""
_FAMILIES = {
    "ionian": "major", "lydian": "major", "mixolydian": "major",
    "dorian": "minor", "phrygian": "minor", "aeolian": "minor",
}  # fmt: skip
# Degree of the major scale on which a mode starts, in semitones.
_STARTS = {"ionian": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "aeolian": 9}


def note_name(text: str) -> str:
    """A note as `schemas.harmony` spells it: ``C sharp`` is ``C#``."""
    name = re.sub(r"[ -]?sharp", "#", text, flags=re.I)
    return re.sub(r"[ -]?flat", "b", name, flags=re.I)


def mode_of(text: str) -> str:
    """``major`` or ``minor``, for any mode's name."""
    name = text.lower().rstrip(".")
    is_minor = text == "m" or name.startswith("min")
    return _FAMILIES.get(name, "minor" if is_minor else "major")


def collection(tonic: str, mode: str) -> int | None:
    """Pitch class of the major scale with the same notes, of a church mode; else None."""
    start = _STARTS.get(mode.lower())
    return None if start is None else (pitch_class(tonic) - start) % 12


def is_article(plain: str, start: int, end: int) -> bool:
    """Whether the ``A`` of ``A major theme`` is an article and no note.

    Parameters
    ----------
    plain : str
    start, end : int
        Where ``A major`` or ``A minor`` stands.
    """
    if not re.match(r"A (?:major|minor)\b", plain[start:end]):
        return False
    if re.search(r"(?:\bin|\bof|key:?|\bto|\bfrom|\bis)\W*$", plain[:start][-12:], re.I):
        return False
    if plain[:start].rstrip(" *_-")[-1:] not in ("", ".", "!", "?", ":", "\n", '"', "("):
        return False
    return not re.match(
        r"\s*(?:[.,;:!?)\]/(\"]|-(?!key)|\*|$)|\s+(?:and|with|is|was|to|chord|chords|key|tonality"
        r"|triad|scale|at"
        r"|in|throughout|provides|gives|serves|dominates|sits|feels|lends|here|as|reigns|remains"
        r"|grounds|anchors|pentatonic|tonal|it|would|the|then|never|stays|rules|colou?rs|stands"
        r"|holds|hovers|hangs|wins|broods|burns|glows|opens|closes|ends|begins|starts|runs|carries"
        r"|keeps|makes|takes|comes|goes|answers|leads|follows|arrives|walks|waits)\b",
        plain[end:],
    )
