"""Beats in a bar against references."""

from collections.abc import Sequence

from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement, judgement
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.facts import MusicFacts

HALF_OR_DOUBLE = "half or double bars"


def judge_metre(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """The metre's judgement; none without a reference."""
    if not reference.beats_per_bar:
        return []
    if facts.metre is None:
        return [NOTHING_MEASURED]
    error = metre_error(reference.beats_per_bar, facts.metre.beats_per_bar)
    return [judgement(facts.metre, max_wrong, error)]


def judge_metre_family(
    reference: ReferenceFacts, facts: MusicFacts, max_wrong: float
) -> list[Judgement]:
    """Whether any number of beats that is told together is right; none without a reference."""
    if not reference.beats_per_bar:
        return []
    if facts.metre is None or facts.metre.family is None:
        return [NOTHING_MEASURED]
    family = facts.metre.family
    errors = [metre_error(reference.beats_per_bar, each) for each in family.beats_per_bar]
    return [judgement(family, max_wrong, "" if "" in errors else errors[-1])]


def metre_error(accepted: Sequence[int], beats_per_bar: int) -> str:
    """The kind of a metre's error; empty where it is one of those accepted."""
    if beats_per_bar in accepted:
        return ""
    if any(beats_per_bar in (2 * each, each / 2) for each in accepted):
        return HALF_OR_DOUBLE
    return f"{accepted[-1]} heard as {beats_per_bar}"
