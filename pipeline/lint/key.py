"""Keys, modes and relations of keys that a text names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.lint.bare_chords import acts, is_placed
from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import agree
from pipeline.lint.key_or_chord import role_of
from pipeline.lint.modes import MODE_ONLY, NOT_BEFORE
from pipeline.lint.notes import MODE, NOTE, collection, is_article, mode_of, note_name
from pipeline.lint.passage import Claim, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.tonics import (
    ALL_PAIR,
    CHORD_CALLED_AFTER,
    CHORD_CALLED_BEFORE,
    HOME,
    IN_NOTE,
    IN_SYMBOL,
    KEY_OF,
    MOVED,
    NOTE_KEY,
    OR_KEY,
    OR_MODE,
    PAIR,
    PART_BEFORE,
)
from schemas.facts import Key
from schemas.harmony import pitch_class

# A cheap look at whether any note is named at all.
_NOTE_CUE = Pattern(r"(?<![A-Za-z'])[A-G](?![ac-ln-z]|b[a-ln-z])")
_NAMED = Pattern(
    rf"(?<![\w#.])(?<!\w')(?P<note>{NOTE})(?:[ -](?:natural[ -])?(?P<mode>{MODE})"
    r"|(?P<suffix>[Mm]ajor|[Mm]inor))(?!\w|'(?!s (?:the|an?|its|our|my|where|what|home|all)\b)\w)"
)
_CHORDS_IN = Pattern(
    r"\b(?:chords|triads|harmonies|chord (?:progression|sequence)s?)(?: \w+)? $", re.I
)
# "C major, G major and A minor chords": what is said of one is said of all.
_LISTED = Pattern(
    r"(?:\s*(?:,|and|then|to|or|-|followed by|finally|resolv\w+|on|an?"
    r"|(?-i:[A-G][#b]?m?7?)(?![a-z])))*\s*",
    re.I,
)
# "The C major scale has no sharps" is said of scales.
_IN_THEORY = Pattern(
    r" (?:scales?|chords?|triads?) (?:has|have|contains?|consists?|includes?|is made)\b"
    r"| has (?:no|one|two|three|four|five|six|seven|\d) (?:sharps?|flats?)\b",
    re.I,
)
# "In A with", but not "in A minute".
_WORD_AFTER = Pattern(
    r" (?!or [A-G]|(?:with|and|at|for|from|but|so|by|until|throughout|before|because|where|once)\b)"
    r"[a-z]"
)
_GOES_TO = Pattern(
    r"\b(?:modulat|shift|mov|giv|chang|settl|lift|jump|turn|transpos|ris|climb|drop|slid"
    r"|return|drift|switch|resolv)\w*\b"
    r"[^.;]{0,30}?\b(?:to|into|for)\s+(?:the key of\s+)?$",
    re.I,
)
_TARGET, _SUBJECT, _OF = (
    rf"(?P<{name}>{NOTE})(?:(?P<{name}_m>m)7?(?![\w#])|[ -](?P<{name}_mode>{MODE}))?(?![\w#'])"
    for name in ("target", "subject", "ref")
)
_RELATION = r"(?P<word>relative|parallel) (?P<mode>major|minor)(?: key| tonality| chord)?"
_OF_KEY = Pattern(
    rf"(?<![\w#']){_SUBJECT}\s*(?:,|-|\(|is|as|being|\s)*\s*(?:the|its)\s+{_RELATION} (?:of|to) "
    rf"(?:the key of )?{_OF}"
)
_THEN_KEY = Pattern(rf"\b{_RELATION}(?:\s*(?:,|:|-|\(|key|which is|is|of)\s*|\s+){_TARGET}")
# "A minor comes next, the relative"; "E minor clouds over the hook, the relative minor".
_KEY_THEN = Pattern(
    rf"(?<![\w#']){_SUBJECT}(?:\s*|(?P<gap> [^.;:()A-G]{{3,40}}))(?:,\"?|-|\(| as)\s*(?:the|its)\s+"
    rf"(?:{_RELATION}|(?P<alone>relative|parallel)(?=[.,;:!)]|$))\b(?!\s*(?:of|to"
    rf"|,?\s*\(?{NOTE}))"
)


@dataclass(frozen=True)
class KeyClaim(Claim):
    """A key that a text names.

    Attributes
    ----------
    tonic : str
        As spelled in the text, e.g. ``C#``.
    mode : str
        ``major`` or ``minor``; church modes belong to one of them.
    role : str
        ``key``; ``chord`` where the words speak of a chord; ``either`` where they do not say, which
        mostly means a key; ``open``, after ``between``, where it may as well be a chord;
        ``loose`` where nothing tells which of the two.
    has_mode : bool
        Not where only the tonic is named, which mostly means a major key.
    collection : int or None
        Of a church mode: pitch class of the major scale with the same notes.
    comes_after : KeyClaim or None
        The key that the music is said to come from.
    is_alternative : bool
        Whether ``or`` joins it to the claim before: one of the two is claimed.
    """

    tonic: str
    mode: str
    role: str = "either"
    has_mode: bool = True
    collection: int | None = None
    comes_after: "KeyClaim | None" = None
    is_alternative: bool = False

    @property
    def name(self) -> str:
        """E.g. ``C# minor``."""
        return f"{self.tonic} {self.mode}"

    def equals(self, key: Key) -> bool:
        """Whether it is a measured key, in any spelling."""
        return self.mode == key.mode and pitch_class(self.tonic) == pitch_class(key.tonic)


