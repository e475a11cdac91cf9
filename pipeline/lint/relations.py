"""Relative and parallel keys: whether a text uses the words for what they mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence, Limits, sure_keys
from pipeline.lint.key import KeyClaim
from pipeline.lint.notes import MODE, NOTE, mode_of, note_name
from pipeline.lint.passage import Passage, finding
from schemas.harmony import pitch_class
from schemas.lint import Finding, Verdict

_TARGET, _SUBJECT, _OF = (
    rf"(?P<{name}>{NOTE})(?:(?P<{name}_m>m)(?![\w#])|[ -](?P<{name}_mode>{MODE}))?(?![\w#'])"
    for name in ("target", "subject", "ref")
)
_WORD = r"(?P<word>relative|parallel) (?P<mode>major|minor)(?: key| tonality| chord)?"
_OF_KEY = re.compile(
    rf"(?<![\w#']){_SUBJECT}\s*(?:,|-|\(|is|as|being|\s)*\s*(?:the|its)\s+{_WORD} (?:of|to) "
    rf"(?:the key of )?{_OF}"
)
_THEN_KEY = re.compile(rf"\b{_WORD}(?:\s*(?:,|:|-|\(|key|which is|is|of)\s*|\s+){_TARGET}")
_KEY_THEN = re.compile(
    rf"(?<![\w#']){_SUBJECT}\s*(?:,|-|\()\s*(?:the|its)\s+{_WORD}\b(?!\s*(?:of|to|,?\s*\(?{NOTE}))"
)

Tonality = tuple[int, str]


@dataclass(frozen=True)
class RelationClaim:
    """A key said to be the relative or parallel of another.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    word : str
        ``relative`` or ``parallel``.
    mode : str
        Of the related key, as the term has it: ``relative minor``.
    target, reference : (str, str) or None
        Tonic and mode of the related key, and of the one it is related to where the text says.
    """

    start: int
    end: int
    word: str
    mode: str
    target: tuple[str, str]
    reference: tuple[str, str] | None = None


def relation_claims(passage: Passage) -> list[RelationClaim]:
    """Relations that a text states, in order."""
    found: list[RelationClaim] = []
    for pattern, name in ((_OF_KEY, "subject"), (_THEN_KEY, "target"), (_KEY_THEN, "subject")):
        for match in pattern.finditer(passage.plain):
            if any(match.start() < each.end and each.start < match.end() for each in found):
                continue
            mode = match["mode"]
            target = _key(match, name, mode)
            reference = None
            if pattern is _OF_KEY:
                reference = _key(match, "ref", "major" if mode == "minor" else "minor")
            found.append(RelationClaim(*match.span(), match["word"], mode, target, reference))
    return sorted(found, key=lambda each: each.start)


def judge_relations(
    passage: Passage,
    claims: Sequence[RelationClaim],
    keys: Sequence[KeyClaim],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Whether the named keys stand in the named relation.

    Parameters
    ----------
    passage : Passage
    claims : sequence of RelationClaim
    keys : sequence of KeyClaim
        All that the text names: a relation is to the last one before it, or to the measured key.
    evidence : Evidence
    limits : Limits
    """
    findings = []
    for claim in claims:
        if passage.is_set_aside(claim.start, claim.end):
            continue
        judged = _judge(claim, _references(claim, keys, evidence, limits))
        findings.append(finding(passage, (claim.start, claim.end), "mode_relation", *judged))
    return findings


def _key(match: re.Match[str], name: str, mode: str) -> tuple[str, str]:
    if match[f"{name}_m"]:
        mode = "minor"
    elif match[f"{name}_mode"]:
        mode = mode_of(match[f"{name}_mode"])
    return note_name(match[name]), mode


def _references(
    claim: RelationClaim, keys: Sequence[KeyClaim], evidence: Evidence, limits: Limits
) -> list[tuple[str, str]]:
    if claim.reference:
        return [claim.reference]
    before = [(key.tonic, key.mode) for key in keys if key.end <= claim.start]
    measured = [(key.tonic, key.mode) for key in sure_keys(evidence.facts, limits)]
    return list(dict.fromkeys([*reversed(before), *measured]))


def _judge(claim: RelationClaim, references: Sequence[tuple[str, str]]) -> tuple[Verdict, str, str]:
    # Only a key of the other mode has a relative or parallel of this mode.
    fitting = [each for each in references if each[1] != claim.mode]
    if not fitting:
        return "uncheckable", "no_reference", "The text does not say of which key."
    target = (pitch_class(claim.target[0]), claim.target[1])
    for reference in fitting:
        if target == _related(reference, claim.word):
            said = f"{_name(claim.target)} is the {claim.word} of {_name(reference)}."
            return "right", "right", said
    other = "parallel" if claim.word == "relative" else "relative"
    for reference in fitting:
        if target == _related(reference, other):
            said = f"{_name(claim.target)} is the {other}, not the {claim.word}, of "
            return "wrong", f"{other}_not_{claim.word}", said + f"{_name(reference)}."
    said = f"{_name(claim.target)} is not the {claim.word} {claim.mode} of {_name(fitting[0])}."
    return "wrong", "wrong_relation", said


def _related(key: tuple[str, str], word: str) -> Tonality:
    pitch, mode = pitch_class(key[0]), key[1]
    other = "minor" if mode == "major" else "major"
    if word == "parallel":
        return pitch, other
    return (pitch + (9 if mode == "major" else 3)) % 12, other


def _name(key: tuple[str, str]) -> str:
    return f"{key[0]} {key[1]}"
