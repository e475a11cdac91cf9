"""Tempo in words, from largo to presto, and music said to be in free time."""

import re
from dataclasses import dataclass

from pipeline.lint.evidence import Evidence, Limits
from pipeline.lint.passage import Passage, finding, read
from pipeline.lint.tempo import is_beatless
from pipeline.lint.times import TimeMention, anchor
from schemas.lint import Finding, Verdict

# Ranges in BPM as metronomes print them, widened where usage differs.
_RANGES = {
    "slow": (20, 95), "moderate": (76, 130), "fast": (112, 400),
    "grave": (20, 50), "largo": (40, 66), "lento": (40, 72), "larghetto": (50, 76),
    "adagio": (50, 80), "andante": (66, 112), "andantino": (70, 115), "moderato": (80, 128),
    "allegretto": (96, 132), "allegro": (108, 172), "vivace": (130, 200), "presto": (150, 240),
    "prestissimo": (170, 400),
}  # fmt: skip
_CLEARLY = 1.6
_PACE = r"(?:tempo|pace|pulse|beats? per minute|bpm|groove|beat)"
_WORK = r"(?:ballad|song|track|number|tune|piece|waltz|anthem|cut|rocker|jam)"
_SLOW = (
    rf"(?:very |quite |extremely )?(?:slow(?:[- ]paced|[- ]moving)?(?=,? (?:\w+ )?{_PACE}\b| "
    rf"{_WORK}\b)|slow-(?:paced|tempo)|slow-moving|(?:glacial|sluggish|leisurely|crawling) {_PACE})"
)
_FAST = (
    rf"(?:up-?tempo|up-beat tempo|fast-paced|fast-tempo|(?:very |quite |extremely )?(?:fast"
    rf"|rapid|brisk|frantic|breakneck|blistering|frenetic|furious|high)(?=,? (?:\w+ )"
    rf"?{_PACE}\b)|fast (?={_WORK}\b))"
)
_MODERATE = (
    rf"(?:mid-?tempo|medium[- ]tempo|(?:moderate|medium)(?:ly)?(?=,? (?:\w+ )?{_PACE}\b)"
    rf"|moderately paced)"
)
_ITALIAN = (
    r"(?:grave|largo|lento|larghetto|adagio|andante|andantino|moderato|allegretto|allegro"
    r"|vivace|presto|prestissimo)"
)
_WORD = re.compile(
    rf"\b(?:(?P<slow>{_SLOW})|(?P<fast>{_FAST})|(?P<moderate>{_MODERATE})"
    rf"|(?P<italian>{_ITALIAN}))\b",
    re.I,
)
_PIECE_NAME = re.compile(r"\s+(?:for|in|of|No\.|from|[A-Z])")
_FREE = re.compile(
    r"\b(?:(?:free|entirely|fully|completely|wholly|pure) rubato|rubato throughout"
    r"|free[- ]time|in free (?:time|tempo|rhythm|metre|meter)|beatless|pulseless|unmetered|ametric"
    r"|(?:no|without (?:an?|any)|lacks (?:an?|any)|free of any) "
    r"(?:fixed|steady|clear|discernible|regular|set|real|strict|perceptible|sense of) "
    r"(?:tempo|pulse|beat|metre|meter|bpm))\b",
    re.I,
)
_PART_OF_IT = re.compile(
    r"\b(?:intro\w*|outro|opening|bridge|breakdown|passage|section|moment|interlude|coda|solo|"
    r"cadenza|phrasing|ending|first|verse|break|vocals?|voice|delivery of)\b",
    re.I,
)


@dataclass(frozen=True)
class TempoWordClaim:
    """A word for a tempo, such as ``andante``, ``slow``, ``moderate`` or ``fast``."""

    start: int
    end: int
    word: str


def tempo_word_claims(text: str) -> list[TempoWordClaim]:
    """Words for the tempo in a text; ``a slow build`` is none."""
    return _words_in(read(text))


def judge_tempo_words(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Words for the tempo against the measured one; wrong only where they clearly are."""
    findings: list[Finding] = []
    for claim in _words_in(passage):
        span = (claim.start, claim.end)
        if anchor(passage, mentions, *span) or _PART_OF_IT.search(passage.clause_before(span[0])):
            continue
        judged = _judge_word(claim.word, evidence, limits)
        if judged[1] not in {each.code for each in findings}:
            findings.append(finding(passage, span, "tempo", *judged))
    return findings


def judge_free_time(
    passage: Passage, mentions: list[TimeMention], evidence: Evidence, limits: Limits
) -> list[Finding]:
    """Free time, rubato and beatless music against a measured steady tempo."""
    for match in _FREE.finditer(passage.plain):
        first, last = passage.sentence(match.start())
        around = passage.clause_before(match.start()) + match[0] + passage.after(match.end(), 25)
        if (
            passage.is_set_aside(*match.span())
            or anchor(passage, mentions, *match.span())
            or _PART_OF_IT.search(around)
            or last <= first
        ):
            continue
        return [finding(passage, match.span(), "tempo", *_judge_free(evidence, limits))]
    return []


def _words_in(passage: Passage) -> list[TempoWordClaim]:
    found = []
    for match in _WORD.finditer(passage.plain):
        kind = match.lastgroup or ""
        if kind == "italian" and _PIECE_NAME.match(passage.plain, match.end()):
            continue
        if kind == "italian" and match[0].lower() == "grave":
            continue
        if not passage.is_set_aside(*match.span()):
            word = match[0].lower() if kind == "italian" else kind
            found.append(TempoWordClaim(*match.span(), word))
    return found


def _judge_word(word: str, evidence: Evidence, limits: Limits) -> tuple[Verdict, str, str]:
    tempo = evidence.facts.tempo
    if tempo is None or tempo.stability < limits.min_tempo_stability:
        return "uncheckable", "unsure", "No tempo was measured with enough confidence."
    low, high = _RANGES[word]
    said = f"The measured tempo is {tempo.bpm:.1f} BPM; {word} is about {low} to {high}."
    if low <= tempo.bpm <= high:
        return "right", "right", said
    if low / _CLEARLY <= tempo.bpm <= high * _CLEARLY:
        return "uncheckable", "borderline", said
    return "wrong", "wrong_tempo_word", said


def _judge_free(evidence: Evidence, limits: Limits) -> tuple[Verdict, str, str]:
    tempo = evidence.facts.tempo
    if is_beatless(evidence.facts):
        return "right", "right", "No beat was found in the music."
    if tempo is None:
        return "uncheckable", "not_measured", "The tempo was not measured."
    said = f"A tempo of {tempo.bpm:.1f} BPM was measured, with stability {tempo.stability:.2f}."
    if tempo.stability >= limits.min_steady_stability:
        return "wrong", "steady_tempo", said
    return "uncheckable", "unsure", said
