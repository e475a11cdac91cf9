"""Named chords and numerals against the measured chords, and against each other."""

from collections.abc import Sequence

from pipeline.lint.chords import ChordClaim
from pipeline.lint.evidence import Evidence, Limits, sure_keys
from pipeline.lint.harmony import agree, heard_sounds, is_in_key, sound_of
from pipeline.lint.key import KeyClaim
from pipeline.lint.numerals import NumeralClaim, fits, meanings, same_case
from pipeline.lint.passage import Passage, finding
from pipeline.lint.times import TimeMention, anchor
from schemas.chords import chord_symbol, spell_in_key
from schemas.facts import Chord, Key, MusicFacts
from schemas.harmony import pitch_class
from schemas.lint import Finding, Verdict

Judged = tuple[Verdict, str, str]
_UNMEASURED: Judged = ("uncheckable", "not_measured", "No chords were measured.")
_MOST_NAMED = 8


def judge_chords(
    passage: Passage,
    claims: Sequence[ChordClaim],
    keys: Sequence[KeyClaim],
    mentions: list[TimeMention],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Findings on chords; the same chord of the same moment is judged once.

    Parameters
    ----------
    passage : Passage
    claims : sequence of ChordClaim
    keys : sequence of KeyClaim
        All that the text names: chords are spelled in the last one before them.
    mentions : list of TimeMention
    evidence : Evidence
    limits : Limits
    """
    findings = []
    seen: set[object] = set()
    for claim in claims:
        moment = anchor(passage, mentions, claim.start, claim.end)
        identity = (sound_of(claim.label), moment)
        if identity in seen or passage.is_set_aside(claim.start, claim.end):
            continue
        seen.add(identity)
        window = moment.window(limits.time_slack_s) if moment else None
        judged = misspelled(claim, keys, evidence.facts, limits)
        if judged is None or not evidence.facts.chords:
            judged = _judge(claim, window, evidence.facts, limits)
        findings.append(finding(passage, (claim.start, claim.end), "chord", *judged))
    return findings


def judge_spelling(
    passage: Passage,
    claims: Sequence[ChordClaim],
    keys: Sequence[KeyClaim],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Misspelled chords alone, for those that are judged as parts of a sequence."""
    findings = []
    seen: set[str] = set()
    for claim in claims:
        judged = misspelled(claim, keys, evidence.facts, limits)
        if judged and claim.label not in seen:
            seen.add(claim.label)
            findings.append(finding(passage, (claim.start, claim.end), "chord", *judged))
    return findings


def misspelled(
    claim: ChordClaim, keys: Sequence[KeyClaim], facts: MusicFacts, limits: Limits
) -> Judged | None:
    """A chord of the key under a name that the key does not have, such as Ab7 in C# minor."""
    sound = sound_of(claim.label)
    tonics = _spelled_tonics(claim, keys, facts, limits)
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
    said = f"{chord_symbol(claim.label)} is spelled {' or '.join(spellings)}."
    return "wrong", "enharmonic_spelling", said


def judge_numerals(
    passage: Passage,
    claims: Sequence[NumeralClaim],
    keys: Sequence[KeyClaim],
    evidence: Evidence,
    limits: Limits,
) -> list[Finding]:
    """Numerals with their chords against the key, and lone ones against what is heard.

    Parameters
    ----------
    passage : Passage
    claims : sequence of NumeralClaim
    keys : sequence of KeyClaim
        All that the text names; the last one before a claim counts beside the measured keys.
    evidence : Evidence
    limits : Limits
    """
    findings = []
    seen: set[object] = set()
    for claim in claims:
        chord = claim.chord.label if claim.chord else None
        if (claim.numeral, chord) in seen or passage.is_set_aside(claim.start, claim.end):
            continue
        seen.add((claim.numeral, chord))
        references = [
            *((key.tonic, key.mode) for key in _last_before(claim.start, keys)),
            *((key.tonic, key.mode) for key in sure_keys(evidence.facts, limits)),
        ]
        judged = (
            _judge_pair(claim, claim.chord, references)
            if claim.chord
            else judge_lone_numeral(claim.numeral, evidence.facts, limits)
        )
        findings.append(finding(passage, (claim.start, claim.end), "numeral", *judged))
    return findings


def judge_lone_numeral(numeral: str, facts: MusicFacts, limits: Limits) -> Judged:
    """Whether a numeral is heard anywhere, in the key of its moment."""
    if not facts.chords:
        return _UNMEASURED
    if not sure_keys(facts, limits):
        return "uncheckable", "unsure", "No key was measured with confidence."
    for steps, family, mode in steps_heard(facts, limits):
        for meant_steps, meant in meanings(numeral, mode):
            if meant_steps == steps and same_case(meant, family):
                return "right", "right", "This degree is heard."
    return "wrong", "numeral_not_heard", "No chord on this degree was heard."


def steps_heard(facts: MusicFacts, limits: Limits) -> list[tuple[int, str, str]]:
    """Steps above the local tonic, family and local mode of every chord, in order of time."""
    found: list[tuple[int, str, str]] = []
    for chord in facts.chords or []:
        sound = sound_of(chord.label)
        key = local_key(chord, facts, limits)
        if sound and key:
            found.append(((sound[0] - pitch_class(key.tonic)) % 12, sound[1], key.mode))
    return found


def local_key(chord: Chord, facts: MusicFacts, limits: Limits) -> Key | None:
    """The sure key at the middle of a chord."""
    middle_s = (chord.start_s + chord.end_s) / 2
    sections = facts.key_sections or []
    here: list[Key] = [each for each in sections if each.start_s <= middle_s < each.end_s]
    key = here[0] if here else facts.key
    return key if key and limits.is_sure_key(key) else None


def _judge(
    claim: ChordClaim, window: tuple[float, float] | None, facts: MusicFacts, limits: Limits
) -> Judged:
    sound = sound_of(claim.label)
    heard = heard_sounds(facts.chords or [])
    if sound is None or not heard:
        return _UNMEASURED
    if window:
        then = [c for c in facts.chords or [] if c.start_s < window[1] and c.end_s > window[0]]
        labels = list(dict.fromkeys(chord.label for chord in then))
        said = f"Then {_symbols(labels)} is heard."
        if not then:
            return "uncheckable", "past_the_end", "Nothing was measured at this time."
        if any(agree(sound, each) for each in heard_sounds(then)):
            return "right", "right", said
        if any(agree(sound, each) for each in heard):
            return "wrong", "wrong_chord_at_time", said
    elif any(agree(sound, each) for each in heard):
        return "right", "right", f"{chord_symbol(claim.label)} is heard."
    said = f"Heard are {_symbols(_commonest(facts.chords or []))}."
    if any(sound[0] == root for root, _ in heard):
        return "wrong", "wrong_quality", said
    return "wrong", "chord_not_heard", said


def _judge_pair(
    claim: NumeralClaim, chord: ChordClaim, references: Sequence[tuple[str, str]]
) -> Judged:
    sound = sound_of(chord.label)
    if not references or sound is None:
        return "uncheckable", "no_key", "No key is known in which to read the numeral."
    names = " or ".join(dict.fromkeys(f"{tonic} {mode}" for tonic, mode in references))
    found = [fits(claim.numeral, sound, pitch_class(tonic), mode) for tonic, mode in references]
    symbol = chord_symbol(chord.label)
    if (True, True) in found:
        return "right", "right", f"{symbol} is {claim.numeral} in {names}."
    if (True, False) in found:
        said = f"{symbol} is on this degree of {names}, but upper case is major, lower case minor."
        return "wrong", "numeral_case", said
    return "wrong", "numeral_mismatch", f"{symbol} is not {claim.numeral} in {names}."


def _spelled_tonics(
    claim: ChordClaim, keys: Sequence[KeyClaim], facts: MusicFacts, limits: Limits
) -> list[tuple[str, str]]:
    """The key in whose spelling a chord stands: the text's own where it is right."""
    measured = sure_keys(facts, limits)
    own = _last_before(claim.start, keys)
    if not measured:
        return []
    sounding = {(pitch_class(key.tonic), key.mode) for key in measured}
    if own and (pitch_class(own[0].tonic), own[0].mode) in sounding:
        return [(own[0].tonic, own[0].mode)]
    tonics = {(key.tonic, key.mode) for key in measured}
    pairs = {"Db": "C#", "F#": "Gb", "B": "Cb", "G#": "Ab", "Eb": "D#", "Bb": "A#"}
    both = {(pairs[tonic], mode) for tonic, mode in tonics if tonic in pairs}
    return sorted(tonics | both)


def _last_before(at: int, keys: Sequence[KeyClaim]) -> list[KeyClaim]:
    before = [key for key in keys if key.start <= at and key.role != "chord"]
    return before[-1:]


def _commonest(chords: Sequence[Chord]) -> list[str]:
    lasting: dict[str, float] = {}
    for chord in chords:
        if sound_of(chord.label):
            seconds = lasting.get(chord.label, 0.0)
            lasting[chord.label] = seconds + chord.end_s - chord.start_s
    return sorted(lasting, key=lambda label: -lasting[label])[:_MOST_NAMED]


def _symbols(labels: Sequence[str]) -> str:
    return ", ".join(chord_symbol(label) if label != "N" else "no chord" for label in labels)
