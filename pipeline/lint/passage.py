"""A text as all checks read it: plain signs, sentences, what is set aside, claims found once."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

from pipeline.lint.general import states_nothing
from pipeline.lint.pattern import Pattern
from schemas.lint import ClaimKind, Finding, Verdict

_SIGNS = {
    "b": "\u266d",
    "#": "\u266f",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "'": "\u2018\u2019",
    " ": "\u00a0\u2009\u202f\t",
    "~": "\u2248\u223c",
    "\u00b0": "\u00ba",
}
_PLAIN_SIGNS = str.maketrans({sign: plain for plain, signs in _SIGNS.items() for sign in signs})
# Models may repeat one sign without end; patterns would try every part of such a run.
_LONG_RUN = Pattern(r"(?<=\s{3})\s+|(?<=\d{8})\d+")
_SENTENCE_END = Pattern(
    # 'The line "Where is the sea?" is sung' goes on.
    r"(?<!\bapprox)(?<!\bca)(?<!\bfeat)(?<!\bft)(?<!\bvs)(?<! c)[.!?]+(?!\"\s+[a-z])[\"')\]*]*\s+"
    r"|\n+"
)
_QUOTED = Pattern(r'"[^"\n]*(?:"|$)')
_CLOSED_QUOTE = Pattern(r'"[^"\n]*"')
_CLAUSE_END = Pattern(r"[;:,()]|\b(?:but|yet|and|while|whereas|although|though|because)\b", re.I)
_SET_ASIDE = Pattern(
    r"\b(?:not(?! (?:only|just|merely|even|surprisingly))|never|rarely|seldom|hardly|nor"
    r"|neither|cannot"
    r"|rather than|instead of|unlike|as opposed to|compared (?:to|with)|than|far from|without"
    r"|no longer|no (?:mention|sign|trace|hint|indication|evidence) of|if|whether|imagin\w+"
    r"|(?:would|might|may|could|can) (?:expect|almost)"
    r"|(?:might|may|could) (?:have|contain|include|feature)"
    r"|would (?:(?:likely|probably) )?(?:be|have|make|mean|imply|suggest|feel|sound|require|need"
    r"|drag|suit|fit|benefit)"
    r"|in the style of|(?:suitable|ideal|perfect|suited) for|(?:type|kind|form|style"
    r"|genre) of (?:\w+ )?(?:music|song|dance|piece)"
    r" (?:that|which|where|with|in|characteri[sz]ed)"
    r"|most (?:\w+ )?(?:tracks|songs|tunes|pieces|records|music|ballads|house|disco|techno"
    r"|pop|\w+core)"
    r"|in common with|avoid(?:s|ing)|ruled? out|rules out|mistaken for|confused with"
    r"|sounds nothing like|tempt (?:me|us|one|you|the ear)"
    r"|shar(?:es?|ing) (?:its|the|the same|a) (?:key signature|notes|scale) with"
    r"|contrary to|\ban? (?:[\w-]+ )?(?:genre|style|type) (?:that|which)"
    r"|(?:could|may|might|can) (?:also |well )?(?:be )?"
    r"(?:feel|felt|report\w*|hear\w*(?= (?:as|in|at)\b)|(?<!\bcan )(?<!\bcan be )count\w*"
    r"|mistak\w*|perceiv\w*|read|register\w*|detect\w*|sense\w*))\b|n't\b|\b(?:no|any|might"
    r"|may|could)\s+$|\b(?:could|can|may|might) be $"
    # "Which is common in F minor".
    r"|\b(?:common|typical|popular) (?:in|of|for) (?:the )?(?:key of )?$",
    re.I,
)
_AFFIRMED_AFTER_ALL = Pattern(
    r"(?:\b(?:never|not|rarely|hardly|without|barely)|n't)\b[^.;:]{0,12}?"
    r"\b(?:stray|strays|straying|leav\w+|depart\w*|mov\w+ (?:away )?from|wander\w*|deviat\w+)\b"
    r"(?: (?:too )?far)?"
    r"|\bnothing (?:(?:other|fancier|stranger|grander|bolder"
    r"|more (?:complicated|complex|elaborate|exotic)) )?than\b"
    r"|\b(?:none other|no more|no less|more|less|other) than\b(?! in)"
    r"|\bas if\b",
    re.I,
)
_SET_ASIDE_AFTER = Pattern(
    r"\W{0,3}(?:(?:time signature |key |tempo )?is (?:often|commonly|typically|usually|frequently)"
    r" (?:used|found|associated|heard)\b|is (?:very |quite )?(?:common|typical|usual) (?:in|of"
    r"|for)\b"
    r"|would\b|it is not\b|is (?:not|wrong|ruled out"
    r"|incorrect)\b|isn't\b|can be ruled out"
    r"|does(?:n't| not) (?:fit|match)|was ruled out"
    r"|(?:the (?:\w+ ){0,2}\w+, )?(?:\w+ ){0,2}(?:never (?:gets established|appears?|comes?"
    r"|arrives?|surfaces?|sounds?)|is (?:absent|avoided|excluded|missing|out of the question"
    r"|never (?:heard|sounded|reached|touched))"
    r"|does(?:n't| not) appear))",
    re.I,
)
_OPTION_LETTER = Pattern(r"[\s(*]*[A-H]")
# Characters on both sides of a cue in which a slow pattern is tried; ours.
_REACH = 80

Judged = tuple[Verdict, str, str]
"""A verdict, its code, and what the facts say."""


def right_or(code: str, fact: str, is_right: bool) -> Judged:
    """Right, or wrong under a code."""
    return ("right", "right", fact) if is_right else ("wrong", code, fact)


@dataclass(frozen=True)
class Claim:
    """Words of a text that claim something; `start` and `end` in characters."""

    start: int
    end: int

    def touches(self, others: Iterable["Claim"]) -> bool:
        """Whether it shares words with any of them."""
        return any(self.start < each.end and each.start < self.end for each in others)


C = TypeVar("C", bound=Claim)


@dataclass(frozen=True)
class Passage:
    """A text with typographic signs made plain, character by character.

    Attributes
    ----------
    raw : str
        As it was written; quotes are cut from it.
    text : str
        Of the same length.
    found : dict
        Claims by the `extractor` that found them, and matches by their pattern.
    """

    raw: str
    text: str
    found: dict[object, tuple[Any, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _starts(self) -> list[int]:
        ends = _SENTENCE_END.finditer(self.text)
        return [0, *(end.end() for end in ends if not self._is_letter_of_option(end.start()))]

    def _is_letter_of_option(self, at: int) -> bool:
        """Whether the full stop is that of ``B. 120 BPM``."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        return len(line) < 8 and bool(_OPTION_LETTER.fullmatch(line))

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence around a place starts and ends."""
        index = bisect_right(self._starts, at)
        end = self._starts[index] if index < len(self._starts) else len(self.text)
        return self._starts[index - 1], end

    def before(self, at: int, longest: int = 200) -> str:
        """What the sentence says before a place."""
        return self.text[max(self.sentence(at)[0], at - longest) : at]

    def after(self, at: int, longest: int = 200) -> str:
        """What the sentence says from a place on."""
        end = self.sentence(max(at - 1, 0))[1]
        return self.text[at : min(end, at + longest)]

    def clause_before(self, at: int) -> str:
        """What the clause says before a place."""
        return _CLAUSE_END.split(self.before(at))[-1]

    def every(self, pattern: Pattern) -> tuple[re.Match[str], ...]:
        """All matches of a pattern, looked for once."""
        if pattern not in self.found:
            self.found[pattern] = tuple(pattern.finditer(self.text))
        return self.found[pattern]

    def near(self, cue: Pattern, pattern: Pattern) -> Iterator[re.Match[str]]:
        """Matches of a slow pattern around those of a fast one, each once."""
        done = 0
        for each in self.every(cue):
            start, end = max(done, each.start() - _REACH), each.end() + _REACH
            for match in pattern.finditer(self.text, start, end):
                done = match.end()
                yield match

    def is_set_aside(self, start: int, end: int) -> bool:
        """Whether a claim is denied, compared with, supposed, asked, or an option to choose.

        What is told to be found out, or of many pieces, is none of this one.
        """
        first, last = self.sentence(start)
        sentence = self.text[first:last]
        if _is_asked(sentence, start - first) or states_nothing(
            sentence, start - first, end - first
        ):
            return True
        if _SET_ASIDE_AFTER.match(self.after(end)):
            return True
        before = _CLOSED_QUOTE.sub(" ", self.before(start))
        clause = _AFFIRMED_AFTER_ALL.sub(" ", _CLAUSE_END.split(before)[-1])
        return bool(_SET_ASIDE.search(clause))

    def stated(self, claims: Iterable[C]) -> Iterator[C]:
        """The claims that are not set aside."""
        return (each for each in claims if not self.is_set_aside(each.start, each.end))

    def matches(self, pattern: Pattern) -> Iterator[tuple[Claim, re.Match[str]]]:
        """Matches of a pattern that are not set aside, as claims."""
        for match in pattern.finditer(self.text):
            if not self.is_set_aside(*match.span()):
                yield Claim(*match.span()), match

    def finding(self, claim: Claim, kind: ClaimKind, judged: Judged) -> Finding:
        """What is found of a claim."""
        verdict, code, evidence = judged
        return Finding(
            kind=kind,
            quote=self.raw[claim.start : claim.end],
            start=claim.start,
            verdict=verdict,
            code=code,
            evidence=evidence,
        )


def _is_asked(sentence: str, at: int) -> bool:
    """Whether a sentence, or the quotation in which a place lies, is a question.

    What is quoted may ask: ``She sings "Where is the sea?"``.
    """
    if "?" not in sentence:
        return False
    quotes = list(_QUOTED.finditer(sentence))
    inner = any(
        each.start() < at < each.end() and each[0].rstrip('"').endswith("?") for each in quotes
    )
    outside = _QUOTED.sub(" ", sentence)
    told = outside if re.search(r"\w", outside) else sentence
    return inner or told.rstrip(" \n*\"')").endswith("?")


def read(text: str | Passage) -> Passage:
    """A passage of a text."""
    if isinstance(text, Passage):
        return text
    plain = _LONG_RUN.sub(lambda run: "\0" * len(run[0]), text.translate(_PLAIN_SIGNS))
    return Passage(raw=text, text=plain)


def extractor(
    extract: Callable[[Passage], Iterable[C]],
) -> Callable[[str | Passage], tuple[C, ...]]:
    """Let a function find its claims in texts and passages, in order, in a passage only once."""

    @wraps(extract)
    def found(text: str | Passage) -> tuple[C, ...]:
        passage = read(text)
        if extract not in passage.found:
            claims = sorted(extract(passage), key=lambda each: each.start)
            passage.found[extract] = tuple(claims)
        return passage.found[extract]

    return found
