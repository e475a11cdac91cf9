"""Drums that a text denies or names, against those that are surely heard.

What is not stated of instruments is not known to be absent: that drums play is never wrong.
"""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import is_of_part
from pipeline.lint.times import moment_of
from schemas.lint import Finding

_NO_DRUMS = Pattern(
    r"\b(?:no|without(?: any)?|free of|devoid of|lack(?:s|ing)(?: any)?) (?:drums?|drum kit"
    r"|drumming|percussion|drums or percussion)\b(?! (?:solo|fill|machine|loop)s?)"
    r"|\bdrumless\b|\bpercussion-free\b",
    re.I,
)
_DRUMS = Pattern(
    r"\b(?:the|and|a|with|on|by|are|of) (?:[\w-]+ ){0,2}?(?:drums|drum kit|drumming)\b", re.I
)
_FOR_A_WHILE = Pattern(r"\b(?:until|before|first|last|final|at first|for a while)\b", re.I)


def check_drums(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """The first denial of drums in the whole track, and the first mention of them where sure."""
    denials = (Claim(*match.span()) for match in _NO_DRUMS.finditer(passage.text))
    none = next((each for each in denials if _is_of_whole(passage, each)), None)
    are_heard = _are_heard(evidence)
    if none:
        yield passage.finding(none, "instrument", _judge_denial(are_heard))
    named = next((claim for claim, _ in passage.matches(_DRUMS)), None)
    if named and are_heard and not (none and named.touches([none])):
        yield passage.finding(named, "instrument", ("right", "right", "Drums are heard."))


def _is_of_whole(passage: Passage, claim: Claim) -> bool:
    rest = re.split(r"[.,;]", passage.after(claim.end))[0]
    clause = passage.clause_before(claim.start) + rest
    return not (moment_of(passage, claim) or is_of_part(clause) or _FOR_A_WHILE.search(clause))


def _are_heard(evidence: Evidence) -> bool:
    max_wrong = evidence.limits.sure.max_wrong.instruments
    listed = evidence.facts.instruments or []
    return any(each.name == "drums" and each.q_value <= max_wrong for each in listed)


def _judge_denial(are_heard: bool) -> Judged:
    if are_heard:
        return "wrong", "has_drums", "Drums are heard."
    return "uncheckable", "not_known", "It is not known whether there are drums."
