"""Chords, Roman numerals and sequences of them that a text names; chords as Harte labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.lint.bare_chords import (
    degree_after,
    is_chord_of,
    is_one_of_notes,
    is_pair_at_work,
    is_placed,
    is_spoken_of,
    spells_a_chord,
)
from pipeline.lint.evidence import Evidence
from pipeline.lint.harmony import NUMERAL
from pipeline.lint.key import KeyClaim, key_mentions, relation_claims, settled_keys
from pipeline.lint.notes import NOTE, note_name
from pipeline.lint.numeral_words import degree_before, lone_numerals
from pipeline.lint.passage import Claim, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK

_QUALITIES: tuple[tuple[str, str], ...] = (
    (r"m7\(?b5\)?|min7\(?b5\)?|-7b5|ø7?|:hdim7", "hdim7"),
    (r"dim7|°7|o7|:dim7", "dim7"),
    (r"dim|°|:dim", "dim"),
    (r"m\(maj7\)|mMaj7|mmaj7|mM7|minmaj7|:minmaj7", "minmaj7"),
    (r"maj7| major7|Maj7|M7|Δ7?|maj13|:maj7", "maj7"),
    (r"maj9|M9|:maj9", "maj9"),
    (r"m9|min9|m11|m13|:min9", "min9"),
    (r"m7| minor7|min7|-7|:min7", "min7"),
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
_ROOT = r"(?P<root>[A-G](?:[#b]|[ -](?:sharp|flat)\b)?)"
_SYMBOL = Pattern(rf"(?<![\w#'&.])(?<!\d/){_ROOT}(?:{_QUALITY})?{_BASS}(?![\w#'&]|\.\w|°|\+)")
_NEEDS_CONTEXT = frozenset({"5", "9", "maj6", "add9"})
_ONWARD = (
    r"(?:->|=>|→|>|-|\||(?:(?:is|are) (?:heard|played))?,?\s*(?:and )?(?:then|followed by"
    r"|finally|(?:(?:before|then|and|finally) )*"
    r"(?:mov|go|shift|chang|switch|resolv|return|transition|lead|progress|end|round)(?:e?s|ing)?"
    r"(?: \w+ly| back| on| off)?(?: in)? ?(?:to|with|on|in)|(?:and )?back to)"
    r"(?: to| by)?|\bto\b)"
)
_BETWEEN = Pattern(
    rf"[\"'*]*\s*(?:{_ONWARD}|,|/|\band\b|&|\bor\b)[\"'*]*(?:\s*(?:,|/|\band\b|&|{_ONWARD}))*\s*"
    r"(?:an? |the )?[\"'*]*"
)
_CONTEXT = Pattern(
    r"\b(?:chords?|progressions?|harmon\w+|triads?|vamps?|cadences?|changes|loop\w*"
    r"|c(?:y|ir)cl\w+|revolv\w+|rotat\w+|order|sequence|play\w*|uses?|alternat\w+|sway\w*"
    r"|toggl\w+|seesaw\w*|shuttl\w+|oscillat\w+|comp(?:s|ing)|turnarounds?|back and forth|again"
    r"|round(?: and round)?|rock(?:s|ing)?|over and over|and back|pump\w*|chug\w*|skank\w*|stabs?"
    r"|swing\w*|hammer\w*|adding|adds|pads?|one to (?:four|five)|resolv\w+|trad(?:es|ing)|swap\w*"
    r"|dominant|subdominant|flat (?:six|seven)|roll(?:s|ing)|strum\w*)\b",
    re.I,
)
_NO_CHORDS = Pattern(
    r"\b(?:notes?|pitch\w*|strings?|tun(?:ed|ing)|sections?|forms?|structure\w*|parts?|melody|"
    r"sides?|take (?=[A-G]\b)|(?:two|three|several|more|many|\d) takes"
    r"|studios?|plan|grade|vitamin)\b",
    re.I,
)
# What goes through bare letters in single notes.
_OF_NOTES = Pattern(
    r"\b(?:from A to B|A, B,? (?:and )?C|cellos?|tuba|left hand|timpani|octaves?|semitones?|scale"
    r"|riff|voice (?:needs|has) to move|bass(?: ?line|(?: guitar)? (?:swing|walk|slid|climb|drop"
    r"|step|rock|mov|toggl|alternat|go)\w*))\b",
    re.I,
)
_CHORDS_NEAR = Pattern(
    r"\b(?:chords?|progressions?|changes|sequence|harmony)\b[^.;]{0,20}$"
    # "Over a constant turn of D, G and A".
    r"|\b(?:(?:turn|rotation|circle|sway|swing|seesaw|shuttle|carousel) of"
    r"|(?:round|loop|cycle|alternation) (?:of|through|between|on|among)) (?:just |only )?$",
    re.I,
)
_NOTES_NEAR = Pattern(
    r"\b(?:bass|melody|line|riff|notes?|pitches|strings?|tun(?:ed|ing)|sections?|forms?|structure"
    r"|scale|drones?|cellos?|violin|flute|bells?|tones|sides?|capo|sings?|hums?|voices?)\b"
    r"[^.;:]{0,40}[A-G]|[A-G](?: (?:sharp|flat))?,? (?:in the bass|on the (?:bass|cello|bells))",
)
# "The chords used in the melody are".
_CHORDS_ARE = Pattern(r"\bchords\b[^.;,]*\b(?:are|include|being):? $", re.I)
_MELODY_GOES = Pattern(
    r"\bmelody (?:that |which )?(?:changes|moves|alternates|goes|shifts|switches)\b", re.I
)
_FORM_AFTER = Pattern(
    r"\s*(?:form|structure|sections?|parts?|pattern of sections"
    # "F sharp and A above a low D" are notes.
    r"|(?:above|below|beneath|over|under|against) an? (?:low|high|held|deep|bass|\w+ drone))\b",
    re.I,
)
_CHORD_AFTER = Pattern(r"[ -](?:chords?|triads?)\b", re.I)
_NOT_CHORD_AFTER = Pattern(r"[ -](?:strings?|tuning|notes?|drone|pedal|sections?)\b", re.I)
_CHORD_IS = Pattern(
    rf"(?<!no )(?<!no major )(?<!no minor )\bchord(?: (?:progression|sequence))?"
    rf"(?: (?:heard|played|used))?{OF_WORK}"
    r"(?:,? (?:that|which|heard|at|before|after|in|on) [^.;:]{3,50}?)?"
    r"(?:,? (?:is|of|on|being|remains|follows"
    r"|consists of|includ(?:es|ing)|featur(?:es|ing)|uses"
    r"|(?:is )?(?:cent(?:er|re)(?:s|e?d)|revolv(?:es|ing)|based|built) (?:around|on)"
    r"|(?:changes|moves|shifts|goes) to)|:|,) (?:an? |simply |just )?(?:steady |simple )?$",
    re.I,
)
# "The minor chord of F#".
_MINOR_ON = Pattern(r"\bminor (?:chord|triad) (?:of|on) $", re.I)
# "It ends on a G6": a singer may hit a C6.
_ENDS_ON = Pattern(
    r"\b(?:end|finish|clos|land|resolv|settl|rest)\w*(?: \w+){0,2} (?:on|to|with) an? $", re.I
)
_LONG = Pattern(
    rf"(?<![\w#'])(?P<note>{NOTE})[ -](?P<quality>dominant[ -](?:seventh|seven|7th|7)"
    r"|seven(?=\W*$|[.,;:)]| (?:chord|and|to|in|on|that|for|at|before|creeps|turns|pulls)\b)"
    r"|half[ -]diminished(?:[ -](?:seventh|7th))?"
    r"|diminished(?:[ -](?:seventh|7th))?|augmented|suspended|seventh(?= chord)|7th(?= chord))\b"
)
_LONG_AFTER = Pattern(
    r"[ -](?P<more>(?:seven(?:th)?|7th|7|nine|ninth|9th|six(?:th)?|6th)\b)?"
    r"(?:[ -]?(?:chords?|triad))?",
    re.I,
)
_AFTER_CHORD = Pattern(rf"\s*(?:\(|\[|=\s*|, the )\s*(?P<numeral>{NUMERAL})(?=\s*[),;\]/]| chord)")
_BEFORE_CHORD = Pattern(rf"(?<![\w#-])(?P<numeral>{NUMERAL})\s*(?:\(|\[|=\s*|:\s*)\s*$")
_LONG_CHORD = Pattern(
    r"(?<![\w#'])(?P<root>[A-G](?:[#b]|[ -](?:sharp|flat))?) (?P<mode>major|minor)\s*(?=\()"
)
_ARROW = Pattern(rf"\s*,?\s*{_ONWARD}\s*(?:an? |the )?")
_JOINED = Pattern(r"\s*(?:->|=>|→|>|-|\|)\s*")
# Words that give a mere list an order.
_ORDER_BEFORE = Pattern(
    r"\b(?:progression|sequence|order)\b(?: (?:of|in|for) (?:the|this|its) [\w ]{2,30}?)?"
    r"(?: (?:is|are|of|follows|being|consists of|comprises"
    r"|(?:goes|runs|moves|travels|cycles|flows|progresses|unfolds|traverses)(?: through| as)?))?"
    r"(?: (?:as follows|simple|simply))?\W{0,4}$",
    re.I,
)
_ORDER_AFTER = Pattern(
    r"\W{0,3}(?:(?:[\w,]+ ){0,6}?in (?:that|this|exactly th\w+)(?: \w+)? order|in order|in sequence"
    r"|(?:chord )?(?:progression|sequence))\b",
    re.I,
)
_NUMERALS = Pattern(rf"(?<![\w#/-]){NUMERAL}(?:{_JOINED.pattern}{NUMERAL})+(?![\w-])")
_NUMERAL_LIST = Pattern(
    rf"(?<![\w#/-]){NUMERAL}(?:,? (?:and )?{NUMERAL}){{2,}}(?=,? (?:progression|chords|changes))"
    rf"|(?:(?<=\bruns )|(?<=\bgoes )){NUMERAL}(?:,? (?:and )?{NUMERAL}){{2,}}(?![\w-])"
)
_PAIR_AFTER = Pattern(
    r"\s*(?:cadences?|progression|vamp|loop|turnaround|motion|movement|shuttle|alternation"
    r"|pattern|sway|seesaw|swing|rolls|sways|rocks|rocking|swaying|alternates?|keeps|goes|runs"
    r"|repeats|cycles|circles|turns|throughout|back and forth|over and over|round)\b",
    re.I,
)
_NUMERAL = Pattern(NUMERAL)
# Ours: two chords are a sequence only where the text says so.
_FEWEST = 3


@dataclass(frozen=True)
class ChordClaim(Claim):
    """A chord that a text names.

    Attributes
    ----------
    label : str
        In Harte syntax, as spelled in the text, without the bass.
    is_certain : bool
        Whether it can be nothing but a chord; a bare ``C`` needs its surroundings.
    """

    label: str
    is_certain: bool = True


@dataclass(frozen=True)
class NumeralClaim(Claim):
    """A numeral, with the chord that the text joins to it where there is one."""

    numeral: str
    chord: ChordClaim | None = None


@dataclass(frozen=True)
class ProgressionClaim(Claim):
    """A chord sequence: Harte labels, or numerals."""

    labels: tuple[str, ...] = ()
    numerals: tuple[str, ...] = ()


@extractor
def chord_claims(passage: Passage) -> Iterator[ChordClaim]:
    """Chords that a text names; denied ones are left out.

    Examples
    --------
    >>> [claim.label for claim in chord_claims("It moves from F#m7 to an E minor chord.")]
    ['F#:min7', 'E:min']
    """
    return passage.stated([*_chords_in_words(passage), *_sure_chords(passage)])


@extractor
def numeral_claims(passage: Passage) -> list[NumeralClaim]:
    """Numerals with a chord, ``Ab7 (bVI7)`` or ``iv (Eb)``, and such as ``the V chord``."""
    plain = passage.text
    found: dict[int, NumeralClaim] = {}
    for chord in [*_symbols(passage), *_long_chords(passage)]:
        if after := _AFTER_CHORD.match(plain, chord.end):
            span = (chord.start, after.end("numeral"))
            found[chord.start] = NumeralClaim(*span, after["numeral"], chord)
        elif before := _BEFORE_CHORD.search(plain[max(0, chord.start - 20) : chord.start]):
            if chord.end < len(plain) and plain[chord.end] not in ")],;/ -.":
                continue
            start = max(0, chord.start - 20) + before.start("numeral")
            found[start] = NumeralClaim(start, chord.end, before["numeral"], chord)
    for called in _called(passage):
        found.setdefault(called.start, called)
    for each in lone_numerals(passage):
        claim = NumeralClaim(*each)
        if not claim.touches(found.values()):
            found[claim.start] = claim
    return list(found.values())


def _called(passage: Passage) -> Iterator[NumeralClaim]:
    """Chords that are called by a degree in words: ``C, the dominant``, ``the dominant, C, is``."""
    for chord in chord_symbols(passage):
        is_minor = ":min" in chord.label
        if told := degree_after(passage, chord.start, chord.end, is_minor=is_minor):
            yield NumeralClaim(chord.start, told[1], told[0], chord)
        elif degree := degree_before(passage, chord.start, chord.end, is_minor=is_minor):
            yield NumeralClaim(chord.start, chord.end, degree, chord)


@extractor
def progression_claims(passage: Passage) -> Iterator[ProgressionClaim]:
    """Sequences joined by dashes or arrows."""
    named = sorted(
        [*chord_symbols(passage), *_chords_in_words(passage)], key=lambda each: each.start
    )
    for run in _runs(passage, named):
        if _is_chord_list(passage, run):
            yield from map(_of_chords, _sequences(passage, run))
    for pattern in (_NUMERALS, _NUMERAL_LIST):
        for match in pattern.finditer(passage.text):
            numerals = tuple(_NUMERAL.findall(match[0]))
            is_long = len(numerals) >= _FEWEST
            if is_long or _PAIR_AFTER.match(passage.text, match.end()):
                yield ProgressionClaim(*match.span(), numerals=numerals)


@extractor
def single_numerals(passage: Passage) -> Iterator[NumeralClaim]:
    """Numerals that are part of no sequence, and of no relation of keys."""
    taken = [*relation_claims(passage), *progression_claims(passage)]
    return (each for each in numeral_claims(passage) if not each.touches(taken))


@extractor
def chord_symbols(passage: Passage) -> Iterator[ChordClaim]:
    """Everything that looks like a chord symbol, without the ``C`` of ``C minor``."""
    for each in _symbols(passage):
        # In "settles on Cm, which feels like home" the chord is as long again as the tonic.
        keys = [k for k in key_mentions(passage) if k.start != each.start or k.end >= each.end]
        if is_spoken_of(passage, each.start, each.end) or not each.touches(keys):
            yield each


def settled_chords(passage: Passage, evidence: Evidence) -> list[ChordClaim]:
    """All chords that a text names, once it is settled which names are those of keys."""
    joined = [each.chord for each in single_numerals(passage) if each.chord]
    keys = [each for each in settled_keys(passage, evidence) if each.role == "chord"]
    in_words = [_in_words(passage, key) for key in keys]
    found = [*joined, *in_words, *_sure_chords(passage)]
    return sorted({each.start: each for each in found}.values(), key=lambda each: each.start)


@extractor
def _sure_chords(passage: Passage) -> list[ChordClaim]:
    """``F#m7`` and ``C dominant seventh``, but not ``C minor``, which may be a key."""
    long = []
    for match in _LONG.finditer(passage.text):
        # "A dominant seventh chord wants to resolve."
        if match["note"] == "A" and passage.sentence(match.start())[0] == match.start():
            continue
        label = f"{note_name(match['note'])}:{_long_quality(match['quality'])}"
        long.append(ChordClaim(*match.span(), label))
    long = [each for each in long if not each.touches(key_mentions(passage))]
    symbols = [each for each in chord_symbols(passage) if not each.touches(long)]
    return [*long, *_in_context(passage, symbols)]


