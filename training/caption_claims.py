"""Which categories of a track's metadata a caption asserts, truly and in prose.

What a caption denies, supposes, lists without end, or says in another sense ("recorded in a
house") asserts nothing. Tempo, key and metre are read by `pipeline.lint`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lint import (
    PART,
    KeyClaim,
    MetreClaim,
    TempoClaim,
    key_claims,
    metre_claims,
    read,
    tempo_claims,
)
from schemas.structured import AcceptedEntry
from schemas.tolerance import key_relation, tempo_relation, tempo_tolerance_bpm
from training.prose import Prose, read_prose

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TOKEN = re.compile(r"[^\W_]+|&")
_HARMONY_TOKEN = re.compile(r"[#b]?[A-Za-z]+[#b]?[A-Za-z0-9#b°ø+()/]*")
_PROGRESSION = re.compile(r"[#b]?[ivIV]+\S*(?:\s?-\s?[#b]?[ivIV]+\S*)+")
_SAME = {"&": "and", "n": "and"}
_ALIASES = {"rnb": "randb", "dnb": "drumandbass"}
_VARIANTS = (
    (re.compile(r"is(e|er|ers|ed|ing|ation)$"), r"iz\1"),
    (re.compile(r"(?<=\w\w)our(s|ed|ful|ing)?$"), r"or\1"),
    (re.compile(r"(?<=\w\w[^aeiou])re$"), "er"),
)
_CHANGES = re.compile(
    rf"\b(?:{PART}|slow\w*|speed\w*|accelerat\w*|chang\w*|shift\w*|mov\w*|modulat\w*|then|later"
    r"|until|from|before|after|half|double|relative|switch\w*|turn\w*|briefly)\b",
    re.IGNORECASE,
)
# Words of genres that mean other things too: "in a house", "on the rock", "of his soul".
_AMBIGUOUS_GENRES = frozenset(
    [
        "house",
        "rock",
        "metal",
        "soul",
        "country",
        "garage",
        "jungle",
        "trance",
        "industrial",
        "folk",
        "trap",
    ]
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|inside|at|from|of|into|around|near|outside|to|through|behind|on|across|like)\s+"
    r"(?:a|an|the|his|her|my|our|their|this|that|your|some|every)\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_MUSIC_AFTER = re.compile(
    r"[\s/-]*(?:music|beats?|tracks?|grooves?|tunes?|styles?|anthems?|numbers?|rhythms?|songs?"
    r"|productions?|pianos?|bass\w*|vocals?|feel|vibe|sound|genres?|scene|traditions?|ballads?"
    r"|piece|instrumental|riffs?|guitars?|drum\w*|band|roots|idiom|singers?|and|-)\b",
    re.IGNORECASE,
)
_LIKE = re.compile(r"[ -](?:like|esque)\b", re.IGNORECASE)  # "a bell-like guitar"
_OTHER_SENSES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    # word: (what stands before, what stands after) in its other sense
    "drop": (
        re.compile(r"(?!)"),
        re.compile(r"\s+(?:in|of|by)\b|\s*-?\s*(?:tuned|tuning|[A-G]\b)"),
    ),
    "swing": (re.compile(r"(?!)"), re.compile(r"\s+(?:open|shut|by)\b")),
    "pop": (re.compile(r"(?!)"), re.compile(r"s?(?: and|,) (?:an? )?(?:crackle|click|hiss)")),
    "ambient": (re.compile(r"(?!)"), re.compile(r"\s+(?:noise|light|temperature)\b")),
    "horn": (re.compile(r"\b(?:car|fog|train|air|ship's)[ -]$"), re.compile(r"(?!)")),
    "triangle": (re.compile(r"\blove[ -]$"), re.compile(r"(?!)")),
    "organ": (re.compile(r"(?!)"), re.compile(r"\s+(?:donor|transplant)")),
    "chorus": (re.compile(r"(?!)"), re.compile(r"\s+(?:effects?|pedals?|modulation)\b")),
    "bridge": (
        re.compile(r"\b(?:across|under|over) (?:a|the) $"),
        re.compile(r"\s+(?:pickup|of the)\b"),
    ),
    "key": (
        re.compile(r"\b(?:minor|major|same|several|different|of|in) (?:\w+ )?$"),
        re.compile(r"(?!)"),
    ),
}
# Different values a caption can honestly assert of one kind; more are guesses. Ours, chosen on the
# table of completions.
_MOST_GENRES, _MOST_INSTRUMENTS, _MOST_PROGRESSIONS, _MOST_CHANGES = 6, 12, 8, 2
_GENRES = (
    "ambient, bluegrass, blues, bossa nova, classical, country, dancehall, disco, drum and "
    "bass, dub, dubstep, edm, electro, electronic, folk, funk, garage, gospel, grime, grunge, "
    "hip hop, house, indie, industrial, jazz, jungle, latin, lofi, metal, opera, pop, punk, "
    "ragtime, rap, reggae, reggaeton, rnb, rock, salsa, samba, ska, soul, swing, synthpop, "
    "techno, trance, trap, waltz"
)
_INSTRUMENTS = (
    "accordion, banjo, bass, bassoon, bell, bongo, brass, cello, choir, clarinet, clavinet, "
    "conga, cymbal, drum, drum machine, fiddle, flute, french horn, glockenspiel, guitar, "
    "harmonica, harp, harpsichord, horn, keyboard, mandolin, marimba, oboe, organ, percussion, "
    "piano, sampler, saxophone, sitar, string, synth, synthesizer, tabla, tambourine, timpani, "
    "triangle, trombone, trumpet, tuba, turntable, ukulele, vibraphone, viola, violin, vocoder, "
    "xylophone"
)

_KNOWN = {
    "genre": (_GENRES.split(", "), _MOST_GENRES),
    "instruments": (_INSTRUMENTS.split(", "), _MOST_INSTRUMENTS),
}
_LEVELS = ("half_tempo", "double_tempo")


def asserted(text: str, entries: Sequence[AcceptedEntry]) -> list[bool]:
    """Whether a caption asserts something right in each category.

    Parameters
    ----------
    text : str
        The caption.
    entries : sequence of AcceptedEntry
        What counts, by category.

    Returns
    -------
    list of bool
        All False where the text is too short, or no prose.
    """
    prose = read_prose(text)
    if not prose.is_enough:
        return [False for _ in entries]
    return [_asserts(prose, entry) for entry in entries]


def mentioned(text: str, entries: Sequence[AcceptedEntry]) -> list[bool]:
    """Whether a text has any accepted words of each category: the paper's definition.

    Of tempi, keys and metres the first that is stated counts.
    """
    prose = Prose(read(text), None)
    readers = {"bpm": _tempi, "key": _keys, "metre": _metres}
    found = []
    for entry in entries:
        if reader := readers.get(entry.category):
            found.append(bool(claims := reader(prose, entry)) and claims[0].is_right)
        elif entry.category == "theory":
            found.append(any(True for _ in _progressions(prose, entry)))
        else:
            found.append(any(True for word in entry.accepted for _ in mentions(text, word)))
    return found


def can_be_read(entries: Sequence[AcceptedEntry]) -> bool:
    """Whether the words of a track's categories are in letters that captions are read in here."""
    words = "".join(word for entry in entries for word in entry.accepted)
    return all("LATIN" in unicodedata.name(s, "LATIN") for s in words if s.isalpha())


