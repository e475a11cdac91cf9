"""How long a text says the track is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence
from pipeline.lint.numbers import NUMBER, clock_s, number
from pipeline.lint.passage import Claim, Passage, extractor, right_or
from pipeline.lint.sections import WORK, is_of_part
from schemas.lint import Finding

TIME_WORDS = re.compile(r"\d:[0-5]\d|\bmin(?:ute)?s?\b|\bsec(?:ond)?s?\b|\d ?s\b|\bhours?\b", re.I)
"""What every time or duration has in it."""
_CLOCK = r"\d{1,2}:[0-5]\d(?::[0-5]\d)?(?![\d:])"
_MINUTES = (
    rf"(?P<min{{i}}>{NUMBER}|half a|a)(?P<half{{i}}>[ -]and[ -]a[ -]half)?[ -]?(?:minutes?|mins?)"
    rf"(?:(?:\s*(?:,|and)?\s*)(?P<sec{{i}}>{NUMBER})[ -]?(?:seconds?|secs?|s)\b)?"
)
_LENGTH = (
    rf"(?:(?P<clock{{i}}>{_CLOCK})(?:\s?(?:minutes?|mins?|seconds?|secs?)\b)?|{_MINUTES}"
    # "An 80s ballad", "a 1990s track" name a decade.
    rf"|(?P<s{{i}}>(?!(?:(?:19|20)\d|[2-9])0s (?!long\b|in\b|of\b)[a-z]){NUMBER})"
    rf"(?:\s?s\b|[ -]?seconds?\b)|(?P<hour{{i}}>{NUMBER}|an?)[ -]?hours?\b)"
)
_HEDGE = (
    r"(?P<hedge{i}>(?:(?:just|a (?:little|bit|touch|hair)|slightly|well|about|around"
    r"|approximately|roughly|"
    r"nearly|almost|exactly|under|over|shy of|more than|less than|a total of|a full|only|some"
    r"|precisely|for|~)\s*)*)"
)
_NUMBERED = [(_HEDGE + _LENGTH).replace("{i}", str(i)) for i in range(9)]
_ABOUT = r"(?:about |around |approximately |roughly )?"
_MOMENT = rf"(?:{_CLOCK}|{NUMBER} (?:minutes?|seconds?)(?: and {NUMBER} seconds?)?)"
_END = (
    r"(?:ends|finishes|wraps up|is (?:over|done|finished)|concludes|fades out"
    r"|comes to (?:(?:an|its) end|a close)"
    # "It does not end at 2:00" says nothing of 3:00.
    r"|(?:does not|doesn't) (?:end|finish|stop)(?= (?:\w+ ){0,2}?until\b))"
)
_ALL = rf"(?:{WORK}|recording|clip|music|it|this|which|all of it|(?:whole|entire) thing)"
_PATTERNS = (
    re.compile(
        rf"\b{_ALL}(?:'s"
        rf"|\s+(?:\w+ly\s+)?(?:that\s+)?"
        rf"(?:lasts?|runs?|clocks in|spans?|is told in|comes in|plays|stretches|comes to|is"
        rf"|unfolds over|goes|goes on|continues|takes(?: up)?|measures))\s+"
        rf"(?:for\s|at\s|in\s|out to\s|to\s|from 0:00 (?:to"
        rf"|until)\s)?\s*{_NUMBERED[0]}(?P<long>\s+(?:long|in length"
        rf"|in total|in duration|from|of (?:pure|sheer|solid|music\b))\b)?",
        re.I,
    ),
    re.compile(rf"\b(?:(?:over|in|across|within|throughout) (?:the course of )?(?:its|the full"
        rf"|the entire|the whole)|for (?:the|its) (?:full|entire|whole)|over the course of"
        # "In just under two minutes, the song says it all".
        rf"|^in(?= (?:just|only|a little|under|over|barely|less|more)\b[^,.;]*,"
        rf" (?:(?:the|this) (?:{WORK}|band)|it)\b(?! (?:reaches|changes|moves|breaks|drops))))"
    rf"\s+{_NUMBERED[1]}", re.I | re.M),
    re.compile(rf"\b(?:duration|length|(?:running|playing|play) time|runtime|total time)"
    rf"(?:\s+of\s+(?:the|this|our)\s+(?:\w+\s+)?(?:{WORK}|recording))?"
    rf"(?:\s+(?:of|is|comes to|stands at|amounts to)|\W{{0,2}}[:=(-]\W{{0,2}})?"
    rf"\s*{_NUMBERED[2]}", re.I),
    re.compile(rf"(?<![\w.:]){_NUMBERED[3]}"
    rf"[ -](?:long\b|(?:in )?length\b|duration\b|(?:(?!the|this)\w+[ -]){{0,2}}?"
    rf"(?:{WORK}|gem|ride|opus|odyssey)\b)", re.I),
    re.compile(
        rf"(?:\b(?:spanning|lasting|running|clocking in at)|(?:,|\band|\""
        rf"|\b(?-i:[A-Z][\w']+)) (?:lasts"
        rf"|runs for|clocks in at)|\b(?:long|short|brief) {WORK},? (?:at|of))"
        rf"\s+(?:for\s)?{_NUMBERED[4]}", re.I
    ),
    # "It ends at 4:47": the end is the length.
    re.compile(
        rf"\b(?P<ends>(?:{WORK}|music|it|thing) (?:(?:starts|begins"
        rf"|opens) at {_ABOUT}{_MOMENT}(?: and|,) )?"
        rf"(?:\w+ly )?{_END}|the end(?: of the (?:{WORK}|music))? (?:is|comes))"
        rf"(?: (?!before\b)\w+){{0,2}}? (?:(?:at|after|in|past|until) (?:the )?"
        rf"|(?=around\b|about\b)){_NUMBERED[5]}", re.I
    ),
    re.compile(
        rf"\bat {_NUMBERED[6]},? (?P<ends>the (?:{WORK}|music) {_END})\b", re.I
    ),
    # "At 4:47, it is quite long".
    re.compile(
        rf"\bat {_NUMBERED[7]},? (?P<ends>(?:(?:the|this) {WORK} is|it is|it's) (?:an? )?"
        r"(?:\w+ ){0,2}?(?:long|short|brief|lengthy|compact|concise)(?:er)?\b)", re.I
    ),
    # "It is short (1:10)", "the song (3:10) is".
    re.compile(
        rf"\b(?:(?:{WORK}|it)(?: is|'s) (?:\w+ ){{0,2}}?(?:long|short|brief)(?: {WORK})?,? ?"
        rf"(?:at |just |only |\()|^(?:the|this) (?:\w+ )?{WORK} \(){_NUMBERED[8]}", re.I | re.M
    ),
)  # fmt: skip
_IS = re.compile(r"^\w+(?: (?:\w+ly )?is\b|'s )", re.I)
_IS_ELIDED = re.compile(r",|(?:and|it|which)\b", re.I)
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;()]|$|and\b|which\b|(?:in|at) \d+ bpm)", re.I)
# "It takes a minute before the drums come in"; "with the urgency of a two-minute song".
_NOT_ALL_AFTER = re.compile(
    r"\s+(?:before|until|till|for (?:the|it)|to (?!(?:play|finish|end|run|complete|listen))|into"
    r"|(?:at|from) (?:the )?(?:start|beginning|opening))\b",
    re.I,
)
_COMPARED = re.compile(r"\bthe \w+ of an? $", re.I)
_LENGTH_BEFORE = re.compile(r"\b(?:length|duration)\b[^.;]*$", re.I)
_OF_THE = re.compile(r"\bof (?:the|this) $", re.I)
_OF_LESS = re.compile(
    r"\b(?:break\w*|chord|note|bar|loop|drone|fade|tail|build\w*|drop|phrase|sample|window|segment"
    r"|(?<!the )(?<!this )clip|riff)s?\b",
    re.I,
)


@dataclass(frozen=True)
class DurationClaim(Claim):
    """How long the whole track is said to be, as a range where the wording leaves it open."""

    low_s: float
    high_s: float


@extractor
def duration_claims(passage: Passage) -> list[DurationClaim]:
    """What a text says of the length of the whole track."""
    found: list[DurationClaim] = []
    for i, pattern in enumerate(_PATTERNS):
        for match in passage.near(TIME_WORDS, pattern):
            claim = _claim(passage, match, i)
            if claim and not claim.touches(found):
                found.append(claim)
    return found


def check_durations(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated lengths against the measured one."""
    duration_s, slack_s = evidence.facts.duration_s, evidence.limits.duration_slack_s
    fact = f"The track lasts {duration_s:.1f} s."
    for claim in passage.stated(duration_claims(passage)):
        is_right = claim.low_s - slack_s <= duration_s <= claim.high_s + slack_s
        yield passage.finding(claim, "duration", right_or("wrong_duration", fact, is_right))