@extractor
def _symbols(passage: Passage) -> Iterator[ChordClaim]:
    """Everything that looks like a chord symbol, a bare capital A to G among it."""
    for match in _SYMBOL.finditer(passage.text):
        quality = _quality(match)
        around = passage.text[max(0, match.start() - 2) : match.end() + 3]
        if match[0] == "Am" and (around.startswith("I ") or around.endswith(" I ")):
            continue
        # A slash or a Harte colon makes a chord of any quality certain, but not of a bare letter.
        is_certain = quality != "" and quality not in _NEEDS_CONTEXT
        is_minor = not quality and _MINOR_ON.search(passage.before(match.start(), 20))
        label = f"{note_name(match['root'])}:{quality or ('min' if is_minor else 'maj')}"
        yield ChordClaim(*match.span(), label, is_certain)


def _runs(passage: Passage, symbols: Sequence[ChordClaim]) -> list[list[ChordClaim]]:
    """Symbols in lists: neighbours with nothing but a separator between them."""
    lists: list[list[ChordClaim]] = []
    for symbol in symbols:
        if lists and _BETWEEN.fullmatch(passage.text, lists[-1][-1].end, symbol.start):
            lists[-1].append(symbol)
        else:
            lists.append([symbol])
    return lists


def _is_chord_list(passage: Passage, run: list[ChordClaim]) -> bool:
    """Whether a list of symbols is one of chords: not notes, sections or takes."""
    start, end = run[0].start, run[-1].end
    before = passage.before(start, 60)
    is_other = _NO_CHORDS.search(before[-30:]) and not _CHORDS_ARE.search(before)
    if _is_called_chord(passage, run[0]):
        return True
    is_form = _FORM_AFTER.match(passage.text, end)
    if any(each.is_certain for each in run) and not is_form:
        # "A melody that changes between C, D, G and Em".
        is_other = is_other and not _MELODY_GOES.search(before)
        if not is_other:
            return True
    return not (is_form or is_other or len(run) < 2) and _are_letters_chords(passage, run)


