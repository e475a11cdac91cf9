"""Numerals and sequences of chords against the measured chords and their keys."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pipeline.lint.chords import (
    ChordClaim,
    NumeralClaim,
    ProgressionClaim,
    numeral_claims,
    progression_claims,
    single_numerals,
)
from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import Triad, agree, fits, meanings, same_case, triad_of
from pipeline.lint.key import KeyClaim, last_before, settled_keys
from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.numeral_words import degrees_in_words
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from schemas.chords import chord_symbol
from schemas.facts import Chord, Key
from schemas.harmony import pitch_class
from schemas.lint import Finding

_TIMES = Pattern(
    rf"\s*(?:progression|loop|cycle|sequence)?\s*(?:,? which )?(?:is |are )?(?:heard"
    rf"|repeats?|repeated|played|occurs|recurs|appears|comes back) "
    rf"(?P<n>{NUMBER}|twice|once) ?(?:times)?",
    re.I,
)
T = TypeVar("T")
_UNMEASURED: Judged = ("uncheckable", "not_measured", "No chords were measured.")


def check_numerals(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Numerals with their chords against the key, and lone ones against what is heard.

    The last key that the text names before a numeral counts beside the measured ones.
    """
    keys = settled_keys(passage, evidence)
    seen: set[object] = set()
    for claim in passage.stated(single_numerals(passage)):
        identity = (claim.numeral, claim.chord.label if claim.chord else None)
        if identity in seen:
            continue
        seen.add(identity)
        # "G, the tonic" is right of no key but the music's own.
        others = [key for key in keys if not key.touches([claim])]
        references: list[KeyClaim | Key] = [*last_before(claim, others), *evidence.sure_keys]
        judged = (
            _judge_pair(passage, claim, claim.chord, [(key.tonic, key.mode) for key in references])
            if claim.chord
            else _judge_alone(claim.numeral, evidence)
        )
        yield passage.finding(claim, "numeral", judged)


