"""Counts that the facts can tell: key changes, different chords, bars."""

import re
from itertools import pairwise

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.harmony import sound_of
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Passage, finding
from schemas.facts import MusicFacts
from schemas.lint import Finding, Verdict

_NO_CHANGE = re.compile(
    r"\bno (?:real |actual |true |single )?(?:key[- ]changes?|modulations?|change of key)\b"
    r"|\bwithout (?:any |a |ever )?(?:key[- ]changes?|modulat\w+)|\b(?:never|not|n't) "
    r"(?:once )?modulat\w+"
    r"|\bnever changes key\b",
    re.I,
)
_ADJECTIVES = r"(?:(?!final\b)[\w-]+ ){0,2}?"
_CHANGES = re.compile(
    rf"\b(?P<n>{NUMBER}|a single|the single|only one|a|an|several) "
    rf"{_ADJECTIVES}(?:key[- ]changes?|modulations?|changes? of key)\b"
    rf"|\bmodulates? (?P<times>once|twice|{NUMBER} times)|\bchanges? keys? (?P<times2>once"
    rf"|twice|{NUMBER} times)",
    re.I,
)
_CHORDS = re.compile(
    rf"\b(?P<cue>just|only|merely|built (?:entirely )?(?:on|from)|exactly|a mere|nothing but)"
    rf"\s+(?:just |only )?(?P<n>{NUMBER}) "
    rf"(?:different |distinct |basic |simple )?chords\b|\b(?P<n2>{NUMBER}) chords (?:are|is) all\b",
    re.I,
)
_BARS = re.compile(
    rf"\b(?:song|track|piece|recording|it) (?:is|spans|runs|lasts|has|covers) (?:a total of "
    rf"|exactly |about |some )?(?P<n>{NUMBER}) "
    r"(?:bars|measures)\b",
    re.I,
)
_LEAST_SHARE = 0.02
_BARS_CLOSE, _BARS_FAR = 0.06, 0.15
Judged = tuple[Verdict, str, str]


def judge_counts(passage: Passage, evidence: Evidence, limits: Limits) -> list[Finding]:
    """Counted things in a text against the facts."""
    findings = []
    none = _NO_CHANGE.search(passage.plain)
    if none:
        findings.append(finding(passage, none.span(), "count", *_no_change(evidence.facts, limits)))
    for match in _CHANGES.finditer(passage.plain):
        is_none = none and match.start() < none.end() and none.start() < match.end()
        if not is_none and not passage.is_set_aside(*match.span()):
            judged = _key_changes(_said(match), evidence.facts, limits)
            findings.append(finding(passage, match.span(), "count", *judged))
            break
    for match in _CHORDS.finditer(passage.plain):
        if not passage.is_set_aside(*match.span()):
            judged = _chords(int(number(match["n"] or match["n2"])), evidence.facts)
            findings.append(finding(passage, match.span(), "count", *judged))
    for match in _BARS.finditer(passage.plain):
        judged = _bars(number(match["n"]), evidence.facts, limits)
        findings.append(finding(passage, match.span(), "count", *judged))
    return findings


def _said(match: re.Match[str]) -> int | None:
    """Number of key changes; None for one or more."""
    words = (match["n"] or match["times"] or match["times2"]).lower()
    if words in ("a", "an", "several"):
        return None
    if "single" in words or words in ("only one", "once"):
        return 1
    return 2 if words == "twice" else int(number(words.removesuffix(" times")))


def _measured_changes(facts: MusicFacts, limits: Limits) -> int | None:
    sections = facts.key_sections
    if not sections or not all(limits.is_sure_key(each) for each in sections):
        return None
    keys = [(each.tonic, each.mode) for each in sections]
    return sum(one != other for one, other in pairwise(keys))


def _no_change(facts: MusicFacts, limits: Limits) -> Judged:
    changes = _measured_changes(facts, limits)
    if changes is None:
        return "uncheckable", "unsure", "The keys over time were not measured with confidence."
    if changes:
        return "wrong", "key_changes", f"The key changes {changes} times."
    return "right", "right", "The key never changes."


def _key_changes(said: int | None, facts: MusicFacts, limits: Limits) -> Judged:
    changes = _measured_changes(facts, limits)
    if changes is None:
        return "uncheckable", "unsure", "The keys over time were not measured with confidence."
    evidence = f"The key changes {changes} times."
    if changes == said or (said is None and changes):
        return "right", "right", evidence
    return "wrong", "wrong_count" if changes else "no_key_change", evidence


def _chords(said: int, facts: MusicFacts) -> Judged:
    lasting: dict[object, float] = {}
    for chord in facts.chords or []:
        if sound := sound_of(chord.label):
            lasting[sound] = lasting.get(sound, 0.0) + chord.end_s - chord.start_s
    if not lasting:
        return "uncheckable", "not_measured", "No chords were measured."
    total = sum(lasting.values())
    different = sum(seconds / total >= _LEAST_SHARE for seconds in lasting.values())
    evidence = f"{different} different chords are heard, apart from passing ones."
    if said == different:
        return "right", "right", evidence
    if abs(said - different) == 1:
        return "uncheckable", "borderline", evidence
    return "wrong", "wrong_count", evidence


def _bars(said: float, facts: MusicFacts, limits: Limits) -> Judged:
    metre = facts.metre
    if not facts.beats or metre is None or metre.confidence < limits.min_metre_confidence:
        return "uncheckable", "not_measured", "Bars were not measured with confidence."
    bars = sum(beat.bar_position == 1 for beat in facts.beats)
    off = abs(said - bars) / max(bars, 1)
    evidence = f"{bars} downbeats were found."
    if off <= _BARS_CLOSE:
        return "right", "right", evidence
    if off <= _BARS_FAR:
        return "uncheckable", "borderline", evidence
    return "wrong", "wrong_count", evidence