def _are_letters_chords(passage: Passage, run: list[ChordClaim]) -> bool:
    """Whether bare letters in a row are chords by the words of their sentence."""
    first, last = passage.sentence(run[0].start)
    before, sentence = passage.before(run[0].start, 60), passage.text[first:last]
    if is_one_of_notes(passage, run[0].start, run[-1].end):
        return False
    if _is_line_of_chords(passage, run, sentence) or _CHORDS_NEAR.search(before):
        return True
    if spells_a_chord([each.label.partition(":")[0] for each in run]):
        return False
    if _is_row(passage, run, sentence):
        return True
    has_words = bool(_CONTEXT.search(sentence)) or bool(re.search(r" (?:major|minor)\b", sentence))
    is_other = _NO_CHORDS.search(sentence) and not _CHORDS_ARE.search(before)
    return has_words and not is_other and not _OF_NOTES.search(sentence)


def _is_row(passage: Passage, run: list[ChordClaim], sentence: str) -> bool:
    """Whether three and more letters in a row are chords: not A, B and C, and not notes."""
    names = [passage.text[each.start : each.end] for each in run]
    order = "".join(dict.fromkeys(each[0] for each in names))
    return (
        len(set(names)) >= _FEWEST
        and not "ABCDEFG".startswith(order)
        and not _NOTES_NEAR.search(sentence)
    )