def _claim(passage: Passage, match: re.Match[str], i: int) -> DurationClaim | None:
    groups = {name[:-1]: match[name] for name in match.groupdict() if name.endswith(str(i))}
    if i == 0 and _IS.search(match[0]) and not match["long"] and not _is_bare(passage, match):
        return None
    if _NOT_ALL_AFTER.match(passage.text, match.end()):
        return None
    if _COMPARED.search(passage.before(match.start())):
        return None
    # What "and lasts" and "it lasts" are said of stands before the clause.
    before = passage.before if _IS_ELIDED.match(match[0]) else passage.clause_before
    around = f"{before(match.start())} {match[0]}"
    if is_of_part(around) or _OF_LESS.search(around.replace("fades out", "")):
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
    # Where it ends is a moment, too.
    span = match.span("ends" if "ends" in match.re.groupindex else 0)
    return DurationClaim(*span, low_s, high_s)


def _is_bare(passage: Passage, match: re.Match[str]) -> bool:
    """Whether ``the track is 3:05.`` is all that is said, and not ``the key of the track is``."""
    is_which = match[0].lower().startswith("which")
    is_length = _LENGTH_BEFORE.search(passage.before(match.start()))
    is_told = is_length or match["clock0"] not in (None, "0:00") or not is_which
    is_end = is_told and _CLAUSE_ENDS.match(passage.text, match.end())
    return bool(is_end) and not _OF_THE.search(passage.before(match.start()))


def _seconds(groups: dict[str, str | None]) -> tuple[float, float]:
    """Length, and how far the wording is rounded."""
    if clock := groups["clock"]:
        return clock_s(clock), 0.0
    if groups["s"]:
        return number(groups["s"]), 0.5
    if hours := groups["hour"]:
        # "An hour" may be ten minutes more or less.
        return 3600 * (number(hours) if hours[0] not in "Aa" else 1.0), 600.0
    minutes = {"half a": 0.5, "a": 1.0}.get((groups["min"] or "").lower())
    seconds = 60 * (number(groups["min"] or "") if minutes is None else minutes)
    if groups["half"]:
        return seconds + 30, 15.0
    if groups["sec"]:
        return seconds + number(groups["sec"]), 1.0
    return seconds, 30.0 if seconds % 60 == 0 else 15.0
