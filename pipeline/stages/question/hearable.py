"""Whether a question can be answered by hearing, and by nothing else: a rule of its words."""

import re

from pipeline.gates import Fault, named_source

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)")
# What stands beside a recording, and nobody hears.
_METADATA = re.compile(
    r"\b(?:meta-?data|tags?|data ?set|captions?|annotations?|transcripts?|transcriptions?"
    r"|(?:song|track|album|piece)(?:'s)? (?:title|name)|titled?|entitled"
    r"|(?:name|title) of (?:the |this )?(?:song|track|album|piece|recording|artist|band|singer)"
    r"|artist(?:'s)?|band's name|album|discograph\w+|record label|catalogue number"
    r"|(?:given|above|listed) (?:data|information|text|facts|lyrics|description))\b",
    re.IGNORECASE,
)
# What is known of a recording from elsewhere, or of its file.
_UNHEARD = re.compile(
    r"\b(?:(?:who|by whom) (?:wrote|composed|produced|recorded|arranged|mixed|engineered|released)"
    r"|(?:when|where|why) (?:was|were|is) [^?]{0,40}"
    r"(?:written|composed|recorded|released|produced|published)"
    r"|inspired by|(?:which|what) (?:film|movie|game|advert)"
    r"|(?:which|what) (?:year|decade|country|city)|in (?:which|what) studio|release (?:date|year)"
    r"|grammy|copyright|biograph\w+|composer|songwriter|producer"
    r"|sampl(?:e|ing) rate|bit ?rate|bit depth|file (?:format|name|size)|mp3|codec"
    r"|(?:which|what) (?:software|plug-?in|daw|brand|make|model)"
    r"|(?:confidence|probability|p-value|q-value) (?:of|that))\b",
    re.IGNORECASE,
)


def hearing_fault(question: str, told: str = "") -> Fault | None:
    """Why a question is none that hearing answers.

    Parameters
    ----------
    question : str
    told : str, optional
        Its answer and rationale, which may not speak of metadata either.

    Returns
    -------
    (str, str) or None
        ``metadata``: it speaks of what stands beside the recording; ``not_hearable``: of what
        nobody can hear in it. Words in quotes are sung, and ask nothing.
    """
    asked = _QUOTED.sub(" ", question)
    if found := _METADATA.search(asked) or _METADATA.search(_QUOTED.sub(" ", told)):
        return "metadata", f"it speaks of {found[0]!r}"
    if source := named_source(f"{question}\n{told}"):
        return "metadata", f"it speaks of {source!r}"
    if found := _UNHEARD.search(asked):
        return "not_hearable", f"nobody hears {found[0]!r}"
    return None
