"""Titles that a text gives a piece of music, in quotation marks or in capitals."""

import re

from pipeline.lint.lyrics import is_line_next
from pipeline.lint.passage import Claim, Passage, extractor
from pipeline.lint.pattern import Pattern

CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'.]*[\w]"
"""Regular expression of a word that may be a name."""
DONE = (
    r"(?:[Pp]erformed|[Ss]ung|[Mm]ade|[Dd]one|[Cc]omposed|[Ww]ritten|[Pp]roduced|[Rr]ecorded"
    r"|[Aa]rranged"
    r"|[Ff]ronted|[Rr]apped|"
    r"[Rr]emixed|[Mm]ixed|[Rr]eleased|[Cc]o-written|[Pp]enned|[Pp]layed|[Dd]elivered)"
)
"""Regular expression of what performers and composers do to a piece."""
_WORK = r"(?:song|track|single|piece|tune|ballad|recording|composition|hit)"
_SMALL = (
    r"(?:to|the|of|on|in|and|a|an|for|&|at|by|from|with|into|over|under|or|as|is|my|your|no|not|me"
    r"|you|it)"
)
# In marks of either kind: 'What's Left', "Runnin' Home".
_QUOTED = (
    r"(?<!\w)(?P<mark>[\"'])(?P<name>[A-Z](?:(?!(?P=mark))[^\"\n]|\b'\b){1,80})(?P=mark)(?!\w)"
)
_QUOTED_PATTERNS = (
    Pattern(r'(?<!so-)\b(?:[Tt]itled|[Ee]ntitled|[Cc]alled)\s*,?\s*"(?P<name>[^"\n]{2,80})"'),
    # "The song sung is", "this hard rock track,"
    Pattern(
        # "A line from the song" may be of another.
        rf"(?<!\bfrom )\b(?:[Tt]he|[Tt]his|[Aa]) (?:[\w'-]+ ){{0,3}}?{_WORK}"
        rf"(?: (?:being )?(?:sung|played|performed|heard))?(?: is|,)?,? {_QUOTED}"
    ),
    Pattern(
        r"\b(?:[Vv]oice|[Ss]inger|[Ll]yrics|[Cc]hords|[Ll]ength|[Ss]ound|[Tt]empo|[Kk]ey"
        r"|[Rr]endition|[Vv]ersion|[Cc]over|[Rr]ecording)"
        rf" (?:of|in) {_QUOTED}"
    ),
    Pattern(rf"\b[Tt]itle(?: of (?:the|this) {_WORK})?(?: is|:) {_QUOTED}"),
    Pattern(rf"{_QUOTED} is the (?:title|name) of\b"),
    Pattern(
        rf"^{_QUOTED} (?:has an? (?:\w+ )?(?:tempo|key|length)|lasts|(?:begins|opens|starts) with"
        r"|is (?:\d|in (?:the key"
        rf"|[A-G]\b)))",
        re.M,
    ),
    Pattern(rf"\b{CAPITAL}(?: {CAPITAL})*'s {_QUOTED}"),
    Pattern(rf"{_QUOTED},? is an? (?:[\w'-]+,? ){{0,4}}?{_WORK}\b"),
    Pattern(rf"^In {_QUOTED},? (?:the|there|an?)\b", re.M),
    # "Blue Moon" in any place: capitals tell it from a line.
    Pattern(
        rf"(?<!\bfrom the song )(?<!\w)(?P<mark>[\"'])(?P<name>{CAPITAL}"
        rf"(?: (?:{_SMALL} )*{CAPITAL})+)[,.]?(?P=mark)(?!\w)"
        # "The "Bo Diddley" beat" is a kind.
        r"(?! (?:beat|sound|metre|meter|mood|breaks?|feel|style|groove|vibe|rhythm|chord|riff|kick"
        r"|pattern|aesthetic|density|effect|scale)\b)"
    ),
    # '"Turbine" grinds to life'; '"Allegro" means fast', and "Hallelujah" may ring out.
    Pattern(
        rf"(?:^|(?<=[.!?] ))(?P<mark>[\"'])(?P<name>{CAPITAL})(?P=mark)"
        r" (?!(?:is|as|means|refers|describes|denotes|indicates|suggests|says|tells|implies|sums"
        r"|rings|echoes|repeats|returns|hangs|soars|comes|names|stands|was|has"
        r"|gives|gets|seems|sounds|works|feels|fits|suits|covers|marks|goes|shouts|applies|captures"
        r"|does)\b)[a-z]+s\b",
        re.M,
    ),
)
_BARE_PATTERNS = (
    Pattern(
        rf"\b(?!{DONE})(?P<name>{CAPITAL}(?: (?:to|the|of|on|in|and|a|for|&|{CAPITAL}))+)"
        r"(?<!ed)(?<!en)(?<!ung) by (?:the )?[A-Z]"
    ),
    # A quotation mark that is never closed.
    Pattern(
        rf'^"(?P<name>{CAPITAL}(?: (?:(?:to|the|of|on|in|and|a|for|&) )*{CAPITAL})*), an? '
        rf"(?:[\w'-]+,? ){{0,5}}?{_WORK}\b",
        re.M,
    ),
    Pattern(
        rf"^(?P<name>{CAPITAL}(?: {CAPITAL})+) (?:is an? (?:[\w'-]+,? ){{0,4}}?{_WORK}\b"
        rf"|is in (?:the key|[A-G][#b]? (?:major|minor))"
        rf"|lasts|runs for"
        r"|is (?:\d+:\d\d|\d+ minutes))\b",
        re.M,
    ),
    # "Inevitable is a swing song with a tempo of 140 BPM".
    Pattern(
        rf"^(?P<name>{CAPITAL}) is an? (?:[\w'-]+,? ){{0,4}}?{_WORK}"
        r" (?:with|by|in|from|sung|lasting)\b",
        re.M,
    ),
    Pattern(
        rf"\b(?:titled|entitled|{_WORK} (?:is )?(?:called|named)|[Tt]itle(?: of (?:the"
        rf"|this) {_WORK})?(?: is|\**:\**))"
        rf" (?P<name>{CAPITAL}(?: (?:(?:to|the|of|on|in|and|a|for|&) )*{CAPITAL})*)"
    ),
)


_IS_LINE = Pattern(
    r'",? is (?:an?|the|one) [\w ]{0,20}?(?:lines?|lyrics?|verse|words|quote)\b', re.I
)


@extractor
def titles(passage: Passage) -> list[Claim]:
    """Titles in quotation marks: what stands in them says nothing of the music."""
    return _found(passage, _QUOTED_PATTERNS)


@extractor
def bare_titles(passage: Passage) -> list[Claim]:
    """Titles that only their capitals and the words around tell."""
    return _found(passage, _BARE_PATTERNS)


def _found(passage: Passage, patterns: tuple[Pattern, ...]) -> list[Claim]:
    found: list[Claim] = []
    for pattern in patterns:
        for match in pattern.finditer(passage.text):
            claim = Claim(*match.span("name"))
            is_line = is_line_next(passage.before(claim.start - 1)) or _IS_LINE.match(
                passage.text, claim.end
            )
            if not is_line and not claim.touches(found):
                found.append(claim)
    return found