def _is_line_of_chords(passage: Passage, run: list[ChordClaim], sentence: str) -> bool:
    """Whether a line has nothing but ``A - D - E``; ``A - B - A`` may be a form."""
    letters = [passage.text[each.start] for each in run]
    order = "".join(dict.fromkeys(letters))
    n_letters = len(re.findall(r"[^\W\d_]", re.sub(r"\band\b", "", sentence)))
    return len(run) >= _FEWEST and n_letters == len(run) and not "ABCDEFG".startswith(order)


def _in_context(passage: Passage, symbols: list[ChordClaim]) -> list[ChordClaim]:
    found = []
    in_words = _chords_in_words(passage)
    named = sorted([*symbols, *in_words], key=lambda each: each.start)
    for run in _runs(passage, named):
        if _is_chord_list(passage, run):
            found += [each for each in run if each not in in_words]
            continue
        is_form = len(run) > 1 and _FORM_AFTER.match(passage.text, run[-1].end)
        is_notes = len(run) > 1 and is_one_of_notes(passage, run[0].start, run[-1].end)
        is_short = len(run) <= _FEWEST and not (is_form or is_notes)
        found += [
            each
            for each in run
            if each not in in_words
            and (
                each.is_certain
                or _is_called_chord(passage, each)
                or (is_short and is_placed(passage, run[0].start, run[0].end))
                or (
                    len(run) == 2
                    and is_pair_at_work(
                        passage, (run[0].start, run[0].end), (run[1].start, run[1].end)
                    )
                )
            )
        ]
    return found


