"""Lengths that are told by what has passed when the whole track ends."""

import re

from pipeline.lint.endings import WHOLE_ENDS
from pipeline.lint.lengths import LENGTH
from pipeline.lint.pattern import Pattern

_PASS = r"(?:(?:ha(?:s|ve) )?(?:pass|go|gone|elapse|run)(?:es|s|ed|d)?(?: by)?)"
# "When the last chord dies, 174 seconds have passed"; "the clock shows 2:54 when it stops".
TILL_END = (
    Pattern(
        r"\b(?:the|this) (?:band|ensemble|orchestra|quartet|quintet|trio|duo|group)"
        rf" (?:plays|performs) for {LENGTH}(?=[.;]|$|, (?!then|before|until|and then|when|after))",
        re.I,
    ),
    Pattern(
        rf"\b(?:ends|stops|closes|is over|finishes) {LENGTH} after (?:it|they|the first|its)\b",
        re.I,
    ),
    # "The band plays on for 150 seconds before the last sound is over".
    Pattern(rf"\bfor {LENGTH},? (?:before|until|till) (?={WHOLE_ENDS})", re.I | re.M),
    Pattern(
        rf"\b(?:when|once|until|till|by the time|before|as) {WHOLE_ENDS}[^.;:\d]{{0,25}}?,"
        rf" (?:the (?:clock|count\w*|stopwatch|timer) \w+ )?{LENGTH}(?: {_PASS}\b)?",
        re.I | re.M,
    ),
    Pattern(
        rf"(?<![\w.:]){LENGTH} {_PASS} (?:before|until|till|when) (?={WHOLE_ENDS})",
        re.I | re.M,
    ),
    Pattern(
        r"\b(?:clock|count\w*|stopwatch|timer|display) (?:shows|reads|says|stands at|is at|gives"
        rf"|(?:has )?reache[sd]|comes to) {LENGTH} (?:when|as|by the time|once) (?={WHOLE_ENDS})",
        re.I | re.M,
    ),
)
"""How long it goes on until it ends."""
