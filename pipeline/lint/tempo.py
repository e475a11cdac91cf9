"""Tempo in numbers; 1/2, 2, 2/3 and 3/2 of the measured one named as such."""

import re
from collections.abc import Iterator
from itertools import chain

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import WORDS, number
from pipeline.lint.passage import Judged, Passage, extractor, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.tempo_bare import MOVES_TO, bare_claims, moves_between
from pipeline.lint.tempo_by_second import by_second
from pipeline.lint.tempo_claim import HALF, TempoClaim, feel_of, low_bpm
from pipeline.lint.times import time_mentions, window_of
from schemas.facts import MusicFacts, Tempo, TempoSection
from schemas.lint import Finding
from schemas.tolerance import TempoRelation, tempo_relation, tempo_tolerance_bpm

_NUMBER = rf"(?<![\d:/.])(?:\d{{2,3}}(?:\.\d+)?(?![\d:/])|\b{WORDS}\b)"
# "116 to the minute", "180 crotchets a minute".
_UNIT = (
    r"(?:b\.p\.m\.|bpm\b|(?:(?:[a-z-]+ ){0,2}(?:beats?|crotchets?|quarters?|quarter[ -]notes?"
    r"|pulses|clicks|taps"
    r"|ticks|of (?:them|these|those))[ -](?:[a-z]+ (?:by )?)?)?(?:per|a|an"
    r"|every|each|to the|to a|in a|in each|in every"
    r"|in one)[ -]minute\b)"
)
_STATED = Pattern(
    rf"(?:(?P<region>low|mid|high|upper|lower)[ -])?(?P<low>{_NUMBER}){HALF}(?P<decade>'?s)?"
    rf"(?:\s*(?:bpm\s*)?(?P<to>-|to|and|or)\s*(?:about |around |roughly |~)?(?P<high>{_NUMBER}))?"
    rf"(?:[ -]?ish| or so|[ -]odd)?\s*[-(]?\s*{_UNIT}(?! (?:faster|slower|quicker|more|less"
    rf"|higher|lower)\b)",
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
    rf"(?:♩\.?|\b(?:quarter|crotchet)(?:[ -]note)?)\s*(?:=|equals)\s*(?:c\.?\s*|~\s*)?"
    rf"(?P<low>{_NUMBER})",
    re.I,
)
# "You'd swear it's 140".
_SWORN = Pattern(
    r"\b(?:you|one|I|we|anyone)(?:'d| would| might| could) (?:\w+ )?(?:swear|think|guess|believe"
    r"|say|expect|call|take|bet)\b(?![^.;]*\bsay[,:]? about)[^.;:]{0,40}$",
    re.I,
)
# "Without changing its 148 BPM pulse".
_UNCHANGED = Pattern(
    r"\bwithout (?:\w+ly |ever )?(?:chang|leav|disturb|touch|alter|mov|abandon|los|budg)ing "
    r"(?:from )?"
    r"(?:its|the|that|this) (?:steady |same )?$",
    re.I,
)
# "At 2:40 it lurches to 168 BPM".
_AT_MOMENT = Pattern(r"\b(?:at|from|after|by) \d+:\d\d\b[^.;]*$", re.I)
# "Until 2:28 halves it to 94 BPM": from then on.
_UNTIL_IT = Pattern(
    r"\buntil \d+:\d\d [a-z]+s (?:it|things|everything|the \w+)(?: (?:right|down|up"
    r"|back))* (?:in)?to "
    r"(?:an? )?(?:\w+,? ){0,2}$"
    r"|\b(?:until|up to) \d+:\d\d,? (?:where|when|at which point|after which"
    r"|(?:and )?then)\b[^.;]*$",
    re.I,
)
# "82 BPM until 3:32 and 124 BPM from there on".
_FROM_THERE = Pattern(r" (?:from (?:there|then)|thereafter|after(?:wards| that))\b", re.I)
_SPEEDING = Pattern(
    r"\b(?:from\b[^.;,]{0,30}|(?:accelerat\w+|speed\w*|slow\w*|decelerat\w+)\b[^.;]*)$", re.I
)
# Ours, tuned on the table of sentences: "between 90 and 130 BPM" says too little, and
# "from 100 to 104 BPM" is a range, no change.
_WIDEST_RANGE, CHANGE = 1.35, 1.08
# Ours: a shorter stretch of another tempo is a fill or an error.
_SHORTEST_SECTION_S = 5.0


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
    for claim in chain(moves_between(passage), by_second(passage), bare_claims(passage)):
        if not claim.touches([*found, *time_mentions(passage)]):
            found.append(claim)
    kept = [each for each in found if _UNCHANGED.search(passage.before(each.start, 40))]
    sworn = [each for each in found if _SWORN.search(passage.before(each.start, 60))]
    return chain(kept, passage.stated(each for each in found if each not in kept + sworn))


def check_tempo(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated tempi against the measured ones."""
    for claim in tempo_claims(passage):
        is_from_then = _UNTIL_IT.search(passage.before(claim.start, 70)) or _FROM_THERE.match(
            passage.after(claim.end)
        )
        window = None if is_from_then else window_of(passage, claim, evidence)
        yield passage.finding(claim, "tempo", _judge(claim, window, evidence))


def _claims(passage: Passage, match: re.Match[str]) -> list[TempoClaim]:
    groups = match.groupdict()
    low = low_bpm(match)
    high = number(groups["high"]) if groups.get("high") else low
    if groups.get("decade"):
        part = (groups["region"] or "").lower()
        low, high = {"low": (0, 4), "lower": (0, 4), "mid": (3, 7)}.get(
            part, (6, 9) if part else (0, 9)
        )
        low, high = low + number(groups["low"]), high + number(groups["low"])
    if not 20 <= min(low, high) <= max(low, high) <= 400:
        return []
    feel = feel_of(passage, *match.span())
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
    before = passage.before(start, 70)
    is_reached = bool(MOVES_TO.search(before) and _AT_MOMENT.search(before))
    return [TempoClaim(start, match.end(), min(low, high), max(low, high), feel, is_reached)]


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