@extractor
def _chords_in_words(passage: Passage) -> Iterator[ChordClaim]:
    """``A minor`` and the like where chords are spoken of."""
    return (_in_words(passage, key) for key in key_mentions(passage) if key.role == "chord")


def _is_called_chord(passage: Passage, symbol: ChordClaim) -> bool:
    """``An F chord``, ``the chord is F``; in ``A chord lasts`` the letter is an article."""
    if _CHORD_IS.search(passage.before(symbol.start)):
        after = passage.text[symbol.end :]
        is_article = symbol.label[0] == "A" and re.match(
            r"[ -](?!(?:is|and|or|that|which|to|has|takes|gets|sounds|comes|leads|gives)\b)[a-z]",
            after,
        )
        return not is_article and not _NOT_CHORD_AFTER.match(after)
    if is_chord_of(passage, symbol.start):
        return not re.match(r" [a-z]+ly\b|-| (?:major|minor|strings?)\b", passage.after(symbol.end))
    if symbol.label[-1] in "69" and _ENDS_ON.search(passage.before(symbol.start)):
        return not re.match(r" (?:from|[a-z]+$|[a-z]+[.,;])", passage.after(symbol.end))
    if not _CHORD_AFTER.match(passage.text, symbol.end):
        return False
    is_letter_a = passage.text[symbol.start : symbol.end] == "A"
    return not is_letter_a or bool(re.search(r"\b(?:an|the)\s$", passage.before(symbol.start)))


