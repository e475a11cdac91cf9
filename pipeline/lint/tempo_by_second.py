"""Tempi that are told as beats in a second: "just under one beat a second"."""

import re
from collections.abc import Iterator

from pipeline.lint.numbers import NUMBER, number
from pipeline.lint.passage import Passage
from pipeline.lint.pattern import Pattern
from pipeline.lint.tempo_claim import TempoClaim

_BEAT = r"(?:beats?|pulses?|taps?|clicks?|ticks?|crotchets?|steps?|strokes?)"
_PER = (
    r"(?:a|per|every|each|to the|to a|in a|in each|in every) second"
    # "Every second beat", "once a second voice joins".
    r"(?=\s*(?:[.,;:!)-]|$)| (?:and|in|on|or|but|so|from|throughout|all|for|to|which|that|at|as"
    r"|through|until|long|is|are)\b(?! (?:third|first)))"
)
_BY_SECOND = Pattern(
    r"(?P<hedge>(?:\b(?:just|slightly|an? (?:little|bit|touch|shade|hair)|rather|somewhat|well"
    r"|barely|not quite|almost|nearly|under|below|over|above|less than|fewer than|slower than"
    r"|short of|more than|faster than|about|around|roughly|some|close to|exactly|every) )*)"
    rf"\b(?P<n>once|twice|{NUMBER}|an?)(?P<half>[ -]and[ -]a[ -]half)?"
    rf"(?: times)?(?: (?:\w+ )?(?P<beat>{_BEAT}))?(?P<half2> and a half)? {_PER}",
    re.I,
)
_CUE = Pattern(rf"\b(?:tempo|pace|speed|tap\w*|count\w*|metronome|{_BEAT})\b", re.I)
_UNDER = Pattern(r"under|below|less|fewer|slower|short|barely|not quite|almost|nearly", re.I)
_OVER = Pattern(r"over|above|more|faster", re.I)
_AROUND = Pattern(r"about|around|roughly|some|close", re.I)
# "The chords change twice a second", "the singer repeats it once a second".
_OF_ELSE = Pattern(
    r"\b(?:chords?|harmon\w+|voices?|sing\w*|notes?|words?|syllables?"
    r"|hats?|hi-hats?|shakers?|delay|echo\w*|LFO|filter|arpeggi\w*|sixteenths?|rain|drips?)\b",
    re.I,
)
# How far rough words reach; ours.
_LOOSE = 0.2


def by_second(passage: Passage) -> Iterator[TempoClaim]:
    """Tempi of which the beats in a second are told."""
    for match in _BY_SECOND.finditer(passage.text):
        before = passage.before(match.start())
        is_tapped = match["beat"] or _CUE.search(before)
        if not is_tapped or _OF_ELSE.search(before):
            continue
        told = {"once": 1.0, "twice": 2.0, "a": 1.0, "an": 1.0}.get(match["n"].lower())
        bpm = 60 * (told or number(match["n"])) + (30 if match["half"] or match["half2"] else 0)
        below, above = _slack(match["hedge"])
        yield TempoClaim(*match.span(), bpm * (1 - below), bpm * (1 + above))


def _slack(hedge: str) -> tuple[float, float]:
    """Shares by which rough words reach below and above a value."""
    if _UNDER.search(hedge):
        return _LOOSE, 0.0
    if _OVER.search(hedge):
        return 0.0, _LOOSE
    return (_LOOSE / 2, _LOOSE / 2) if _AROUND.search(hedge) else (0.0, 0.0)
