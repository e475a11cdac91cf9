"""Quoted words of a song, against what is sung."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.lint.evidence import Evidence
from pipeline.lint.passage import Claim, Judged, Passage, extractor
from pipeline.lint.pattern import Pattern
from pipeline.lint.sections import SUNG_PART
from pipeline.lint.voices import HUMAN, TELL, UTTER, VOICE_TYPE
from schemas.lint import Finding
from schemas.text import words_of

_DOUBLE = Pattern(r'"([^"\n]{2,400})"')
_SINGLE = Pattern(r"(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w)){6,300})'(?!\w)")
# Models break off, or forget the mark.
_UNCLOSED = Pattern(
    r"(?:\"(?P<double>[A-Za-z][^\"\n]{6,400})|(?<!\w)'(?P<single>[A-Z](?:[^\"'\n]"
    r"|(?<=\w)'(?=\w)){6,300}))\s*\Z"
)
# Of a line that is broken off, what stands before its mark.
_QUOTES = Pattern(
    rf"(?:\b(?:is|are|reads?|goes|says?|as|like|with|on|into|lines?|words?|refrain|hook|over"
    rf"|under|behind|through|around|above|beneath|below|against|us|me|you|\w+ing|to|of|"
    rf"{UTTER}|{TELL})|[:,]) $",
    re.I,
)
_SUNG = Pattern(
    rf"\b(?:{SUNG_PART}|s[iau]ng|sings|singing|singer(?!-)|lyric\w*|lines?|words?|phrases?|"
    r"repeat\w*|croon\w*|chant\w*|whisper\w*|vocal\w*|voices?|shout\w*|plead\w*|lament\w*"
    r"|declar\w*|"
    r"rap(?:s|ped|ping|per)?|mantra|belt\w*|narrator|couplet|quotes?"
    rf"|{VOICE_TYPE}|{UTTER})\b",
    re.I,
)
# What is quoted of somebody, where it looks like a line and no title.
_TOLD_BEFORE = Pattern(
    rf"\b(?:{HUMAN}|s?he|him|her|hers|his|{TELL}(?: (?:us|me|you|out|back|that|of|to))*\W*$"
    r"|(?:final|last|first|opening|closing|repeated|recurring|hushed|defiant) $"
    r"|^\W*(?:at|until|with|from) $)(?!\w)",
    re.I,
)
_TOLD_AFTER = Pattern(
    r",? (?:as )?(?:s?he|\w+ly|(?!would|could|might|may|is|are|was|suggest"
    r"|writes|reads|suits|says (?:one|an?|the)\b|impl|indicat|mean|refer"
    r"|point|hint|tells|sums?|describ|comes to|fits|applies|says it|and|or)[a-z]+s)\b",
    re.I,
)
# 'As if to say "Come in, sit down"'.
_AS_IF = Pattern(
    r"\b(?:as if|as though|what|seem\w*|almost|like|(?:you|listener|user|reader)s?"
    r"|(?:some|any)(?:one|body)|question|motto|prompt|(?:would|might|could) call"
    r"|calls? (?:it|this)|sleeve|sign|liner|critics?|reviewers?|press|shop|studio)\b[^\".;]{0,30}$",
    re.I,
)
# "The horns answer", "the bass line practically says".
_BY_INSTRUMENT = Pattern(
    r"\b(?:guitars?|horns?|trumpets?|organ|fiddle|bass(?: ?line)?|drums|drummer|riff|piano|sax"
    r"|groove|beat) (?:\w+ly )?(?!sings\b)\w+s? $",
    re.I,
)
# "Under 'the square'"; "G7 arrives on 'gazebo'".
_PLACE_BEFORE = Pattern(
    r"\b(?:(?:ends|opens|begins|starts|closes|finishes|signs off) with|on|under|over|behind"
    r"|beneath|underneath|through|past|into|around|at|against) (?:the line )?$",
    re.I,
)
# 'The last "still"', 'with him "going still"'.
_LAST_BEFORE = Pattern(r"\b(?:last|final|closing|with (?:him|her)) $", re.I)
# 'On the word "watch"'.
_WORD_BEFORE = Pattern(
    r"\b(?:on|over|under|with|behind|at|by|beneath|into) (?:the|h[ie][rs]) (?:(?:last|final"
    r"|first) )?"
    r"(?:word|syllable)s? $",
    re.I,
)
# 'The word "me" is sung two times'; 'the word "shanty" comes from France'.
_WORD_OF_SONG = Pattern(r"\b(?:the|an?|that|this|h(?:is|er)|its) (?:[\w-]+ )?word $", re.I)
_WORD_SUNG_AFTER = Pattern(
    r",? (?:(?:is|are|gets|can be) (?:\w+ )?(?:sung|heard|held|repeated|stressed|drawn)"
    r"|comes?|returns?|recurs|appears?|occurs|falls|stands|rings|lands"
    r"|arrives|sounds)\b(?! (?:from|to mind|used|of|not|up in)\b)",
    re.I,
)
# 'Before "avenue" and again before "pad", closing each half of the line'.
_BESIDE_WORD = Pattern(
    r"\b(?:before|after|between|follow\w*|preced\w*|(?:one|another|an?|the"
    r"|(?:first|second|last))|and) $",
    re.I,
)
# 'It is heard before "hollow", before "moon" and before "hill"'.
_BEFORE_WORDS = Pattern(
    r"\bbefore \"[^\"]+\"(?:, (?:before )?\"[^\"]+\")*,? and (?:\w+ ){0,2}(?:before )?\""
)
_OF_LINE = Pattern(
    r"\b(?:(?:the|that|this|each|every|one|a|sung|whole|same|first|second|next|half of)"
    r" lines?(?! up)"
    # 'The words "dark" and "low" fit'.
    r"|sings?|sung|sang|lyrics?|syllables?|words(?!  )|verse|couplet)\b"
)
# "Porch light's burning" is said to be an image, a plea, what comes at 0:01.
_TOLD_AS = Pattern(
    r"\b(?:images?|scenes?|plea|appeal|confession|verdict|command|promise|request|question|answer"
    r"|refusal|sting|story|tale|farewell|threat|wish|prayer|lament|protest|picture|vow|warning"
    r"|invitation|couplet|opening|address|boast|complaint|result|begins?|opens?|starts?|enters?"
    r"|follows|arrives|heard|hears?|come[s]?(?= (?:at|first|next|then|in|right|almost))"
    r"|goes|turns|reveals?|(?:at|from) \d{1,2}:\d\d)\b",
    re.I,
)
_CHORD_BEFORE = Pattern(
    r"\b[A-G](?:#|b| ?flat| ?sharp)?(?:m|maj|min|dim|sus|add|aug)?\d*\b(?!')|\b(?:chord|cadence"
    r"|dominant"
    r"|tonic|subdominant|minor|major)\b"
)
_SINGER_BEFORE = Pattern(r"\b(?:s?he|him|her|his)\b(?=[^.;]{0,40}$)", re.I)
_GOES_ON_AFTER = Pattern(r"\s*:|, (?:s?he|then|and (?:s?he|then|the)|over|with|in|at)\b", re.I)
# Words that titles have in small letters; any other tells a line.
_SMALL = {
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or", "the",
    "to", "with", "my", "your", "our", "is", "me", "you",
}  # fmt: skip
# "A line from the song is": no title follows.
_LINE_BEFORE = Pattern(
    r"\b(?:lines?|lyrics?|quotes?|words?|verse|phrase|excerpt|snippet|couplet) "
    r"(?:from|of|in) (?:the|this|its) [\w' -]{2,40}?(?: is| are| goes| reads)?\s*[:,]?\s*$",
    re.I,
)
_OTHER_BEFORE = Pattern(
    r"\b(?:called?|(?P<calls>calls?)|titled?|entitled|named|described as(?: having)?(?: an?)?"
    r"|voice has an?"
    r"|(?:rendition|version|cover|recording|voice|sound|tempo) of"
    r"|(?:tune|song|melody|theme) (?:as|of|to)"
    r"|dubbed|known as|so-called|termed|genre|album"
    r"|(?:song|track|piece|tune)(?: (?:being )?(?:sung|played|performed|heard))? (?:is|was)"
    r"|song|track|single|labelled|labeled|tagged|term|style|feel|effect|sound|name|title"
    r"|by|artists?|bands?|groups?|composer|performer|vocalist"
    # 'The voice is "dry and close"'.
    r"|(?:voices?|vocals|singers?|delivery) (?:is|are|sounds?|feels?))"
    r"\s*[:,(]?\s*$",
    re.I,
)
# "Key: E minor" and "none, instrumental" in quotation marks.
_FIELD = Pattern(
    r"(?!lyrics\b)[\w ]{2,20}: |none, instrumental|one, two\b|four on the floor\b"
    r"|(?:allegr|andant|adagi|moderat|lent|larg|vivac|prest)\w+ ",
    re.I,
)
# '"Steady as a clock" is how one would put it'.
_COMMENT_AFTER = Pattern(
    r",? (?:is (?:how|what) (?:one|you|I|we)|means?|is (?:wrong|right|true|false)"
    r"|(?:one|you) (?:might|could|would) (?:say|call)"
    r"|so to (?:say|speak)|as (?:it were|they say))\b",
    re.I,
)
# 'The text mentions "upright piano"': of the prompt.
_TEXT_BEFORE = Pattern(
    r"\b(?:text|data|description|caption|prompt|information|facts|style|genre|mentions?)\b"
    r"[^\".]{0,40}$",
    re.I,
)
_SCARE_BEFORE = Pattern(
    r"(?:\b(?:an?|the|that|this|its|classic|typical|very|more|almost|quite|in)|-)\s*$", re.I
)
# "A punchy "four on the floor" kick" and "a "less is more" style" name a kind.
_TERM_AFTER = Pattern(
    r",? (?:[\w-]+ )?(?:kicks?|patterns?|beats?|grooves?|rhythms?|drums?|feel|style|sound|vibe|mood"
    r"|effects?|category|attitude|approach|aesthetic|technique|comes? to mind)\b",
    re.I,
)
# Words; ours, tuned on the table of sentences: a "dreamy wash" is a term, no line.
_SCARE_WORDS, _FEWEST_WORDS, _FEWEST_OF_LINE = 4, 2, 4
_PARTS = Pattern(r"\s*(?:\.{3}|…|\s/\s|\[\.\.\.\])\s*")


@dataclass(frozen=True)
class QuoteClaim(Claim):
    """Words that a text quotes as sung; `start` and `end` with the quotation marks."""

    words: str


@extractor
def lyrics_claims(passage: Passage) -> list[QuoteClaim]:
    """Words in quotation marks that a text gives as sung; titles and terms are none."""
    return [each for each in _quotes(passage) if _is_sung(passage, each)]


def _quotes(passage: Passage) -> list[QuoteClaim]:
    found: list[QuoteClaim] = []
    for pattern in (_DOUBLE, _SINGLE):
        for match in pattern.finditer(passage.text):
            quote = QuoteClaim(*match.span(), match[1])
            if not quote.touches(found):
                found.append(quote)
    unclosed = _UNCLOSED.search(passage.text)
    is_long = unclosed and len(bare_words(unclosed[0])) >= _FEWEST_OF_LINE
    if unclosed and is_long and _QUOTES.search(passage.before(unclosed.start())):
        quote = QuoteClaim(*unclosed.span(), unclosed["double"] or unclosed["single"])
        if not quote.touches(found):
            found.append(quote)
    return found


def is_line_next(before: str) -> bool:
    """Whether what follows these words in quotation marks is a line of the song, and no title."""
    return bool(_LINE_BEFORE.search(before))


def check_lyrics(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Quotes against the lyrics; small differences of hearing and spelling are let pass."""
    names = [bare_words(name) for name in evidence.names]
    given = lyrics_claims(passage)
    for quote in passage.stated(given or _known_lines(passage, evidence)):
        if bare_words(quote.words) not in names:
            yield passage.finding(quote, "lyrics", _judge(quote, evidence))


