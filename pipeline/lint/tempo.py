"""Tempo in numbers; 1/2, 2, 2/3 and 3/2 of the measured one named as such."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import TEEN, TEN, UNIT, WORDS, number
from pipeline.lint.passage import Claim, Judged, Passage, extractor, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.times import time_mentions, window_of
from schemas.facts import MusicFacts, Tempo, TempoSection
from schemas.lint import Finding
from schemas.tolerance import TempoRelation, tempo_relation, tempo_tolerance_bpm

_NUMBER = rf"(?<![\d:/.])(?:\d{{2,3}}(?:\.\d+)?(?![\d:/])|\b{WORDS}\b)"
# "116 to the minute", "180 crotchets a minute".
_UNIT = (
    r"(?:b\.p\.m\.|bpm\b|(?:(?:beats?|crotchets?|quarters?|quarter[ -]notes?|pulses|clicks|taps"
    r"|ticks)[ -])?(?:per|a|an|every|each|to the|to a|in a|in each|in every|in one)[ -]minute\b)"
)
_HALF = r"(?P<half>[ -]and[ -]a[ -]half)?"
_STATED = Pattern(
    rf"(?:(?P<region>low|mid|high|upper|lower)[ -])?(?P<low>{_NUMBER}){_HALF}(?P<decade>'?s)?"
    rf"(?:\s*(?:bpm\s*)?(?P<to>-|to|and|or)\s*(?:about |around |roughly |~)?(?P<high>{_NUMBER}))?"
    rf"(?:[ -]?ish| or so|[ -]odd)?\s*[-(]?\s*{_UNIT}",
    re.I,
)
_HEDGE = (
    r"(?:\s|is|was|of|:|=|- |at|in|a|an|the|same|holds?|holding|maintained|kept"
    r"|sits?|stays?|remains?|hovers?|lies|falls|steady|around|about|"
    r"near(?:ly)?|approximately|roughly|approx\.?|circa|ca\.|~|\*|\(|\|"
    r"|constant|consistent|stable|unchanged"
    r"|, it(?:'s| is)|set|consistently|marked|listed|given|described|estimated|measured|as|to be"
    r"|to)"
)
_UNIT_WORD = Pattern(r"b\.?p\.?m|minute", re.I)
_UNIT_AFTER = Pattern(rf"\s*{_UNIT}", re.I)
_NAMED = Pattern(
    r"\b(?:bpm|tempo|beats per minute)(?:\s+estimate|\s+\([a-z ]{3,20}\))?"
    rf"(?:\s+(?:of|for) (?:the|this) \w+)?{_HEDGE}{{1,12}}"
    rf"(?:(?P<region>low|mid|high|upper|lower)[ -])?(?P<low>{_NUMBER})(?P<decade>'?s\b)?"
    rf"(?:\s*(?P<to>-|to|and)\s*(?P<high>{_NUMBER}))?"
    r"(?!\s*(?:seconds?|minutes?|s\b|bars?|times|%|beats? (?:in|to|per)|sections?|chords?"
    r"|percent))",
    re.I,
)
_NOTE_VALUE = Pattern(
    rf"(?:♩\.?|\b(?:quarter|crotchet)(?:[ -]note)?)\s*=\s*(?:c\.?\s*|~\s*)?(?P<low>{_NUMBER})", re.I
)
# "Two-twelve", "one-oh-four", "one-three-eight"; but "one-two-three" counts.
_SPOKEN = (
    rf"(?:\b(?:one|two)[ -](?:oh[ -](?:{UNIT})|(?:{TEN})(?:[ -](?:{UNIT}))?|{TEEN})\b"
    rf"|\b(?!one-two-three|one-four-five|one-five|two-four|one-three-five)(?:one|two)-(?:{UNIT})-"
    rf"(?:{UNIT})\b(?!-))"
)
# A number without unit or noun is a tempo where its verb says so: "it sinks to 61", "still 78".
_ALONE = (
    r"(?:(?=\s*(?:[.,](?!\d)|[;:!?)]|$| - ))"
    r"|(?=,? (?:and|but|or (?:so|thereabouts)|for|at|from|by|until|till|throughout|all|the (?:whole"
    r"|entire)|with|while|when|where|as|once|before|after|again|now|here|there|then|through|over"
    r"|across|on the (?:nose|dot|button|metronome|click|clock)|give or take|exactly|like|because|so"
    r"|in(?! (?:\d{4}|number|age|total|all|size|weight|length|rows?)\b)|under(?:neath)?|to the|it"
    r"|this|though"
    r"|although|yet|if|than?|on (?:my|your|a|any) (?:metronome|phone|watch|clock|app|click))\b))"
)
_BARE = Pattern(
    rf"(?<![\w:/.,'#$-])(?P<low>\d{{2,3}}(?:\.\d+)?|{_SPOKEN}|\b{WORDS}\b){_HALF}"
    rf"(?:[ -]?ish)?{_ALONE}",
    re.I,
)
_ABOUT = (
    r"(?:(?:about|around|roughly|nearly|almost|approximately|some|maybe|perhaps|say|just|barely"
    r"|only"
    r"|exactly|precisely|something like|close to|near|circa|over|under|above|below|past|shy of"
    r"|right|an? (?!ripe|young|old|total)[\w-]+|at|~) ?){0,4}"
)
_QUICK = (
    r"(?:slow|fast|quick|brisk|steady|unchanging|constant|even|easy|gentle|stately|leisurely"
    r"|relentless|unhurried|courtly|lazy"
    r"|solid|strict|driving|galloping|loping|blistering|breakneck|rock-steady|unwavering|moderate"
    r"|walking|ambling|plodding|rolling|metronomic)"
)
_BACK = r"(?: (?:\w+ly|right|back|up|down|on|off|over|straight|ahead|it|things|everything|gait))*"
_MOVES = (
    r"(?:ris(?:es?|en|ing)|rose|(?:climb|jump|leap|lift|nudg|kick|push|step|creep|inch|edg|bump"
    r"|shoot"
    r"|surg|gallop|quicken|accelerat|speed|drop|sink|dip|sag|eas|slacken|slow|settl|relax|halv"
    r"|doubl"
    r"|slid|slip|plung|tumbl|plummet|pull|drift|shift|switch|chang|spring|fall|ramp|crank|notch)"
    r"(?:e?s|e?d|ped|ging|ping|ing|e|t)?|sped|fell|sank|sunk|sprang|sprung|crept|shot"
    r"|(?:go|goes|going|went|com(?:es?|ing)|came|mov\w+|build\w*|tak(?:es?|ing)|took|brings?"
    r"|brought|pick\w*|wind\w*|wound|return\w*) (?:it )?(?:up|down|back|on))"
)
_MOVES_TO = Pattern(
    rf"(?:\b{_MOVES}{_BACK}|(?:^|[,;:] )(?:and |then )?(?:back|up|down)(?: (?:up|down))?)"
    rf" (?:in)?to {_ABOUT}$",
    re.I,
)
_SITS_AT = Pattern(
    r"(?:\b(?:sit|stay|remain|hold|held|hover|cruis|go|going|run|mov|tick|chug|trot|trundl|march"
    r"|lop"
    r"|lumber|roll|lock|set|clock|settl|land|pin|keep|kept|tak|took|play|puls|click|swing|start"
    r"|begin"
    r"|open|end|driv|groov|skip|strid|stroll|walk|ambl|plod|crawl|rac|gallop|hurtl|charg|barrel"
    r"|pound"
    r"|thump|bounc|rock|sway|drift|float|flow|glid|coast|travel|proceed|rid|return|continu|put"
    r"|arriv"
    r"|pac|count)(?:e?s|es|e?d|ped|ting|ing|e)?"
    r"(?: (?:it|this|that|them|along|on|in|by|steady|right|again|out|off|away|back|up|down|\w+ly))*"
    rf" (?:at|around|about|near|(?<=(?:nd|le|ck)s )on) {_ABOUT}"
    # "Quick: 178", "a crawl, about 58".
    r"|\b(?:slow|fast|laz|quick|brisk|stead|eas|live|moderate|medium|middling|unhurried|leisurely"
    rf"|stately|relaxed|crawl|amble|trot|gallop|walk|tempo|pace|pulse|speed)\w*[:,] {_ABOUT}"
    r"|\b(?:it|that|this|we|pulse|beat|groove)(?:'s| is|'re| are| feels)"
    rf"(?: (?:still|now|only|just|all|back|up|down|again))* {_ABOUT}"
    rf"|(?<!he is )(?<!he's )(?<!I'm )(?<! are )(?<!'re )\bstill {_ABOUT}"
    r"|\b(?:I|you|we|one)(?:'d|'ll)? (?:\w+ (?:along|it|out|my foot) (?:with [^,;.]{1,25} )?and"
    r" (?:gets?|got|count(?:ed)?|land(?:ed)? on)"
    r"|clock\w*|ma(?:k|d)e it|tap(?:ped)?|measured?|call it|call that|put it|reckon)"
    rf"(?: (?:it|that|this|out|on|as))* {_ABOUT}"
    r"|\b(?:metronome|click track|click|stopwatch|tapping)(?: along)? (?:says?|reads?|shows?"
    r"|gives?(?: me)?"
    rf"|agrees?|is|puts it) {_ABOUT}"
    r"|(?:^|, |\(|: )(?:(?:(?:at|about|around|roughly|near|close to|circa) ){1,2}"
    r"|at an? (?!ripe|young|old|total|tender|frail|sprightly)[\w-]+ ))$",
    re.I,
)
# What only a word for a tempo in the sentence makes a tempo: "slow, unchanging 74", "the bass holds
# 96", "I set my metronome and get 84", "same 92 as before".
_WEAK = Pattern(
    r"(?:\b(?:hold|keep|get|got|count|tap|read|giv|clock|find|found|mak|say|show|stay|remain)(?:s"
    r"|es|ed|ting|ping|ing|e)?(?: me| exactly| it)?"
    r"|(?:^|[,;:(] )(?:(?:and|so|then|but|now|still|only|that(?: i|')s|it(?: i|')s|call it|I"
    r"(?: say|'d say| count| make it)) )*"
    rf"|\b(?:the|that|this|exactly|precisely|its|an?) (?:very )?same|\bsame|\b(?:an?|its|that|the"
    rf"|this) {_QUICK}(?:, {_QUICK})*"
    rf"|(?<!\w )\b{_QUICK}(?:,? {_QUICK})*) {_ABOUT}$",
    re.I,
)
_CUE = Pattern(
    r"\b(?:tempo|pace|pulse|speed|bpm|metronome|slow\w*|fast|quick|brisk|steady|tapp?(?:ing|ed)?"
    r"|foot|clip|crotchets?|half-time"
    r"|double-time|unhurried|allegro|andante|adagio|largo|presto|second hand|never (?:moves"
    r"|budges|varies|wavers|changes))\b"
    r"|\bbeats?\b(?! (?:him|her|them|me|us|you)\b)",
    re.I,
)
# "At two fifty-four" is a time, as a rule.
_CLOCK = Pattern(rf"(?:one|two)[ -](?:oh[ -]\w+|(?:{TEN})(?:[ -]\w+)?|{TEEN})", re.I)
# "At a courtly 126", "chopped at 104": whatever is done at it.
_AT = Pattern(
    rf"\bat (?:an? (?!ripe|young|old|total|tender|frail|sprightly|cost|price)[\w-]+"
    rf"(?:,? [\w-]+)? )?{_ABOUT}$",
    re.I,
)
_SET_TO = Pattern(
    rf"\b(?:set|sync|lock|dial|wind|tune|pin|match|beat-?match|pitch)\w* (?:(?:the|my|your"
    rf"|our) )?(?:decks?|metronomes?|click|clock|turntables?|pulse|tempo)?"
    rf" ?(?:to|at|on) {_ABOUT}$"
    rf"|\b(?:cut|cuts|slash\w*|chop\w*|slam\w*|bring\w*|knock\w*|yank\w*|haul\w*|drag\w*|throw\w*"
    rf"|halv\w*) (?:it|things|the (?:tempo|pace|speed|pulse)|everything)"
    rf"(?: \w+){{0,3}},? (?:down |up |back )?to {_ABOUT}$",
    re.I,
)
_FROM_TO = Pattern(
    rf"\bfrom (?P<low>\d{{2,3}}|{_SPOKEN}|\b{WORDS}) (?:(?:right|straight|back|clean|up|down"
    rf"|all the way) ){{0,2}}to"
    rf" (?:about |around )?(?P<high>\d{{2,3}}|{_SPOKEN}|\b{WORDS}\b)(?:[ -]?ish)?{_ALONE}",
    re.I,
)
_MOVING = Pattern(rf"\b(?:{_MOVES}|tempo|pace|bpm|speed)\b", re.I)
# "You'd swear it's 140".
_SWORN = Pattern(
    r"\b(?:you|one|I|we|anyone)(?:'d| would| might| could) (?:\w+ )?(?:swear|think|guess|believe"
    r"|say|expect|call|take|bet)\b(?![^.;]*\bsay[,:]? about)[^.;:]{0,40}$",
    re.I,
)
# "The volume drops to 60", "it climbs to 40 in the charts".
_OF_ELSE = Pattern(
    r"\b(?:volume|level|loud\w*|quiet\w*|filter|cut-?off|charts?|gain|percent|decibels?|peak (?:of"
    r"|at)"
    r"|LU|LUFS|dB\w*|Hz|frequency|aged?|years?|bars?|measures?|seconds|number of|listeners|voices"
    r"|temperature|thermometer|degrees|knob|dial|fader|reverb|compressor|threshold|shelf|sub"
    r"|low end"
    r"|woofer|kick|turntable|vinyl|disc|crowd|orchestra|takes|highway|road|street|motorway"
    r"|miles|narrator"
    r"|cost\w*|price\w*|sold|tickets?|capacity|boost\w*|EQ\w*|shelv\w*|rolls? off|rolled off"
    r"|high-?pass\w*|low-?pass\w*|cross\w*"
    r"|hum|hiss|seats|club|hall|stadium|church|retir\w*|interest|tax|heart rate|temperatures?"
    r"|discs?|pages?|tuned|pitched"
    r"|best played|players|singers|streams|views|places?|pan\w*|velocity|rpm|born|died|score\w*"
    r"|range)\b",
    re.I,
)
# "At around 60, he found a new voice".
_OF_PERSON = Pattern(r",? (?:he|she|his|her|I|they) (?!count)", re.I)
_OLDEST = 105
_OWN_CLAUSE = Pattern(r"[;:]|,? (?:and|but|while|as) (?:it|they|we|you|I|the|he|she)\b|,")
_SLOWEST_BARE, _FASTEST_BARE = 38, 260
FEEL = Pattern(
    r"\b(half|double)[- ]?time (?:drums|feel|groove|pulse|beat|backbeat|count|of|at)\b"
    r"|\b(?:in|as|to|into) (half|double)[- ]?time\b"
    r"|\b(half|double|twice) the (?:tempo|speed|pulse)",
    re.I,
)
# "Without changing its 148 BPM pulse".
_UNCHANGED = Pattern(
    r"\bwithout (?:\w+ly |ever )?(?:chang|leav|disturb|touch|alter|mov|abandon|los|budg)ing "
    r"(?:from )?"
    r"(?:its|the|that|this) (?:steady |same )?$",
    re.I,
)
_PERSON = Pattern(
    r"\b(?:he|she|singer|composer|player|drummer|pianist|father|mother|man|woman|who)\b(?! "
    r"(?:count|play|tap|tick))[^.;]{0,40}$|\b(?:dies|born|aged)\b",
    re.I,
)
_SPEEDING = Pattern(
    r"\b(?:from\b[^.;,]{0,30}|(?:accelerat\w+|speed\w*|slow\w*|decelerat\w+)\b[^.;]*)$", re.I
)
# Ours, tuned on the table of sentences: "between 90 and 130 BPM" says too little, and
# "from 100 to 104 BPM" is a range, no change.
_WIDEST_RANGE, CHANGE = 1.35, 1.08
# Ours: a shorter stretch of another tempo is a fill or an error.
_SHORTEST_SECTION_S = 5.0


@dataclass(frozen=True)
class TempoClaim(Claim):
    """A tempo that a text states, in beats per minute; low and high are equal for one number.

    Attributes
    ----------
    low_bpm, high_bpm : float
    feel : str or None
        ``half`` or ``double`` where the sentence speaks of half-time or double-time.
    is_reached : bool
        Whether the tempo is said to move there: ``it sinks to 61``.
    """

    low_bpm: float
    high_bpm: float
    feel: str | None = None
    is_reached: bool = False

    @property
    def bpm(self) -> float:
        """The middle of the range."""
        return (self.low_bpm + self.high_bpm) / 2


@extractor
def tempo_claims(passage: Passage) -> Iterator[TempoClaim]:
    """Tempi in numbers that a text states of the music.

    Those that are denied or belong to something else are none: ``unlike a 120 BPM house track``.
    """
    found: list[TempoClaim] = []
    matches = chain(
        passage.near(_UNIT_WORD, _STATED),
        _NAMED.finditer(passage.text),
        _NOTE_VALUE.finditer(passage.text),
    )
    for match in matches:
        for claim in _claims(passage, match):
            if not claim.touches(found):
                found.append(claim)
    for claim in chain(_moves_between(passage), _bare_claims(passage)):
        if not claim.touches([*found, *time_mentions(passage)]):
            found.append(claim)
    kept = [each for each in found if _UNCHANGED.search(passage.before(each.start, 40))]
    sworn = [each for each in found if _SWORN.search(passage.before(each.start, 60))]
    return chain(kept, passage.stated(each for each in found if each not in kept + sworn))


def check_tempo(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated tempi against the measured ones."""
    for claim in tempo_claims(passage):
        window = window_of(passage, claim, evidence)
        yield passage.finding(claim, "tempo", _judge(claim, window, evidence))


