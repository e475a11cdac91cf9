"""How long a text says the track is."""

import re
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Passage, finding, read
from schemas.lint import Finding, Verdict

TIME_WORDS = re.compile(r"\d:[0-5]\d|\bmin(?:ute)?s?\b|\bsec(?:ond)?s?\b|\d ?s\b", re.I)
"""What every time or duration has in it."""
_CLOCK = r"\d{1,2}:[0-5]\d(?::[0-5]\d)?(?![\d:])"
_WORK = (
    r"(?:song|track|piece|recording|composition|tune|instrumental|cut|single|number"
    r"|performance|work|ballad|anthem|jam|audio|excerpt|miniature|epic|runtime|journey)"
)
_MINUTES = (
    rf"(?P<min{{i}}>{NUMBER}|half a|a)(?P<half{{i}}>[ -]and[ -]a[ -]half)?[ -]?(?:minutes?|mins?)"
    rf"(?:(?:\s*(?:,|and)?\s*)(?P<sec{{i}}>{NUMBER})[ -]?(?:seconds?|secs?|s)\b)?"
)
_LENGTH = (
    rf"(?:(?P<clock{{i}}>{_CLOCK})(?:\s?(?:minutes?|mins?|min)\b)?|{_MINUTES}"
    rf"|(?P<s{{i}}>{NUMBER})(?:\s?s\b|[ -]?seconds?\b))"
)
_HEDGE = (
    r"(?P<hedge{i}>(?:(?:just|a (?:little|bit|touch|hair)|slightly|well|about|around"
    r"|approximately|roughly|"
    r"nearly|almost|exactly|under|over|shy of|more than|less than|a total of|only|some"
    r"|precisely|for|~)\s*)*)"
)
_NUMBERED = [(_HEDGE + _LENGTH).replace("{i}", str(i)) for i in range(5)]
_PATTERNS = (
    re.compile(
        rf"\b(?:{_WORK}|recording|music|it|this|which|all of it)\s+(?:\w+ly\s+)?(?:that\s+)?"
        rf"(?:lasts?|runs?|clocks in|spans?|is told in|comes in|plays|stretches|is|unfolds over)\s+"
        rf"(?:for\s|at\s|in\s|out to\s|to\s)?\s*{_NUMBERED[0]}(?P<long>\s+(?:long|in length"
        rf"|in total|in duration|from))?",
        re.I,
    ),
    re.compile(rf"\b(?:over|across|within) (?:its|the full|the entire|the whole)"
    rf"\s+{_NUMBERED[1]}", re.I),
    re.compile(rf"\b(?:duration|length|running time|runtime|total time)(?:\s+(?:of|is)"
    rf"|\s*[:=])?\s*{_NUMBERED[2]}", re.I),
    re.compile(rf"(?<![\w.:]){_NUMBERED[3]}"
    rf"[ -](?:long\b|in length\b|(?:\w+[ -]){{0,2}}?{_WORK}\b)", re.I),
    re.compile(rf"\b(?:spanning|lasting|running|clocking in at)\s+(?:for\s)?{_NUMBERED[4]}", re.I),
)  # fmt: skip
_PART_OF_IT = re.compile(
    r"\b(?:intro\w*|outro|solo|bridge|verse|chorus|section|break\w*|chord|note|bar|passage|loop|"
    r"drone|fade|tail|build\w*|interlude|coda|hook|drop|phrase|sample|window|segment|clip"
    r"|riff)s?\b",
    re.I,
)


@dataclass(frozen=True)
class DurationClaim:
    """How long the whole track is said to be, as a range where the wording leaves it open."""

    start: int
    end: int
    low_s: float
    high_s: float


def duration_claims(text: str) -> list[DurationClaim]:
    """What a text says of the length of the whole track."""
    return duration_claims_in(read(text))


def duration_claims_in(passage: Passage) -> list[DurationClaim]:
    """`duration_claims` of a passage."""
    found: list[DurationClaim] = []
    for i, pattern in enumerate(_PATTERNS):
        for match in passage.near(TIME_WORDS, pattern):
            claim = _claim(passage, match, i)
            if claim and not any(claim.start < e.end and e.start < claim.end for e in found):
                found.append(claim)
    return sorted(found, key=lambda each: each.start)


def judge_durations(
    passage: Passage, claims: list[DurationClaim], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Stated lengths against the measured one."""
    duration_s = evidence.facts.duration_s
    findings = []
    for claim in claims:
        if passage.is_set_aside(claim.start, claim.end):
            continue
        is_right = claim.low_s - limits.duration_slack_s <= duration_s
        is_right &= duration_s <= claim.high_s + limits.duration_slack_s
        code = "right" if is_right else "wrong_duration"
        said = f"The track lasts {duration_s:.1f} s."
        span = (claim.start, claim.end)
        verdict: Verdict = "right" if is_right else "wrong"
        findings.append(finding(passage, span, "duration", verdict, code, said))
    return findings


def _claim(passage: Passage, match: re.Match[str], i: int) -> DurationClaim | None:
    groups = {name[:-1]: match[name] for name in match.groupdict() if name.endswith(str(i))}
    if i == 0 and match.group(0).split()[1].lower() == "is" and not match["long"]:
        return None
    if _PART_OF_IT.search(passage.clause_before(match.start())) or _PART_OF_IT.search(match[0]):
        return None
    seconds, grain_s = _seconds(groups)
    low_s, high_s = seconds - grain_s, seconds + grain_s
    hedge = groups["hedge"].lower()
    if re.search(r"under|nearly|almost|shy|less", hedge):
        low_s, high_s = seconds - max(2 * grain_s, 0.15 * seconds), seconds
    elif re.search(r"over|more", hedge):
        low_s, high_s = seconds, seconds + max(2 * grain_s, 0.15 * seconds)
    elif re.search(r"about|around|approx|rough|some|~", hedge):
        low_s, high_s = low_s - 0.1 * seconds, high_s + 0.1 * seconds
    return DurationClaim(*match.span(), low_s, high_s)


def _seconds(groups: dict[str, str | None]) -> tuple[float, float]:
    """Length, and how far the wording is rounded."""
    if clock := groups["clock"]:
        seconds = 0.0
        for part in clock.split(":"):
            seconds = 60 * seconds + float(part)
        return seconds, 0.0
    if groups["s"]:
        return number(groups["s"]), 0.5
    minutes = {"half a": 0.5, "a": 1.0}.get((groups["min"] or "").lower())
    seconds = 60 * (number(groups["min"] or "") if minutes is None else minutes)
    if groups["half"]:
        return seconds + 30, 15.0
    if groups["sec"]:
        return seconds + number(groups["sec"]), 1.0
    return seconds, 30.0 if seconds % 60 == 0 else 15.0
