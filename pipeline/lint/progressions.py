"""Chord sequences, in symbols or numerals, against the sequence of measured chords."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.lint.chord_check import steps_heard
from pipeline.lint.chords import ChordClaim, is_chord_list, runs
from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.harmony import Sound, agree, heard_sounds, sound_of
from pipeline.lint.key import KeyClaim
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.numerals import NUMERAL, meanings, same_case
from pipeline.lint.passage import Passage, finding
from schemas.harmony import pitch_class
from schemas.lint import Finding, Verdict

_ARROW = re.compile(r"\s*(?:->|=>|→|>|-|\|)\s*")
_NUMERALS = re.compile(rf"(?<![\w#/-]){NUMERAL}(?:\s*(?:->|→|>|-|\|)\s*{NUMERAL})+(?![\w-])")
_NUMERAL_LIST = re.compile(
    rf"(?<![\w#/-]){NUMERAL}(?:,? (?:and )?{NUMERAL}){{2,}}(?=,? (?:progression|chords|changes))"
)
_PAIR_AFTER = re.compile(
    r"\s*(?:cadences?|progression|vamp|loop|turnaround|motion|movement|shuttle|alternation"
    r"|pattern)\b",
    re.I,
)
_NUMERAL = re.compile(NUMERAL)
_TIMES = re.compile(
    rf"\s*(?:progression|loop|cycle|sequence)?\s*(?:,? which )?(?:is |are )?(?:heard"
    rf"|repeats?|repeated|played|occurs|recurs|appears|comes back) "
    rf"(?P<n>{NUMBER}|twice|once) ?(?:times)?",
    re.I,
)
_FEWEST = 3


@dataclass(frozen=True)
class ProgressionClaim:
    """A chord sequence: Harte labels, or numerals."""

    start: int
    end: int
    labels: tuple[str, ...] = ()
    numerals: tuple[str, ...] = ()


def progression_claims(passage: Passage, symbols: Sequence[ChordClaim]) -> list[ProgressionClaim]:
    """Sequences joined by dashes or arrows, where `symbols` looks like chords."""
    found = []
    for run in runs(passage, list(symbols)):
        if is_chord_list(passage, run):
            found += [_of_chords(part) for part in _sequences(passage, run)]
    for pattern in (_NUMERALS, _NUMERAL_LIST):
        for match in pattern.finditer(passage.plain):
            numerals = tuple(_NUMERAL.findall(match[0]))
            is_long = len(numerals) >= _FEWEST
            if is_long or _PAIR_AFTER.match(passage.plain, match.end()):
                found.append(ProgressionClaim(*match.span(), numerals=numerals))
    return sorted(found, key=lambda each: each.start)


def judge_progressions(
    passage: Passage,
    claims: Sequence[ProgressionClaim],
    keys: Sequence[KeyClaim],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Whether every sequence is heard, in any rotation where it goes round.

    Numerals are read in the local keys, and in the key that the text names last before them:
    I-V-vi-IV in a text about C major is not wrong because A minor was measured; the key is.
    """
    findings = []
    seen: set[object] = set()
    for claim in claims:
        identity = (claim.numerals, tuple(sound_of(label) for label in claim.labels))
        if identity in seen or passage.is_set_aside(claim.start, claim.end):
            continue
        seen.add(identity)
        named = [key for key in keys if key.start <= claim.start and key.role != "chord"]
        judged = _judge(claim, named[-1:], evidence, limits)
        findings.append(finding(passage, (claim.start, claim.end), "progression", *judged))
        findings += _judge_count(passage, claim, evidence)
    return findings


def _sequences(passage: Passage, run: list[ChordClaim]) -> list[list[ChordClaim]]:
    parts: list[list[ChordClaim]] = [[run[0]]]
    for one, other in pairwise(run):
        if _ARROW.fullmatch(passage.plain[one.end : other.start]):
            parts[-1].append(other)
        else:
            parts.append([other])
    return [part for part in parts if len(part) >= _FEWEST]


def _of_chords(part: Sequence[ChordClaim]) -> ProgressionClaim:
    return ProgressionClaim(part[0].start, part[-1].end, tuple(each.label for each in part))