def _bare_claims(passage: Passage) -> Iterator[TempoClaim]:
    """Tempi without a unit, told by the words before them and by nothing that follows."""
    for match in _BARE.finditer(passage.text):
        start, end = match.span()
        bpm = _low(match)
        before = passage.before(start, 70)
        if not _SLOWEST_BARE <= bpm <= _FASTEST_BARE:
            continue
        lead = _MOVES_TO.search(before) or _SITS_AT.search(before) or _SET_TO.search(before)
        if not lead:
            lead = _AT.search(before)
            if lead and _PERSON.search(_OWN_CLAUSE.split(passage.before(start))[-1]):
                continue
            is_clock = _CLOCK.fullmatch(match["low"])
            if lead and is_clock and not _CUE.search(passage.before(start) + passage.after(end)):
                continue
        if not lead and (lead := _WEAK.search(before)):
            first, last = passage.sentence(start)
            outside = passage.text[first:start] + " " + passage.text[end:last]
            if not _CUE.search(outside):
                continue
        if not lead:
            continue
        around = (
            _OWN_CLAUSE.split(passage.before(start))[-1] + _OWN_CLAUSE.split(passage.after(end))[0]
        )
        is_age = bpm <= _OLDEST and _OF_PERSON.match(passage.after(end))
        if not is_age and not _OF_ELSE.search(around):
            feel = _feel(passage, start, end)
            at = start - len(lead[0].lstrip(" ,;:("))
            yield TempoClaim(at, end, bpm, bpm, feel, is_reached=_MOVES_TO.gave(lead))


