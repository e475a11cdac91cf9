"""Named chords against the measured ones, and their spelling in the key."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.lint.chords import (
    ChordClaim,
    chord_symbols,
    progression_claims,
    settled_chords,
)
from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import agree, heard_triads, is_in_key, triad_of
from pipeline.lint.key import KeyClaim, last_before, relation_claims, settled_keys
from pipeline.lint.passage import Judged, Passage, right_or
from pipeline.lint.pattern import Pattern
from pipeline.lint.times import moment_of, window_of
from schemas.chords import chord_symbol, spell_in_key
from schemas.facts import Chord
from schemas.harmony import pitch_class, tonics_of
from schemas.lint import Finding

_CHORD = Pattern(r"\b(?:chord|harmony)\b", re.I)
_SEVERAL_AFTER = Pattern(r" chords\b", re.I)
_OTHER_CLAUSE = Pattern(r"[;:]|,(?! then\b)|\b(?:and|but|yet|while|whereas)\b", re.I)
# "Which are all minor chords".
_ALL_OF_A_KIND = Pattern(
    r"\bchords?\b[^.;]{0,60}?\b(?:are|being) all (?P<are>major|minor)\b"
    r"|\b(?:all|both) (?:of )?(?:the |these |its )?(?:\w+ )?chords (?:\w+ )?are"
    r" (?P<all>major|minor)\b"
    r"|\bare all (?P<they>major|minor) chords\b"
    r"|\b(?:only|exclusively|entirely|purely) (?P<only>major|minor) chords\b"
    r"|\bchords\b[^.;]{0,30}? are an? (?:mix|mixture|combination|blend) of"
    r" (?P<both>major and minor|minor and major) chords\b",
    re.I,
)
# How much farther from a moment than what else is told of it a chord may sound, s. Ours, chosen on
# 2026-11-28: of five sentences that 0 s finds false without reason 1 s leaves two, as 4 s does.
_NEAR_S = 1.0
# Of the heard chords, as evidence in words; ours.
_MOST_NAMED = 8


def check_chords(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Chords that are part of no sequence; the same chord of the same moment is judged once."""
    keys = settled_keys(passage, evidence)
    taken = [*relation_claims(passage), *progression_claims(passage)]
    seen: set[object] = set()
    stated = list(passage.stated(settled_chords(passage, evidence)))
    moments = Counter(moment_of(passage, each) for each in stated)
    for claim in stated:
        # Of several chords, or "D major chords", a moment is only where they begin; "it settles on
        # E" tells no chord that sounds then.
        is_named = claim.is_certain or _CHORD.search(passage.text, *passage.sentence(claim.start))
        is_alone = is_named and moments[moment_of(passage, claim)] == 1
        is_one = is_alone and not _SEVERAL_AFTER.match(passage.text, claim.end)
        is_then = is_one and _is_of_its_moment(passage, claim)
        window = _sounds_in(passage, claim, evidence) if is_then else None
        identity = (triad_of(claim.label), window)
        if claim.touches(taken) or identity in seen:
            continue
        seen.add(identity)
        judged = _misspelled(claim, keys, evidence)
        if judged is None or not evidence.facts.chords:
            judged = _judge(claim, window, evidence)
        yield passage.finding(claim, "chord", judged)


