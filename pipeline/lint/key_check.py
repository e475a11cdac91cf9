"""Stated keys against the measured ones, as a whole and at their moment."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.lint.chords import ChordClaim
from pipeline.lint.evidence import Evidence, Limits, key_name, sections_during, sure_keys
from pipeline.lint.harmony import diatonic_share, is_heard
from pipeline.lint.key import KeyClaim, mode_claims_in
from pipeline.lint.passage import Passage, finding
from pipeline.lint.times import TimeMention, anchor
from schemas.facts import Key, MusicFacts
from schemas.harmony import pitch_class
from schemas.lint import Finding, Verdict
from schemas.tolerance import key_relation

_FEWEST_CHORDS = 3
_NEAR_KEYS = ("relative_key", "parallel_key", "fifth_key")
_PASSING = re.compile(
    r"\b(?:brief\w*|momentar\w*|tonici[sz]\w*|hint\w*|borrow\w*|flirt\w*|touch(?:es|ing)|passing|"
    r"excursions?|glimpse\w*|fleeting\w*|detours?)\b",
    re.I,
)
_SECTION = re.compile(
    r"\b(?:verses?|chorus\w*|bridge|intro\w*|outro|sections?|breakdown|interlude|solo|coda|pre-chorus)\b",
    re.I,
)
Judged = tuple[Verdict, str, str]


def judge_keys(
    passage: Passage,
    claims: Sequence[KeyClaim],
    chords: Sequence[ChordClaim],
    mentions: list[TimeMention],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Findings on keys; the same key of the same moment is judged once.

    Parameters
    ----------
    passage : Passage
    claims : sequence of KeyClaim
        As `settled`; without those that are denied, or of relations: ``its relative minor``.
    chords : sequence of ChordClaim
        All that the text names: where no key was measured, a key is held against them.
    mentions : list of TimeMention
    evidence : Evidence
    limits : Limits
    """
    findings: list[Finding] = []
    seen: set[object] = set()
    for claim in claims:
        if claim.role == "chord":
            continue
        moment = anchor(passage, mentions, claim.start, claim.end)
        origin = claim.comes_after.name if claim.comes_after else None
        identity = (pitch_class(claim.tonic), claim.mode, moment, origin)
        if identity in seen:
            continue
        seen.add(identity)
        window = moment.window(limits.time_slack_s) if moment else None
        judged = _judge(claim, window, evidence.facts, limits)
        if judged[0] == "wrong" and _is_too_short_to_tell(passage, claim, judged[1]):
            judged = ("uncheckable", "local", judged[2] + " Shorter turns are not measured.")
        if judged[0] == "wrong" and claim.role == "open":
            judged = ("uncheckable", "ambiguous", judged[2] + " A chord may be meant.")
        if judged[0] == "uncheckable" and claim.role == "key":
            judged = _against_chords(claim, chords, evidence.facts, limits) or judged
        findings.append(finding(passage, (claim.start, claim.end), "key", *judged))
    return findings


