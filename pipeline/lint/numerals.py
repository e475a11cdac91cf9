"""Roman numerals: what they mean in a key, and where a text joins one to a chord."""

import re
from dataclasses import dataclass

from pipeline.lint.chords import ChordClaim, symbols_in
from pipeline.lint.harmony import Sound
from pipeline.lint.passage import Passage, read

_DEGREE = r"(?:VII|VI|IV|III|II|I|V|vii|vi|iv|iii|ii|i|v)"
_SUFFIX = (
    r"(?:maj7|Maj7|M7|°7?|ø7?|o7|\+|dim7?|aug|add[69]|sus[24]?|6/4|6/5|4/3|4/2|64|65|43|42"
    r"|13|11|9|7|6)*"
)
NUMERAL = rf"[#b]?{_DEGREE}{_SUFFIX}(?:/[#b]?{_DEGREE})?(?![\w#°ø])"
"""Regular expression of a Roman numeral in plain signs."""
_PARTS = re.compile(
    rf"(?P<sign>[#b]?)(?P<degree>{_DEGREE})(?P<suffix>{_SUFFIX})(?:/(?P<of>[#b]?{_DEGREE}))?"
)
_AFTER_CHORD = re.compile(
    rf"\s*(?:\(|\[|=\s*|, the )\s*(?P<numeral>{NUMERAL})(?=\s*[),;\]/]| chord)"
)
_BEFORE_CHORD = re.compile(rf"(?<![\w#-])(?P<numeral>{NUMERAL})\s*(?:\(|\[|=\s*|:\s*)\s*$")
_LONE = re.compile(rf"(?<![\w#/-])(?P<numeral>{NUMERAL})[ -](?:chord|triad|harmony)\b")
_MAJOR = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_MINOR = {"I": 0, "II": 2, "III": 3, "IV": 5, "V": 7, "VI": 8, "VII": 10}
_LONG_CHORD = re.compile(
    r"(?<![\w#'])(?P<root>[A-G](?:[#b]|[ -](?:sharp|flat))?) (?P<mode>major|minor)\s*(?=\()"
)


@dataclass(frozen=True)
class NumeralClaim:
    """A numeral, with the chord that the text joins to it where there is one."""

    start: int
    end: int
    numeral: str
    chord: ChordClaim | None = None


def numeral_claims(text: str) -> list[NumeralClaim]:
    """Numerals with a chord, ``Ab7 (bVI7)`` or ``iv (Eb)``, and such as ``the V chord``."""
    return numerals_in(read(text))


def numerals_in(passage: Passage) -> list[NumeralClaim]:
    """`numeral_claims` of a passage."""
    plain = passage.plain
    found: dict[int, NumeralClaim] = {}
    for chord in [*symbols_in(passage), *_long_chords(passage)]:
        if after := _AFTER_CHORD.match(plain, chord.end):
            span = (chord.start, after.end("numeral"))
            found[chord.start] = NumeralClaim(*span, after["numeral"], chord)
        elif before := _BEFORE_CHORD.search(plain[max(0, chord.start - 20) : chord.start]):
            if chord.end < len(plain) and plain[chord.end] not in ")],;/ -.":
                continue
            start = max(0, chord.start - 20) + before.start("numeral")
            found[start] = NumeralClaim(start, chord.end, before["numeral"], chord)
    for match in _LONE.finditer(plain):
        span = (match.start("numeral"), match.end())
        if not any(span[0] < e.end and e.start < span[1] for e in found.values()):
            found[span[0]] = NumeralClaim(*span, match["numeral"])
    return [found[start] for start in sorted(found)]


def meanings(numeral: str, mode: str) -> set[Sound]:
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


def fits(numeral: str, chord: Sound, tonic: int, mode: str) -> tuple[bool, bool]:
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


def _long_chords(passage: Passage) -> list[ChordClaim]:
    found = []
    for match in _LONG_CHORD.finditer(passage.plain):
        root = re.sub(r"[ -]sharp", "#", re.sub(r"[ -]flat", "b", match["root"]))
        quality = "maj" if match["mode"] == "major" else "min"
        found.append(ChordClaim(match.start(), match.end("mode"), f"{root}:{quality}"))
    return found