def _known_lines(passage: Passage, evidence: Evidence) -> Iterator[QuoteClaim]:
    """Quotes that are not said to be sung, and whose very words are."""
    lyrics = f" {' '.join(bare_words(evidence.lyrics or ''))} "
    for quote in _quotes(passage):
        words, before = bare_words(quote.words), passage.before(quote.start)
        is_placed = (
            not before.strip() or _PLACE_BEFORE.search(before) or _LAST_BEFORE.search(before)
        )
        is_enough = len(words) > _FEWEST_WORDS or (is_placed and len(" ".join(words)) > 3)
        if words and is_enough and f" {' '.join(words)} " in lyrics:
            yield quote


def bare_words(text: str) -> list[str]:
    """Words as `words_of` has them, but ``dont`` for ``don't``: lyrics are written either way."""
    return [word.replace("'", "") for word in words_of(text)]


def similarity(quote: list[str], lyrics: list[str]) -> float:
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
    n_words = len(bare_words(quote.words))
    before, after = passage.before(quote.start, 160), passage.after(quote.end, 100)
    is_line = is_line_next(before)
    if n_words == 1 and _is_word_of_line(passage, quote, before, after):
        return True
    told = _DOUBLE.sub(" ", before)
    if _TEXT_BEFORE.search(told) and not re.search("lyric", told, re.I):
        return False
    other = _OTHER_BEFORE.search(before)
    # 'A male lead calls, "Haul on the line"'.
    is_called = other and not (other["calls"] and _looks_like_line(quote.words))
    is_title = not is_line and (is_called or re.match(r",?\s*by\b", after))
    is_comment = _COMMENT_AFTER.match(after)
    if n_words < _FEWEST_WORDS or is_title or is_comment or _FIELD.match(quote.words):
        return False
    is_term = _TERM_AFTER.match(after) or re.search(r"\ban? $", before)
    if (n_words <= _SCARE_WORDS and is_term and not is_line) or _BY_INSTRUMENT.search(before):
        return False
    if n_words <= _SCARE_WORDS and _SCARE_BEFORE.search(before) and re.match(r" \w", after):
        return False
    if _PLACE_BEFORE.search(before) and not _TERM_AFTER.match(after):
        is_small = quote.words[0].islower() and (
            _CHORD_BEFORE.search(before) or _SINGER_BEFORE.search(before)
        )
        if is_small or _looks_like_line(quote.words):
            return not _AS_IF.search(before)
    if is_line or _SUNG.search(before) or _SUNG.search(after):
        return True
    if not _looks_like_line(quote.words) or _AS_IF.search(before):
        return False
    first, last = passage.sentence(quote.start)
    rest = _DOUBLE.sub(" ", passage.text[first : quote.start] + passage.text[quote.end : last])
    return bool(_TOLD_AS.search(rest)) or _is_told(before, after)