def _in_words(passage: Passage, key: KeyClaim) -> ChordClaim:
    """``C major seventh`` and the like."""
    after = _LONG_AFTER.match(passage.text, key.end)
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


def _long_chords(passage: Passage) -> list[ChordClaim]:
    found = []
    for match in _LONG_CHORD.finditer(passage.text):
        root = re.sub(r"[ -]sharp", "#", re.sub(r"[ -]flat", "b", match["root"]))
        quality = "maj" if match["mode"] == "major" else "min"
        found.append(ChordClaim(match.start(), match.end("mode"), f"{root}:{quality}"))
    return found


def _sequences(passage: Passage, run: list[ChordClaim]) -> list[list[ChordClaim]]:
    """Parts of a list that are told in their order, by arrows or words between them or around."""
    is_ordered = _ORDER_BEFORE.search(passage.before(run[0].start)) or _ORDER_AFTER.match(
        passage.after(run[-1].end)
    )
    if is_ordered and len(run) >= _FEWEST:
        return [run]
    # "Dm - A - Bb, then F - C": two sequences.
    has_dashes = any(_JOINED.fullmatch(passage.text[a.end : b.start]) for a, b in pairwise(run))
    arrow = _JOINED if has_dashes else _ARROW
    parts: list[list[ChordClaim]] = [[run[0]]]
    for one, other in pairwise(run):
        if arrow.fullmatch(passage.text[one.end : other.start]):
            parts[-1].append(other)
        else:
            parts.append([other])
    return [part for part in parts if len(part) >= _FEWEST]


def _of_chords(part: Sequence[ChordClaim]) -> ProgressionClaim:
    return ProgressionClaim(part[0].start, part[-1].end, tuple(each.label for each in part))
