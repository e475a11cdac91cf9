"""Tempo against references.

Source: Accuracy 1 and 2 of F. Gouyon et al., "An Experimental Comparison of Audio Tempo Induction
Algorithms", IEEE TASLP 2006.
"""

from collections.abc import Sequence

from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement, judgement
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from schemas.facts import MusicFacts

# Gouyon et al. 2006.
_TOLERANCE = 0.04
_LEVELS = {
    "half": 1 / 2, "double": 2.0, "2/3": 2 / 3, "3/2": 3 / 2, "a third": 1 / 3, "triple": 3.0,
    "3/4": 3 / 4, "4/3": 4 / 3,
}  # fmt: skip
_OF_ACCURACY_2 = ("half", "double", "a third", "triple")
NO_TEMPO = "has no tempo"


def judge_tempo(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """The tempo's judgement; none without a reference."""
    if reference.tempi_bpm is None:
        return []
    if facts.tempo is None:
        return [NOTHING_MEASURED]
    return [judgement(facts.tempo, max_wrong, tempo_error(reference.tempi_bpm, facts.tempo.bpm))]


def judge_either_tempo(
    reference: ReferenceFacts, facts: MusicFacts, max_wrong: float
) -> list[Judgement]:
    """Whether the tempo or its likelier octave is right; none without a reference."""
    if reference.tempi_bpm is None:
        return []
    either = facts.tempo and facts.tempo.either
    if facts.tempo is None or either is None:
        return [NOTHING_MEASURED]
    errors = [tempo_error(reference.tempi_bpm, bpm) for bpm in (facts.tempo.bpm, either.bpm)]
    return [judgement(either, max_wrong, "" if "" in errors else errors[0])]


def tempo_error(references_bpm: Sequence[float], bpm: float) -> str:
    """The kind of a tempo's error; empty where it is within 4 % of a reference.

    Parameters
    ----------
    references_bpm : sequence of float
        Any of them is right; empty where there is no tempo.
    bpm : float
    """
    if not references_bpm:
        return NO_TEMPO
    if any(_is_near(bpm, each) for each in references_bpm):
        return ""
    levels = (name for name, by in _LEVELS.items() if _is_near(bpm, references_bpm[0] * by))
    return next(levels, "other")


def tempo_scores(reference: ReferenceFacts, facts: MusicFacts) -> dict[str, float | None]:
    """Accuracy 1 and 2."""
    if not reference.tempi_bpm:
        return {}
    if facts.tempo is None:
        return {"tempo accuracy 1": None, "tempo accuracy 2": None}
    error = tempo_error(reference.tempi_bpm, facts.tempo.bpm)
    is_level = not error or error in _OF_ACCURACY_2
    return {"tempo accuracy 1": float(not error), "tempo accuracy 2": float(is_level)}


def _is_near(bpm: float, reference_bpm: float) -> bool:
    return abs(bpm - reference_bpm) <= _TOLERANCE * reference_bpm