@dataclass(frozen=True)
class ModeClaim(Claim):
    """``A minor-key lament``: a mode without a tonic."""

    mode: str


@dataclass(frozen=True)
class RelationClaim(Claim):
    """A key said to be the relative or parallel of another.

    Attributes
    ----------
    word : str
        ``relative`` or ``parallel``.
    mode : str
        Of the related key, as the term has it: ``relative minor``.
    target, reference : (str, str) or None
        Tonic and mode of the related key, and of the one it is related to where the text says.
    """

    word: str
    mode: str
    target: tuple[str, str]
    reference: tuple[str, str] | None = None


@extractor
def key_mentions(passage: Passage) -> list[KeyClaim]:
    """Every key or chord written as note and mode, and bare notes that can only be keys."""
    plain = passage.text
    found: dict[int, KeyClaim] = {}
    for match in _NAMED.finditer(plain):
        is_theory = _IN_THEORY.match(plain, match.end())
        if not is_theory and not is_article(plain, *match.span()):
            claim = _claim(match, match["note"], match["mode"] or match["suffix"])
            found[claim.start] = replace(claim, role=role_of(passage, claim))
    if not _NOTE_CUE.search(plain):
        return []
    for pattern, role in (
        (KEY_OF, "key"),
        (NOTE_KEY, "key"),
        (IN_NOTE, "key"),
        (IN_SYMBOL, "either"),
    ):
        for match in pattern.finditer(plain):
            start, end = match.start("note"), match.end()
            is_chord = pattern is IN_SYMBOL and _CHORDS_IN.search(passage.before(match.start()))
            if start not in found and not is_chord and not _is_lone_article(plain, start, end):
                is_key = match[0].startswith("either") or match["suffix"] in ("maj", "min")
                found[start] = _of_symbol(match, "key" if is_key else role)
    for claim in _homes(plain):
        found.setdefault(claim.start, claim)
    for match in [*PAIR.finditer(plain), *ALL_PAIR.finditer(plain)]:
        _add_pair(match, found)
    for claim in list(found.values()):
        _add_alternatives(plain, claim, found)
    return _linked(passage, _alike(plain, [found[start] for start in sorted(found)]))


@extractor
def key_claims(passage: Passage) -> Iterator[KeyClaim]:
    """Keys that a text states of the music; chords such as ``an A minor chord`` are none."""
    return passage.stated(each for each in key_mentions(passage) if each.role != "chord")


@extractor
def mode_claims(passage: Passage) -> Iterator[ModeClaim]:
    """Modes that a text states without a tonic."""
    for claim, match in passage.matches(MODE_ONLY):
        is_named = claim.touches(key_mentions(passage)) or NOT_BEFORE.search(
            passage.text[: claim.start][-24:]
        )
        if match["mode5"] or not is_named:
            yield ModeClaim(claim.start, claim.end, match[match.lastgroup or ""].lower())


