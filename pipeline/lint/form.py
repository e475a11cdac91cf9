"""What a text says of the form: letters in a row, and where a section begins."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Judged, Passage, right_or
from pipeline.lint.sections import SUNG_PART
from pipeline.lint.times import time_mentions
from schemas.facts import Section
from schemas.lint import Finding

_LETTERS = re.compile(
    r"\b(?P<letters>[A-H]'?(?:[- ]?[A-H]'?){2,11})[- ](?:form|structure|pattern)\b"
)
_BEGINS = re.compile(
    rf"\b(?P<part>{SUNG_PART}|middle eight|breakdown|interlude|solo)"
    r"(?: (?:begins|starts|enters|arrives|comes in|kicks in|hits|opens))?\s+(?:at|from)\s+",
    re.I,
)
# Ours: what is named may begin with an upbeat or a fill; what lies further off than twice that is
# wrong, and between them neither.
_CLOSE_S = 5.0


def check_form(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated letters against those of the sections; nothing is said where no form is known."""
    sections = evidence.facts.sections
    if not sections:
        return
    for claim, match in passage.matches(_LETTERS):
        stated = re.findall("[A-H]", match["letters"])
        yield passage.finding(claim, "section", _letters(stated, sections))


def check_section_starts(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Moments at which a section is said to begin, against where any section begins."""
    sections = evidence.facts.sections
    if not sections:
        return
    mentions = time_mentions(passage)
    for claim, match in passage.matches(_BEGINS):
        at = match.end() - 1
        moment = next((each for each in mentions if each.start <= at + 1 < each.end), None)
        if moment is None or moment.start_s > evidence.facts.duration_s:
            continue
        nearest = min((each.start_s for each in sections), key=lambda s: abs(s - moment.start_s))
        fact = f"The nearest section begins at {nearest:.1f} s."
        yield passage.finding(claim, "section", _start(abs(nearest - moment.start_s), fact))


def _letters(stated: Sequence[str], sections: Sequence[Section]) -> Judged:
    measured = [each.letter.rstrip("'") for each in sections]
    fact = f"The sections are {' '.join(each.letter for each in sections)}."
    inner = [measured[start:end] for start in (0, 1) for end in (len(measured), -1)]
    if any(_pattern(stated) == _pattern(each) for each in inner):
        return "right", "right", fact
    never_returns = len(set(measured)) == len(measured)
    if len(set(stated)) < len(stated) and never_returns:
        return "wrong", "wrong_form", fact
    return "uncheckable", "borderline", fact


def _pattern(letters: Sequence[str]) -> list[int]:
    """Which letters are the same, in order of appearance; repeats in a row count once."""
    row = [letter for letter, _ in groupby(letters)]
    order = list(dict.fromkeys(row))
    return [order.index(letter) for letter in row]


def _start(off_s: float, fact: str) -> Judged:
    if _CLOSE_S < off_s <= 2 * _CLOSE_S:
        return "uncheckable", "borderline", fact
    return right_or("wrong_section_start", fact, off_s <= _CLOSE_S)
