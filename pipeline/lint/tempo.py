"""Tempo in numbers: claims, and half, double, 2/3 and 3/2 of the measured tempo named as such."""

import re
from dataclasses import dataclass
from itertools import chain

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.numbers import WORDS, number
from pipeline.lint.passage import Passage, finding, read
from pipeline.lint.times import TimeMention, anchor
from schemas.facts import MusicFacts, TempoSection
from schemas.lint import Finding, Verdict
from schemas.tolerance import TempoRelation, tempo_relation, tempo_tolerance_bpm

_NUMBER = rf"(?<![\d:/.])(?:\d{{2,3}}(?:\.\d+)?(?![\d:/])|\b{WORDS}\b)"
_UNIT = r"(?:b\.p\.m\.|bpm\b|beats?[ -](?:per|a|an|every|each|to the|in a)[ -]minute)"
_STATED = re.compile(
    rf"(?:(?P<region>low|mid|high|upper|lower)[ -])?(?P<low>{_NUMBER})(?P<decade>'?s)?"
    rf"(?:\s*(?:bpm\s*)?(?P<to>-|to|and|or)\s*(?:about |around |roughly |~)?(?P<high>{_NUMBER}))?"
    rf"\s*[-(]?\s*{_UNIT}",
    re.I,
)
_HEDGE = (
    r"(?:\s|is|was|of|:|=|at|a|an|the|sits?|stays?|remains?|hovers?|lies|falls|steady|around|about|"
    r"near(?:ly)?|approximately|roughly|approx\.?|circa|ca\.|~|\*|\(|\|)"
)
_UNIT_WORD = re.compile(r"b\.?p\.?m|minute", re.I)
_UNIT_AFTER = re.compile(rf"\s*{_UNIT}", re.I)
_NAMED = re.compile(
    rf"\b(?:bpm|tempo)(?:\s+estimate)?{_HEDGE}{{1,12}}(?P<low>{_NUMBER})"
    rf"(?:\s*(?P<to>-|to|and)\s*(?P<high>{_NUMBER}))?"
    r"(?!\s*(?:seconds?|minutes?|s\b|bars?|times|%|beats? (?:in|to|per)|sections?|chords?"
    r"|percent))",
    re.I,
)
_NOTE_VALUE = re.compile(
    rf"(?:♩\.?|\b(?:quarter|crotchet)(?:[ -]note)?)\s*=\s*(?:c\.?\s*|~\s*)?(?P<low>{_NUMBER})", re.I
)
_FEEL = re.compile(
    r"\b(half|double)[- ]?time (?:feel|groove|pulse|beat|backbeat|count|of|at)\b"
    r"|\b(?:in|as|to|into) (half|double)[- ]?time\b"
    r"|\b(half|double|twice) the (?:tempo|speed|pulse)",
    re.I,
)
_SPEEDING = re.compile(r"\b(?:from|accelerat\w+|speed\w*|slow\w*|decelerat\w+)\b[^.;]*$", re.I)
_WIDEST_RANGE = 1.35
_CHANGE = 1.08
_SHORTEST_SECTION_S = 5.0


@dataclass(frozen=True)
class TempoClaim:
    """A tempo that a text states, in beats per minute; low and high are equal for one number.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    low_bpm, high_bpm : float
    feel : str or None
        ``half`` or ``double`` where the sentence speaks of half-time or double-time.
    """

    start: int
    end: int
    low_bpm: float
    high_bpm: float
    feel: str | None = None

    @property
    def bpm(self) -> float:
        """The middle of the range."""
        return (self.low_bpm + self.high_bpm) / 2


def tempo_claims(text: str) -> list[TempoClaim]:
    """Tempi in numbers that a text states of the music, in order.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of TempoClaim
        Without those that are denied or belong to something else: ``unlike a 120 BPM house track``.
    """
    return tempo_claims_in(read(text))


