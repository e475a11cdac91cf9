"""Stated keys against the measured ones, as a whole and at their moment, and their relations."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from pipeline.lint.chords import ChordClaim, settled_chords
from pipeline.lint.evidence import Evidence, key_name
from pipeline.lint.harmony import diatonic_share
from pipeline.lint.key import KeyClaim, RelationClaim, mode_claims, relation_claims, settled_keys
from pipeline.lint.passage import Claim, Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import IS, OF_WORK
from pipeline.lint.sections import is_of_part
from pipeline.lint.times import moment_of, window_of
from schemas.facts import Key, MusicFacts, Scale
from schemas.harmony import pitch_class
from schemas.lint import Finding
from schemas.tolerance import key_relation

_CLEAR = (
    r"(?:clear|definite|fixed|specific|obvious|discernible|single clear|stable|settled|real|firm)"
)
# Different chords; ours: fewer belong to too many keys.
_FEWEST_CHORDS = 3
_NEAR_KEYS = ("relative_key", "parallel_key", "fifth_key")
_PASSING = Pattern(
    r"\b(?:brief\w*|momentar\w*|tonici[sz]\w*|hint\w*|borrow\w*|flirt\w*|touch(?:es|ing)|passing|"
    r"excursions?|flash(?:es)?|glimpse\w*|fleeting\w*|detours?|visits?|trips?|forays?|lean(?:s"
    r"|ing) towards?"
    r"|side-?steps?)\b",
    re.I,
)
# "The key is not clear"; what is unknown tells of the prompt.
_TONALITY = r"(?:key|tonality|tonal (?:centre|center)|tonic|tonal home|home (?:key|note))"
_NO_KEY_AFTER = (
    r"(?! (?:changes?|signatures?|shifts?|lifts?|modulations?|instruments?|players?|\w+ is"
    r"|(?:or|and|nor) [\w -]{3,15} (?:change|shift)))"
    r"(?=[,.;:!)]|$| (?:to|at|that|I|you|one|anyone|anywhere|worth|here|or|and|nor|is|can|could"
    r"|in (?:sight|evidence|particular)|but|of any|ever|as|it|we|with|the)\b)"
)
_UNCLEAR = Pattern(
    rf"\bkey{OF_WORK}{IS} \"?(?:\w+ly )?(?:not (?:\w+ly )?(?:clear|defined|definite)|unclear"
    r"|ambiguous|undefined)\b(?! (?:in|from|by) (?:the|this) (?:given |provided )?(?:data|text"
    r"|description|prompt))"
    rf"|\b{_TONALITY}(?: is|'s|:| remains| stays)? (?:\w+ly )?(?:ambiguous|unclear|undefined"
    rf"|unsettled|anyone's guess|(?:hard|impossible"
    r"|difficult|tough) to (?:pin|name|place|say|call|hear|tell|fix)|up for grabs|elusive|slippery"
    r"|in doubt|uncertain|murky|vague|blurred)\b"
    rf"|\b(?:no|lacks|lacking|without|(?:not|n't) (?:have|in|settle (?:on|in|into)))(?: an?| any)?"
    rf" {_CLEAR} {_TONALITY}\b(?! (?:changes?|signatures?))"
    # "No key to speak of", "it never settles on a key".
    rf"|\b(?:no|lacks an?|lacking an?|without an?) (?:real |home |single |true |sure )?"
    rf"{_TONALITY}\b{_NO_KEY_AFTER}"
    r"|\b(?:(?:never|hardly|barely)(?: quite| really| once)? (?:settles?|lands?|decides?|chooses?"
    r"|picks?|finds?|commits?)|refus\w+ to (?:settle|land|decide|choose|pick|commit|name|declare)"
    r"|(?:not|n't) (?:settle|commit|decide))(?: (?:on|in|into|to|upon))? (?:an?|any|one) (?:\w+ )?"
    rf"{_TONALITY}\b{_NO_KEY_AFTER}"
    rf"|\b(?:no|any)(?: \w+)? sense of (?:an? )?(?:\w+ )?{_TONALITY}\b"
    r"|(?:n't|\bnot|\bhard to|\bimpossible to|\b(?:nobody|no one) (?:can|could))"
    r" (?:pin|tie|nail) (?:it|this"
    r"|that) (?:down )?to (?:an?|one|any)"
    r"(?: \w+)? key\b"
    rf"|\bfree (?:of|from) (?:any |all )?{_TONALITY}\b|\bkeyless\b"
    rf"|(?:\bnot|n't) (?:\w+ )?in (?:any|an?) (?:\w+ )?{_TONALITY}\b{_NO_KEY_AFTER}"
    r"|\bcent(?:re|er)(?: here)?, (?:and )?not (?:quite |really )?a key(?=[.,;!]|$)"
    rf"|\b(?:defies|resists|refuses|escapes|avoids) (?:any|an?|every) {_TONALITY}\b{_NO_KEY_AFTER}"
    r"|\b(?:(?:could|can|may|might) )?(?:hunt|look|search|listen|grop|reach)\w* (?:\w+ )?for (?:an?"
    rf"|any) {_TONALITY}\b[^.]{{0,50}}"
    r"\b(?:in vain|empty-handed|won't find|no luck|there (?:is none|isn't one))"
    rf"|\bno more (?:of an? )?{_TONALITY} than\b"
    r"|\b(?:nobody|no one|can't|couldn't|cannot|good luck|hard to|impossible to) [^.;,]{0,25}?"
    r"(?:what|which) key\b(?! (?:to|opens|fits)\b)"
    rf"|\b(?:can't|cannot|won't|couldn't|could not|hard to"
    r"|impossible to) (?:\w+ )?(?:name|find|pin|hear"
    rf"|place) (?:an?|any) {_TONALITY}\b(?! (?:for|to|on)\b)"
    r"|\b(?:is|it's|are) (?:\w+ly )?atonal\b|^\W*atonal\b(?= throughout|[,.;:])",
    re.I,
)
_LATER = Pattern(r"[,;]? (?:and )?(?:then|when|where|after which|whereupon|from there)\b")
_UNTIL = Pattern(r"\b(?:until|till|up to)\b")
_AFTER_IT = Pattern(
    r" (?:takes over|follows|after(?:wards?| it| that)?|thereafter|then|from (?:there"
    r"|then)(?: on)?)\b"
)
# Of alternatives the one that may be right counts.
_MILDEST = ("right", "uncheckable", "wrong")
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
Named = tuple[str, str]
"""A key's tonic and mode."""


