"""Where a text speaks of the words of a song: their language, what they tell, the lyric."""

import re
from collections.abc import Iterator

from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.predicates import OF_WORK
from pipeline.lint.sections import WORK

LANGUAGE = (
    r"(?-i:English|French|Spanish|Portuguese|Italian|German|Welsh|Irish|Gaelic|Latin|Russian"
    r"|Arabic|Greek|Yiddish|Hebrew|Swedish|Norwegian|Turkish|Polish|Breton|Catalan|Mandarin"
    r"|Cantonese|Japanese|Korean|Hindi|Zulu|Scots)"
)
"""Regular expression of a language that is sung."""
_TELLS = (
    r"(?:pictur|paint|sketch|tell|speak|describ|recount|narrat|mourn|plead|beg|ask|promis|dwell"
    r"|lament|dream|wish|long|yearn|evok|imagin|call|turn|address|bid|confess|celebrat|prais|pray"
    r"|recall|remember|revolv|circl|concern|sing|warn|vow|swear|refus|protest|urg|set|name)e?s"
)
# "In other words", "the words "slow" and "sad"", "beyond words".
_NOT_SUNG_WORDS = (
    r"(?<!other )(?<!few )(?<!key )(?<!into )(?<!many )(?<!beyond )(?<!in simple )(?<!in plain )"
    r"(?<!such )(?<!my )(?<!your )(?<!buzz )(?<!two )(?<!three )(?<!tempo )(?<!as )"
    r"(?<!\bin )(?<!\bfor )(?<!where )(?<!by those )(?<!by these )(?<!right )(?<!choice of )"
    r"(?<!'s )(?<!its own )(?<!last )(?<!use )"
)
# "These words point to a waltz", "the words of the question": the prompt's.
_NOT_SUNG_AFTER = (
    r"(?! (?:(?:of|in) the (?:caption|question|prompt|answer|title|description|task|options?)\b"
    r"|(?:tempo|pulse|metre|meter|key|beat|tonic|chord)\b|(?:point|hint)s? (?:to|at)\b|mean\b"
    r"|asked for\b|given\b|used\b|would (?:fit|describe|suit|suggest)|that (?:best|come to mind"
    r"|(?:describe|fit|suit|sum))|in (?:option )?[A-H]\b|of option|about (?:the )?(?:mood|sound"
    r"|tempo)\b|(?:hardly|barely|best) |(?:[\w-]+,? ){1,4}?(?:describe|match|in option|do not)\b))"
)
_WORDS = Pattern(
    rf"{_NOT_SUNG_WORDS}\bwords\b{_NOT_SUNG_AFTER}"
    r"(?!(?: for (?:it|this|that|the|an?|such)\b|,? (?:like|such as|fail|used|cannot|can't"
    r"|to describe|you|I|we)\b|(?:,| are| is)? ?[\"'(]|-))"
    rf"|\b(?:{LANGUAGE}|sung) (?:[\w-]+ )?(?:text|verses?|lyrics?|poem|lines)\b"
    rf"|\bthe (?:\w+ )?text (?:of the (?:song|prayer|motet|hymn)"
    rf"|{_TELLS}\b(?! (?:that|us)\b|[^.;\"]{{0,25}}\b(?:key|tempo|metre|meter|chords?|beats?|bars?"
    rf"|BPM|tonic|pulse|waltz|music|{WORK}|instruments?)\b| it\b))"
    rf"|\btext about (?!(?:the|this|an?) (?:{WORK}|music)\b|it\b)"
    # "A lyric soprano", "as lyric as".
    r"|\b(?:the|an?|this|that|these|its|his|her|their|each|every|whose|sung)"
    r" (?:(?!(?:as|is|are|feels|sounds|stays|turns|more|most|very|so)\b)[\w'-]+,? ){0,3}?lyric"
    r"(?!, [\w-]+ (?:[\w-]+ )?(?:lines?|melod|themes?|tone|violin|cello|oboe|flute|voice))"
    r"(?='s|\s*[.,;:!)]|$| (?:in|of|about|that|which|is|are|and|on|over|at|from|to|with|skip"
    r"|\w+s)\b)"
    r"(?! (?:is|as) (?:as|in tone)\b)(?! (?:and|in|of) (?:[\w-]+ )?(?:tone|mood|style|feel|vein)\b)"
    r"(?! (?:\w+ )?(?:sheets?|videos?|poems?|melodies|themes?|passages?|sopranos?|tenors?))"
    rf"|\b(?:{WORK}|text|lament|plea|story|refrain|verses?|farewell|tale|prayer)"
    r"(?:,| is| heard| here)*"
    rf" in (?:an? )?{LANGUAGE}\b(?! (?:[\w-]+ )?(?:styles?|manner|fashion|mood|spirit|dress|idiom"
    r"|tradition|vein|colou?rs|rhythms?|guitar|tuning|folk)\b)"
    rf"|^\W*in {LANGUAGE},? (?:s?he|it|they|the (?:{WORK}|words|lines|singer))\b"
    rf"|\b(?:language(?: of it| heard| sung|{OF_WORK})|text) is (?:in )?{LANGUAGE}\b"
    # "The next line begs"; a line of notes does not.
    r"|\b(?:opening|first|second|third|next|last|closing|final|following) (?:lines?|verses?"
    r"|refrain) (?:asks|pleads|begs|sets (?:an?|the) scene|paints"
    r"|promises|confesses|warns|vows|swears|wishes|prays|tells (?:of|us|how|the)|speaks of"
    r"|mourns|pictures|declares|remembers|addresses)\b"
    r"|\b(?:lines|words|couplets|verses) (?:\w+ )?rhyme\b"
    r"|\bthe (?:[\w-]+ )?text is (?:an?|the) (?:\w+ )?(?:plea|prayer|lament|farewell|promise"
    r"|confession|love (?:song|letter))\b"
    r"|\bthere are words\b(?! (?:to|for|that|like)\b)"
    # "The story told in the verses".
    r"|\b(?:told|asked|spoken|said|promised) in the (?:verses?|refrain|chorus|lines)\b"
    rf"|\b{LANGUAGE} words (?:such as|like)\b",
    re.I,
)
_NONE_BEFORE = Pattern(
    r"\b(?:no|without|any|neither|nor|never|not|needs?|wants?|expect\w*|had|almost|wordless)"
    r" (?:[\w'-]+ ){0,2}$|\b(?:wait|listen|look|search)(?:s|ing|ed|es)? (?:\w+ )?for\b[^.;]{0,30}$",
    re.I,
)
# An answer that is struck out: "a purely instrumental piece is ruled out".
_RULED_OUT = Pattern(
    r"\b(?:an?|the|any) (?:\w+ly )?instrumental(?: [\w-]+)? (?:is|can be|must be) (?:\w+ )?"
    r"(?:ruled|struck|left) out\b"
    r"|\b(?:this|it|that) is (?:no|not an) instrumental(?=[.,;:]|$| (?:and|even|after|at all)\b)",
    re.I,
)


def words_sung(passage: Passage) -> Iterator[Claim]:
    """Where words of a song are spoken of as heard."""
    for claim, _ in passage.matches(_WORDS):
        if not _NONE_BEFORE.search(passage.before(claim.start, 40)):
            yield claim


def ruled_out(passage: Passage) -> Iterator[Claim]:
    """Where it is said that it cannot be instrumental."""
    return (claim for claim, _ in passage.matches(_RULED_OUT))