def check_progressions(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Whether every sequence is heard, in any rotation where it goes round.

    Numerals are read in the local keys, and in the key that the text names last before them:
    I-V-vi-IV in a text about C major is not wrong because A minor was measured; the key is.
    """
    keys = settled_keys(passage, evidence)
    seen: set[object] = set()
    for claim in passage.stated(progression_claims(passage)):
        identity = (claim.numerals, tuple(triad_of(label) for label in claim.labels))
        if identity not in seen:
            seen.add(identity)
            judged = _judge(claim, last_before(claim, keys), evidence)
            yield passage.finding(claim, "progression", judged)
            yield from _count(passage, claim, evidence)


def check_degrees(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """``The subdominant sounds longest``: whether this degree is heard, major or minor."""
    told = [(Claim(start, end), numeral) for start, end, numeral in degrees_in_words(passage)]
    taken = numeral_claims(passage)
    for claim, numeral in told:
        if claim.touches(taken) or passage.is_set_aside(claim.start, claim.end):
            continue
        judged = _judge_alone(numeral, evidence)
        if judged[0] == "wrong":
            judged = _judge_alone(numeral.lower(), evidence)
        yield passage.finding(claim, "numeral", judged)


def _judge_alone(numeral: str, evidence: Evidence) -> Judged:
    """Whether a numeral is heard anywhere, in the key of its moment."""
    if not evidence.facts.chords:
        return _UNMEASURED
    if not evidence.sure_keys:
        return "uncheckable", "unsure", "No key was measured with confidence."
    for steps, family, mode in _steps_heard(evidence):
        for meant_steps, meant in meanings(numeral, mode):
            if meant_steps == steps and same_case(meant, family):
                return "right", "right", "This degree is heard."
    return "wrong", "numeral_not_heard", "No chord on this degree was heard."


def _judge_pair(
    passage: Passage, claim: NumeralClaim, chord: ChordClaim, references: Sequence[tuple[str, str]]
) -> Judged:
    sound = triad_of(chord.label)
    if not references or sound is None:
        return "uncheckable", "no_key", "No key is known in which to read the numeral."
    names = " or ".join(dict.fromkeys(f"{tonic} {mode}" for tonic, mode in references))
    found = [fits(claim.numeral, sound, pitch_class(tonic), mode) for tonic, mode in references]
    symbol = chord_symbol(chord.label)
    if (True, True) in found:
        return "right", "right", f"{symbol} is {claim.numeral} in {names}."
    is_in_words = claim.numeral not in passage.text[claim.start : claim.end]
    if is_in_words and (True, False) in found:
        return "right", "right", f"{symbol} is on this degree of {names}."
    if (True, False) in found:
        fact = f"{symbol} is on this degree of {names}, but upper case is major, lower case minor."
        return "wrong", "numeral_case", fact
    return "wrong", "numeral_mismatch", f"{symbol} is not {claim.numeral} in {names}."


def _steps_heard(evidence: Evidence) -> list[tuple[int, str, str]]:
    """Steps above the local tonic, family and local mode of every chord, in order of time."""
    found: list[tuple[int, str, str]] = []
    for chord in evidence.facts.chords or []:
        sound, key = triad_of(chord.label), _local_key(chord, evidence)
        if sound and key:
            found.append(((sound[0] - pitch_class(key.tonic)) % 12, sound[1], key.mode))
    return found


def _local_key(chord: Chord, evidence: Evidence) -> Key | None:
    """The sure key at the middle of a chord."""
    middle_s = (chord.start_s + chord.end_s) / 2
    sections = evidence.facts.key_sections or []
    here: list[Key] = [each for each in sections if each.start_s <= middle_s < each.end_s]
    key = here[0] if here else evidence.facts.key
    return key if key and evidence.is_sure(key) else None


def _judge(claim: ProgressionClaim, keys: Sequence[KeyClaim], evidence: Evidence) -> Judged:
    if not evidence.sounds:
        return _UNMEASURED
    if claim.labels:
        wanted = [sound for label in claim.labels if (sound := triad_of(label))]
        is_right = _is_heard(wanted, evidence.sounds)
    else:
        sequences = _in_keys(claim.numerals, keys, evidence)
        if not sequences:
            return "uncheckable", "unsure", "No key was measured with confidence."
        is_right = any(_is_heard(wanted, heard) for wanted, heard in sequences)
    counted = evidence.facts.progressions or []
    often = ", ".join(f"{'-'.join(each.numerals)} ({each.count} times)" for each in counted)
    fact = f"Heard most often: {often}." if often else "No sequence recurs."
    if is_right:
        return "right", "right", "This sequence is heard. " + fact
    return "wrong", "wrong_progression", "This sequence is not heard. " + fact


def _in_keys(
    numerals: Sequence[str], keys: Sequence[KeyClaim], evidence: Evidence
) -> list[tuple[list[set[Triad]], list[Triad]]]:
    """What is wanted and what is heard, in steps above the tonic, for every way of reading."""
    found = []
    heard = _steps_heard(evidence)
    for mode in dict.fromkeys(each[2] for each in heard):
        local = _without_repeats([(one, family) for one, family, own in heard if own == mode])
        found.append(([meanings(numeral, mode) for numeral in numerals], local))
    for key in keys:
        tonic = pitch_class(key.tonic)
        steps = [((root - tonic) % 12, family) for root, family in evidence.sounds]
        found.append(([meanings(numeral, key.mode) for numeral in numerals], steps))
    return found


def _without_repeats(sequence: Sequence[T]) -> list[T]:
    return [each for i, each in enumerate(sequence) if i == 0 or sequence[i - 1] != each]


def _is_heard(wanted: Sequence[Triad | set[Triad]], heard: Sequence[Triad]) -> bool:
    sequence = _without_repeats(wanted)
    turned = [[*sequence[i:], *sequence[: i + 1]] for i in range(1, len(sequence))]
    return any(_is_within(_without_repeats(each), heard) for each in [sequence, *turned])


def _is_within(wanted: Sequence[Triad | set[Triad]], heard: Sequence[Triad]) -> bool:
    return any(
        all(_meets(one, sound) for one, sound in zip(wanted, heard[i:], strict=False))
        for i in range(len(heard) - len(wanted) + 1)
    )


def _meets(wanted: Triad | set[Triad], heard: Triad) -> bool:
    if isinstance(wanted, set):
        return any(steps == heard[0] and same_case(one, heard[1]) for steps, one in wanted)
    return agree(wanted, heard)


def _count(passage: Passage, claim: ProgressionClaim, evidence: Evidence) -> Iterator[Finding]:
    """How often a sequence is said to be heard, where it is one of the counted ones."""
    match = _TIMES.match(passage.text, claim.end)
    progressions = evidence.facts.progressions or []
    counted = [each.count for each in progressions if tuple(each.numerals) == claim.numerals]
    if match and counted:
        fact = {"once": 1.0, "twice": 2.0}.get(match["n"].lower()) or number(match["n"])
        judged = right_or("wrong_count", f"It is heard {counted[0]} times.", fact == counted[0])
        yield passage.finding(Claim(match.start("n"), match.end()), "count", judged)
