"""Phrases that tell of the prompt or of the writer instead of the music."""

import re
from collections.abc import Iterator

from pipeline.lint.evidence import Evidence
from pipeline.lint.lyrics import lyrics_claims
from pipeline.lint.passage import Claim, Passage
from pipeline.lint.pattern import Pattern
from schemas.lint import Finding

_GIVEN = (
    r"(?:listed|specified|provided|supplied|stated|given|available|included|disclosed"
    r"|documented|indicated|mentioned)"
)
_FIELD = (
    r"(?:lyrics|key|keys|tempo|bpm|time signature|signature|metre|meter|genre|artist"
    r"|performer|title|chords?|"
    r"information|details?|data|transcript|transcription|instrumentation|credits|vocalist"
    r"|singer|year|facts?|"
    r"mood|composer|language|structure|tags?)"
)
_PHRASES = (
    r"\bmeta-?data\b",
    rf"\b(?:is|are|was|were|has|have) (?:also |simply |unfortunately )?(?:not|n't) (?:been "
    rf"|explicitly |clearly |officially |yet )*{_GIVEN}\b",
    rf"\b(?:isn't|aren't|wasn't|weren't) (?:explicitly |clearly )?{_GIVEN}\b",
    rf"\b(?:not|never) (?:been )?(?:explicitly|clearly|officially) {_GIVEN}\b",
    rf"[(:]\s*not {_GIVEN}\b",
    rf"\b{_FIELD}\b[^.;]{{0,30}}\b(?:is|are|was|were|remains?) (?:currently |unfortunately "
    rf"|not )?(?:unavailable|unspecified|unlisted|undisclosed|not known|n/a)\b",
    rf"\b{_FIELD}\s*:\s*(?:unknown|n/a|none|null|unspecified|not|tbd)\b",
    rf"\bno {_FIELD} (?:is |are |was |were |has been |have been )?{_GIVEN}\b",
    r"\b(?:the|these|those|your) (?:provided|given|supplied|listed|stated|measured|available"
    r"|extracted) (?:facts?|data|information|details|impressions|values|context|json|fields?"
    r"|chords list|lyrics)\b",
    r"\b(?:facts?|data|information|details|context) (?:provided|given|supplied|available|you "
    r"(?:gave|provided))\b",
    r"\b(?:according to|based on|per|judging by|from) the (?:facts|data|information|listing"
    r"|tags|input|prompt|analysis data|json|impressions)\b",
    r"\bthe facts (?:suggest|say|indicate|list|state|show|give|do not)\b",
    r"\bas an? (?:AI|artificial intelligence|(?:large )?language model|LLM|assistant|text-based)\b",
    r"\bI (?:cannot|can't|can not|am (?:not able|unable) to|'m unable to|do not have access"
    r"|don't have access|have no access)[^.]{0,40}\b(?:hear|listen|audio|play|access"
    r"|recording|track|music)\b",
    r"\b(?:system|user) prompt\b|\bthe prompt\b|\bJSON\b|\bground[- ]truth\b|\bthe (?:input"
    r"|provided) (?:text|fields?)\b",
    r"\[(?:artist|song|title|insert|unknown|name|key|tempo|bpm|genre)[^\]\n]{0,30}\]",
    r"\b(?:confidence|stability) (?:score|value) of\b|\bwas not measured\b|\bcould not be "
    r"(?:measured|determined)\b",
    r"\bunmeasured\b|\bnull value\b|\bknowledge cut-?off\b|\btraining data\b",
)
_LEAK = Pattern("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.I)


def check_leaks(passage: Passage, evidence: Evidence) -> Iterator[Finding]:
    """Leaked phrases, one a sentence; what is quoted of the lyrics is none."""
    fact = "A listener cannot know this: it tells of the prompt, not of the music."
    last_end = -1
    for match in _LEAK.finditer(passage.text):
        claim = Claim(*match.span())
        if claim.start >= last_end and not claim.touches(lyrics_claims(passage)):
            last_end = passage.sentence(claim.start)[1]
            yield passage.finding(claim, "leak", ("wrong", "leak_phrase", fact))