def _judge(
    claim: ProgressionClaim, keys: Sequence[KeyClaim], evidence: Evidence, limits: Limits
) -> tuple[Verdict, str, str]:
    facts = evidence.facts
    if not facts.chords or not heard_sounds(facts.chords):
        return "uncheckable", "not_measured", "No chords were measured."
    if claim.labels:
        wanted = [sound for label in claim.labels if (sound := sound_of(label))]
        is_right = _is_heard(wanted, heard_sounds(facts.chords))
    else:
        sequences = _numeral_sequences(claim.numerals, keys, evidence, limits)
        if not sequences:
            return "uncheckable", "unsure", "No key was measured with confidence."
        is_right = any(_is_heard(wanted, heard) for wanted, heard in sequences)
    often = [f"{'-'.join(each.numerals)} ({each.count} times)" for each in facts.progressions or []]
    said = f"Heard most often: {', '.join(often)}." if often else "No sequence recurs."
    if is_right:
        return "right", "right", "This sequence is heard. " + said
    return "wrong", "wrong_progression", "This sequence is not heard. " + said


def _numeral_sequences(
    numerals: Sequence[str], keys: Sequence[KeyClaim], evidence: Evidence, limits: Limits
) -> list[tuple[list[set[Sound]], list[Sound]]]:
    """What is wanted and what is heard, in steps above the tonic, for every way of reading."""
    found = []
    heard = steps_heard(evidence.facts, limits)
    for mode in dict.fromkeys(each[2] for each in heard):
        local = _without_repeats([(one, family) for one, family, own in heard if own == mode])
        found.append((_wanted(numerals, mode), local))
    sounds = heard_sounds(evidence.facts.chords or [])
    for key in keys:
        steps = [((root - pitch_class(key.tonic)) % 12, family) for root, family in sounds]
        found.append((_wanted(numerals, key.mode), steps))
    return found


def _wanted(numerals: Sequence[str], mode: str) -> list[set[Sound]]:
    return [meanings(numeral, mode) for numeral in numerals]


def _without_repeats(sounds: Sequence[Sound]) -> list[Sound]:
    return [s for i, s in enumerate(sounds) if i == 0 or sounds[i - 1] != s]


def _is_heard(wanted: Sequence[Sound | set[Sound]], heard: Sequence[Sound]) -> bool:
    sequence = _without_same_neighbours(wanted)
    if _is_within(sequence, heard):
        return True
    for i in range(1, len(sequence)):
        turned = [*sequence[i:], *sequence[:i]]
        if _is_within(_without_same_neighbours([*turned, turned[0]]), heard):
            return True
    return False


def _without_same_neighbours(wanted: Sequence[Sound | set[Sound]]) -> list[Sound | set[Sound]]:
    return [each for i, each in enumerate(wanted) if i == 0 or wanted[i - 1] != each]


def _is_within(wanted: Sequence[Sound | set[Sound]], heard: Sequence[Sound]) -> bool:
    return any(
        all(_meets(one, sound) for one, sound in zip(wanted, heard[i:], strict=False))
        for i in range(len(heard) - len(wanted) + 1)
    )


def _meets(wanted: Sound | set[Sound], heard: Sound) -> bool:
    if isinstance(wanted, set):
        return any(steps == heard[0] and same_case(one, heard[1]) for steps, one in wanted)
    return agree(wanted, heard)


def _judge_count(passage: Passage, claim: ProgressionClaim, evidence: Evidence) -> list[Finding]:
    """How often a sequence is said to be heard, where it is one of the counted ones."""
    match = _TIMES.match(passage.plain, claim.end)
    counted = [
        each.count
        for each in evidence.facts.progressions or []
        if tuple(each.numerals) == claim.numerals
    ]
    if match is None or not counted:
        return []
    said = {"once": 1.0, "twice": 2.0}.get(match["n"].lower()) or number(match["n"])
    is_right = said == counted[0]
    return [
        finding(
            passage,
            (match.start("n"), match.end()),
            "count",
            "right" if is_right else "wrong",
            "right" if is_right else "wrong_count",
            f"It is heard {counted[0]} times.",
        )
    ]
