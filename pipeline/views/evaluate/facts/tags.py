"""Instruments and voice against references.

References must name all instruments that play: what they do not name counts as wrong.
"""

import re

from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement, judgement
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.facts import MusicFacts


def judge_instruments(
    reference: ReferenceFacts, facts: MusicFacts, max_wrong: float
) -> list[Judgement]:
    """Judgements of the instruments that the facts list."""
    listed = facts.instruments
    if reference.instruments is None or listed is None:
        return []
    found = []
    for each in listed:
        is_there = any(_words(each.name) <= _words(name) for name in reference.instruments)
        found.append(judgement(each, max_wrong, "" if is_there else each.name))
    return found


def judge_voice(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """The judgement of whether anybody sings or speaks."""
    if reference.has_voice is None:
        return []
    voice = facts.voice
    if voice is None:
        return [NOTHING_MEASURED]
    has_voice = voice.share_of_time > 0
    kind = "" if has_voice == reference.has_voice else "heard" if has_voice else "missed"
    return [judgement(voice, max_wrong, kind)]


def _words(name: str) -> set[str]:
    """Words of a name, without case and plurals."""
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", name.lower())}
