"""Keys that a text names, and what it says of them."""

import re
from dataclasses import dataclass, replace

from pipeline.lint.notes import MODE, NOTE, collection, is_article, mode_of, note_name
from pipeline.lint.passage import Passage, read

_NAMED = re.compile(rf"(?<![\w#'.])(?P<note>{NOTE})[ -](?:natural[ -])?(?P<mode>{MODE})(?![\w'])")
_KEY_OF = re.compile(
    rf"\b(?:[Kk]ey|KEY|[Tt]onality|[Tt]onal (?:centre|center)|[Tt]onic|[Kk]eys)"
    rf"(?:\s+(?:signature|centre|center))?(?:\s*(?:of|is|:|=|\*|as|around|on)\s*)+"
    rf"(?:concert )?(?P<note>{NOTE})(?P<minor>m)?(?![\w#'/])(?! [Mm](?:aj|in))"
)
_IN_SYMBOL = re.compile(rf"\b[Ii]n (?P<note>{NOTE})(?P<minor>m)(?![\w#'/(])")
_PAIR = re.compile(
    rf"\b[Ff]rom (?:the key of )?(?P<first>{NOTE})(?P<first_mode>[ -]{MODE})?,?"
    rf"(?: (?:up|down|back|directly|abruptly))?(?: an? [\w -]{{3,20}}?)? (?:to|into) (?:the "
    rf"key of )?"
    rf"(?P<second>{NOTE})(?P<second_mode>[ -]{MODE})?(?![\w#'])"
)
_CHORD_AFTER = re.compile(
    r"[ -]?(?:chords?|triads?|seventh|7th|7\b|ninth|9th|sixth|6th|sus|arpeggi\w*|voicing\w*"
    r"|vamp)\b",
    re.I,
)
_KEY_AFTER = re.compile(
    r"[ -](?:tonality|keys?|tonal|anthem|ballad|song|track|tune|piece|throughout|as (?:the"
    r"|its) (?:key|home|tonic)"
    r"|reigns|pentatonic|scale)\b",
    re.I,
)
_CHORD_BEFORE = re.compile(
    r"\b(?:chords?|triads?|progressions?|cadence|vamp\w*|arpeggi\w*|loops?|cycl\w+)\b"
    r"[^.;:]{0,40}$",
    re.I,
)
_BETWEEN = re.compile(r"\b(?:between|alternat\w+)\b[^.;:]{0,40}$", re.I)
_KEY_BEFORE = re.compile(
    r"(?:\b(?:keys?|tonal\w*|tonic|modulat\w*|modes?|rooted|grounded|cent(?:er|re)\w*|transpos\w*|"
    r"set|written|composed|pitched|cast|anchored)\b[^.;]{0,30}|\b(?:in|of)\s+(?:the key "
    r"of\s+)?)$",
    re.I,
)
_GOES_TO = re.compile(
    r"\b(?:modulat|shift|mov|giv|chang|settl|lift|jump|turn|transpos|ris|climb|drop|slid"
    r"|return|drift|switch|resolv)\w*\b"
    r"[^.;]{0,30}?\b(?:to|into|for)\s+(?:the key of\s+)?$",
    re.I,
)
_MODE_ONLY = re.compile(r"\b(?P<mode>major|minor)[ -](?:keys?|tonality|mode)\b(?! chang)", re.I)
_MODE_ONLY_NOT_BEFORE = re.compile(
    rf"(?:\b(?:relative|parallel|closely related|neighbou?ring|and|or|between|to)|{NOTE}(?: "
    rf"natural| harmonic)?)[ -]$"
)


@dataclass(frozen=True)
class KeyClaim:
    """A key that a text names.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    tonic : str
        As spelled in the text, e.g. ``C#``.
    mode : str
        ``major`` or ``minor``; church modes belong to one of them.
    role : str
        ``key``; ``chord`` where the words speak of a chord; ``either`` where they do not say, which
        mostly means a key; ``open``, after ``between``, where it may as well be a chord.
    collection : int or None
        Of a church mode: pitch class of the major scale with the same notes.
    comes_after : KeyClaim or None
        The key that the music is said to come from.
    """

    start: int
    end: int
    tonic: str
    mode: str
    role: str = "either"
    collection: int | None = None
    comes_after: "KeyClaim | None" = None

    @property
    def name(self) -> str:
        """E.g. ``C# minor``."""
        return f"{self.tonic} {self.mode}"


