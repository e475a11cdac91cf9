"""Lengths of time in figures and words, with what makes them rough."""

import math
import re
from dataclasses import dataclass

from pipeline.lint.numbers import NUMBER, TEEN, TEN, UNIT, clock_s, number
from pipeline.lint.passage import Claim
from pipeline.lint.pattern import Pattern

TIME_WORDS = Pattern(
    r"\d:[0-5]\d|\bmin(?:ute)?s?\b|\bsec(?:ond)?s?\b|\d ?s\b|\bhours?\b"
    rf"|\b(?:{UNIT})[ -](?:oh[ -]|{TEN}|{TEEN})|\bhalf past ",
    re.I,
)
"""What every time or duration has in it."""
KIND = (
    r"(?:chant|prayer|mass(?! of)|reel|jig|hornpipe|polka|mazurka|polonaise|minuet|gavotte"
    r"|pavane|galliard"
    r"|prelude|fugue|fantasia|toccata|passacaglia|chaconne|etude|study|sketch|workout|romp|stomp"
    r"|blues|raga|alap|drone|meditation|groove|aria|serenade|rhapsody|overture|suite|symphony"
    r"|concerto|shanty|march|carol|psalm|spiritual|lament|elegy|requiem|motet|madrigal"
    r"|rumba|samba|salsa|merengue|cumbia|fado|flamenco|bachata|chorale|barcarole|berceuse|banger"
    r"|bop|opener|closer|take|reading|arrangement|setting|cover|freestyle|gem|odyssey|opus|affair"
    r"|cue|vignette|haiku|postcard|soundscape|stunner|burner|slow-?burner|beast|monster"
    r"|marathon)"
)
"""Regular expression of other words for the whole, where its length or end is told."""
CLOCK = r"\d{1,2}:[0-5]\d(?::[0-5]\d)?(?!:?\d)"
_TENS = rf"(?:twenty|thirty|forty|fifty)(?:[ -](?:{UNIT}))?"
_ENDS = r"(?=[,.;:!?)\"]|$|"
# "Two minutes fifty-seven"; not the five of "two minutes five chords".
BARE_SECONDS = (
    rf"(?:[1-5]?\d|{_TENS}|{TEEN}|(?:{UNIT})(?! of\b)){_ENDS}"
    r" (?:long|flat|exactly|of|and|in|into|all|from|start|it|this|the|with|without|to|for"
    r"|go|goes|pass|passes|fly|flies|later|on|at|between|is|are|that)\b)"
)
"""Regular expression of seconds after minutes, without their unit."""
_SECONDS_AFTER = rf"\s*(?:,|and)?\s*(?P<sec>{NUMBER})[ -]?(?:seconds?|secs?|s)\b"
_SHARE = r"(?:a[ -]half|(?:a|one|three)[ -]quarters?)"
MINUTES = (
    # "Eleven seconds past two minutes", "ten seconds shy of three".
    rf"(?:(?:(?:(?P<off>{NUMBER}) seconds?|(?P<off_min>(?:half|a (?:quarter|third|tenth) of) a"
    r"|an?|one) minute) (?P<side>past|over|beyond|after|(?:more|longer) than|short of|shy of|under"
    r"|before|(?:less|shorter) than) (?:the )?)?"
    rf"(?P<min>{NUMBER}|half a|a)(?P<half>[ -]and[ -]{_SHARE})?[ -]?"
    r"(?:(?:odd|short|brief|little|long)[ -])?(?:minutes?|mins?)(?![a-z])"
    rf"(?:(?P<half_after>[ -]and[ -]{_SHARE}\b)"
    rf"|{_SECONDS_AFTER}| (?:and )?(?P<bare>{BARE_SECONDS})"
    rf"|(?!{_SECONDS_AFTER.replace('?P<sec>', '?:')})))"
)
"""Regular expression of minutes, and seconds if there are any."""
# "Three twenty-three, all told"; one-twenty is a tempo, too, and five-sixteen a metre.
SPOKEN = (
    rf"(?:(?P<told>(?!one\b)(?:{UNIT}))[ -](?P<told_s>{_TENS}|oh[ -](?:{UNIT})"
    rf"|(?!sixteen)(?:{TEEN})){_ENDS} (?:long|flat|in|all|of|and|from|start|to be)\b))"
)
"""Regular expression of minutes and seconds without a unit."""
ROUGH = (
    r"(?P<rough>,? (?:exactly|precisely|on the dot|or so|give or take|and change|and a bit"
    r"|plus)\b)?"
)
"""Regular expression of what makes a length rough after it, or of nothing."""
SIZED = (
    r"(?:lean|brisk|tight|neat|tidy|trim|taut|swift|compact|concise|spare|modest|generous|leisurely"
    r"|unhurried|spacious|expansive|economical|succinct|patient|long|short|brief)"
)
"""Regular expression of what a length is called between its article and its number."""
HEDGE = (
    r"(?P<hedge>(?:(?:just|a (?:little|bit|touch|hair|shade|tad|good)|slightly|well|about|around"
    r"|approximately|roughly|"
    r"nearly|almost|exactly|under|over|shy of|short of|(?:no )?more than|less than"
    r"|(?:short|long)er than|a total of"
    rf"|an? (?:full|mere|whole|good|solid|{SIZED})|(?:well |far |just )?(?:past|beyond)"
    r"|only|some|precisely|barely|scarcely|not (?:quite|even)|close to"
    r"|(?:north|south|upwards) of|for|~)\s*)*)"
)
"""Regular expression of what makes a length rough before it, or of nothing."""
LENGTH = (
    rf"{HEDGE}(?:(?P<clock>{CLOCK})(?:\s?(?:minutes?|mins?|seconds?|secs?)\b)?|{MINUTES}|{SPOKEN}"
    # "An 80s ballad", "a 1990s track" name a decade.
    rf"|(?P<s>(?!(?:(?:19|20)\d|[2-9])0s (?!long\b|in\b|of\b)[a-z]){NUMBER})"
    rf"(?:\s?s\b|[ -]?seconds?\b)|(?P<hour>{NUMBER}|an?|half an"
    rf"|a quarter of an)[ -]?hours?\b){ROUGH}"
)
"""Regular expression of any length."""
PRECISE_AHEAD = (
    rf"{HEDGE.replace('?P<hedge>', '?:')}(?:[1-9]\d?:|(?:{NUMBER}|a) min\w+"
    rf"(?:,? (?:and )?[\w-]+ sec| {BARE_SECONDS})|{NUMBER}[ -]and[ -]a[ -]half[ -]min)"
)
"""Regular expression of how such a length begins."""
PRECISE = rf"(?={PRECISE_AHEAD}){LENGTH}"
"""Regular expression of a length of a minute or more, told to the second or half minute."""