def judge_modes(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """``A minor-key song`` against the modes of the measured keys."""
    findings = []
    for claim in mode_claims_in(passage):
        if anchor(passage, mentions, claim.start, claim.end):
            continue
        keys = sure_keys(evidence.facts, limits)
        judged: Judged = ("uncheckable", "not_measured", "No key was measured with confidence.")
        if keys:
            is_right = claim.mode in {key.mode for key in keys}
            said = f"The measured key is {key_name(keys[0])}."
            judged = ("right", "right", said) if is_right else ("wrong", "wrong_mode", said)
        findings.append(finding(passage, (claim.start, claim.end), "key", *judged))
    return findings


def _is_too_short_to_tell(passage: Passage, claim: KeyClaim, code: str) -> bool:
    """Whether a near key is said of a section alone, or any key of a moment in passing."""
    after = re.split(r"[,;.]", passage.after(claim.end))[0]
    clause = passage.clause_before(claim.start) + after
    if _PASSING.search(clause):
        return True
    return code in _NEAR_KEYS and bool(_SECTION.search(clause))


def settled(claim: KeyClaim, facts: MusicFacts, limits: Limits) -> KeyClaim:
    """A claim that may name a key or a chord, as one on a chord where such a chord is heard."""
    if claim.role not in ("either", "open") or any(
        _equals(claim, key) for key in sure_keys(facts, limits)
    ):
        return claim
    family = "maj" if claim.mode == "major" else "min"
    is_chord = is_heard(claim.tonic, family, facts.chords or [])
    return replace(claim, role="chord") if is_chord else claim


def _equals(claim: KeyClaim, key: Key) -> bool:
    if claim.mode != key.mode:
        return False
    return pitch_class(claim.tonic) == pitch_class(key.tonic)


def _judge(
    claim: KeyClaim, window: tuple[float, float] | None, facts: MusicFacts, limits: Limits
) -> Judged:
    if facts.key is None:
        return "uncheckable", "not_measured", "No key was measured."
    keys = sure_keys(facts, limits)
    if not limits.is_sure_key(facts.key) or not keys:
        said = f"The measured key, {key_name(facts.key)}, is unsure."
        return "uncheckable", "unsure", said
    if window and facts.key_sections:
        return _judge_then(claim, window, facts, limits)
    names = " and ".join(dict.fromkeys(key_name(key) for key in keys))
    said = f"The measured key is {names}."
    if any(_equals(claim, key) for key in keys):
        if claim.comes_after and not _follows(claim, claim.comes_after, facts):
            return "wrong", "wrong_order", said
        return "right", "right", said
    if any(_equals(claim, section) for section in facts.key_sections or []):
        return "uncheckable", "unsure", said + " The stated one was heard, but is unsure."
    return _wrong(claim, keys, said)


def _judge_then(
    claim: KeyClaim, window: tuple[float, float], facts: MusicFacts, limits: Limits
) -> Judged:
    then = sections_during(facts.key_sections or [], *window)
    if not then:
        return "uncheckable", "past_the_end", "Nothing was measured at this time."
    said = f"The key is then {' and '.join(dict.fromkeys(key_name(key) for key in then))}."
    equal = [key for key in then if _equals(claim, key)]
    if not all(limits.is_sure_key(key) for key in equal or then):
        return "uncheckable", "unsure", said + " It is unsure."
    if equal:
        return "right", "right", said
    if len({key_name(key) for key in facts.key_sections or []}) == 1:
        return _wrong(claim, then, said)
    return "wrong", "wrong_key_at_time", said


def _wrong(claim: KeyClaim, keys: Sequence[Key], said: str) -> Judged:
    """Wrong, with the relation to the measured key; a church mode with its notes may be meant."""
    collections = {
        (pitch_class(key.tonic) + (0 if key.mode == "major" else 3)) % 12 for key in keys
    }
    if claim.collection is not None and claim.collection in collections:
        return "uncheckable", "same_notes", said + " It has the notes of the stated mode."
    relations = [key_relation(claim.tonic, claim.mode, key.tonic, key.mode) for key in keys]
    code = next((each for each in relations if each != "wrong_key"), "wrong_key")
    return "wrong", code, said


def _follows(claim: KeyClaim, origin: KeyClaim, facts: MusicFacts) -> bool:
    """Whether the claimed key is heard after the one that the music is said to come from."""
    sections = facts.key_sections or []
    starts = [key.start_s for key in sections if _equals(origin, key)]
    if not starts:
        return True
    return any(_equals(claim, key) and key.start_s > min(starts) for key in sections)


def _against_chords(
    claim: KeyClaim, named: Sequence[ChordClaim], facts: MusicFacts, limits: Limits
) -> Judged | None:
    """A key that neither the heard nor, failing these, the named chords can be in."""
    heard = [(chord.label, chord.end_s - chord.start_s) for chord in facts.chords or []]
    source = "heard"
    if not heard:
        heard = [(label, 1.0) for label in dict.fromkeys(chord.label for chord in named)]
        source = "named"
    if len({label for label, _ in heard}) < _FEWEST_CHORDS:
        return None
    share = diatonic_share(heard, claim.tonic, claim.mode)
    if share is None or share >= limits.min_diatonic_share:
        return None
    said = f"Only {share:.0%} of the {source} chords belong to {claim.name}."
    return "wrong", "key_against_chords", said