def _moves_between(passage: Passage) -> Iterator[TempoClaim]:
    """Both tempi of "it kicks from 112 up to 168"."""
    for match in _FROM_TO.finditer(passage.text):
        low, high = _value(match["low"]), _value(match["high"])
        around = passage.before(match.start(), 60) + " " + passage.after(match.end(), 30)
        is_tempo = _MOVING.search(around) and not _OF_ELSE.search(around)
        if is_tempo and all(_SLOWEST_BARE <= each <= _FASTEST_BARE for each in (low, high)):
            yield TempoClaim(match.start("low"), match.end("low"), low, low)
            yield TempoClaim(match.start("high"), match.end("high"), high, high, is_reached=True)


def _low(match: re.Match[str]) -> float:
    is_half = "half" in match.re.groupindex and match["half"]
    return _value(match["low"]) + (0.5 if is_half else 0.0)


def _value(words: str) -> float:
    """Value of a number, also where it is spoken figure by figure."""
    first, *rest = words.lower().replace("-", " ").split()
    if first not in ("one", "two") or not rest or rest[0] == "hundred":
        return number(words)
    values = [number(each) for each in rest if each != "oh"]
    is_by_figure = len(values) == 2 and values[0] < 10
    return 100 * number(first) + (10 * values[0] if is_by_figure else values[0]) + sum(values[1:])