@extractor
def relation_claims(passage: Passage) -> list[RelationClaim]:
    """Keys said to be the relative or parallel of another."""
    found: list[RelationClaim] = []
    for pattern, name in ((_OF_KEY, "subject"), (_THEN_KEY, "target"), (_KEY_THEN, "subject")):
        for match in pattern.finditer(passage.text):
            is_alone = pattern is _KEY_THEN and match["alone"]
            word = match["alone"] if is_alone else match["word"]
            mode = _related(match, name, "major")[1] if is_alone else match["mode"]
            target = _related(match, name, mode)
            reference = None
            if pattern is _OF_KEY:
                reference = _related(match, "ref", "major" if mode == "minor" else "minor")
            # In "Cm follows, the relative minor" Cm is a chord as well.
            is_far = pattern is _KEY_THEN and match["gap"]
            is_symbol = pattern is _KEY_THEN and match["subject_m"]
            start = match.end("subject_m") if is_symbol else match.start()
            start = match.start("gap") if is_far else start
            claim = RelationClaim(start, match.end(), word, mode, target, reference)
            if not claim.touches(found):
                found.append(claim)
    return found


@extractor
def _single_keys(passage: Passage) -> Iterator[KeyClaim]:
    """Keys and chords in words that are stated, without those of a relation."""
    related = relation_claims(passage)
    return passage.stated(each for each in key_mentions(passage) if not each.touches(related))


def settled_keys(passage: Passage, evidence: Evidence) -> list[KeyClaim]:
    """Keys that are stated, and not of a relation: ``its relative minor``.

    One that may name a key or a chord counts as a chord where such a chord is heard.
    """
    return [_settled(passage, each, evidence) for each in _single_keys(passage)]


def last_before(claim: Claim, keys: Sequence[KeyClaim]) -> list[KeyClaim]:
    """The key in which a chord is said to stand, if the text names one before it."""
    return [key for key in keys if key.start <= claim.start and key.role != "chord"][-1:]


def _settled(passage: Passage, claim: KeyClaim, evidence: Evidence) -> KeyClaim:
    """A claim that may name a key or a chord, as one of them.

    It is a chord where it stands as one, or where such a chord is heard and no such key.
    """
    chord = replace(claim, role="chord")
    is_open = claim.role in ("either", "open")
    if not is_open:
        return claim
    is_key = any(claim.equals(key) for key in evidence.sure_keys)
    if is_placed(passage, claim.start, claim.end):
        return claim if is_key and acts(passage, claim.start, claim.end) else chord
    if is_key:
        return claim
    sound = pitch_class(claim.tonic), "maj" if claim.mode == "major" else "min"
    is_heard = any(agree(sound, each) for each in evidence.sounds)
    return chord if is_heard else claim


def _claim(match: re.Match[str], note: str, mode: str) -> KeyClaim:
    tonic = note_name(note)
    return KeyClaim(*match.span(), tonic, mode_of(mode), collection=collection(tonic, mode))


def _of_symbol(match: re.Match[str], role: str) -> KeyClaim:
    """``C``, ``Am``, ``F#maj``."""
    suffix = match["suffix"]
    mode = mode_of(suffix) if suffix else "major"
    tonic = note_name(match["note"])
    return KeyClaim(match.start("note"), match.end(), tonic, mode, role, has_mode=bool(suffix))


def _homes(plain: str) -> Iterator[KeyClaim]:
    """Notes that are called home; where one part alone goes there, it is no key."""
    for match in HOME.finditer(plain):
        group = match.lastgroup or ""
        is_of_part = group in MOVED and PART_BEFORE.search(plain[: match.start()])
        if not is_of_part and not _is_lone_article(plain, match.start(group), match.end()):
            yield _of_tonic(match, group)


