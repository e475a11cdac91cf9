"""Moments and stretches that a text names, and the moment that a claim is about."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.lint.durations import duration_claims
from pipeline.lint.evidence import Evidence
from pipeline.lint.lengths import BARE_SECONDS, TIME_WORDS, DurationClaim
from pipeline.lint.numbers import NUMBER, ORDINALS, TEEN, UNIT, clock_s, number
from pipeline.lint.passage import Claim, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import PART, WORK
from schemas.lint import Finding

_CLOCK = (
    r"(?<![\d:./])(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:\.\d+)?(?!:?\d|\s?(?:[ap]\.?m\b|ratio"
    r"|compression|(?:tempo|metre|meter|time signature|polyrhythm|bars?)\b"
    r"(?! (?:change|shift|drop))))"
)
_SECONDS = (
    # "Borrowed from 1990s house" names a decade.
    rf"\b(?!(?:(?:19|20)\d"
    rf"|[2-9])0s (?!in\b)[a-z]){NUMBER}(?:[ -](?:and[ -]a[ -]half[ -])?)?(?:\s?s\b|\s?secs?\b"
    rf"|[ -]?seconds?\b"
    rf"|[ -]?minutes?\b(?:(?:[ -]and)?[ -](?:a[ -]half\b|{NUMBER}[ -]seconds?\b|{BARE_SECONDS}))?)"
)
_NEAR = (
    r"(?:(?:about|around|roughly|approximately|nearly|almost|just (?:past|before|after)|the|~)\s*)*"
)
_RANGE = Pattern(
    rf"(?:(?P<lead>from|between)\s+)?{_NEAR}(?P<start>{_CLOCK})\s*(?:-|to|and|until|till"
    rf"|through)\s*{_NEAR}"
    rf"(?P<end>{_CLOCK})",
    re.I,
)
_SECONDS_RANGE = Pattern(
    rf"(?:from|between)\s+(?!the \d0s\b){_NEAR}(?P<start>{NUMBER})(?:\s?s|[ -]seconds?)?\s*(?:-"
    rf"|to|and"
    rf"|until)\s*{_NEAR}"
    rf"(?P<end>{NUMBER})(?:\s?s\b|[ -]seconds?\b)",
    re.I,
)
_POINT = Pattern(
    rf"(?:(?P<lead>from|after|since|until|till|(?<!\w )up to|before|by|at|starting at|beginning at)"
    r"\s+)?"
    rf"(?:about|around|roughly|approximately|nearly|almost|the|~|\s)*(?P<at>{_CLOCK})",
    re.I,
)
_SECONDS_POINT = Pattern(
    rf"\b(?P<lead>from|after|until|till|before|by|at"
    # "The tempo changes around 1 minute".
    r"|(?:(?<=changes )|(?<=begins )|(?<=starts )|(?<=ends )|(?<=enters )|(?<=occurs )|(?<=comes ))"
    # "The end of the recording is around 2 minutes".
    r"(?:around|about)|(?<= is )(?:around|about|approximately|roughly))"
    rf"\s+{_NEAR}(?P<at>{_SECONDS})"
    rf"(?!\s+(?:of|long|each|apiece|an? (?:chord|bar|note|beat|round|cycle|step)|at a time|later"
    rf"|earlier|before|after|per|on average))|"
    rf"(?P<at2>{_SECONDS})\s+(?:in|into|mark|on(?=,))\b(?! (?:the|an?) (?:film|movie|set|album|show"
    rf"|concert)\b)|(?P<at3>{_SECONDS})[ -]mark\b"
    # "At the 2nd minute".
    rf"|(?<!\d )(?<!y )\b(?P<at7>a minute(?: and a half)?) in(?:to)?\b"
    r"|\bat (?:about |around )?(?P<at10>a minute(?: and a half)?)(?! (?:of|to|per|and|a)\b)"
    # "Around three minutes a cluster thins"; "around three minutes long" tells how long.
    rf"|(?:^|(?<=[,;:.!?] )|(?<=somewhere ))(?:around|about)\s+(?P<at8>{NUMBER}(?: and a half)?"
    r" minutes)(?! (?:of|long|in length)\b)"
    rf"|\b(?:near|towards?|just past|shortly after)\s+(?P<at9>{_SECONDS})"
    # "At two fifty-four".
    rf"|\b(?:at|by|until|till|from|around) (?P<told>(?!one\b|two (?:ten|eleven|twelve|twenty)\b)"
    rf"(?:{UNIT}))[ -](?P<told_s>(?:twenty|thirty|forty|fifty)(?:[ -](?:{UNIT}))?|oh[ -](?:{UNIT})"
    rf"|(?!sixteen|eight\b|four\b|two\b){TEEN})(?=\s*(?:[.,;:!)]|$)| (?:the|an?|it|and|with|on"
    rf"|she|he"
    r"|they|comes?|there|as|where|when|its)\b)"
    rf"|\bat half past (?P<past>{UNIT})\b"
    r"|\b(?:at|from|by|after|until|in|into|during|around|about|near|towards?|past) the"
    rf" (?P<at4>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
    r" minute\b"
    r"|\b(?:at|from|by|until) minute (?P<at5>\d{1,2})\b"
    rf"|\bthe (?:first|opening|(?P<last>last|final|closing)) (?P<at6>{NUMBER} (?:seconds"
    rf"|minutes)\b|minute\b(?!-))",
    re.I,
)
# "It spans the song from 0:00 to 3:27", "it runs to 6:35" tell of the length, too.
_TO_MOMENT = Pattern(r"(?<!\d)0:00|\b(?:runs|extends|stretches|goes on|carries on) to \d", re.I)
# "The time signature of the song is 4:47."
_NO_TIME_BEFORE = Pattern(
    r"\b(?:signature|met(?:re|er)|tempo|speed|pace|bpm)"
    r"(?: (?:of|in|for) (?:the|this) \w+(?: \w+)?)?(?: is| was|:) ?"
    r"(?:\w+ly )?$",
    re.I,
)
# "Faster by 12 minutes", "the tempo changes from 48 seconds to 72 seconds".
_NO_SECONDS_BEFORE = Pattern(
    r"\b(?:faster|slower|longer|shorter|louder|quieter|increas\w+|decreas\w+) $"
    r"|\b(?:tempo|pace|speed|bpm) (?:(?:is|has) )?(?:\w+ly )?"
    r"(?:chang|shift|increas|decreas|go|vari|rang|mov|drop|ris)\w* (?:\w+ly )?$",
    re.I,
)
# "He holds the note for 0:20": a length is no time.
_LENGTH_BEFORE = Pattern(
    r"\b(?:for|lasts|lasting)(?: (?:about|around|roughly|nearly|almost|just|over|under))* $", re.I
)
# "Seven and a half minutes long (7:27)".
_APPOSED = Pattern(r"\s*[,(:-]\s*(?:or |exactly |precisely )?")
_ABOUT = ("about", "around", "approximately", "roughly")
_IS = Pattern(r" is $")
_IS_AT = Pattern(
    rf"\b(?:start|end|beginning|middle|climax|peak|{PART})"
    rf"(?: of (?:the|this|its|our) (?:\w+ )?(?:{WORK}|music))? is $",
    re.I,
)
_UNTIL = ("until", "till", "up to", "before", "by")
_LAST = "last"
_ONWARD = ("from", "after", "since", "starting at", "beginning at")
# "She wakes at half past four", "the train leaves at three fifteen".
_OF_DAY = Pattern(
    r"\b(?:morning|afternoon|o'clock|trains?|bus|alarm|lyrics?|wakes?|meet me|the hour"
    r"|bars close)\b"
    r"|, s?he (?:sings|raps)\W*$",
    re.I,
)
# How far "from 1:05" or "until 1:05" reaches, s; ours, tuned on the table of sentences.
_ONWARD_S = 5.0
_ADJACENT = Pattern(r"\s+\(?(?:near |right )?")
# "A minute in".
_ONE = Pattern(r"^(?:a )?(?=minute)", re.I)
_AS_TOLD = ("at", "at2", "at3", "at6", "at7", "at8", "at9", "at10")
_PART = Pattern(
    rf"(?P<n>{NUMBER})(?P<and_half>[ -]and[ -]a[ -]half)?"
    r"(?:[ -]?(?P<unit>seconds?|secs?|s|minutes?)\b|$)(?P<half>[ -]and[ -]a[ -]half)?",
    re.I,
)


_ENDS = Pattern(r"\b(?P<name>intro(?:duction)?|outro|coda)\b", re.I)
_NEAR_END = Pattern(r"\s*(?:\(|:|at|from|begins at|starts at|runs from|\[|,|-|\*)*\s*")
# Shares of the track; ours: an intro later, or an outro earlier, is none.
_LATEST_INTRO, _EARLIEST_OUTRO = 0.25, 0.5


@dataclass(frozen=True)
class TimeMention(Claim):
    """A moment or a stretch that a text names.

    Attributes
    ----------
    start_s, end_s : float
        When; equal for a moment.
    lead : str
        Such as ``from`` or ``until``, or empty; ``last`` where it is counted from the end.
    """

    start_s: float
    end_s: float
    lead: str = ""

    def window(self, slack_s: float) -> tuple[float, float]:
        """Stretch of time that a claim about this moment may be about."""
        if self.end_s > self.start_s:
            return self.start_s, self.end_s
        if self.lead == _LAST:
            return math.inf, math.inf
        if self.lead in _UNTIL:
            return self.start_s - _ONWARD_S, self.start_s
        if self.lead in _ONWARD:
            return self.start_s, self.start_s + _ONWARD_S
        return self.start_s - slack_s, self.start_s + slack_s


@extractor
def time_mentions(passage: Passage) -> list[TimeMention]:
    """Moments and stretches that a text names; durations are none."""
    taken: list[Claim] = [
        each
        for each in duration_claims(passage)
        if not _TO_MOMENT.search(passage.text, each.start, each.end)
    ]
    found: list[TimeMention] = []
    for pattern, make in (
        (_RANGE, _clock_range),
        (_SECONDS_RANGE, _seconds_range),
        (_POINT, _clock_point),
        (_SECONDS_POINT, _seconds_point),
    ):
        for match in passage.near(TIME_WORDS, pattern):
            mention = make(match)
            before = passage.before(mention.start, 60)
            is_told = pattern is _SECONDS_POINT and (match["told"] or match["past"])
            is_value = (
                _NO_TIME_BEFORE.search(before)
                or (is_told and _OF_DAY.search(passage.text, *passage.sentence(mention.start)))
                or (
                    pattern is _POINT
                    and mention.lead not in _UNTIL
                    and _LENGTH_BEFORE.search(before)
                )
                or (
                    pattern in (_SECONDS_RANGE, _SECONDS_POINT)
                    and mention.lead in ("from", "by")
                    and _NO_SECONDS_BEFORE.search(before)
                )
                # "The length is around 2 minutes".
                or (mention.lead in _ABOUT and _IS.search(before) and not _IS_AT.search(before))
            )
            is_apposed = any(
                _APPOSED.fullmatch(passage.text, each.end, mention.start)
                for each in taken
                # "It lasts two minutes, until 2:11".
                if isinstance(each, DurationClaim)
                and mention.lead not in _UNTIL
                and 0 <= mention.start - each.end < 12
                and TIME_WORDS.search(passage.text, each.start, each.end)
            )
            if not is_value and not is_apposed and not mention.touches(taken):
                taken.append(mention)
                found.append(mention)
    return found


def moment_of(passage: Passage, claim: Claim) -> TimeMention | None:
    """The moment that a claim is about, where its sentence names one."""
    first, last = passage.sentence(claim.start)
    near = [each for each in time_mentions(passage) if first <= each.start < last]
    for each in near:
        if each.start >= claim.end and _ADJACENT.fullmatch(passage.text, claim.end, each.start):
            return each
    before = [each for each in near if each.end <= claim.start]
    if before:
        return before[-1]
    after = [each for each in near if each.start >= claim.end]
    if after and not re.search(r"[,;:]|\b(?:and|but)\b", passage.text[claim.end : after[0].start]):
        return after[0]
    return None


def window_of(passage: Passage, claim: Claim, evidence: Evidence) -> tuple[float, float] | None:
    """Stretch of time, s, that a claim is about, where its sentence names one."""
    moment = moment_of(passage, claim)
    is_known = moment and moment.lead != _LAST
    return moment.window(evidence.limits.time_slack_s) if moment and is_known else None


def check_times(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Whether every time that is named lies within the track, be it asked, denied or stated."""
    duration_s, slack_s = evidence.facts.duration_s, evidence.limits.time_slack_s
    fact = f"The track lasts {duration_s:.1f} s."
    for each in time_mentions(passage):
        if max(each.start_s, each.end_s) > duration_s + slack_s:
            yield passage.finding(each, "time", ("wrong", "past_the_end", fact))
        elif each.end_s < each.start_s:
            yield passage.finding(each, "time", ("wrong", "ends_before_it_starts", fact))
        else:
            yield passage.finding(each, "time", ("right", "right", fact))