def _claims(passage: Passage, match: re.Match[str]) -> list[TempoClaim]:
    groups = match.groupdict()
    low = _low(match)
    high = number(groups["high"]) if groups.get("high") else low
    if groups.get("decade"):
        part = (groups["region"] or "").lower()
        low, high = {"low": (0, 4), "lower": (0, 4), "mid": (3, 7)}.get(
            part, (6, 9) if part else (0, 9)
        )
        low, high = low + number(groups["low"]), high + number(groups["low"])
    if not 20 <= min(low, high) <= max(low, high) <= 400:
        return []
    feel = _feel(passage, *match.span())
    is_change = groups.get("high") and not 1 / CHANGE < high / low < CHANGE
    if is_change and _SPEEDING.search(passage.before(match.start())):
        middle = match.end("low")
        if unit := _UNIT_AFTER.match(passage.text, middle):
            middle = unit.end()
        return [
            TempoClaim(match.start("low"), middle, low, low, feel),
            TempoClaim(match.start("high"), match.end(), high, high, feel),
        ]
    start = match.start("low") if _STATED.gave(match) else match.start()
    return [TempoClaim(start, match.end(), min(low, high), max(low, high), feel)]


def _feel(passage: Passage, start: int, end: int) -> str | None:
    around = passage.before(start, 60) + " " + passage.after(end, 40)
    match = FEEL.search(around)
    if match is None:
        return None
    return "half" if "half" in match[0].lower() else "double"


