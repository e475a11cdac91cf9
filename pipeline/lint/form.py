"""What a text says of the form: letters in a row, where a section begins, and what returns.

Sections are found where the music changes, and some are missed: that one begins elsewhere, or that
music returns which was not heard to, is not contradicted (docs/facts.md, "Form").
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import SUNG_PART
from pipeline.lint.times import TimeMention, time_mentions
from schemas.facts import Section
from schemas.form import is_sure_start, plain_letter, sure_sections
from schemas.lint import Finding

_LETTERS = Pattern(r"\b(?P<letters>[A-H]'?(?:[- ]?[A-H]'?){2,11})[- ](?:form|structure|pattern)\b")
_BEGINS = Pattern(
    rf"\b(?P<part>{SUNG_PART}|middle eight|breakdown|interlude|solo"
    r"|(?:new|next|second|third|fourth|final|last) (?:section|part)|section)"
    r"(?: (?:begins|starts|enters|arrives|comes in|kicks in|hits|opens|runs))?\s+(?:at|from)\s+",
    re.I,
)
_AT = Pattern(
    rf",? (?:a|an|the) (?:[\w-]+ )?(?:{SUNG_PART}|middle eight|breakdown|interlude|section|part)"
    r" (?:begins|starts|enters|arrives|comes in|kicks in)\b",
    re.I,
)
_RETURNS = Pattern(
    r"\b(?:the )?(?:opening|beginning|first (?:section|part)|start)"
    r"(?: (?:music|material|section|theme|idea|riff|passage))?"
    r" (?:returns|comes back|reappears|recurs|is (?:heard|played) again|is repeated)"
    r"\s+(?:at|from)\s+",
    re.I,
)
# Ours: what is named may begin with an upbeat or a fill.
_CLOSE_S = 5.0


def check_form(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated letters against those of the sections; nothing is said where no form is known."""
    if evidence.facts.sections:
        for claim, match in passage.matches(_LETTERS):
            stated = re.findall("[A-H]", match["letters"])
            yield passage.finding(claim, "section", _letters(stated, evidence))


def check_section_starts(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Moments at which a section is said to begin, against where any section begins."""
    sections = evidence.facts.sections
    if not sections:
        return
    for claim, match in passage.matches(_BEGINS):
        if moment := _moment(passage, match, evidence):
            yield passage.finding(claim, "section", _start(moment, sections, evidence))
    for moment in passage.stated(time_mentions(passage)):
        match_after = _AT.match(passage.text, moment.end)
        if match_after and moment.start_s <= evidence.facts.duration_s:
            claim = Claim(moment.start, match_after.end())
            yield passage.finding(claim, "section", _start(moment, sections, evidence))


def check_returns(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Moments at which the opening is said to return, against sections that are its music."""
    found = sure_sections(evidence.facts.sections or [], _max_wrong(evidence))
    again = [each.start_s for each in found[1:] if plain_letter(each) == plain_letter(found[0])]
    for claim, match in passage.matches(_RETURNS):
        if found and (moment := _moment(passage, match, evidence)):
            times = ", ".join(f"{each:.1f} s" for each in again) or "no time that is known"
            is_near = any(abs(each - moment.start_s) <= _CLOSE_S for each in again)
            judged = _right_if(is_near, f"The opening surely returns at {times}.", is_sure=True)
            yield passage.finding(claim, "section", judged)


def _moment(passage: Passage, match: re.Match[str], evidence: Evidence) -> TimeMention | None:
    """The moment that follows the words, if it lies in the track."""
    found = (each for each in time_mentions(passage) if each.start <= match.end() < each.end)
    moment = next(found, None)
    return moment if moment and moment.start_s <= evidence.facts.duration_s else None


def _start(moment: TimeMention, sections: Sequence[Section], evidence: Evidence) -> Judged:
    nearest = min(sections, key=lambda each: abs(each.start_s - moment.start_s))
    is_sure = nearest is sections[0] or is_sure_start(nearest, _max_wrong(evidence))
    is_near = abs(nearest.start_s - moment.start_s) <= _CLOSE_S
    fact = f"The nearest section that was found begins at {nearest.start_s:.1f} s."
    return _right_if(is_near, fact, is_sure=is_sure)


def _letters(stated: Sequence[str], evidence: Evidence) -> Judged:
    max_wrong = _max_wrong(evidence)
    sections = evidence.facts.sections or []
    fact = f"The sections are {' '.join(each.letter for each in sections)}."
    measured = [plain_letter(each) for each in sections]
    sure = sure_sections(sections, max_wrong)
    returns = len({plain_letter(each) for each in sure}) < len(sure)
    if returns and len(set(stated)) == len(stated):
        return "wrong", "wrong_form", f"{fact} One of them surely returns."
    inner = [measured[start:end] for start in (0, 1) for end in (len(measured), -1)]
    is_same = any(_pattern(stated) == _pattern(each) for each in inner)
    return _right_if(is_same, fact, is_sure=_is_all_sure(sections, sure))


def _is_all_sure(sections: Sequence[Section], sure: Sequence[Section]) -> bool:
    """Whether every start and every return of the sections is sure."""
    n_letters, n_sure = (len({plain_letter(s) for s in each}) for each in (sections, sure))
    return len(sure) == len(sections) and n_letters == n_sure


def _right_if(is_right: bool, fact: str, *, is_sure: bool) -> Judged:
    """Right where it agrees with what is sure; else nobody knows."""
    if is_right and is_sure:
        return "right", "right", fact
    return "uncheckable", "unsure" if is_right else "not_known", fact


def _max_wrong(evidence: Evidence) -> float:
    return evidence.limits.sure.max_wrong.form


def _pattern(letters: Sequence[str]) -> list[int]:
    """Which letters are the same, in order of appearance; repeats in a row count once."""
    row = [letter for letter, _ in groupby(letters)]
    order = list(dict.fromkeys(row))
    return [order.index(letter) for letter in row]
