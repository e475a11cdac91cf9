"""Moments and stretches that a text names, and the moment that a claim is about."""

import re
from dataclasses import dataclass

from pipeline.lint.durations import TIME_WORDS, DurationClaim, duration_claims_in
from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Passage, finding, read
from schemas.lint import Finding, Verdict

_CLOCK = (
    r"(?<![\d:./])(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:\.\d+)?(?![\d:]|\s?(?:[ap]\.?m\b|ratio"
    r"|compression))"
)
_SECONDS = (
    rf"\b{NUMBER}(?:[ -](?:and[ -]a[ -]half[ -])?)?(?:\s?s\b|\s?secs?\b|[ -]?seconds?\b"
    rf"|[ -]?minutes?(?:[ -]and[ -](?:a[ -]half|{NUMBER}[ -]seconds?))?\b)"
)
_NEAR = (
    r"(?:(?:about|around|roughly|approximately|nearly|almost|just (?:past|before|after)|the|~)\s*)*"
)
_RANGE = re.compile(
    rf"(?:(?P<lead>from|between)\s+)?{_NEAR}(?P<start>{_CLOCK})\s*(?:-|to|and|until|till"
    rf"|through)\s*{_NEAR}"
    rf"(?P<end>{_CLOCK})",
    re.I,
)
_SECONDS_RANGE = re.compile(
    rf"(?:from|between)\s+{_NEAR}(?P<start>{NUMBER})(?:\s?s|[ -]seconds?)?\s*(?:-|to|and"
    rf"|until)\s*{_NEAR}"
    rf"(?P<end>{NUMBER})(?:\s?s\b|[ -]seconds?\b)",
    re.I,
)
_POINT = re.compile(
    rf"(?:(?P<lead>from|after|since|until|till|before|by|at|starting at|beginning at)\s+)?"
    rf"(?:about|around|roughly|approximately|nearly|almost|the|~|\s)*(?P<at>{_CLOCK})",
    re.I,
)
_SECONDS_POINT = re.compile(
    rf"\b(?P<lead>from|after|until|till|before|by|at)"
    rf"\s+{_NEAR}(?P<at>{_SECONDS})"
    rf"(?!\s+(?:of|long|each|at a time|later|earlier|before|after|per|on average))|"
    rf"(?P<at2>{_SECONDS})\s+(?:in|into|mark)\b|(?P<at3>{_SECONDS})[ -]mark\b",
    re.I,
)
_UNTIL = ("until", "till", "before", "by")
_ONWARD = ("from", "after", "since", "starting at", "beginning at")
_ONWARD_S = 5.0
_ADJACENT = re.compile(r"\s+\(?(?:near |right )?")
_PART = re.compile(
    rf"(?P<n>{NUMBER})[ -]?(?P<unit>seconds?|secs?|s|minutes?)\b(?P<half>[ -]and[ -]a[ -]half)?",
    re.I,
)


@dataclass(frozen=True)
class TimeMention:
    """A moment or a stretch that a text names.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    start_s, end_s : float
        When; equal for a moment.
    lead : str
        Such as ``from`` or ``until``, or empty.
    """

    start: int
    end: int
    start_s: float
    end_s: float
    lead: str = ""

    def window(self, slack_s: float) -> tuple[float, float]:
        """Stretch of time that a claim about this moment may be about."""
        if self.end_s > self.start_s:
            return self.start_s, self.end_s
        if self.lead in _UNTIL:
            return self.start_s - _ONWARD_S, self.start_s
        if self.lead in _ONWARD:
            return self.start_s, self.start_s + _ONWARD_S
        return self.start_s - slack_s, self.start_s + slack_s


def time_mentions(text: str) -> list[TimeMention]:
    """Moments and stretches that a text names, in order; durations are none."""
    passage = read(text)
    return mentions_in(passage, duration_claims_in(passage))


def mentions_in(passage: Passage, durations: list[DurationClaim]) -> list[TimeMention]:
    """`time_mentions` of a passage."""
    taken = [(each.start, each.end) for each in durations]
    found: list[TimeMention] = []
    for pattern, make in (
        (_RANGE, _clock_range),
        (_SECONDS_RANGE, _seconds_range),
        (_POINT, _clock_point),
        (_SECONDS_POINT, _seconds_point),
    ):
        for match in passage.near(TIME_WORDS, pattern):
            mention = make(match)
            if not any(mention.start < end and start < mention.end for start, end in taken):
                taken.append((mention.start, mention.end))
                found.append(mention)
    return sorted(found, key=lambda each: each.start)


def anchor(
    passage: Passage, mentions: list[TimeMention], start: int, end: int
) -> TimeMention | None:
    """The moment that the words at `start` to `end` are about, where the sentence names one."""
    first, last = passage.sentence(start)
    near = [each for each in mentions if first <= each.start < last]
    adjacent = [each for each in near if _ADJACENT.fullmatch(passage.plain[end : each.start])]
    if adjacent and adjacent[0].start >= end:
        return adjacent[0]
    before = [each for each in near if each.end <= start]
    if before:
        return before[-1]
    after = [each for each in near if each.start >= end]
    if after and not re.search(r"[,;:]|\b(?:and|but)\b", passage.plain[end : after[0].start]):
        return after[0]
    return None


def judge_times(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Whether every time that is named lies within the track, be it asked, denied or stated."""
    duration_s = evidence.facts.duration_s
    findings = []
    for each in mentions:
        span = (each.start, each.end)
        code = "right"
        if max(each.start_s, each.end_s) > duration_s + limits.time_slack_s:
            code = "past_the_end"
        elif each.end_s < each.start_s:
            code = "ends_before_it_starts"
        verdict: Verdict = "right" if code == "right" else "wrong"
        said = f"The track lasts {duration_s:.1f} s."
        findings.append(finding(passage, span, "time", verdict, code, said))
    return findings


def clock_s(text: str) -> float:
    """Seconds of ``1:05`` or ``1:02:03``."""
    seconds = 0.0
    for part in text.split(":"):
        seconds = 60 * seconds + float(part)
    return seconds


def _clock_range(match: re.Match[str]) -> TimeMention:
    start_s, end_s = clock_s(match["start"]), clock_s(match["end"])
    return TimeMention(*match.span(), start_s, end_s, (match["lead"] or "").lower())


def _seconds_range(match: re.Match[str]) -> TimeMention:
    return TimeMention(*match.span(), number(match["start"]), number(match["end"]), "from")


def _clock_point(match: re.Match[str]) -> TimeMention:
    time_s = clock_s(match["at"])
    start = match.start("lead") if match["lead"] else match.start("at")
    return TimeMention(start, match.end(), time_s, time_s, (match["lead"] or "").lower())


def _seconds_point(match: re.Match[str]) -> TimeMention:
    text = match["at"] or match["at2"] or match["at3"]
    time_s = sum(
        (number(part["n"]) + (0.5 if part["half"] else 0.0))
        * (60 if part["unit"].lower().startswith("m") else 1)
        for part in _PART.finditer(text)
    )
    return TimeMention(*match.span(), time_s, time_s, (match["lead"] or "").lower())
