"""Keys, modes and relations of keys that a text names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import agree
from pipeline.lint.notes import MODE, NOTE, SUFFIX, collection, is_article, mode_of, note_name
from pipeline.lint.passage import Claim, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import WORK
from schemas.facts import Key
from schemas.harmony import pitch_class

_NAMED = Pattern(
    rf"(?<![\w#.])(?<!\w')(?P<note>{NOTE})(?:[ -](?:natural[ -])?(?P<mode>{MODE})"
    r"|(?P<suffix>[Mm]ajor|[Mm]inor))(?!\w|'\w)"
)
_END = rf"(?P<suffix>{SUFFIX})?(?![\w#']|/(?!(?:[A-G][#b]?)?{SUFFIX}\b))(?! [Mm](?:aj|in))"
_KEY_OF = Pattern(
    rf"\b(?:[Kk]ey(?:ed)?|KEY|[Tt]onality|[Tt]onal (?:centre|center)|[Tt]onic(?: note)?"
    rf"|[Rr]oot note|[Kk]eys)"
    rf"(?:\s+(?:signature|centre|center))?{OF_WORK}(?:\s*(?:(?:of|is|as|around|on|in|at|set"
    rf"|remain(?:s|ing)|stays|likely|probably|most|to|be|being|can|either)\b|[:=*]))+\s*"
    rf"(?:concert )?(?P<note>{NOTE}){_END}"
)
# "In key C", "on the G flat (F#) key", "in Dmin key".
_NOTE_KEY = Pattern(
    rf"(?=[A-G])(?:(?<=\b[Ii]n key )|(?:(?<=\b[Tt]he )|(?<=\ban )|(?<=\ba )|(?<=\bin ))"
    rf"(?={NOTE}m?(?: \([^()]*\))? key\b)|(?<![\w#])"
    rf"(?={NOTE}{SUFFIX}(?: or {NOTE}{SUFFIX})? keys?\b))"
    rf"(?P<note>{NOTE}){_END}"
)
_SITS = (
    r"(?:is|'s|'re|'m|sits|lives|stays|remains|lies|rests|settles|moves|opens|starts|begins|ends"
    r"|closes"
    r"|finishes|plays|hovers|unfolds|broods|runs|goes|(?:is |are )?(?:written|pitched|cast|set|cut"
    r"|keyed|sung|recorded|rooted|anchored|grounded)(?: it| this)?|(?:play|sing|hear|put|cut"
    r"|take|track(?:ed)?|record(?:ed)?|have|feel|call|keep)s? (?:it|this|this one|everything))"
)
_NOTE_ENDS = (
    r"(?=[.,;:!)](?!,? (?:and |then )?[A-G][#b]?m?\b)|$| (?:and|but|so|with|at|from|for|because"
    r"|where|throughout|until|till|before|all|the (?:whole|entire))\b(?! (?:back|then|[A-G]\b)))"
)
_IN_NOTE = Pattern(
    rf"\b(?:(?:{WORK}|standard|music|melody|[Ii]t)(?: is|'s)? in"
    rf"|(?:{WORK}|music|[Ii]t|melody|harmony)(?: is|'s) (?:cent(?:er|re)e?d (?:on|around)"
    r"|rooted in|grounded in)"
    # "It sits in G", "everything lives in G", "they play it in A flat", "pitched in G".
    rf"|(?:(?:{WORK}|music|band|thing|[Ii]t|[Ee]verything|[Tt]hey|[Ww]e|I|[Ss]?[Hh]e) ?{_SITS}"
    r"|(?:^|(?<=[,;:.] ))(?:[Pp]itched|[Cc]ast|[Ss]et|[Ww]ritten|[Kk]eyed|[Ss]ung"
    r"|[Ss]tarts|[Bb]egins|[Oo]pens|[Ee]nds|[Cc]loses|[Ff]inishes))"
    r"(?: (?:\w+ly|firmly|right|back|down|all))? in)"
    rf" (?:concert |(?:good |plain )?old |plain )?(?P<note>{NOTE})"
    rf"(?:(?P<suffix>{SUFFIX})(?![\w#'/(]|\s?-\s?[A-G])|{_NOTE_ENDS})"
)
_TONIC = (
    r"(?:the |its |our |my |a )?(?:\w+ )?(?:home|tonic|keynote|key note|tonal (?:centre|center)"
    r"|home (?:base|note|key)|centre of gravity|center of gravity)"
)
# "My ear takes G as home", "I'd call G home", "G is home", "home is G", "it never leaves G".
_HOME = Pattern(
    rf"\b(?:take|treat|hear|feel|call|read|name|make|claim|keep|leave|with|tak|treat|hear|call)"
    rf"(?:s|ing)? (?P<n1>{NOTE})(?![\w#']) (?:(?:as|for|to be) )?{_TONIC}\b"
    rf"|(?<![\w#'] of )(?<![\w#'-])(?P<n2>{NOTE})(?![\w#'])"
    rf"(?:,| -)? (?:is|feels like|sounds like|seems|becomes|being|remains|stays|as)"
    rf"(?: \w+ly)? {_TONIC}\b"
    rf"|\b[Hh]ome(?: (?:base|note|key))? (?:is|being|here is|sounds like|feels like|stays)"
    rf" (?P<n3>{NOTE}){_NOTE_ENDS}"
    rf"|\bears? [^.;:,]{{0,25}}?(?:on|in|to|towards?|hears?|takes?) (?P<n4>{NOTE})"
    rf"{_NOTE_ENDS}"
    rf"|\b(?:[Gg]ravitat\w+|[Oo]rbit\w*|[Tt]ethered|com(?:es|ing) home|return(?:s|ing) home)"
    rf"(?: \w+ly)?(?: (?:to|towards?|around))? (?P<n5>{NOTE}){_NOTE_ENDS}"
    rf"|\b(?:never|hardly|barely|rarely|n't|without)(?: ever| once)? (?:leav|stray|wander|drift"
    rf"|depart|budg|mov)\w*(?: far)?(?: away)?(?: from| out of)? (?P<n6>{NOTE}){_NOTE_ENDS}"
    # "They keep settling on G, so my ear takes that as home."
    rf"|\b(?:on|to|around|with) (?:an? |the )?(?:low )?(?P<n7>{NOTE})(?![\w#'])"
    rf"(?=[^.;A-G]{{1,40}}\b(?:that|it|which) (?:as|for|is|feels like|sounds like) (?:the )?"
    r"(?:home|tonic)\b)"
    # "At 2:38 it kicks up into G sharp."
    rf"|\b(?:kick|lift|slip|slid|drop|jump|hop|step|modulat|shift|climb|mov|switch|break|leap|lurch"
    rf"|turn)\w*(?: \w+)? into (?P<n9>{NOTE}){_NOTE_ENDS}"
    # "It's a B flat tune."
    rf"|\ban? (?:\w+ )?(?P<n8>{NOTE}) (?:tune|song|blues|ballad|boogie|shuffle)\b"
)
_OR = r"(?:,? or (?:in )?(?:the )?(?:keys? of )?|/)"
# "In Bm", "in either C or A minor".
_IN_SYMBOL = Pattern(
    rf"\b(?:[Ii]n|either|both) (?P<note>{NOTE})(?:(?P<suffix>m(?:in)?|maj|M(?={_OR}[A-G]))"
    r"(?![\w#'/(]|\s?-\s?[A-G])"
    rf"|(?={_OR}{NOTE}(?:{SUFFIX}\b|[ -]{MODE})))"
)
_OR_KEY = Pattern(rf"{_OR}(?P<note>{NOTE})(?:{_END}|[ -](?P<mode>{MODE})(?!\w|'\w))")
# "In D major or minor".
_OR_MODE = Pattern(rf"(?: or |/)(?P<mode>{MODE})(?!\w)")
_PAIR = Pattern(
    rf"\b[Ff]rom (?:the key of )?(?P<first>{NOTE})(?P<first_mode>[ -]{MODE})?,?"
    rf"(?: (?:up|down|back|directly|abruptly))?(?: an? [\w -]{{3,20}}?)? (?:to|into) (?:the "
    rf"key of )?"
    rf"(?P<second>{NOTE})(?P<second_mode>[ -]{MODE})?(?![\w#'])"
)
# "The bass never strays from D", "the melody gravitates to A", "the riff slides into E".
_MOVED = ("n5", "n6", "n9")
_PART_BEFORE = Pattern(
    r"\b(?:bass|pedal|drone|hand|melody|tune's|solo|riff|line|lick|theme|phrase|note|voice|singer"
    r"|guitar"
    r"|piano|organ|strings?|fiddle|violin|cello|trumpet|sax\w*|horns?|flute|clarinet|synth)\b"
    r"[^.;:,]{0,30}$",
    re.I,
)
# "The whole band hops from E up to F sharp."
_ALL_PAIR = Pattern(
    rf"(?<!of the )\b(?:band|everything|{WORK}|key|chorus|thing|music) (?:\w+ly )?(?:hop|jump|lift"
    rf"|shift|modulat|climb|step|slid|hoist|bump)(?:e?s|ing)(?: up| down)? from(?! A to B\b)"
    rf" (?P<first>{NOTE})(?: (?:up|down))? to (?P<second>{NOTE}){_NOTE_ENDS}"
)
_CHORD_AFTER = Pattern(
    r"[ -]?(?:pads?\b|stops?\b|stabs?\b|hits?\b|strums?\b|swells?\b|wash(?:es)?\b|clusters?\b"
    r"|inversions?\b|stings?\b|flourish|chords?|triads?|seven(?:th)?|7th|7\b|nine|ninth|9th"
    r"|six(?:th)?|6th|sus|arpeggi\w*"
    r"|voicing\w*"
    r"|vamp)\b"
    # "G major and G diminished chords".
    r"|,? (?:and|or) (?-i:[A-G])[#b]? ?\w* ?(?:chords|triads)\b",
    re.I,
)
_KEY_AFTER = Pattern(
    r"[ -](?:tonality|keys?|tonal|anthem|ballad|song|track|tune|piece|throughout|as (?:the"
    r"|its) (?:key|home|tonic)|is the (?:\w+ )?key"
    r"|reigns|pentatonic|scale|harmon(?:y|ies))\b"
    # "G major, 4/4", "D minor at 92 BPM".
    r"|,? (?:and |at |around |about |roughly |in )*(?:\d/\d|[\d.]+ ?bpm|four-four|three-four"
    r"|six-eight)\b",
    re.I,
)
_CHORD_BEFORE = Pattern(
    r"\b(?:chords?|triads?|progressions?|cadence|vamp\w*|arpeggi\w*|loops?|cycl\w+)\b"
    r"[^.;:]{0,40}$",
    re.I,
)
# "Chords in Bm and G".
_CHORDS_IN = Pattern(
    r"\b(?:chords|triads|harmonies|chord (?:progression|sequence)s?)(?: \w+)? $", re.I
)
# "The chord progression is in F minor, D and G".
_PROGRESSION_BEFORE = Pattern(r"\b(?:progression|sequence)s?\b[^.;:,]{0,20}$", re.I)
_MORE_AFTER = Pattern(rf",? (?:and |then )?{NOTE}(?:[ -]{MODE}|m)?(?:[,.;]|,? and\b)")
_CHORD_JUST_BEFORE = Pattern(
    r"\bchords?(?: (?:progression|sequence)s?)?\W{0,2}:?\W{0,2} (?:(?:of|is|are|like|such as"
    r"|includ\w+|being|heard|used|played|from|to):? ){0,3}$"
    r"|\b(?:last|final|closing|opening|first) (?:stab|hit|strum|crash|sting|blow|bar)s? (?:is|are"
    r"|lands? on|rings? on) $"
    r"|\b(?:harmony|changes) (?:is|are|runs|goes) (?:just|only|simply|all|mostly|nothing but) $"
    r"|\b(?:toggl|seesaw|shuttl|oscillat|rock|sway)\w* (?:back and forth )?(?:between|from|on) $",
    re.I,
)
# "The chords that tell of this key are A minor and B major".
_CHORDS_ARE_BEFORE = Pattern(
    rf"\bchords\b[^.;:]{{0,60}}? (?:are|include):? (?:{NOTE}(?:[ -]{MODE}|m)?7?"
    r"(?:,? (?:and|then|to) |, ))*$"
)
# "He borrows an E flat minor for a second", "there's a sneaky E flat minor in the bridge".
_ONE_BEFORE = Pattern(
    r"\b(?:there(?:'s| is)|borrow|hold|hit|strik|strum|play|land|rest|resolv|end|finish|clos"
    r"|paus|lean|bring|add|slip|drop|comp|ring|throw)\w*"
    r"(?: (?:in|on|to|into|out|with|over|up|back))* an? (?:(?:sneaky|surpris\w+|stray|lone"
    r"|passing|borrowed|single|quick|odd|final|last|open"
    r"|bare|big|fat|ringing|held|long|short|sudden|unexpected|brief|plain|rogue|cheeky) )?$"
    r"|\bover an $",
    re.I,
)
_ONE_AFTER = Pattern(
    r"\W*$|[,.;:!)]| (?:for|that|which|in|at|under|over|on|before|and|as|to|with|from)\b"
)
# "F minor, D flat major, B flat minor and C minor": three and more names in a row are chords.
_ITEM = rf"{NOTE}(?:[ -]{MODE}|m?(?:aj)?7?(?!\w))(?: first)?"
_NEXT = r"(?:,? (?:and |then |to |or back to |back to |on to |finally )+(?:an? )?|, | - | -> ?)"
_ITEMS_BEFORE = Pattern(rf"(?<![\w#'])(?:{_ITEM}{_NEXT}){{1,8}}$")
_ITEMS_AFTER = Pattern(rf"(?: first)?(?:{_NEXT}{_ITEM}(?![\w#'])){{1,8}}")
_ITEM_STARTS = Pattern(r"(?<![\w#'])[A-G](?=[#b]?[ ,.;:7m-]|$)")
_KEYS_LED = Pattern(r"\b(?:keys?|modulat\w+|tonal\w*|in|scales?)\b[^.;:,]{0,20}$", re.I)
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
_BETWEEN = Pattern(r"\b(?:between|alternat\w+)\b[^.;:]{0,40}$", re.I)
_KEY_BEFORE = Pattern(
    r"(?:\b(?:keys?|tonal\w*|tonic|modulat\w*|modes?|rooted|grounded|cent(?:er|re)\w*|transpos\w*|"
    r"set|written|composed|pitched|cast|anchored)\b[^.;]{0,30}"
    # "118 BPM, D minor", "it slips into B flat major", "my ear settles on G", "a visit to D major".
    r"|(?:\bbpm|\b\d/\d|\btime|\bfour-four|\bsix-eight|\bthree-four),? (?:and )?"
    r"|\b(?!resolv|chord|cadenc|goes|going)\w+(?: (?:it|us|things|everything|back|down|up|off"
    r"|\w+ly))? into (?:an? |the )?(?:\w+ )?"
    r"|\bears? [^.;:,]{0,25}(?<!\ban )(?<!\ba )|\b(?:visit|trip|detour|excursion|foray|side-?step"
    r"|tour)s? "
    r"(?:to|into|through) "
    r"|\bin (?:an? |the )(?:[\w-]+,? ){1,3}"
    # "These chords point to D minor".
    r"|\bchords (?:\w+ )?(?:points?|suggests?|indicates?|tells?|imply|implies"
    r"|confirms?)\b[^.;]{0,20}|\b(?:in|of)\s+(?:either\s+)?(?:the key "
    r"of\s+)?)$",
    re.I,
)
_GOES_TO = Pattern(
    r"\b(?:modulat|shift|mov|giv|chang|settl|lift|jump|turn|transpos|ris|climb|drop|slid"
    r"|return|drift|switch|resolv)\w*\b"
    r"[^.;]{0,30}?\b(?:to|into|for)\s+(?:the key of\s+)?$",
    re.I,
)
_MODE_ONLY = Pattern(
    r"\b(?P<mode>major|minor)[ -](?:keys?|tonality|mode)\b(?! chang)"
    rf"|\b(?:key|tonality|mode|harmony)(?: of the {WORK})? (?:is|stays|remains) (?:\w+ly )?(?:in )?"
    r"(?P<mode2>major|minor)(?= *(?:[.,;]|$| (?:and|but|because|while|so|throughout)\b))"
    rf"|\b(?:an?|the) (?P<mode3>major|minor) scale\b(?! of)"
    rf"|\b(?:{WORK}|music|it)(?: is|'s) (?:\w+ly |more or less )?(?:in )?(?P<mode4>major|minor)"
    r"(?=[.,;]|$| and )|\bin (?:the )?(?P<mode6>major|minor)(?=[.,;!]|$| and (?!(?:in )?m[ai])"
    r"| throughout)"
    r"|(?:\band|,) the mode (?:as )?(?P<mode5>major|minor)\b",
    re.I,
)
_MODE_ONLY_NOT_BEFORE = Pattern(
    rf"(?:\b(?:relative|parallel|closely related|neighbou?ring|and|or|between|to)|{NOTE}(?: "
    rf"natural| harmonic)?)[ -]$"
)
# Ours: two names in a row may be keys.
_FEWEST = 3
_TARGET, _SUBJECT, _OF = (
    rf"(?P<{name}>{NOTE})(?:(?P<{name}_m>m)(?![\w#])|[ -](?P<{name}_mode>{MODE}))?(?![\w#'])"
    for name in ("target", "subject", "ref")
)
_RELATION = r"(?P<word>relative|parallel) (?P<mode>major|minor)(?: key| tonality| chord)?"
_OF_KEY = Pattern(
    rf"(?<![\w#']){_SUBJECT}\s*(?:,|-|\(|is|as|being|\s)*\s*(?:the|its)\s+{_RELATION} (?:of|to) "
    rf"(?:the key of )?{_OF}"
)
_THEN_KEY = Pattern(rf"\b{_RELATION}(?:\s*(?:,|:|-|\(|key|which is|is|of)\s*|\s+){_TARGET}")
_KEY_THEN = Pattern(
    rf"(?<![\w#']){_SUBJECT}\s*(?:,|-|\()\s*(?:the|its)\s+{_RELATION}\b(?!\s*(?:of|to"
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
        mostly means a key; ``open``, after ``between``, where it may as well be a chord.
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
            found[claim.start] = replace(claim, role=_role(passage, claim))
    for pattern, role in (
        (_KEY_OF, "key"),
        (_NOTE_KEY, "key"),
        (_IN_NOTE, "key"),
        (_IN_SYMBOL, "either"),
    ):
        for match in pattern.finditer(plain):
            start, end = match.start("note"), match.end()
            is_chord = pattern is _IN_SYMBOL and _CHORDS_IN.search(passage.before(match.start()))
            if start not in found and not is_chord and not _is_lone_article(plain, start, end):
                is_key = match[0].startswith("either") or match["suffix"] in ("maj", "min")
                found[start] = _of_symbol(match, "key" if is_key else role)
    for claim in _homes(plain):
        found.setdefault(claim.start, claim)
    for match in [*_PAIR.finditer(plain), *_ALL_PAIR.finditer(plain)]:
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
    for claim, match in passage.matches(_MODE_ONLY):
        is_named = claim.touches(key_mentions(passage)) or _MODE_ONLY_NOT_BEFORE.search(
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
            mode = match["mode"]
            target = _related(match, name, mode)
            reference = None
            if pattern is _OF_KEY:
                reference = _related(match, "ref", "major" if mode == "minor" else "minor")
            claim = RelationClaim(*match.span(), match["word"], mode, target, reference)
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
    return [_settled(each, evidence) for each in _single_keys(passage)]


def last_before(claim: Claim, keys: Sequence[KeyClaim]) -> list[KeyClaim]:
    """The key in which a chord is said to stand, if the text names one before it."""
    return [key for key in keys if key.start <= claim.start and key.role != "chord"][-1:]


def _settled(claim: KeyClaim, evidence: Evidence) -> KeyClaim:
    """A claim that may name a key or a chord, as one on a chord where such a chord is heard."""
    is_open = claim.role in ("either", "open")
    if not is_open or any(claim.equals(key) for key in evidence.sure_keys):
        return claim
    sound = pitch_class(claim.tonic), "maj" if claim.mode == "major" else "min"
    is_heard = any(agree(sound, each) for each in evidence.sounds)
    return replace(claim, role="chord") if is_heard else claim


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
    for match in _HOME.finditer(plain):
        group = match.lastgroup or ""
        is_of_part = group in _MOVED and _PART_BEFORE.search(plain[: match.start()])
        if not is_of_part and not _is_lone_article(plain, match.start(group), match.end()):
            yield _of_tonic(match, group)


def _of_tonic(match: re.Match[str], group: str) -> KeyClaim:
    """``G is home``."""
    tonic = note_name(match[group])
    return KeyClaim(*match.span(group), tonic, "major", "key", has_mode=False)


def _add_alternatives(plain: str, claim: KeyClaim, found: dict[int, KeyClaim]) -> None:
    """``In A minor or C``: what is an alternative to a key is a key."""
    while claim.role != "chord" and (match := _OR_KEY.match(plain, claim.end)):
        start = match.start("note")
        is_symbol = match["suffix"] or (claim.role == "key" and not match["mode"])
        other = found.get(start, _of_symbol(match, claim.role) if is_symbol else None)
        if other is None or (claim.role, other.role) == ("either", "chord"):
            return
        role = "key" if "key" in (claim.role, other.role) else other.role
        found[claim.start] = replace(claim, role=role)
        claim = found[start] = replace(other, role=role, is_alternative=True)
    if claim.role != "chord" and claim.has_mode and (match := _OR_MODE.match(plain, claim.end)):
        found[match.start("mode")] = replace(
            _claim(match, claim.tonic, match["mode"]), role=claim.role, is_alternative=True
        )


def _is_lone_article(plain: str, start: int, end: int) -> bool:
    return plain[start:end] == "A" and bool(re.match(r" (?!or [A-G])[a-z]", plain[end:]))


def _role(passage: Passage, claim: KeyClaim) -> str:
    before, after = passage.before(claim.start, 70), passage.after(claim.end, 30)
    is_chord = _CHORD_JUST_BEFORE.search(before) or _CHORDS_ARE_BEFORE.search(
        passage.before(claim.start)
    )
    is_chord = is_chord or (_PROGRESSION_BEFORE.search(before) and _MORE_AFTER.match(after))
    is_chord = is_chord or (_ONE_BEFORE.search(before) and _ONE_AFTER.match(after))
    if is_chord or _CHORD_AFTER.match(after) or _is_in_row(passage, claim):
        return "chord"
    if _is_fragment(passage, claim):
        return "key"
    if _KEY_AFTER.match(after) or _KEY_BEFORE.search(before):
        return "key"
    if _CHORD_BEFORE.search(before):
        return "chord"
    return "open" if _BETWEEN.search(before) else "either"


def _is_in_row(passage: Passage, claim: KeyClaim) -> bool:
    """Whether three or more names in a row are those of chords."""
    before = passage.before(claim.start, 120)
    earlier = _ITEMS_BEFORE.search(before)
    later = _ITEMS_AFTER.match(passage.after(claim.end, 120))
    n = sum(len(_ITEM_STARTS.findall(each[0])) for each in (earlier, later) if each)
    lead = before[: earlier.start()] if earlier else before
    return n >= _FEWEST - 1 and not _KEYS_LED.search(lead)


def _is_fragment(passage: Passage, claim: KeyClaim) -> bool:
    """``B minor, four-four if you can find it``: a sentence that begins with its key."""
    is_first = not passage.before(claim.start).strip(" *\"'(")
    return is_first and bool(re.match(r"[,;:.!](?! (?:and|then)\b)", passage.after(claim.end)))


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
    if _ALL_PAIR.gave(match):
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