_UNDER = Pattern(r"under|before|nearly|almost|shy|short|less|no more|not|south")
_OVER = Pattern(r"over|past|beyond|after|more|longer|north|upwards|change|bit$|plus")
_AROUND = Pattern(r"about|around|approx|rough|some|~|close|or so|give")
# "Well past two minutes" leaves open how long.
_FAR = Pattern(r"\b(?:well|far|long) (?:past|beyond|behind|gone|short of)")
_SHARES = (("half", 2), ("third", 3), ("quarter", 4), ("tenth", 10))


@dataclass(frozen=True)
class DurationClaim(Claim):
    """How long the whole track is said to be.

    Attributes
    ----------
    low_s, high_s : float
        A range where the wording leaves it open.
    is_taken_as_known : bool
        What is denied before it (``it never slows in its 4:12``) is not the length.
    """

    low_s: float
    high_s: float
    is_taken_as_known: bool = False


def bounds_s(match: re.Match[str]) -> tuple[float, float]:
    """Shortest and longest that words mean, s, where `match` has the groups of a length."""
    groups = match.groupdict()
    seconds, grain_s = _seconds(groups)
    hedge = f"{groups['hedge']} {groups['rough'] or ''} {groups.get('near') or ''}".lower()
    if groups.get("side") and _UNDER.search(hedge):
        # "Less than half a minute short of four minutes".
        whole_s = _seconds({**groups, "side": None})[0]
        return min(seconds, whole_s), max(seconds, whole_s)
    if _FAR.search(hedge):
        return (0.0, seconds) if _UNDER.search(hedge) else (seconds, math.inf)
    if _UNDER.search(hedge):
        return seconds - max(2 * grain_s, 0.15 * seconds), seconds
    if _OVER.search(hedge):
        return seconds, seconds + max(2 * grain_s, 0.15 * seconds)
    slack_s = grain_s + (0.1 * seconds if _AROUND.search(hedge) else 0.0)
    return seconds - slack_s, seconds + slack_s


def _seconds(groups: dict[str, str | None]) -> tuple[float, float]:
    """Length, and how far the wording is rounded."""
    if clock := groups.get("clock"):
        return clock_s(clock), 0.0
    if told := groups.get("told"):
        return 60 * number(told) + number((groups["told_s"] or "").lower().removeprefix("oh")), 0.0
    if seconds := groups.get("s"):
        return number(seconds), 0.5
    if hours := groups.get("hour"):
        # "An hour" may be ten minutes more or less.
        share = {"an": 1.0, "a": 1.0, "half an": 0.5, "a quarter of an": 0.25}.get(hours.lower())
        return 3600 * (share or number(hours)), 600.0 * min(share or 1.0, 1.0)
    minutes = (groups["min"] or "").lower()
    if side := groups.get("side"):
        off = (groups["off_min"] or "").lower()
        off_s = next((60 / n for word, n in _SHARES if word in off), 60.0)
        off_s = number(groups["off"]) if groups["off"] else off_s
        grain_s = 1.0 if groups["off"] else 5.0
        sign = 1 if _OVER.search(side.lower()) else -1
        return sign * off_s + _seconds({**groups, "side": None})[0], grain_s
    whole_s = 60 * ({"half a": 0.5, "a": 1.0}.get(minutes) or number(minutes))
    if part := groups["half"] or groups["half_after"]:
        part_s = 30.0 if "half" in part else 45.0 if "three" in part else 15.0
        return whole_s + part_s, 15.0
    if rest := groups["sec"] or groups["bare"]:
        return whole_s + number(rest), 0.5
    return whole_s, 30.0 if whole_s % 60 == 0 else 15.0
