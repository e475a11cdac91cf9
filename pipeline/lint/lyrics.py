"""Quoted words of a song, against what is sung."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.passage import Passage, finding, read
from schemas.lint import Finding, Verdict

_DOUBLE = re.compile(r'"([^"\n]{3,400})"')
_SINGLE = re.compile(r"(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w)){6,300})'(?!\w)")
_SUNG = re.compile(
    r"\b(?:s[iau]ng|sings|singing|singer|lyric\w*|lines?|refrain|hook|chorus|verse|words?|phrases?|"
    r"repeat\w*|croon\w*|chant\w*|whisper\w*|vocal\w*|voices?|shout\w*|plead\w*|lament\w*"
    r"|declar\w*|"
    r"rap(?:s|ped|ping|per)?|mantra|belt\w*|narrator|couplet|pre-chorus|bridge)\b",
    re.I,
)
_OTHER_BEFORE = re.compile(
    r"\b(?:called?|calls?|titled?|entitled|named|dubbed|known as|so-called|termed|genre|album|"
    r"song|track|single|labelled|labeled|tagged|term|style|feel|effect|sound|name|title)"
    r"\s*[:,(]?\s*$",
    re.I,
)
_SCARE_BEFORE = re.compile(
    r"(?:\b(?:an?|the|that|this|its|classic|typical|very|more|almost|quite|in)|-)\s*$", re.I
)
_SCARE_WORDS = 4
_FEWEST_WORDS = 2
_PARTS = re.compile(r"\s*(?:\.{3}|…|\s/\s|\[\.\.\.\])\s*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True)
class QuoteClaim:
    """Words that a text quotes as sung; `start` and `end` with the quotation marks."""

    start: int
    end: int
    words: str


def lyrics_claims(text: str) -> list[QuoteClaim]:
    """Words in quotation marks that a text gives as sung; titles and terms are none."""
    return quotes_in(read(text))


def quotes_in(passage: Passage) -> list[QuoteClaim]:
    """`lyrics_claims` of a passage."""
    found: list[QuoteClaim] = []
    for pattern in (_DOUBLE, _SINGLE):
        for match in pattern.finditer(passage.plain):
            if not any(match.start() < e.end and e.start < match.end() for e in found):
                found.append(QuoteClaim(*match.span(), match[1]))
    return [each for each in sorted(found, key=lambda e: e.start) if _is_sung(passage, each)]


def judge_lyrics(passage: Passage, evidence: Evidence, limits: Limits) -> list[Finding]:
    """Quotes against the lyrics; small differences of hearing and spelling are let pass."""
    findings = []
    names = {" ".join(words_of(name)) for name in evidence.names}
    for quote in quotes_in(passage):
        if passage.is_set_aside(quote.start, quote.end):
            continue
        verdict, code, said = _judge(quote, evidence, limits)
        if verdict == "wrong" and " ".join(words_of(quote.words)) in names:
            continue
        span = (quote.start, quote.end)
        findings.append(finding(passage, span, "lyrics", verdict, code, said))
    return findings


def words_of(text: str) -> list[str]:
    """Words in lower case, without signs."""
    return [word.replace("'", "") for word in _WORD.findall(text.replace("\u2019", "'").casefold())]


def likeness(quote: list[str], lyrics: list[str]) -> float:
    """Share of the quote's words that the likest stretch of the lyrics has in the same order."""
    if not quote:
        return 0.0
    if f" {' '.join(quote)} " in f" {' '.join(lyrics)} ":
        return 1.0
    best, n = 0.0, len(quote)
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(quote)
    known = set(quote)
    for i, word in enumerate(lyrics):
        if word not in known:
            continue
        for start in (i - 1, i):
            matcher.set_seq1(lyrics[max(start, 0) : max(start, 0) + n + 1])
            if matcher.quick_ratio() * (2 * n + 1) / (2 * n) > best:
                equal = sum(block.size for block in matcher.get_matching_blocks())
                best = max(best, equal / n)
    return best


def _is_sung(passage: Passage, quote: QuoteClaim) -> bool:
    n_words = len(words_of(quote.words))
    before, after = passage.before(quote.start, 160), passage.after(quote.end, 100)
    if n_words < _FEWEST_WORDS or _OTHER_BEFORE.search(before):
        return False
    if n_words <= _SCARE_WORDS and _SCARE_BEFORE.search(before) and re.match(r" \w", after):
        return False
    return bool(_SUNG.search(before) or _SUNG.search(after))


def _judge(quote: QuoteClaim, evidence: Evidence, limits: Limits) -> tuple[Verdict, str, str]:
    if evidence.is_sung is False:
        return "wrong", "no_lyrics", "Nothing is sung."
    if evidence.lyrics is None:
        return "uncheckable", "not_known", "It is not known what is sung."
    lyrics = words_of(evidence.lyrics)
    parts = [words for part in _PARTS.split(quote.words) if (words := words_of(part))]
    found = [likeness(part, lyrics) for part in parts]
    if found and min(found) >= limits.min_lyrics_likeness:
        return "right", "right", "These words are in the lyrics."
    return "wrong", "not_in_lyrics", "These words are not in the lyrics."