def check_spelling(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Misspelled chords of sequences, which are judged as a whole otherwise."""
    keys = settled_keys(passage, evidence)
    sequences = progression_claims(passage)
    seen: set[str] = set()
    for claim in chord_symbols(passage):
        if claim.label in seen or not claim.touches(sequences):
            continue
        if judged := _misspelled(claim, keys, evidence):
            seen.add(claim.label)
            yield passage.finding(claim, "chord", judged)


def check_kinds(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """That all chords are major, or all minor, or of both kinds."""
    for claim, match in passage.matches(_ALL_OF_A_KIND):
        judged: Judged = ("uncheckable", "not_measured", "No chords were measured.")
        if evidence.sounds:
            told = {each[:3] for each in match[match.lastgroup or ""].lower().split(" and ")}
            heard = {family for _, family in evidence.sounds}
            fact = f"Heard are {_symbols(_commonest(evidence.facts.chords or []))}."
            is_right = told <= heard if match["both"] else heard == told
            judged = right_or("wrong_quality", fact, is_right)
        yield passage.finding(claim, "chord", judged)


def _is_of_its_moment(passage: Passage, claim: ChordClaim) -> bool:
    """Not in "at 1:05 the flute enters, while the piano rests on an E minor chord"."""
    moment = moment_of(passage, claim)
    between = passage.text[moment.end : claim.start] if moment else ""
    return not _OTHER_CLAUSE.search(between.lstrip(" ,"))


def _sounds_in(
    passage: Passage, claim: ChordClaim, evidence: Evidence
) -> tuple[float, float] | None:
    """The stretch of time, s, in which a chord has to be heard: a moment is not told so exactly."""
    window, moment = window_of(passage, claim, evidence), moment_of(passage, claim)
    if window is None or moment is None or moment.end_s > moment.start_s:
        return window
    return window[0] - _NEAR_S, window[1] + _NEAR_S


def _misspelled(claim: ChordClaim, keys: Sequence[KeyClaim], evidence: Evidence) -> Judged | None:
    """A chord of the key under a name that the key does not have, such as Ab7 in C# minor."""
    sound = triad_of(claim.label)
    tonics = _spelled_tonics(claim, keys, evidence)
    if sound is None or not tonics:
        return None
    spellings = []
    for tonic, mode in tonics:
        steps = (sound[0] - pitch_class(tonic)) % 12
        if not is_in_key(sound, tonic, mode):
            return None
        right = spell_in_key(claim.label, tonic, mode)
        if right == claim.label or (steps == 11 and mode == "minor"):
            return None
        spellings.append(f"{chord_symbol(right)} in {tonic} {mode}")
    fact = f"{chord_symbol(claim.label)} is spelled {' or '.join(spellings)}."
    return "wrong", "enharmonic_spelling", fact


def _judge(claim: ChordClaim, window: tuple[float, float] | None, evidence: Evidence) -> Judged:
    chords, heard = evidence.facts.chords or [], evidence.sounds
    sound = triad_of(claim.label)
    if sound is None or not heard:
        return "uncheckable", "not_measured", "No chords were measured."
    if window:
        then = [c for c in chords if c.start_s < window[1] and c.end_s > window[0]]
        labels = list(dict.fromkeys(chord.label for chord in then))
        fact = f"Then {_symbols(labels)} is heard."
        if not then and any(agree(sound, each) for each in heard):
            return "uncheckable", "past_the_end", "Nothing was measured at this time."
        if any(agree(sound, each) for each in heard_triads(then)):
            return "right", "right", fact
        if any(agree(sound, each) for each in heard):
            return "wrong", "wrong_chord_at_time", fact
    elif any(agree(sound, each) for each in heard):
        return "right", "right", f"{chord_symbol(claim.label)} is heard."
    fact = f"Heard are {_symbols(_commonest(chords))}."
    if any(sound[0] == root for root, _ in heard):
        return "wrong", "wrong_quality", fact
    return "wrong", "chord_not_heard", fact


def _spelled_tonics(
    claim: ChordClaim, keys: Sequence[KeyClaim], evidence: Evidence
) -> list[tuple[str, str]]:
    """The key in whose spelling a chord stands: the text's own where it is right."""
    for own in last_before(claim, keys):
        if any(own.equals(key) for key in evidence.sure_keys):
            return [(own.tonic, own.mode)]
    return sorted(
        {(each, key.mode) for key in evidence.sure_keys for each in tonics_of(key.tonic, key.mode)}
    )


def _commonest(chords: Sequence[Chord]) -> list[str]:
    lasting: dict[str, float] = {}
    for chord in chords:
        if triad_of(chord.label):
            seconds = lasting.get(chord.label, 0.0)
            lasting[chord.label] = seconds + chord.end_s - chord.start_s
    return sorted(lasting, key=lambda label: -lasting[label])[:_MOST_NAMED]


def _symbols(labels: Sequence[str]) -> str:
    return ", ".join(chord_symbol(label) if label != "N" else "no chord" for label in labels)
