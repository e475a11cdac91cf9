"""How far a recording is tuned from A = 440 Hz, in cents, in hertz and in words."""

import re
from collections.abc import Iterator
from math import log2

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from schemas.lint import Finding
from schemas.tolerance import TUNING_SLACK_CENTS

_CENTS = Pattern(
    r"(?<![\w.])(?P<n>\d+(?:\.\d+)?) cents? "
    r"(?:(?P<up>sharp\w*|above|higher)|(?:flat\w*|below|lower))\b",
    re.I,
)
_HERTZ = Pattern(r"\bA4? ?(?:=|\bat\b|\bis\b|\bof\b) ?(?P<hz>4\d\d(?:\.\d+)?) ?Hz\b", re.I)
_AT_PITCH = Pattern(
    r"\b(?:tuned|pitched|tuning is|is) (?:(?:exactly|right|very close|close) )?(?:to|at) "
    r"(?:standard )?concert pitch\b",
    re.I,
)
_A4_HZ = 440.0
# Ours: so far from it, nobody takes a tuning for concert pitch.
_OFF_CENTS = 2 * TUNING_SLACK_CENTS


def check_tuning(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated tunings against the measured one."""
    for claim, match in passage.matches(_CENTS):
        cents = float(match["n"]) * (1 if match["up"] else -1)
        yield passage.finding(claim, "tuning", _judged(cents, TUNING_SLACK_CENTS, evidence))
    for claim, match in passage.matches(_HERTZ):
        cents = 1200 * log2(float(match["hz"]) / _A4_HZ)
        yield passage.finding(claim, "tuning", _judged(cents, TUNING_SLACK_CENTS, evidence))
    for claim, _ in passage.matches(_AT_PITCH):
        yield passage.finding(claim, "tuning", _judged(0.0, _OFF_CENTS, evidence))


def _judged(cents: float, slack_cents: float, evidence: Evidence) -> Judged:
    tuning = evidence.facts.tuning
    if tuning is None:
        return "uncheckable", "not_measured", "The tuning was not measured."
    if tuning.q_value > evidence.limits.sure.max_wrong.tuning:
        return "uncheckable", "unsure", "The tuning is not sure."
    # 45 cents sharp are 55 cents flat of the next note.
    off_cents = abs((cents - tuning.cents + 50) % 100 - 50)
    fact = f"It is tuned {tuning.cents:+.0f} cents from A = 440 Hz."
    return right_or("wrong_tuning", fact, off_cents <= slack_cents)
