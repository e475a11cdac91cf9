"""The names of keys and chords: pitch classes, spelling, Harte roots, Roman numerals.

Pure vocabulary that the pipeline and training share. Pitch classes are integers, C = 0.
"""

MAJOR_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
# Keys with two signatures, of up to seven signs each: the tonic's usual spelling, and the other.
_OTHER_TONICS = {
    "major": {"Db": "C#", "F#": "Gb", "B": "Cb"},
    "minor": {"Eb": "D#", "G#": "Ab", "Bb": "A#"},
}
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_class(name: str) -> int:
    """Pitch class of a note name such as ``Eb`` or ``F##``.

    Parameters
    ----------
    name : str
        A letter A-G and any number of ``#`` or ``b``.

    Returns
    -------
    int
        0 (C) to 11 (B).

    Raises
    ------
    ValueError
        If `name` is no note name.
    """
    letter, accidentals = name[:1], name[1:]
    if letter not in _NATURALS or accidentals.strip("#b"):
        raise ValueError(f"{name!r} is no note name: expected a letter A-G, then # or b")
    return (_NATURALS[letter] + accidentals.count("#") - accidentals.count("b")) % 12


def spell_tonic(pitch: int, mode: str) -> str:
    """The usual spelling of a tonic: ``Db`` major but ``C#`` minor."""
    return (MAJOR_TONICS if mode == "major" else MINOR_TONICS)[pitch % 12]


def tonics_of(tonic: str, mode: str) -> list[str]:
    """A tonic in every spelling that has a key signature, the usual one first.

    Parameters
    ----------
    tonic : str
        In any spelling.
    mode : str
        ``major`` or ``minor``.

    Raises
    ------
    ValueError
        If `tonic` is no note name.

    Examples
    --------
    >>> tonics_of("Gb", "major"), tonics_of("Gb", "minor")
    (['F#', 'Gb'], ['F#'])
    """
    usual = spell_tonic(pitch_class(tonic), mode)
    other = _OTHER_TONICS[mode].get(usual)
    return [usual] if other is None else [usual, other]
