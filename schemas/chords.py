"""Chords in Harte syntax: their parts, numerals, spelling, and symbols as musicians write them.

Pure vocabulary that the pipeline and training share. Labels follow Harte et al., "Symbolic
Representation of Musical Chords", ISMIR 2005.
"""

import re

from schemas.harmony import pitch_class

NO_CHORD = "N"
_LABEL = re.compile(r"(?P<root>[A-G][#b]*)(?::(?P<quality>[^/]+))?(?:/(?P<bass>[#b]*[0-9]+))?")
_MAJOR_DEGREES = (
    "I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII",
)  # fmt: skip
_MINOR_DEGREES = (
    "I", "bII", "II", "III", "#III", "IV", "#IV", "V", "VI", "#VI", "VII", "#VII",
)  # fmt: skip
_QUALITIES = {
    "maj": (str.upper, ""),
    "min": (str.lower, ""),
    "dim": (str.lower, "°"),
    "aug": (str.upper, "+"),
    "7": (str.upper, "7"),
    "maj7": (str.upper, "maj7"),
    "min7": (str.lower, "7"),
    "minmaj7": (str.lower, "maj7"),
    "dim7": (str.lower, "°7"),
    "hdim7": (str.lower, "ø7"),
    "maj6": (str.upper, "add6"),
    "min6": (str.lower, "add6"),
    "sus2": (str.upper, "sus2"),
    "sus4": (str.upper, "sus4"),
    "9": (str.upper, "9"),
    "maj9": (str.upper, "maj9"),
    "min9": (str.lower, "9"),
}
_TRIADS = {
    "maj": {"maj", "7", "maj7", "maj6", "9", "maj9", "11", "maj11", "13", "maj13"},
    "min": {"min", "min7", "minmaj7", "min6", "min9", "min11", "min13"},
}
_SYMBOLS = {
    "maj": "", "min": "m", "7": "7", "maj7": "maj7", "min7": "m7", "minmaj7": "m(maj7)",
    "dim": "dim", "dim7": "dim7", "hdim7": "m7b5", "aug": "aug", "maj6": "6", "min6": "m6",
    "sus2": "sus2", "sus4": "sus4", "9": "9", "maj9": "maj9", "min9": "m9",
}  # fmt: skip
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
_LETTERS = "CDEFGAB"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_ALSO = {"6": "maj6", "min7b5": "hdim7", "m": "min"}


def roman_numeral(label: str, tonic: str, mode: str) -> str | None:
    """Roman numeral of a chord in a key.

    Upper case for major and augmented, lower case for minor and diminished chords; degrees of the
    natural minor scale in minor keys, so F major in A minor is ``VI`` and G# diminished
    ``#vii°``. Inversions are not told: the label has the bass.

    Parameters
    ----------
    label : str
        Harte label.
    tonic : str
        E.g. ``Eb``.
    mode : str
        ``major`` or ``minor``.

    Returns
    -------
    str or None
        None for no chord, or for a quality that has no usual numeral.

    Raises
    ------
    ValueError
        If `label` or `tonic` cannot be read, or `mode` is neither of the two.

    Examples
    --------
    >>> roman_numeral("E:7", "A", "minor")
    'V7'
    """
    if mode not in ("major", "minor"):
        raise ValueError(f"mode must be 'major' or 'minor', not {mode!r}")
    if label == NO_CHORD:
        return None
    root, quality, _ = parse_label(label)
    if quality not in _QUALITIES:
        return None
    degrees = _MAJOR_DEGREES if mode == "major" else _MINOR_DEGREES
    degree = degrees[(pitch_class(root) - pitch_class(tonic)) % 12]
    accidental = degree.rstrip("IV")
    case, suffix = _QUALITIES[quality]
    return accidental + case(degree[len(accidental) :]) + suffix


