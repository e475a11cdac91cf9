"""Degrees that stand alone: ``the VII sounds longest``, ``it is VI``, ``the subdominant``."""

from collections.abc import Iterator

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
_DEGREES = {
    "subdominant": "IV", "supertonic": "II", "submediant": "VI", "mediant": "III", "dominant": "V",
}  # fmt: skip
_WORD = rf"(?P<word>{'|'.join(_DEGREES)})"
# Not of "the dominant colour", "the dominant of E minor".
_IN_WORDS = Pattern(
    r"(?<!wards )(?<!ward )\b(?:[Tt]he|its) (?P<degree>"
    rf"(?:minor |major |plain |true |home )?{_WORD}"
    r"(?: seventh)?)(?=[.,;:)]|$| (?:and|to|that|which|is|sounds|falls|leads|comes"
    r"|before|back"
    r"|home|gets|takes|has|lingers|lasts|then|returns|resolves|pulls|holds|rather|instead"
    r"|first|last"
    r"|each|every|at|by|with|lands|slips|leans|pushes|stays|does|drives|carries|follows|opens)\b)"
)
_BEFORE_NAME = Pattern(
    rf"(?<![A-G#b7m],) (?:the|its) (?:minor |major )?{_WORD}(?: chord)?, (?:the )?$"
    rf"|^(?:\w+, )?The (?:minor |major )?(?P<first>{'|'.join(_DEGREES)})(?: chord)?, (?:the )?$"
)


def lone_numerals(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Numerals that stand alone, and where."""
    for match in _ALONE.finditer(passage.text):
        name = match.lastgroup or ""
        yield match.start(name), match.end(), match[name]


def degrees_in_words(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Degrees in words, and where: ``the subdominant`` is IV, or iv in minor."""
    for match in _IN_WORDS.finditer(passage.text):
        yield match.start("degree"), match.end(), _DEGREES[match["word"]]


def degree_before(passage: Passage, start: int, end: int, *, is_minor: bool) -> str | None:
    """The numeral of ``the dominant, E, is touched last``."""
    match = _BEFORE_NAME.search(passage.before(start, 40))
    if match is None or passage.text[end : end + 1] not in (",", ";", ".", ")"):
        return None
    numeral = _DEGREES[match["word"] or match["first"]]
    return numeral.lower() if is_minor else numeral