def _judge(claim: TempoClaim, window: tuple[float, float] | None, evidence: Evidence) -> Judged:
    tempo = evidence.facts.tempo
    if tempo is None:
        if is_beatless(evidence.facts):
            return "wrong", "beatless", "No regular beat was found in the music."
        return "uncheckable", "not_measured", "The tempo was not measured."
    if claim.high_bpm > _WIDEST_RANGE * claim.low_bpm:
        return "uncheckable", "too_wide", f"The range is too wide to be held against {tempo.bpm:g}."
    long = long_sections(tempo)
    then = [s for s in long if window and s.start_s < window[1] and s.end_s > window[0]]
    is_sure = tempo.q_value <= evidence.limits.sure.max_wrong.tempo
    if is_sure and then and len({round(each.bpm) for each in long}) > 1:
        return _judge_then(claim, then, evidence.limits)
    relation = _relation(claim, [tempo.bpm, *(each.bpm for each in long)], evidence.limits)
    fact = f"The measured tempo is {tempo.bpm:.1f} BPM, with a chance of {tempo.p_right:.2f}."
    if relation == "right":
        return ("right", "right", fact) if is_sure else ("uncheckable", "unsure", fact)
    chance = _chance(claim, tempo, evidence.limits)
    if chance > evidence.limits.sure.max_wrong.tempo:
        return "uncheckable", "ambiguous", f"{fact} The stated one has a chance of {chance:.2f}."
    return "wrong", relation, fact