def spell_in_key(label: str, tonic: str, mode: str) -> str:
    """A chord whose root has the letter of its degree: Chordino knows no key.

    Parameters
    ----------
    label : str
        Harte label, not ``N``.
    tonic : str
        E.g. ``C#``.
    mode : str
        ``major`` or ``minor``.

    Returns
    -------
    str
        The same chord; a root that would need a double accidental is left as it is.

    Raises
    ------
    ValueError
        If `label` or `tonic` cannot be read.

    Examples
    --------
    >>> spell_in_key("Ab:7", "C#", "minor")
    'G#:7'
    """
    root, _, _ = parse_label(label)
    degrees = _MAJOR_DEGREES if mode == "major" else _MINOR_DEGREES
    degree = degrees[(pitch_class(root) - pitch_class(tonic)) % 12].lstrip("#b")
    spelled = _note(_letter_above(tonic, _ROMAN.index(degree)), pitch_class(root))
    return spelled + label[len(root) :] if len(spelled) <= 2 else label


def chord_symbol(label: str) -> str:
    """A chord as musicians write it.

    Parameters
    ----------
    label : str
        Harte label, not ``N``.

    Returns
    -------
    str
        Root, quality and bass note; a quality without a usual symbol stays in brackets.

    Raises
    ------
    ValueError
        If `label` is no chord.

    Examples
    --------
    >>> chord_symbol("F#:min7/b3")
    'F#m7/A'
    """
    root, quality, bass = parse_label(label)
    in_brackets = quality if quality.startswith("(") else f"({quality})"
    symbol = root + _SYMBOLS.get(quality, in_brackets)
    return f"{symbol}/{_degree_above(root, bass)}" if bass else symbol


def _degree_above(root: str, degree: str) -> str:
    """The note a degree such as ``b3`` above a root, spelled by its letter."""
    number = int(degree.lstrip("#b")) - 1
    semitones = _MAJOR_SCALE[number % 7] + degree.count("#") - degree.count("b")
    return _note(_letter_above(root, number), pitch_class(root) + semitones)


def _letter_above(note: str, steps: int) -> str:
    return _LETTERS[(_LETTERS.index(note[0]) + steps) % 7]


def _note(letter: str, pitch: int) -> str:
    """A pitch class as this letter and the accidentals it needs."""
    off = (pitch - pitch_class(letter) + 6) % 12 - 6
    return letter + ("#" * off if off > 0 else "b" * -off)


def parse_label(label: str) -> tuple[str, str, str]:
    """Root, quality and bass degree of a Harte label.

    Parameters
    ----------
    label : str
        Not ``N``.

    Returns
    -------
    root, quality, bass : str
        A bare root is ``maj``; the bass is empty where it is the root.

    Raises
    ------
    ValueError
        If `label` is no chord.
    """
    match = _LABEL.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is no chord in Harte syntax")
    quality = match["quality"] or "maj"
    return match["root"], _ALSO.get(quality, quality), match["bass"] or ""


def triad_of(label: str) -> tuple[int, str] | None:
    """Root and mode of the major or minor triad in a chord.

    Parameters
    ----------
    label : str
        Harte label, not ``N``.

    Returns
    -------
    (int, str) or None
        Pitch class, and ``maj`` or ``min``; None for a chord that holds neither, e.g. a diminished
        or a suspended one.

    Raises
    ------
    ValueError
        If `label` is no chord.

    Examples
    --------
    >>> triad_of("Eb:min7/b3"), triad_of("B:dim")
    ((3, 'min'), None)
    """
    root, quality, _ = parse_label(label)
    for triad, qualities in _TRIADS.items():
        if quality in qualities:
            return pitch_class(root), triad
    return None


def full_label(label: str) -> str:
    """A label with its quality written out: ``C`` is ``C:maj``.

    Raises
    ------
    ValueError
        If `label` is neither a chord nor ``N``.
    """
    if label == NO_CHORD:
        return label
    root, quality, bass = parse_label(label)
    return f"{root}:{quality}" + (f"/{bass}" if bass else "")
