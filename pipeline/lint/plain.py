"""Sentences in the plainest form that says the same, before any check reads them.

What is told in the past is told in the present, and words that add nothing are left out, so that
checks need one form of a verb and no list of fillers. What stands in quotation marks stays.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.lint.pattern import Pattern

_PRESENT = {
    "was": "is", "were": "are", "had": "has", "did": "does", "wasn't": "isn't",
    "weren't": "aren't", "didn't": "doesn't", "lasted": "lasts", "remained": "remains",
    "stayed": "stays", "seemed": "seems", "appeared": "appears", "sounded": "sounds",
    "began": "begins", "started": "starts", "ended": "ends", "moved": "moves", "ran": "runs",
    "sang": "sings", "changed": "changes",
}  # fmt: skip
_FILLERS = (
    r"also|indeed|actually|really|certainly|clearly|definitely|simply|essentially|undoubtedly"
    r"|obviously|truly|of course"
)
_OPENINGS = (
    r"(?:overall|however|additionally|furthermore|moreover|therefore|thus|hence|so|in (?:short"
    r"|summary|conclusion|fact|addition|other words)|finally|meanwhile|indeed|yes|well), "
    r"|(?:this|that|it) (?:means|indicates|suggests|shows|tells us|implies|is clear) (?:that "
    r"|(?=(?:the|this|there|it)\b))"
    r"|(?:I|we|you|one) (?:can )?(?:hear|notice|think|believe|note|see|say) that "
)
_PLAINER = Pattern(
    r'(?P<quoted>"[^"\n]*(?:"|$))'
    r"|(?P<marks>\*\*)|(?<= )(?P<spaces> +)"
    # A dash between words; "singing - none" and "Am - F" say more.
    r"|(?-i:(?<=[a-z]{2}))(?P<dash> - )(?-i:(?!no\b|none\b|instrumental)(?=[a-z]{2}))"
    rf"|(?:^|(?<=[.!?] ))(?P<opening>{_OPENINGS})"
    rf"|(?<= )(?P<filler>(?:{_FILLERS}) )"
    r"|(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeen )(?<!\bhave )\b"
    rf"(?P<past>{'|'.join(_PRESENT)})\b",
    re.I | re.M,
)


@dataclass(frozen=True)
class PlainText:
    """A text in plain form, and where each part of it stood.

    Attributes
    ----------
    text : str
    places : list of (int, int)
        Where runs of equal characters start, in the plain text and in the original.
    """

    text: str
    places: list[tuple[int, int]]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the plain text stood."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, at: int) -> int:
        plain, original = self.places[bisect_right(self.places, at, key=lambda each: each[0]) - 1]
        return original + at - plain


def in_plain_form(text: str) -> PlainText:
    """A text in the present tense, without fillers.

    Parameters
    ----------
    text : str
        With plain quotation marks.

    Examples
    --------
    >>> in_plain_form("Overall, it was clearly slow.").text
    'it is slow.'
    """
    pieces: list[str] = []
    places = [(0, 0)]
    length = done = 0
    for match in _PLAINER.finditer(text):
        if match["quoted"]:
            continue
        start, end = match.span(match.lastgroup or 0)
        plain = _PRESENT[match[0].lower()] if match["past"] else ", " if match["dash"] else ""
        pieces += [text[done:start], plain]
        length += start - done
        places.append((length, start))
        if plain:
            length += len(plain)
            places.append((length - 1, end - 1))
        places.append((length, end))
        done = end
    return PlainText("".join([*pieces, text[done:]]), places)