def check_ends(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """An introduction that starts late, or an outro in the first half; nothing else is measured."""
    duration_s = evidence.facts.duration_s
    fact = f"The track lasts {duration_s:.1f} s."
    for match in _ENDS.finditer(passage.text):
        near = _NEAR_END.match(passage.text, match.end())
        mention = next(
            (m for m in time_mentions(passage) if near and m.start <= near.end() < m.end), None
        )
        if mention is None or mention.start_s > duration_s + evidence.limits.time_slack_s:
            continue
        is_intro = match["name"].lower().startswith("intro")
        share = mention.start_s / max(duration_s, 1e-9)
        claim = Claim(match.start(), mention.end)
        if is_intro and share > _LATEST_INTRO:
            yield passage.finding(claim, "section", ("wrong", "late_intro", fact))
        elif not is_intro and share < _EARLIEST_OUTRO:
            yield passage.finding(claim, "section", ("wrong", "early_outro", fact))


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
    if minute := match["at4"] or match["at5"]:
        ordinal = minute.lower()
        n = ORDINALS.index(ordinal) + 2 if ordinal in ORDINALS else int(ordinal.rstrip("stndrh"))
        time_s = 60.0 * n
        return TimeMention(*match.span(), time_s, time_s)
    if match["told"]:
        seconds = match["told_s"].lower().removeprefix("oh")
        time_s = 60.0 * number(match["told"]) + number(seconds)
        return TimeMention(*match.span(), time_s, time_s)
    if match["past"]:
        time_s = 60.0 * number(match["past"]) + 30.0
        return TimeMention(*match.span(), time_s, time_s)
    text = next(match[name] for name in _AS_TOLD if match[name])
    text = _ONE.sub("1 ", text)
    time_s = sum(
        (number(part["n"]) + (0.5 if part["half"] or part["and_half"] else 0.0))
        * (60 if (part["unit"] or "").lower().startswith("m") else 1)
        for part in _PART.finditer(text)
    )
    lead = _LAST if match["last"] else (match["lead"] or "").lower()
    return TimeMention(*match.span(), time_s, time_s, lead)
