"""Words that tell of the prompt, or of the answer itself, and state nothing of the track."""

import re

from pipeline.lint.pattern import Pattern

_TEXT = r"(?:text|prompt|description|data|style|question|task|user|input)"
# "There is mention of singing, but no information about the singer".
_MENTIONED = Pattern(
    r"\b(?:(?:there is|only|no|any|without) mention|information|details?|question|clue)"
    r" (?:is (?:given |provided )?)?"
    r"(?:of|about|on|regarding) [^.;,]{0,40}$"
    rf"|\b{_TEXT} (?:\w+ly )?(?:(?:mention|ask|want)(?:s|ed)?(?! that)|is (?:about|to)"
    r"|(?:does not|doesn't) (?:say|mention|state|specify))\b[^.;,\"]{0,60}$"
    r"|\b(?:asked|want to know|know more) (?:about|who|what|how|whether)\b[^.;,]{0,40}$",
    re.I,
)
# 'The phrase "a man's voice"'; but 'the phrase "key: E minor"' tells of the track.
_QUOTED = Pattern(
    r"\b(?:phrase|term|word|(?:style|description|text|prompt)"
    r" (?:is|reads|says|is described as|is given as)) \"[^\":]*$",
    re.I,
)
_NOT_TOLD_AFTER = Pattern(
    r"(?:'s \w+)? (?:is|are) (?:not|never) (?:\w+ly )?(?:mentioned|described|specified|stated"
    r"|given|provided|listed|available)\b"
    r"|[^.;]{0,10} which is an? (?:common|typical|usual|standard) (?:description|term|way|phrase)\b"
    r"|[^.;,\"]{0,20}\b(?:cannot|can't|could not) be (?:quoted|described|provided|determined)\b",
    re.I,
)
_OF_ANSWER = Pattern(
    r"\W*(?:please|feel free|for more (?:information|details)|(?:I'm )?sorry|I hope (?:this|that)"
    r"|let me know|if you (?:want|need|have))\b"
    r"|\W*as an? (?:AI|(?:\w+ )?language model)\b"
    r"|\W*the (?:term|word) \"[^\"]*\" (?:refers|means|describes)"
    r"|\W*(?:I am|I'm) (?:trying|asked) to\b",
    re.I,
)
_TITLE_WORD = r"(?:[A-Z][\w'/-]*|of|the|and|or|in|for|to|a)"
# "Identifying the Voice Type", alone on its line.
_HEADING = Pattern(
    rf"[\W\d]*(?:Step \d+\W+)?(?P<words>[A-Z][\w'/-]*(?: {_TITLE_WORD}){{0,7}})[\s*:]*"
)
# What a line of few words in capitals would say: a list of marks has "Female Vocals", too.
_IS_SAID = Pattern(
    r"\b(?:is|are|has|no|none|not|without|instrumental|slow\w*|fast\w*|moderate\w*|major|minor"
    r"|steady|constant|sings?|sung)\b",
    re.I,
)
_NAMES_PART = Pattern(
    r"(?:Vocals|Singing|Singers?|Voices?|Lyrics)$|(?:(?:Identify|Listen|Determin|Analy[sz]|Recogni[sz]|Understand|Describ|Examin|Assess)\w*"
    r"|.* (?:Type|Quality|Style|Changes|Analysis|Description))\b"
)


def tells_of_prompt(sentence: str, start: int, end: int) -> bool:
    """Whether some words of a sentence are a heading, or what was asked, given or left out.

    Parameters
    ----------
    sentence : str
        With plain signs.
    start, end : int
        Where the words stand in it.
    """
    before = sentence[:start]
    return bool(
        _OF_ANSWER.match(sentence)
        or _MENTIONED.search(before)
        or _QUOTED.search(before)
        or _NOT_TOLD_AFTER.match(sentence, end)
        or _is_heading(sentence)
    )


def _is_heading(sentence: str) -> bool:
    heading = _HEADING.fullmatch(sentence)
    if not heading or _IS_SAID.search(sentence):
        return False
    is_numbered = bool(re.match(r"[#*\s]*(?:Step \d|\d{1,2}[.)])", sentence))
    return is_numbered or bool(_NAMES_PART.match(heading["words"]))
