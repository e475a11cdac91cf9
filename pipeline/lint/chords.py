"""Chords that a text names, in the usual spellings, as Harte labels."""

import re
from dataclasses import dataclass

from pipeline.lint.key import KeyClaim, key_mentions
from pipeline.lint.notes import NOTE, note_name
from pipeline.lint.passage import Passage, read

_QUALITIES: tuple[tuple[str, str], ...] = (
    (r"m7\(?b5\)?|min7\(?b5\)?|-7b5|ø7?|:hdim7", "hdim7"),
    (r"dim7|°7|o7|:dim7", "dim7"),
    (r"dim|°|:dim", "dim"),
    (r"m\(maj7\)|mMaj7|mmaj7|mM7|minmaj7|:minmaj7", "minmaj7"),
    (r"maj7|Maj7|M7|Δ7?|maj13|:maj7", "maj7"),
    (r"maj9|M9|:maj9", "maj9"),
    (r"m9|min9|m11|m13|:min9", "min9"),
    (r"m7|min7|-7|:min7", "min7"),
    (r"m6|min6|:min6", "min6"),
    (r"madd9|m\(add9\)", "min"),
    (r":min|min|m", "min"),
    (r"7sus[24]|9sus4|sus4|sus|:sus4", "sus4"),
    (r"sus2|:sus2", "sus2"),
    (r"aug7?|\+7?|:aug", "aug"),
    (r"7(?:\(?[#b](?:5|9|11|13)\)?)+|7alt|13|11|:7|7", "7"),
    (r"9|:9", "9"),
    (r"add9|\(add9\)|add2|add11", "add9"),
    (r"6/9|6|:maj6", "maj6"),
    (r"5", "5"),
    (r":maj|maj|Maj", "maj"),
)
_QUALITY = "|".join(f"(?P<q{i}>{pattern})" for i, (pattern, _) in enumerate(_QUALITIES))
_BASS = r"(?:/(?P<bass>[A-G](?:[#b](?![a-z]))?|[#b]?[2-7](?!\d)))?"
_ROOT = r"(?P<root>[A-G][#b]?)"
_SYMBOL = re.compile(rf"(?<![\w#'&.])(?<!\d/){_ROOT}(?:{_QUALITY})?{_BASS}(?![\w#'&]|\.\w|°|\+)")
_NEEDS_CONTEXT = frozenset({"5", "9", "maj6", "add9"})
_BETWEEN = re.compile(r"\s*(?:->|=>|→|>|,|/|-|\||\band\b|&|\bor\b|\bto\b|, and|,? then)+\s*")
_CONTEXT = re.compile(
    r"\b(?:chords?|progressions?|harmon\w+|triads?|vamps?|cadences?|changes|loop\w*|cycl\w+)\b",
    re.I,
)
_NO_CHORDS = re.compile(
    r"\b(?:notes?|pitch\w*|strings?|tun(?:ed|ing)|sections?|forms?|structure\w*|parts?|melody|"
    r"sides?|takes?|studios?|plan|grade|vitamin)\b",
    re.I,
)
_FORM_AFTER = re.compile(r"\s*(?:form|structure|sections?|parts?|pattern of sections)\b", re.I)
_CHORD_AFTER = re.compile(r"[ -](?:chords?|triads?)\b", re.I)
_LONG = re.compile(
    rf"(?<![\w#'])(?P<note>{NOTE})[ -](?P<quality>dominant[ -](?:seventh|7th|7)"
    rf"|half[ -]diminished(?:[ -](?:seventh|7th))?"
    r"|diminished(?:[ -](?:seventh|7th))?|augmented|suspended|seventh(?= chord)|7th(?= chord))\b"
)
_LONG_AFTER = re.compile(
    r"[ -](?P<more>(?:seventh|7th|7|ninth|9th|sixth|6th)\b)?(?:[ -]?(?:chords?|triad))?", re.I
)


@dataclass(frozen=True)
class ChordClaim:
    """A chord that a text names.

    Attributes
    ----------
    start, end : int
        Where in the text, in characters.
    label : str
        In Harte syntax, as spelled in the text, without the bass.
    is_certain : bool
        Whether it can be nothing but a chord; a bare ``C`` needs its surroundings.
    """

    start: int
    end: int
    label: str
    is_certain: bool = True


def chord_claims(text: str) -> list[ChordClaim]:
    """Chords that a text names, in order; denied ones are left out.

    Examples
    --------
    >>> [claim.label for claim in chord_claims("It moves from F#m7 to an E minor chord.")]
    ['F#:min7', 'E:min']
    """
    passage = read(text)
    return [
        claim
        for claim in chord_mentions(passage, key_mentions(passage))
        if not passage.is_set_aside(claim.start, claim.end)
    ]