def _is_word_of_line(passage: Passage, quote: QuoteClaim, before: str, after: str) -> bool:
    """Whether a single word is quoted as one of a line that is sung."""
    if _WORD_BEFORE.search(before):
        return True
    if _WORD_OF_SONG.search(before) and _WORD_SUNG_AFTER.match(after):
        return True
    if not _BESIDE_WORD.search(before) or _TERM_AFTER.match(after):
        return False
    sentence = passage.text[slice(*passage.sentence(quote.start))]
    return bool(_OF_LINE.search(_DOUBLE.sub(" ", sentence)) or _BEFORE_WORDS.search(sentence))


def _looks_like_line(words: str) -> bool:
    """Whether words are written as a sentence is, not as a title or a term."""
    told = re.findall(r"[\w'-]+", words)
    is_sentence = any(word[0].islower() and word not in _SMALL for word in told[1:])
    return len(told) >= _FEWEST_OF_LINE and told[0][0].isupper() and is_sentence


def _is_told(before: str, after: str) -> bool:
    """Whether a line is somebody's, or is itself what the sentence is about."""
    is_subject = not before.strip() and (_TOLD_AFTER.match(after) or _GOES_ON_AFTER.match(after))
    return bool(is_subject or _TOLD_BEFORE.search(_DOUBLE.sub(" ", before)))


def _judge(quote: QuoteClaim, evidence: Evidence) -> Judged:
    if evidence.is_sung is False:
        return "wrong", "no_lyrics", "Nothing is sung."
    if evidence.lyrics is None:
        return "uncheckable", "not_known", "It is not known what is sung."
    lyrics = bare_words(evidence.lyrics)
    parts = [words for part in _PARTS.split(quote.words) if (words := bare_words(part))]
    found = [similarity(part, lyrics) for part in parts]
    if found and min(found) >= evidence.limits.min_lyrics_similarity:
        return "right", "right", "These words are in the lyrics."
    return "wrong", "not_in_lyrics", "These words are not in the lyrics."