def mentions(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a text has a phrase: as whole words, in any number, hyphens and spelling aside.

    Examples
    --------
    >>> list(mentions("Hip-hop guitars.", "hip hop")), list(mentions("A warehouse.", "house"))
    ([(0, 7)], [])
    """
    words = [_stem(token[0]) for token in _TOKEN.finditer(phrase)]
    wanted = {"".join(words), _ALIASES.get("".join(words), "")} - {""}
    wanted |= {short for short, full in _ALIASES.items() if full in wanted}
    tokens = [(*found.span(), _stem(found[0])) for found in _TOKEN.finditer(text)]
    for first in range(len(tokens)):
        joined = ""
        for _, end, word in tokens[first : first + len(words) + 2]:
            joined += word
            if joined in wanted:
                yield tokens[first][0], end


@dataclass(frozen=True)
class _Value:
    """A tempo, key or metre that a text states; it `agrees` if it need not be called wrong."""

    start: int
    end: int
    is_right: bool
    agrees: bool


def _asserts(prose: Prose, entry: AcceptedEntry) -> bool:
    readers = {"bpm": _tempi, "key": _keys, "metre": _metres}
    if reader := readers.get(entry.category):
        claims = [each for each in reader(prose, entry) if prose.asserts(each.start, each.end)]
        return _is_consistent(prose, claims)
    if entry.category == "theory":
        spans = list(_progressions(prose, entry))
        return not _lists_progressions(prose) and any(prose.asserts(*span) for span in spans)
    if _names_too_many(prose, entry.category):
        return False
    spans = [span for words in entry.accepted for span in mentions(prose.passage.text, words)]
    spans = [span for span in spans if _has_sense(prose, span, entry.category)]
    if any(prose.denies(*span) for span in spans):
        return False
    return any(prose.asserts(*span) for span in spans)


def _tempi(prose: Prose, entry: AcceptedEntry) -> list[_Value]:
    accepted = [float(found[0]) for each in entry.accepted if (found := _NUMBER.search(each))]

    def value(claim: TempoClaim) -> _Value:
        is_right = any(
            abs(claim.bpm - bpm) <= (entry.tolerance_bpm or tempo_tolerance_bpm(bpm))
            for bpm in accepted
        )
        is_level = any(tempo_relation(claim.bpm, bpm) in _LEVELS for bpm in accepted)
        return _Value(claim.start, claim.end, is_right, is_right or is_level)

    return [value(claim) for claim in tempo_claims(prose.passage)]


def _keys(prose: Prose, entry: AcceptedEntry) -> list[_Value]:
    wanted = [key for each in entry.accepted for key in key_claims(each)[:1]]

    def value(claim: KeyClaim) -> _Value:
        is_right = any(
            key_relation(claim.tonic, claim.mode, key.tonic, key.mode) == "right" for key in wanted
        )
        return _Value(claim.start, claim.end, is_right, is_right)

    return [value(claim) for claim in key_claims(prose.passage)]


def _metres(prose: Prose, entry: AcceptedEntry) -> list[_Value]:
    def value(claim: MetreClaim) -> _Value:
        words = prose.passage.text[claim.start : claim.end]
        is_right = claim.signature in entry.accepted or any(
            True for accepted in entry.accepted for _ in mentions(words, accepted)
        )
        return _Value(claim.start, claim.end, is_right, is_right)

    return [value(claim) for claim in metre_claims(prose.passage)]


def _is_consistent(prose: Prose, claims: list[_Value]) -> bool:
    """Whether the first value is right, and those that differ are few and told as changes."""
    if not claims or not claims[0].is_right:
        return False
    others = [each for each in claims if not each.agrees]
    told = (prose.passage.sentence(each.start) for each in others)
    return len(others) <= _MOST_CHANGES and all(
        _CHANGES.search(prose.passage.text[start:end]) for start, end in told
    )


def _progressions(prose: Prose, entry: AcceptedEntry) -> Iterator[tuple[int, int]]:
    """Where an accepted progression or chord stands; case and accidentals count."""
    plain = prose.passage.text
    tokens = [(*found.span(), found[0]) for found in _HARMONY_TOKEN.finditer(plain)]
    for phrase in entry.accepted:
        wanted = [found[0] for found in _HARMONY_TOKEN.finditer(phrase)]
        for first in range(len(tokens) - len(wanted) + 1):
            run = tokens[first : first + len(wanted)]
            if wanted and [each[2] for each in run] == wanted:
                yield run[0][0], run[-1][1]


def _lists_progressions(prose: Prose) -> bool:
    runs = {re.sub(r"\s", "", found[0]) for found in _PROGRESSION.finditer(prose.passage.text)}
    return len(runs) > _MOST_PROGRESSIONS


def _names_too_many(prose: Prose, category: str) -> bool:
    known, most = _KNOWN.get(category, ((), 0))
    plain = prose.passage.text
    return sum(any(True for _ in mentions(plain, name)) for name in known) > most


def _has_sense(prose: Prose, span: tuple[int, int], category: str) -> bool:
    """Whether a word means music where it stands."""
    start, end = span
    words = prose.passage.text[start:end].casefold()
    word = _stem(words)
    before, after = prose.passage.before(start), prose.passage.after(end)
    if category == "genre" and words in _AMBIGUOUS_GENRES:
        return not _PLACE_BEFORE.search(before) or bool(_MUSIC_AFTER.match(after))
    if category == "instruments" and _LIKE.match(after):
        return False
    if word in _OTHER_SENSES:
        left, right = _OTHER_SENSES[word]
        return not left.search(before) and not right.match(after)
    return True


def _stem(token: str) -> str:
    """A word without case, marks on letters, plural and British spelling."""
    word = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", token.casefold())
        if not unicodedata.combining(sign)
    )
    word = _SAME.get(word, word)
    for pattern, other in _VARIANTS:
        word = pattern.sub(other, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
