"""The words for a piece of music and for its parts: the one list for all checks."""

import re

from pipeline.lint.pattern import Pattern

WORK = (
    r"(?:song|track|piece|recording|composition|tune|instrumental|cut|single|number"
    r"|performance|rendition|work|ballad|waltz|anthem|rocker|jam|audio|excerpt|miniature|epic"
    r"|runtime"
    r"|journey|lullaby|hymn|tango|bolero|nocturne|sonata"
    r"|dance(?! (?:music|floor|track|beat|club|pop|hit|party|culture|moves?)))"
)
"""Regular expression of a word for the whole."""
SUNG_PART = (
    r"(?:(?:pre-?|post-?)?chorus(?:es)?(?!-(?:soak|drench|lad|tint|like|pedal)| guitars?\b)"
    r"|verses?|refrains?|hooks?|bridge)"
)
"""Regular expression of a part that has words, as a rule."""
# "drops" and "breaks" are verbs too, "half" is no part in "half-time", and what holds "from the
# first bar to the last" holds throughout.
_WITH_ARTICLE = (
    r"(?:the|an?|its|this|that|each|every|first|second|third|final|last|main|big|huge)"
    r" (?:drop|break|build)s?"
)
_STRETCH = (
    r"(?:(?<!from the )first|second|third|middle|latter|last|final|other|opening|closing)"
    r" (?:[\w-]+ )?(?:half|third|quarter|eight|part|bars?|measures?|minutes?|seconds?)"
)
# "A solo piano" is no part.
_ALONE = (
    r"(?:vocal\w*|voice|singer|artist|perform\w+|piano|guitar|violin|cello|flute|instrument\w*)"
)
PART = (
    rf"(?:{SUNG_PART}|intro\w*|outro|opening|breakdowns?|build-?ups?|interludes?"
    rf"|solos?(?! (?:female |male |woman's )?{_ALONE})|codas?"
    rf"|endings?|sections?|passages?|moments?|middle eight|{_WITH_ARTICLE}|{_STRETCH})"
)
"""Regular expression of words for a part."""
_PART = Pattern(rf"\b{PART}\b", re.I)


def is_of_part(words: str) -> bool:
    """Whether words speak of a part of a piece, so that they say nothing of the whole."""
    return bool(_PART.search(words))
