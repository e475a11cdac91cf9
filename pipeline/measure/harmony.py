"""Chords with end times, Roman numerals against the local key, and recurring progressions.

Labels are in Harte syntax (Harte et al., "Symbolic Representation of Musical Chords", ISMIR 2005).
"""

import re
from collections import Counter
from collections.abc import Sequence

from schemas.facts import Chord, KeySection, Progression
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
_SYMBOLS = {
    "maj": "", "min": "m", "7": "7", "maj7": "maj7", "min7": "m7", "minmaj7": "m(maj7)",
    "dim": "dim", "dim7": "dim7", "hdim7": "m7b5", "aug": "aug", "maj6": "6", "min6": "m6",
    "sus2": "sus2", "sus4": "sus4", "9": "9", "maj9": "maj9", "min9": "m9",
}  # fmt: skip
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
_LETTERS = "CDEFGAB"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_ALSO = {"6": "maj6", "min7b5": "hdim7", "m": "min"}
_N_GRAM_LENGTHS = (5, 4, 3)


def close_chords(
    changes: Sequence[tuple[float, str]], *, duration_s: float, keys: Sequence[KeySection] = ()
) -> list[Chord]:
    """Chords that last until the next, from 0 to the end of the recording.

    Parameters
    ----------
    changes : sequence of (float, str)
        Time in seconds and Harte label, in order of time.
    duration_s : float
    keys : sequence of KeySection, optional
        The local keys, for the numerals.

    Returns
    -------
    list of Chord
        Without gaps, overlaps or equal neighbours; a bare root is written out as ``:maj``, and
        roots are spelled as their numeral says: ``G#:7``, not ``Ab:7``, is V7 of C# minor.

    Raises
    ------
    ValueError
        If a label is no chord, or times decrease.
    """
    times = [time for time, _ in changes]
    if times != sorted(times):
        raise ValueError("chord changes must be in order of time")
    spans: list[tuple[float, str]] = []
    for start_s, label in [(0.0, NO_CHORD), *changes]:
        full = _full_label(label)
        if spans and spans[-1][0] == start_s:
            spans.pop()
        if start_s < duration_s and not (spans and spans[-1][1] == full):
            spans.append((start_s, full))
    ends = [start_s for start_s, _ in spans[1:]] + [duration_s]
    return [
        _local_chord(start_s, end_s, label, keys)
        for (start_s, label), end_s in zip(spans, ends, strict=True)
    ]


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
    root, quality, _ = _parse(label)
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
    root, _, _ = _parse(label)
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
    root, quality, bass = _parse(label)
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


def most_frequent_progressions(chords: Sequence[Chord], *, at_most: int = 3) -> list[Progression]:
    """Sequences of three to five numerals that recur, those covering most chords first.

    Parameters
    ----------
    chords : sequence of Chord
    at_most : int, optional
        Progressions to name.

    Returns
    -------
    list of Progression
        Each heard at least twice; none is a part or a rotation of one before it.
    """
    runs = _numeral_runs(chords)
    counts = Counter(
        tuple(run[i : i + length])
        for run in runs
        for length in _N_GRAM_LENGTHS
        for i in range(len(run) - length + 1)
        if len(set(run[i : i + length])) > 1
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1] * len(item[0]), item[0]))
    found: list[tuple[tuple[str, ...], int]] = []
    for numerals, count in ranked:
        if count < 2 or len(found) == at_most:
            break
        if not any(_is_within(numerals, one) or _is_within(one, numerals) for one, _ in found):
            found.append((numerals, count))
    return [Progression(numerals=list(numerals), count=count) for numerals, count in found]


def _parse(label: str) -> tuple[str, str, str]:
    match = _LABEL.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is no chord in Harte syntax")
    quality = match["quality"] or "maj"
    return match["root"], _ALSO.get(quality, quality), match["bass"] or ""


def _full_label(label: str) -> str:
    if label == NO_CHORD:
        return label
    root, quality, bass = _parse(label)
    return f"{root}:{quality}" + (f"/{bass}" if bass else "")


def _local_chord(start_s: float, end_s: float, label: str, keys: Sequence[KeySection]) -> Chord:
    """A chord in the key that covers most of it; without a numeral where no key does."""
    overlaps = [min(end_s, key.end_s) - max(start_s, key.start_s) for key in keys]
    longest = max(overlaps, default=0.0)
    numeral = None
    if longest > 0:
        key = keys[overlaps.index(longest)]
        numeral = roman_numeral(label, key.tonic, key.mode)
        if numeral is not None:
            label = spell_in_key(label, key.tonic, key.mode)
    return Chord(start_s=start_s, end_s=end_s, label=label, roman=numeral)


def _numeral_runs(chords: Sequence[Chord]) -> list[list[str]]:
    """Numerals in sequence, broken where there is no chord; repeats count once."""
    runs: list[list[str]] = [[]]
    for chord in chords:
        if chord.roman is None:
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != chord.roman:
            runs[-1].append(chord.roman)
    return runs


def _is_within(numerals: tuple[str, ...], round_: tuple[str, ...]) -> bool:
    """Whether a progression is heard when another is played round and round."""
    around = round_ * (2 + len(numerals) // len(round_))
    return any(around[i : i + len(numerals)] == numerals for i in range(len(round_)))
