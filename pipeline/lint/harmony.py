"""Chords as root and family, which of them belong to a key, and what Roman numerals mean in it."""

import re
from collections.abc import Sequence

from pipeline.lint.pattern import Pattern
from schemas.chords import NO_CHORD, parse_label
from schemas.facts import Chord
from schemas.harmony import pitch_class

_FAMILIES = {
    "maj": "maj", "7": "maj", "maj7": "maj", "maj6": "maj", "9": "maj", "maj9": "maj", "11": "maj",
    "13": "maj", "add9": "maj", "min": "min", "min7": "min", "min6": "min", "min9": "min",
    "min11": "min", "minmaj7": "min", "dim": "dim", "dim7": "dim", "hdim7": "dim", "aug": "aug",
    "sus2": "sus", "sus4": "sus", "5": "5",
}  # fmt: skip
_OPEN = ("sus", "5")
_DIATONIC = {
    "major": {0: "maj", 2: "min", 4: "min", 5: "maj", 7: "maj", 9: "min", 11: "dim"},
    "minor": {0: "min", 2: "dim", 3: "maj", 5: "min", 7: "min", 8: "maj", 10: "maj", 11: "dim"},
}
_DEGREE = r"(?:VII|VI|IV|III|II|I|V|vii|vi|iv|iii|ii|i|v)"
_SUFFIX = (
    r"(?:maj7|Maj7|M7|°7?|ø7?|o7|\+|dim7?|aug|add[69]|sus[24]?|6/4|6/5|4/3|4/2|64|65|43|42"
    r"|13|11|9|7|6)*"
)
NUMERAL = rf"[#b]?{_DEGREE}{_SUFFIX}(?:/[#b]?{_DEGREE})?(?![\w#°ø])"
"""Regular expression of a Roman numeral in plain signs."""
_PARTS = Pattern(
    rf"(?P<sign>[#b]?)(?P<degree>{_DEGREE})(?P<suffix>{_SUFFIX})(?:/(?P<of>[#b]?{_DEGREE}))?"
)
_MAJOR = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_MINOR = {"I": 0, "II": 2, "III": 3, "IV": 5, "V": 7, "VI": 8, "VII": 10}
_SCALE = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10, 11)}

Triad = tuple[int, str]
"""Pitch class of the root, and the family: ``maj``, ``min``, ``dim``, ``aug``, ``sus``, ``5``."""


def triad_of(label: str) -> Triad | None:
    """Root and family of a Harte label; None for no chord or a quality without a family."""
    if label == NO_CHORD:
        return None
    root, quality, _ = parse_label(label)
    family = _FAMILIES.get(quality)
    return None if family is None else (pitch_class(root), family)


def agree(one: Triad, other: Triad) -> bool:
    """Whether two chords are the same but for sevenths, added notes and inversion."""
    if one[0] != other[0]:
        return False
    return one[1] == other[1] or one[1] in _OPEN or other[1] in _OPEN


def heard_triads(chords: Sequence[Chord]) -> list[Triad]:
    """Roots and families in order of time, equal neighbours once."""
    sounds: list[Triad] = []
    for chord in chords:
        sound = triad_of(chord.label)
        if sound is not None and not (sounds and sounds[-1] == sound):
            sounds.append(sound)
    return sounds


def is_in_key(sound: Triad, tonic: str, mode: str) -> bool:
    """Whether a chord belongs to a key; minor keys have both forms of the seventh degree."""
    steps = (sound[0] - pitch_class(tonic)) % 12
    if sound[1] in _OPEN:
        return steps in _SCALE[mode]
    if mode == "minor" and steps == 7 and sound[1] == "maj":
        return True
    return _DIATONIC[mode].get(steps) == sound[1]


def diatonic_share(weighted: Sequence[tuple[str, float]], tonic: str, mode: str) -> float | None:
    """Share of chords that belong to a key.

    Parameters
    ----------
    weighted : sequence of (str, float)
        Harte labels and their weights, such as seconds.
    tonic : str
    mode : str

    Returns
    -------
    float or None
        0 to 1; None where there are no chords.
    """
    sounds = [(sound, weight) for label, weight in weighted if (sound := triad_of(label))]
    total = sum(weight for _, weight in sounds)
    if total <= 0:
        return None
    return sum(weight for sound, weight in sounds if is_in_key(sound, tonic, mode)) / total


def meanings(numeral: str, mode: str) -> set[Triad]:
    """Chords that a numeral may mean, as steps above the tonic and family.

    Parameters
    ----------
    numeral : str
        E.g. ``bVI7``, ``vii°``, ``V7/V``.
    mode : str
        In minor, degrees are those of the natural minor scale, or counted from the major scale
        where they carry a flat: ``VI`` and ``bVI`` of A minor are both F.

    Returns
    -------
    set of (int, str)
        Families are ``maj`` for upper case and ``min`` for lower case; diminished and suspended
        chords by their sign. Empty if `numeral` is none.
    """
    match = _PARTS.fullmatch(numeral)
    if match is None:
        return set()
    family = _family(match["degree"], match["suffix"])
    steps = _steps(match["sign"], match["degree"], mode)
    if match["of"]:
        sign, degree = re.fullmatch(r"([#b]?)(\w+)", match["of"]).groups()  # type: ignore[union-attr]
        # The chord's own key is that of its degree, and a dominant is the same in both modes.
        inner = _steps(match["sign"], match["degree"], "major")
        steps = {(one + two) % 12 for one in _steps(sign, degree, mode) for two in inner}
    return {(each, family) for each in steps}


def fits(numeral: str, chord: Triad, tonic: int, mode: str) -> tuple[bool, bool]:
    """Whether a chord's root is the numeral's degree, and whether the case fits as well.

    Parameters
    ----------
    numeral : str
    chord : (int, str)
    tonic : int
        Pitch class.
    mode : str
    """
    steps = (chord[0] - tonic) % 12
    families = {family for degree, family in meanings(numeral, mode) if degree == steps}
    if not families:
        return False, False
    return True, chord[1] in ("sus", "5") or any(same_case(each, chord[1]) for each in families)


def same_case(one: str, other: str) -> bool:
    """Whether two families are both written in upper, or both in lower case."""
    if {"sus", "5"} & {one, other}:
        return True
    return (one in ("min", "dim")) == (other in ("min", "dim"))


def _steps(sign: str, degree: str, mode: str) -> set[int]:
    upper = degree.upper()
    if sign:
        shift = 1 if sign == "#" else -1
        scales = [_MAJOR] if mode == "major" or shift < 0 else [_MAJOR, _MINOR]
        return {(scale[upper] + shift) % 12 for scale in scales}
    if mode == "major":
        return {_MAJOR[upper]}
    raised = {_MAJOR[upper]} if degree in ("vi", "vii") else set()
    return {_MINOR[upper]} | raised


def _family(degree: str, suffix: str) -> str:
    if "sus" in suffix:
        return "sus"
    if suffix.startswith(("°", "ø", "o", "dim")):
        return "dim"
    if suffix.startswith(("+", "aug")):
        return "aug"
    return "maj" if degree.isupper() else "min"