def chord_mentions(passage: Passage, keys: list[KeyClaim]) -> list[ChordClaim]:
    """Chords written as symbols or in words, where `keys` are the keys and chords in words."""
    found = [_in_words(passage, key) for key in keys if key.role == "chord"]
    taken = [(key.start, key.end) for key in keys]
    for match in _LONG.finditer(passage.plain):
        if not _overlaps(match.span(), taken):
            label = f"{note_name(match['note'])}:{_long_quality(match['quality'])}"
            found.append(ChordClaim(*match.span(), label))
            taken.append(match.span())
    symbols = [each for each in symbols_in(passage) if not _overlaps((each.start, each.end), taken)]
    found += _in_context(passage, symbols)
    return sorted(found, key=lambda each: each.start)


def symbols_in(passage: Passage) -> list[ChordClaim]:
    """Everything that looks like a chord symbol, a bare capital A to G among it."""
    found = []
    for match in _SYMBOL.finditer(passage.plain):
        quality = _quality(match)
        around = passage.plain[max(0, match.start() - 2) : match.end() + 3]
        if match[0] == "Am" and (around.startswith("I ") or around.endswith(" I ")):
            continue
        # A slash or a Harte colon makes a chord of any quality certain, but not of a bare letter.
        is_certain = quality != "" and quality not in _NEEDS_CONTEXT
        label = f"{match['root']}:{quality or 'maj'}"
        found.append(ChordClaim(*match.span(), label, is_certain))
    return found


def runs(passage: Passage, symbols: list[ChordClaim]) -> list[list[ChordClaim]]:
    """Symbols in lists: neighbours with nothing but a separator between them."""
    lists: list[list[ChordClaim]] = []
    for symbol in symbols:
        gap = passage.plain[lists[-1][-1].end : symbol.start] if lists else "none"
        if lists and _BETWEEN.fullmatch(gap):
            lists[-1].append(symbol)
        else:
            lists.append([symbol])
    return lists


def is_chord_list(passage: Passage, run: list[ChordClaim]) -> bool:
    """Whether a list of symbols is one of chords: not notes, sections or takes."""
    start, end = run[0].start, run[-1].end
    if _FORM_AFTER.match(passage.plain, end) or _NO_CHORDS.search(passage.before(start, 30)):
        return False
    if any(each.is_certain for each in run):
        return True
    first, last = passage.sentence(start)
    sentence = passage.plain[first:last]
    if len(run) < 2:
        return _is_called_chord(passage, run[0])
    has_words = bool(_CONTEXT.search(sentence)) or bool(re.search(r" (?:major|minor)\b", sentence))
    return has_words and not _NO_CHORDS.search(sentence)


def _in_context(passage: Passage, symbols: list[ChordClaim]) -> list[ChordClaim]:
    found = []
    for run in runs(passage, symbols):
        if is_chord_list(passage, run):
            found += run
            continue
        found += [each for each in run if each.is_certain or _is_called_chord(passage, each)]
    return found


def _is_called_chord(passage: Passage, symbol: ChordClaim) -> bool:
    """``An F chord``; in ``A chord lasts`` the letter is an article."""
    if not _CHORD_AFTER.match(passage.plain, symbol.end):
        return False
    is_letter_a = passage.plain[symbol.start : symbol.end] == "A"
    return not is_letter_a or bool(re.search(r"\b(?:an|the)\s$", passage.before(symbol.start)))


def _in_words(passage: Passage, key: KeyClaim) -> ChordClaim:
    """``C major seventh`` and the like."""
    after = _LONG_AFTER.match(passage.plain, key.end)
    more = (after["more"] or "").lower() if after else ""
    quality = "maj" if key.mode == "major" else "min"
    suffix = {"se": "7", "7t": "7", "7": "7", "ni": "9", "9t": "9", "si": "6", "6t": "6"}
    quality += suffix.get(more[:2], "")
    return ChordClaim(
        key.start, after.end("more") if more and after else key.end, f"{key.tonic}:{quality}"
    )


def _long_quality(words: str) -> str:
    words = words.lower()
    if words.startswith("half"):
        return "hdim7"
    if words.startswith("dim"):
        return "dim7" if words[-1] in "h7" and len(words) > len("diminished") else "dim"
    return "aug" if words.startswith("aug") else "sus4" if words.startswith("sus") else "7"


def _quality(match: re.Match[str]) -> str:
    for i, (_, quality) in enumerate(_QUALITIES):
        if match[f"q{i}"]:
            return quality
    return ""


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)