def _chance(claim: TempoClaim, tempo: Tempo, limits: Limits) -> float:
    """Chance that a claim which the measured tempo contradicts is right."""
    agreeing = [each for each in tempo.levels if _relation(claim, [each.bpm], limits) == "right"]
    if agreeing:
        return sum(each.p_right for each in agreeing)
    return max(0.0, 1.0 - tempo.p_right - sum(each.p_right for each in tempo.levels))


def _judge_then(claim: TempoClaim, then: list[TempoSection], limits: Limits) -> Judged:
    fact = "The measured tempo is then " + ", ".join(f"{s.bpm:.1f}" for s in then) + " BPM."
    relation = _relation(claim, [section.bpm for section in then], limits)
    code = "wrong_tempo_at_time" if relation == "wrong_tempo" else relation
    return right_or(code, fact, relation == "right")


def _relation(claim: TempoClaim, candidates: list[float], limits: Limits) -> TempoRelation:
    """What the claim is of the candidate that suits it best."""
    relations = []
    for bpm in candidates:
        slack = tempo_tolerance_bpm(bpm, limits.tempo)
        if claim.low_bpm - slack <= bpm <= claim.high_bpm + slack:
            return "right"
        relation = tempo_relation(claim.bpm, bpm, limits.tempo)
        if claim.feel and relation == f"{claim.feel}_tempo":
            return "right"
        relations.append(relation)
    return next((each for each in relations if each != "wrong_tempo"), "wrong_tempo")


def long_sections(tempo: Tempo) -> list[TempoSection]:
    """Stretches of one tempo, without fills and errors."""
    return [each for each in tempo.sections if each.end_s - each.start_s >= _SHORTEST_SECTION_S]


def is_beatless(facts: MusicFacts) -> bool:
    """Whether the tempo is null because no beat was found, or no regular one."""
    reasons = {each.reason for each in facts.unmeasured if each.field == "tempo"}
    return facts.tempo is None and bool(reasons & {"beatless", "free_time"})