@dataclass(frozen=True)
class ModeClaim:
    """``A minor-key lament``: a mode without a tonic."""

    start: int
    end: int
    mode: str


def key_claims(text: str) -> list[KeyClaim]:
    """Keys that a text states of the music, in order.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of KeyClaim
        Denied keys, and names of chords such as ``an A minor chord``, are left out.
    """
    passage = read(text)
    return [
        each
        for each in key_mentions(passage)
        if each.role != "chord" and not passage.is_set_aside(each.start, each.end)
    ]


def mode_claims(text: str) -> list[ModeClaim]:
    """Modes that a text states without a tonic."""
    return mode_claims_in(read(text))


def mode_claims_in(passage: Passage) -> list[ModeClaim]:
    """`mode_claims` of a passage."""
    return [
        ModeClaim(*match.span(), match["mode"].lower())
        for match in _MODE_ONLY.finditer(passage.plain)
        if not _MODE_ONLY_NOT_BEFORE.search(passage.plain[: match.start()][-24:])
        and not passage.is_set_aside(*match.span())
    ]


def key_mentions(passage: Passage) -> list[KeyClaim]:
    """Every key or chord written as note and mode, and bare notes that can only be keys."""
    plain = passage.plain
    found: dict[int, KeyClaim] = {}
    for match in _NAMED.finditer(plain):
        if not is_article(plain, *match.span()):
            claim = _claim(match, match["note"], match["mode"])
            found[claim.start] = replace(claim, role=_role(passage, claim))
    for pattern, role in ((_KEY_OF, "key"), (_IN_SYMBOL, "either")):
        for match in pattern.finditer(plain):
            start, end = match.start("note"), match.end()
            if start not in found and not _is_lone_article(plain, start, end):
                mode = "minor" if match["minor"] else "major"
                found[start] = KeyClaim(start, end, note_name(match["note"]), mode, role)
    for match in _PAIR.finditer(plain):
        _add_pair(match, found)
    return _linked(passage, [found[start] for start in sorted(found)])


def _claim(match: re.Match[str], note: str, mode: str) -> KeyClaim:
    tonic = note_name(note)
    return KeyClaim(*match.span(), tonic, mode_of(mode), collection=collection(tonic, mode))


def _is_lone_article(plain: str, start: int, end: int) -> bool:
    return plain[start:end] == "A" and bool(re.match(r" [a-z]", plain[end:]))


def _role(passage: Passage, claim: KeyClaim) -> str:
    before, after = passage.before(claim.start, 70), passage.after(claim.end, 30)
    if _CHORD_AFTER.match(after):
        return "chord"
    if _KEY_AFTER.match(after) or _KEY_BEFORE.search(before):
        return "key"
    if _CHORD_BEFORE.search(before):
        return "chord"
    return "open" if _BETWEEN.search(before) else "either"


def _add_pair(match: re.Match[str], found: dict[int, KeyClaim]) -> None:
    """``From C to D major``: a note without a mode has that of the other."""
    modes = [
        mode_of(m.strip(" -")) if (m := match[f"{each}_mode"]) else None
        for each in ("first", "second")
    ]
    mode = modes[0] or modes[1]
    if mode is None:
        return
    claims = []
    for each, own in zip(("first", "second"), modes, strict=True):
        start = match.start(each)
        end = match.end(f"{each}_mode") if own else match.end(each)
        claims.append(KeyClaim(start, end, note_name(match[each]), own or mode, "either"))
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
            and re.search(r"modulat|\bkey\b", before, re.I)
        ):
            claim = replace(claim, role="key")
        linked.append(claim)
    return linked
