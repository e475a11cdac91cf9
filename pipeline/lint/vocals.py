"""Singing where there is none, and music called instrumental that is sung."""

from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Judged, Passage, right_or
from pipeline.lint.sung import first_sung
from pipeline.lint.unsung import denials, is_of_whole
from schemas.lint import Finding


def check_vocals(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """The first claim that there is singing, and the first that there is none."""
    none = next((each for each in denials(passage) if is_of_whole(passage, each)), None)
    if none:
        yield passage.finding(none, "vocals", _judge(evidence, is_claimed=False))
    if sung := first_sung(passage, none):
        yield passage.finding(sung, "vocals", _judge(evidence, is_claimed=True))


def _judge(evidence: Evidence, *, is_claimed: bool) -> Judged:
    if evidence.is_sung is None:
        return "uncheckable", "not_known", "It is not known whether there is singing."
    fact = "There is singing." if evidence.is_sung else "There is no singing."
    code = "no_vocals" if is_claimed else "has_vocals"
    return right_or(code, fact, evidence.is_sung == is_claimed)
