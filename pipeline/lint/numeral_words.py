"""Degrees that stand alone: ``the VII sounds longest``, ``it is VI``, ``the subdominant``."""

import re
from collections.abc import Iterator

from pipeline.lint.bare_chords import has_share
from pipeline.lint.harmony import NUMERAL
from pipeline.lint.passage import Passage
from pipeline.lint.pattern import Pattern

_KIND = r"(?:(?:major|minor|plain|lowered|flat|darker|brighter|dark|bright|borrowed|mere|true) )?"
_ALONE = Pattern(
    rf"(?<![\w#/-])(?P<chord>{NUMERAL})[ -](?:chord|triad|harmony)\b"
    # "The VII sounds longest", "it is VII"; but not "George the VI", "part II".
    rf"|(?:\b[a-z]+|\bThe|[,;:]) (?:the |a )?{_KIND}"
    r"(?<!part )(?<!movement )(?<!section )(?<!act )(?<!volume )(?<!war )(?<!mark )(?<!option )"
    r"(?P<long>[b#]?(?:VII|VI|IV|III|II|vii|vi|iv|iii|ii)(?:maj7|7)?)(?![\w#°'/-]|\.\w)"
    rf"|\b(?:(?:[Tt]he|from|to|on) {_KIND}(?P<home>i(?=[.,;:)]|$| [a-z])|I(?=[.,;:)]|$| (?:to|and"
    r"|without|with|each|every|at|after|by)\b))"
    rf"|(?:[Tt]he|from|to|as|plain|before|after|between) {_KIND}"
    r"(?P<five>[Vv]7?))(?![\w#°'/-]|\.\w)"
)
# "The chords are I, V, vi, IV": of a mere list each need only be heard.
_NUMERALS_TOLD = Pattern(
    rf"\bchords (?:[\w]+ )?(?:are|include):? (?P<list>{NUMERAL}(?:,? (?:and )?{NUMERAL}){{2,}})"
)
_NUMERAL = Pattern(NUMERAL)
_DEGREES = {
    "subdominant": "IV", "supertonic": "II", "submediant": "VI", "mediant": "III", "dominant": "V",
}  # fmt: skip
_WORD = rf"(?P<word>{'|'.join(_DEGREES)})"
# Not of "the dominant colour", "the dominant of E minor".
_IN_WORDS = Pattern(
    r"(?<!wards )(?<!ward )\b(?:[Tt]he|its|[Ee]ach|[Ee]very) (?P<degree>"
    rf"(?:minor |major |plain |true |home |insistent |open |tense |restless |bright |dark |strong"
    rf"|expectant |patient |darker |brighter |final )?{_WORD}"
    r"(?: seventh)?)(?=[.,;:)]|$| (?:and|to|that|which|is|sounds|falls|leads|comes"
    r"|before|back"
    r"|home|gets|takes|has|lingers|lasts|then|returns|resolves|pulls|holds|rather|instead"
    r"|first|last"
    r"|each|every|at|by|with|lands|slips|leans|pushes|stays|does|drives|carries|follows|opens)\b)"
)
_ITEM = rf"(?:tonic|{'|'.join(_DEGREES)})(?: seventh| chord)?"
# "On tonic, subdominant and dominant seventh".
_IN_A_LIST = Pattern(
    rf"\b(?:{_ITEM}(?:,? (?:and|to|then|plus) |, )(?:back |the |its |on |to )*){{1,4}}{_ITEM}\b"
    r"(?! (?:of|notes?)\b)"
)
_OF_LIST = Pattern(rf"\b(?P<word>{'|'.join(_DEGREES)})\b")
_OF_NOTES = Pattern(
    r"\b(?:bass|melod\w+|tune|voices?|sing\w*|lines?|notes?|scale|timpani|leap\w*)\b", re.I
)
_ORDINALS = {
    "first": "I", "second": "II", "third": "III", "fourth": "IV", "fifth": "V", "sixth": "VI",
    "seventh": "VII",
}  # fmt: skip
# "The minor chord on the sixth degree".
_ON_DEGREE = Pattern(
    r"\b(?:(?P<mode>major|minor) )?(?:chord|triad|harmony)(?: (?:that )?(?:is )?built)? on"
    rf" (?:the|its) (?P<nth>{'|'.join(_ORDINALS)})(?: degree| step|(?=[.,;:]))"
)
_TONIC = Pattern(r"\b(?:[Tt]he|its) (?P<degree>tonic|home)(?: chord)?(?=,? (?!of\b))")
# "The chord that fills the time is the tonic".
_IS_TONIC = Pattern(r"\b[Tt]he chord (?:that|which|where)\b[^.;:]{3,50} is the tonic(?=[.,;]|$)")
_BEFORE_NAME = Pattern(
    rf"(?<![A-G#b7m],) (?:the|its) (?:minor |major )?{_WORD}(?: chord)?,? (?:the )?$"
    rf"|^(?:\w+, )?The (?:minor |major )?(?P<first>{'|'.join(_DEGREES)})(?: chord)?,? (?:the )?$"
)


def lone_numerals(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Numerals that stand alone, and where."""
    for match in _ALONE.finditer(passage.text):
        name = match.lastgroup or ""
        yield match.start(name), match.end(), match[name]
    for match in _NUMERALS_TOLD.finditer(passage.text):
        for one in _NUMERAL.finditer(passage.text, *match.span("list")):
            yield *one.span(), one[0]


def degrees_in_words(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Degrees in words, and where: ``the subdominant`` is IV, or iv in minor."""
    for match in _IN_WORDS.finditer(passage.text):
        yield match.start("degree"), match.end(), _DEGREES[match["word"]]
    for match in _IN_A_LIST.finditer(passage.text):
        first, _ = passage.sentence(match.start())
        if not _OF_NOTES.search(passage.text, first, match.start()):
            for one in _OF_LIST.finditer(passage.text, *match.span()):
                yield *one.span(), _DEGREES[one["word"]]
    for match in _ON_DEGREE.finditer(passage.text):
        degree = _ORDINALS[match["nth"]]
        yield *match.span(), degree.lower() if match["mode"] == "minor" else degree
    for match in _IS_TONIC.finditer(passage.text):
        yield *match.span(), "I"
    for match in _TONIC.finditer(passage.text):
        if has_share(passage, match.end()):
            yield *match.span(), "I"


def degree_before(passage: Passage, start: int, end: int, *, is_minor: bool) -> str | None:
    """The numeral of ``the dominant, E, is touched last``."""
    match = _BEFORE_NAME.search(passage.before(start, 40))
    is_within = match and "," in match[0].removeprefix(",")
    if re.match(r"[ -]strings?\b", passage.after(end, 10)):
        return None
    if match is None or (is_within and passage.text[end : end + 1] not in (",", ";", ".", ")")):
        return None
    numeral = _DEGREES[match["word"] or match["first"]]
    return numeral.lower() if is_minor else numeral