def _of_tonic(match: re.Match[str], group: str) -> KeyClaim:
    """``G is home``, ``Cm, which feels like home``."""
    start, end = match.span(group)
    before, after = match.string[:start], match.string[end:]
    called = CHORD_CALLED_AFTER.match(after) or CHORD_CALLED_BEFORE.search(before[-30:])
    mode = "minor" if after[:1] == "m" else called["mode"] if called else ""
    return KeyClaim(
        start, end, note_name(match[group]), mode or "major", "key", has_mode=bool(mode)
    )


def _add_alternatives(plain: str, claim: KeyClaim, found: dict[int, KeyClaim]) -> None:
    """``In A minor or C``: what is an alternative to a key is a key."""
    while claim.role != "chord" and (match := OR_KEY.match(plain, claim.end)):
        start = match.start("note")
        is_symbol = match["suffix"] or (claim.role == "key" and not match["mode"])
        other = found.get(start, _of_symbol(match, claim.role) if is_symbol else None)
        if other is None or (claim.role, other.role) == ("either", "chord"):
            return
        role = "key" if "key" in (claim.role, other.role) else other.role
        found[claim.start] = replace(claim, role=role)
        claim = found[start] = replace(other, role=role, is_alternative=True)
    if claim.role != "chord" and claim.has_mode and (match := OR_MODE.match(plain, claim.end)):
        found[match.start("mode")] = replace(
            _claim(match, claim.tonic, match["mode"]), role=claim.role, is_alternative=True
        )


def _is_lone_article(plain: str, start: int, end: int) -> bool:
    return plain[start:end] == "A" and bool(_WORD_AFTER.match(plain, end))


def _alike(plain: str, claims: list[KeyClaim]) -> list[KeyClaim]:
    """Claims of which those in a list of chords are chords."""
    claims = list(claims)
    indices = range(len(claims))
    for one, other in [*pairwise(indices), *((j, i) for i, j in reversed([*pairwise(indices)]))]:
        first, second = sorted((claims[one], claims[other]), key=lambda each: each.start)
        is_list = _LISTED.fullmatch(plain, first.end, max(first.end, second.start))
        if claims[one].role == "chord" and claims[other].role != "key" and is_list:
            claims[other] = replace(claims[other], role="chord")
    return claims


def _add_pair(match: re.Match[str], found: dict[int, KeyClaim]) -> None:
    """``From C to D major``, "from A minor to C": a note without a mode is one of major."""
    if ALL_PAIR.gave(match):
        first, second = (_of_tonic(match, each) for each in ("first", "second"))
        found[first.start] = first
        found[second.start] = replace(second, comes_after=first)
        return
    modes = [
        mode_of(m.strip(" -")) if (m := match[f"{each}_mode"]) else None
        for each in ("first", "second")
    ]
    if modes == [None, None]:
        return
    claims = []
    for each, own in zip(("first", "second"), modes, strict=True):
        start = match.start(each)
        end = match.end(f"{each}_mode") if own else match.end(each)
        tonic = note_name(match[each])
        claims.append(KeyClaim(start, end, tonic, own or "major", has_mode=own is not None))
    first = found.get(claims[0].start, claims[0])
    found[first.start] = first
    second = found.get(claims[1].start, claims[1])
    found[second.start] = replace(second, comes_after=first)


def _linked(passage: Passage, claims: list[KeyClaim]) -> list[KeyClaim]:
    """Claims with the key that each is said to follow."""
    linked: list[KeyClaim] = []
    for claim in claims:
        before = passage.before(claim.start, 80)
        goes = _GOES_TO.search(before)
        if claim.comes_after is None and goes and linked and linked[-1].role != "chord":
            same = passage.sentence(linked[-1].start) == passage.sentence(claim.start)
            if same:
                claim = replace(claim, comes_after=linked[-1])
        if (
            claim.comes_after
            and claim.role == "either"
            and re.search(r"modulat|\bkeys?\b", before, re.I)
        ):
            claim = replace(claim, role="key")
        linked.append(claim)
    return linked


def _related(match: re.Match[str], name: str, mode: str) -> tuple[str, str]:
    if match[f"{name}_m"]:
        mode = "minor"
    elif match[f"{name}_mode"]:
        mode = mode_of(match[f"{name}_mode"])
    return note_name(match[name]), mode