def tempo_claims_in(passage: Passage) -> list[TempoClaim]:
    """`tempo_claims` of a passage."""
    found: list[TempoClaim] = []
    matches = chain(
        passage.near(_UNIT_WORD, _STATED),
        _NAMED.finditer(passage.plain),
        _NOTE_VALUE.finditer(passage.plain),
    )
    for match in matches:
        for claim in _claims(passage, match):
            if not any(claim.start < e.end and e.start < claim.end for e in found):
                found.append(claim)
    found = [each for each in found if not passage.is_set_aside(each.start, each.end)]
    return sorted(found, key=lambda each: each.start)


def judge_tempo(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Stated tempi against the measured ones."""
    findings = []
    for claim in tempo_claims_in(passage):
        moment = anchor(passage, mentions, claim.start, claim.end)
        window = moment.window(limits.time_slack_s) if moment else None
        verdict, code, said = _judge(claim, window, evidence.facts, limits)
        span = (claim.start, claim.end)
        findings.append(finding(passage, span, "tempo", verdict, code, said))
    return findings


def is_beatless(facts: MusicFacts) -> bool:
    """Whether the tempo is null because no beat was found."""
    reasons = {(each.field, each.reason) for each in facts.unmeasured}
    return facts.tempo is None and ("tempo", "beatless") in reasons


def _claims(passage: Passage, match: re.Match[str]) -> list[TempoClaim]:
    groups = match.groupdict()
    low = number(groups["low"])
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
    is_change = groups.get("high") and not 1 / _CHANGE < high / low < _CHANGE
    if is_change and _SPEEDING.search(passage.before(match.start())):
        middle = match.end("low")
        if unit := _UNIT_AFTER.match(passage.plain, middle):
            middle = unit.end()
        return [
            TempoClaim(match.start("low"), middle, low, low, feel),
            TempoClaim(match.start("high"), match.end(), high, high, feel),
        ]
    start = match.start("low") if "region" in groups else match.start()
    return [TempoClaim(start, match.end(), min(low, high), max(low, high), feel)]


def _feel(passage: Passage, start: int, end: int) -> str | None:
    around = passage.before(start, 60) + " " + passage.after(end, 40)
    match = _FEEL.search(around)
    if match is None:
        return None
    return "half" if "half" in match[0].lower() else "double"


def _judge(
    claim: TempoClaim, window: tuple[float, float] | None, facts: MusicFacts, limits: Limits
) -> tuple[Verdict, str, str]:
    tempo = facts.tempo
    if tempo is None:
        if is_beatless(facts):
            return "wrong", "beatless", "No beat was found in the music."
        return "uncheckable", "not_measured", "The tempo was not measured."
    if tempo.stability < limits.min_tempo_stability:
        said = f"The measured tempo is unsure: stability {tempo.stability:.2f}."
        return "uncheckable", "unsure", said
    if claim.high_bpm > _WIDEST_RANGE * claim.low_bpm:
        return "uncheckable", "too_wide", f"The range is too wide to be held against {tempo.bpm:g}."
    long = [s for s in tempo.sections if s.end_s - s.start_s >= _SHORTEST_SECTION_S]
    then = [s for s in long if window and s.start_s < window[1] and s.end_s > window[0]]
    if then and len({round(each.bpm) for each in long}) > 1:
        return _judge_then(claim, then, limits)
    candidates = [tempo.bpm, *(section.bpm for section in long)]
    relation = _relation(claim, candidates, limits)
    said = f"The measured tempo is {tempo.bpm:.1f} BPM."
    return "right" if relation == "right" else "wrong", relation, said


def _judge_then(
    claim: TempoClaim, then: list[TempoSection], limits: Limits
) -> tuple[Verdict, str, str]:
    said = "The measured tempo is then " + ", ".join(f"{s.bpm:.1f}" for s in then) + " BPM."
    relation = _relation(claim, [section.bpm for section in then], limits)
    if relation == "right":
        return "right", "right", said
    return "wrong", "wrong_tempo_at_time" if relation == "wrong_tempo" else relation, said


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