def check_keys(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Stated keys; the same key of the same moment is judged once.

    Where no key was measured, one is held against the chords.
    """
    seen: set[object] = set()
    for claims in _alternatives(settled_keys(passage, evidence)):
        judgements = []
        for claim in claims:
            window = None if _is_later(passage, claim) else window_of(passage, claim, evidence)
            origin = claim.comes_after.name if claim.comes_after else None
            identity = (pitch_class(claim.tonic), claim.mode, window, origin)
            if identity not in seen:
                judgements.append(_judge_in_context(passage, claim, window, evidence))
            seen.add(identity)
        if judgements:
            judged = min(judgements, key=lambda each: _MILDEST.index(each[0]))
            yield passage.finding(Claim(claims[0].start, claims[-1].end), "key", judged)


def _is_later(passage: Passage, claim: KeyClaim) -> bool:
    """Whether a key begins where a moment ends: ``in G until 2:08, then up to A``."""
    moment = moment_of(passage, claim)
    if moment is None or moment.end > claim.start:
        return False
    lasts = moment.lead in ("until", "till") or _UNTIL.search(
        passage.text[moment.start : moment.end]
    )
    between, after = passage.text[moment.end : claim.start], passage.after(claim.end, 20)
    return bool(lasts and (_LATER.match(between) or _AFTER_IT.match(after)))


def check_modes(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """``A minor-key song`` against the modes of the measured keys."""
    keys = evidence.sure_keys
    for claim in mode_claims(passage):
        judged: Judged = ("uncheckable", "not_measured", "No key was measured with confidence.")
        if keys:
            is_right = claim.mode in {key.mode for key in keys}
            judged = right_or("wrong_mode", f"The measured key is {key_name(keys[0])}.", is_right)
        if moment_of(passage, claim) is None:
            yield passage.finding(claim, "key", judged)


def check_unclear_key(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """That no key is clear, against whether one was measured."""
    for claim, _ in islice(passage.matches(_UNCLEAR), 1):
        facts, keys = evidence.facts, evidence.sure_keys
        judged: Judged = ("uncheckable", "unsure", "A key was measured, with little confidence.")
        if keys:
            judged = ("wrong", "clear_key", f"The measured key is {key_name(keys[0])}.")
        elif facts.key is None and facts.scale is None:
            judged = ("right", "right", "No key was found.")
        yield passage.finding(claim, "key", judged)


def check_relations(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Whether the named keys stand in the named relation.

    A relation is to the last key that the text names before it, or to the measured one.
    """
    measured = [(key.tonic, key.mode) for key in evidence.sure_keys]
    for claim in passage.stated(relation_claims(passage)):
        before = [key for key in settled_keys(passage, evidence) if key.end <= claim.start]
        named = [(key.tonic, key.mode) for key in reversed(before)]
        references = [claim.reference] if claim.reference else [*named, *measured]
        judged = _judge_relation(claim, references)
        if judged[1] == "no_reference" and measured and claim.target not in references:
            fact = f"The measured key is {' '.join(measured[0])}."
            judged = ("wrong", "wrong_relation", fact)
        yield passage.finding(claim, "mode_relation", judged)


def _alternatives(claims: Sequence[KeyClaim]) -> list[list[KeyClaim]]:
    """Keys, those together of which one is claimed: ``in A minor or C major``."""
    groups: list[list[KeyClaim]] = []
    for claim in claims:
        if claim.role == "chord":
            continue
        if claim.is_alternative and groups:
            groups[-1].append(claim)
        else:
            groups.append([claim])
    return groups


def _judge_in_context(
    passage: Passage, claim: KeyClaim, window: tuple[float, float] | None, evidence: Evidence
) -> Judged:
    """As a key is judged alone, unless the words around it or the chords say more."""
    judged = _judge(claim, window, evidence)
    if judged[0] == "wrong" and _is_too_short_to_tell(passage, claim, judged[1]):
        judged = ("uncheckable", "local", judged[2] + " Shorter turns are not measured.")
    if claim.role == "loose" or (judged[0] == "wrong" and claim.role == "open"):
        judged = ("uncheckable", "ambiguous", judged[2] + " A chord may be meant.")
    if judged[0] == "uncheckable" and judged[1] not in ("no_mode", "local") and claim.role == "key":
        judged = _against_chords(claim, settled_chords(passage, evidence), evidence) or judged
    return judged


def _is_too_short_to_tell(passage: Passage, claim: KeyClaim, code: str) -> bool:
    """Whether a near key is said of a part alone, or any key of a moment in passing."""
    after = re.split(r"[,;.]", passage.after(claim.end))[0]
    clause = passage.clause_before(claim.start) + after
    # "In G minor with a detour to B flat" passes by B flat.
    own = passage.clause_before(claim.start) + re.split(r" (?:with|and|before|then) ", after)[0]
    return bool(_PASSING.search(own)) or (code in _NEAR_KEYS and is_of_part(clause))


def _judge(claim: KeyClaim, window: tuple[float, float] | None, evidence: Evidence) -> Judged:
    facts, keys = evidence.facts, evidence.sure_keys
    if not keys and not claim.has_mode and _is_tonic(claim, evidence):
        return "uncheckable", "no_mode", f"{claim.tonic} is the measured tonic; no mode is stated."
    if facts.key is None and facts.scale is not None:
        return _against_scale(claim, facts.scale, evidence)
    if facts.key is None:
        return "uncheckable", "not_measured", "No key was measured."
    if not evidence.is_sure(facts.key):
        fact = f"The measured key, {key_name(facts.key)}, is unsure."
        if evidence.may_be(claim.tonic, claim.mode):
            return "uncheckable", "unsure", fact
        return _wrong(claim, [facts.key], fact, evidence)
    if window and facts.key_sections:
        return _judge_then(claim, window, evidence)
    names = " and ".join(dict.fromkeys(key_name(key) for key in keys))
    fact = f"The measured key is {names}."
    if any(claim.equals(key) for key in keys):
        follows = claim.comes_after is None or _follows(claim, claim.comes_after, facts)
        return right_or("wrong_order", fact, follows)
    if any(claim.equals(section) for section in facts.key_sections or []):
        return "uncheckable", "unsure", fact + " The stated one was heard, but is unsure."
    return _wrong(claim, keys, fact, evidence)


def _is_tonic(claim: KeyClaim, evidence: Evidence) -> bool:
    """Whether a claim names the tonic that was surely measured."""
    tonic = evidence.facts.tonic
    if tonic is None or tonic.q_value > evidence.limits.sure.max_wrong.key:
        return False
    return pitch_class(claim.tonic) == pitch_class(tonic.name)


def _against_scale(claim: KeyClaim, scale: Scale, evidence: Evidence) -> Judged:
    """A key or mode against a measured scale that is neither major nor minor."""
    fact = f"The measured scale is {scale.tonic} {scale.name.replace('_', ' ')}."
    is_sure = scale.q_value <= evidence.limits.sure.max_wrong.key
    is_tonic = pitch_class(claim.tonic) == scale.pitch_classes[0]
    if is_tonic and claim.collection is not None and is_sure:
        notes = {(claim.collection + step) % 12 for step in _MAJOR_SCALE}
        if notes == set(scale.pitch_classes):
            return "right", "right", fact
    third = (scale.pitch_classes[0] + (3 if claim.mode == "minor" else 4)) % 12
    if is_tonic and third in scale.pitch_classes and claim.collection is None:
        return "uncheckable", "near_scale", fact + " It has the third of the stated key."
    if not is_sure or evidence.may_be(claim.tonic, claim.mode):
        return "uncheckable", "unsure", fact
    return "wrong", "wrong_key", fact


def _judge_then(claim: KeyClaim, window: tuple[float, float], evidence: Evidence) -> Judged:
    sections = evidence.facts.key_sections or []
    then = [each for each in sections if each.start_s < window[1] and each.end_s > window[0]]
    if len({key_name(key) for key in sections}) == 1:
        then = then or sections
    if not then:
        return "uncheckable", "past_the_end", "Nothing was measured at this time."
    fact = f"The key is then {' and '.join(dict.fromkeys(key_name(key) for key in then))}."
    equal = [key for key in then if claim.equals(key)]
    if not all(evidence.is_sure(key) for key in equal or then):
        return "uncheckable", "unsure", fact + " It is unsure."
    if equal:
        return "right", "right", fact
    if len({key_name(key) for key in sections}) == 1:
        return _wrong(claim, then, fact, evidence)
    return "wrong", "wrong_key_at_time", fact


def _wrong(claim: KeyClaim, keys: Sequence[Key], fact: str, evidence: Evidence) -> Judged:
    """Wrong, with the relation to the measured key, unless it may be meant or may be right.

    A church mode with the notes of the measured key may be meant.
    """
    collections = {
        (pitch_class(key.tonic) + (0 if key.mode == "major" else 3)) % 12 for key in keys
    }
    if claim.collection is not None and claim.collection in collections:
        return "uncheckable", "same_notes", fact + " It has the notes of the stated mode."
    if evidence.may_be(claim.tonic, claim.mode):
        return "uncheckable", "ambiguous", fact + " The stated one is nearly as likely."
    if not claim.has_mode and pitch_class(claim.tonic) in {pitch_class(key.tonic) for key in keys}:
        return "uncheckable", "no_mode", fact + " The stated one names no mode."
    relations = [key_relation(claim.tonic, claim.mode, key.tonic, key.mode) for key in keys]
    code = next((each for each in relations if each != "wrong_key"), "wrong_key")
    return "wrong", code, fact


def _follows(claim: KeyClaim, origin: KeyClaim, facts: MusicFacts) -> bool:
    """Whether the claimed key is heard after the one that the music is said to come from."""
    sections = facts.key_sections or []
    starts = [key.start_s for key in sections if origin.equals(key)]
    return not starts or any(claim.equals(key) and key.start_s > min(starts) for key in sections)


def _against_chords(
    claim: KeyClaim, named: Sequence[ChordClaim], evidence: Evidence
) -> Judged | None:
    """A key that neither the heard nor, failing these, the named chords can be in."""
    chords = [(chord.label, chord.end_s - chord.start_s) for chord in evidence.facts.chords or []]
    source = "heard" if chords else "named"
    chords = chords or [(label, 1.0) for label in dict.fromkeys(chord.label for chord in named)]
    if len({label for label, _ in chords}) < _FEWEST_CHORDS:
        return None
    share = diatonic_share(chords, claim.tonic, claim.mode)
    if share is None or share >= evidence.limits.min_diatonic_share:
        return None
    fact = f"Only {share:.0%} of the {source} chords belong to {claim.name}."
    return "wrong", "key_against_chords", fact


def _judge_relation(claim: RelationClaim, references: Sequence[Named]) -> Judged:
    # Only a key of the other mode has a relative or parallel of this mode.
    fitting = [each for each in references if each[1] != claim.mode]
    if not fitting:
        return "uncheckable", "no_reference", "The text does not say of which key."
    target, name = (pitch_class(claim.target[0]), claim.target[1]), " ".join(claim.target)
    other = "parallel" if claim.word == "relative" else "relative"
    for reference in fitting:
        if target == _related(reference, claim.word):
            fact = f"{name} is the {claim.word} of {' '.join(reference)}."
            return "right", "right", fact
    for reference in fitting:
        if target == _related(reference, other):
            fact = f"{name} is the {other}, not the {claim.word}, of {' '.join(reference)}."
            return "wrong", f"{other}_not_{claim.word}", fact
    fact = f"{name} is not the {claim.word} {claim.mode} of {' '.join(fitting[0])}."
    return "wrong", "wrong_relation", fact


def _related(key: Named, word: str) -> tuple[int, str]:
    """Pitch class and mode of a key's relative or parallel."""
    pitch, mode = pitch_class(key[0]), key[1]
    other = "minor" if mode == "major" else "major"
    if word == "parallel":
        return pitch, other
    return (pitch + (9 if mode == "major" else 3)) % 12, other
