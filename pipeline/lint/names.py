"""Performers and titles that a text names and the listing does not. Rather too few than too many."""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.lyrics import words_of
from pipeline.lint.passage import Passage, finding
from schemas.lint import Finding

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'.]*[\w]"
_NAME = rf"(?P<name>(?:The )?{_CAPITAL}(?:(?: (?:of|the|and|de|da|van|von|la|del|&) | |-){_CAPITAL}){{0,3}})"
_DONE = (
    r"(?:[Pp]erformed|[Ss]ung|[Cc]omposed|[Ww]ritten|[Pp]roduced|[Rr]ecorded|[Aa]rranged|[Ff]ronted|[Rr]apped|"
    r"[Rr]emixed|[Mm]ixed|[Rr]eleased|[Cc]o-written|[Pp]enned|[Pp]layed|[Dd]elivered)"
)
_PERSON = (
    r"(?:[Ss]inger|[Vv]ocalist|[Rr]apper|[Pp]roducer|[Cc]omposer|[Ff]rontman|[Ff]rontwoman|[Gg]uitarist|[Pp]ianist|"
    r"[Dd]rummer|[Bb]assist|[Ss]ongwriter|[Ss]inger-songwriter|[Aa]rtist|[Vv]iolinist|[Ss]axophonist|[Tt]rumpeter)"
)
_WORK_OF = r"(?:vocals?|voice|singing|delivery|performance|guitar work|production|lyrics|falsetto|rap|verses?)"
_PATTERNS = (
    re.compile(
        rf"\b{_DONE} by (?:the )?(?:(?:singer|artist|band|producer|rapper|vocalist|duo|group)[- ]?){{0,2}}\s?{_NAME}"
    ),
    re.compile(rf"\b{_PERSON}s?,? {_NAME}"),
    re.compile(rf'"[^"\n]{{2,80}}"(?: is a \w+)? by {_NAME}'),
    re.compile(rf"\b{_NAME}'s? (?:[a-z]+ ){{0,2}}{_WORK_OF}\b"),
    re.compile(rf"\b{_WORK_OF} (?:of|by) {_NAME}"),
    re.compile(rf"\b(?:[Ff]eat\.|[Ff]t\.) {_NAME}"),
)
_TITLE = re.compile(
    r'(?<!so-)\b(?:titled|entitled|called|(?:[Tt]he|[Tt]his) (?:song|track|single),?)\s*,?\s*"(?P<name>[^"\n]{2,80})"'
)
_NO_NAMES = frozenset(
    """a african afro afro-cuban al american and andalusian april arabic argentine asian august australian baroque
    bass bechstein beethoven-like bösendorfer blues bossa brazilian british bpm c caribbean celtic chicago chinese
    choir clarinet classical country cuban d december detroit disco dj drum drums dub e each east eastern edm
    electric electro english european european f february fender flamenco folk french funk g german gibson gospel
    greek guitar hammond hawaiian he her hindi his hip hip-hop house i ibanez in indian instrumental irish italian
    it its jamaican january japanese jazz july june k-pop korean latin london lyrics major march marshall mbira
    mediterranean mellotron memphis metal mexican middle minor moog motown mpc nashville new nigerian north
    northern nova november october organ oud our pop prophet punjabi r&b rap reggae reggaeton rhodes rickenbacker
    rnb rock roland romantic russian samba scandinavian scottish section september she sitar slavic soul south
    southern spanish steinway step stratocaster strings swedish synth synthesizer techno telecaster that the their
    these they this those tom tr-808 tr-909 trance trap turkish uk us verse vietnamese violin vocals vocoder west
    western with world wurlitzer yamaha you young chorus bridge intro outro hook monday tuesday wednesday
    thursday friday saturday sunday yiddish yoruba zulu portuguese polish native mandarin cantonese arab persian
    balkan bulgarian gregorian gypsy hebrew hungarian iberian icelandic norwegian finnish danish dutch dorian
    lydian phrygian mixolydian aeolian ionian one two three four there here when while as at but for from if on
    or so to what who auto-tune autotune midi lufs lead piano keys juno oberheim korg nord kontakt ableton vst sp-404
    male female baritone tenor soprano alto""".split()
)
_KEY_LIKE = re.compile(r"[A-G][#b]?m?")


def judge_names(passage: Passage, evidence: Evidence) -> list[Finding]:
    """Names of performers and titles against those that the listing gives, each name once."""
    known = [words_of(name) for name in evidence.names if words_of(name)]
    lyrics = words_of(evidence.lyrics or "")
    findings = []
    seen: set[str] = set()
    for start, end in _names(passage):
        words = words_of(passage.plain[start:end])
        name = " ".join(words)
        if not words or name in seen or _is_set_beside(passage, start):
            continue
        seen.add(name)
        if any(_is_part(words, one) or _is_part(one, words) for one in known):
            said = "The listing gives this name."
            findings.append(finding(passage, (start, end), "name", "right", "right", said))
        elif not _is_part(words, lyrics):
            said = "Neither the listing nor the lyrics give this name."
            judged = ("wrong", "invented_name", said)
            findings.append(finding(passage, (start, end), "name", *judged))  # type: ignore[arg-type]
    return findings


def _names(passage: Passage) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(passage.plain):
            start, end = match.span("name")
            words = re.split(r"[ -]", match["name"])
            while words and words[0].lower().strip(".'") in _NO_NAMES - {
                "the",
                "young",
                "new",
                "tom",
            }:
                start += len(words[0]) + 1
                words = words[1:]
            rest = [w for w in words if w.lower().removesuffix("'s").strip(".'") not in _NO_NAMES]
            if rest and not all(_KEY_LIKE.fullmatch(word) for word in words):
                text = passage.plain[start:end]
                yield start, end - 2 if text.endswith("'s") else end
    for match in _TITLE.finditer(passage.plain):
        yield match.span("name")


def _is_set_beside(passage: Passage, start: int) -> bool:
    """Whether the name only serves as a comparison, as in ``a voice like Nina Simone's``."""
    before = passage.before(start, 80)
    pattern = r"\b(?:like|reminiscent|recall\w*|evok\w*|echo\w*|akin|style of|spirit of|vein of|fans of|influence\w*|similar|nod to|compar\w+|homage|inspired|channel\w*|bring\w* to mind)\b"
    return bool(re.search(pattern, before, re.I)) or passage.is_set_aside(start, start)


def _is_part(words: list[str], whole: list[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(whole)} "
