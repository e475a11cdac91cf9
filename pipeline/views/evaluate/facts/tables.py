"""Judgements and scores of many tracks, summed up."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.views.evaluate.facts.beats import beat_scores
from pipeline.views.evaluate.facts.chords import chord_scores, chord_time_stated, judge_chords
from pipeline.views.evaluate.facts.judgement import Judgement
from pipeline.views.evaluate.facts.key import judge_key, judge_tonic, key_scores
from pipeline.views.evaluate.facts.metre import judge_metre, judge_metre_family
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from pipeline.views.evaluate.facts.sections import judge_form, section_scores
from pipeline.views.evaluate.facts.tags import judge_instruments, judge_voice
from pipeline.views.evaluate.facts.tempo import judge_either_tempo, judge_tempo, tempo_scores
from pipeline.views.evaluate.reliability import (
    calibration_error,
    coverage_at,
    reliability_bins,
    wilson_interval,
)
from schemas.evaluation import CoverageAt, FieldEvaluation, MeanScore, ReliabilityPoint, Share
from schemas.facts import MusicFacts
from schemas.sections import MaxWrong

MAX_WRONG = (0.02, 0.05, 0.1)
"""Shares of wrong values at which coverage is told."""
_JUDGES = (
    ("tempo", judge_tempo, "tempo"),
    ("tempo or octave", judge_either_tempo, "tempo"),
    ("metre", judge_metre, "metre"),
    ("metre family", judge_metre_family, "metre"),
    ("key", judge_key, "key"),
    ("tonic", judge_tonic, "key"),
    ("chords", judge_chords, "chords"),
    ("form", judge_form, "form"),
    ("instruments", judge_instruments, "instruments"),
    ("voice", judge_voice, "voice"),
)
"""Names, judges, and what of `MaxWrong` bounds them."""
_SCORERS = (beat_scores, tempo_scores, key_scores, chord_scores, section_scores)
# Ours: the interval's ends change by less than is shown with more.
_N_DRAWN = 1000

Pair = tuple[ReferenceFacts, MusicFacts]


def field_evaluations(pairs: Sequence[Pair], max_wrong: MaxWrong) -> list[FieldEvaluation]:
    """What is stated of each field, and how much of it is wrong.

    Parameters
    ----------
    pairs : sequence of (ReferenceFacts, MusicFacts)
        One a track.
    max_wrong : MaxWrong
        What bounds the stated values.

    Returns
    -------
    list of FieldEvaluation
        Of the fields that any reference judges.
    """
    found = []
    for field, judge, bounded_by in _JUDGES:
        bound = getattr(max_wrong, bounded_by)
        judged = [each for reference, facts in pairs for each in judge(reference, facts, bound)]
        if judged:
            found.append(summed_up(field, judged))
    return found


def summed_up(field: str, judged: Sequence[Judgement]) -> FieldEvaluation:
    """One field's judgements, of which there must be some, in numbers."""
    stated = [each for each in judged if each.is_stated]
    wrong = [each for each in stated if not each.is_right]
    measured = [each for each in judged if each.p_right is not None]
    p_right = np.array([each.p_right for each in measured], float)
    is_right = np.array([each.is_right for each in measured], bool)
    share_measured = len(measured) / len(judged)
    bins = reliability_bins(p_right, is_right)
    return FieldEvaluation(
        field=field,
        n=len(judged),
        n_measured=len(measured),
        n_stated=len(stated),
        n_wrong=len(wrong),
        wrong=_share(len(wrong), len(stated)) if stated else None,
        kinds=dict(Counter(each.kind for each in wrong).most_common()),
        coverage=[
            CoverageAt(
                max_wrong=bound,
                share=share_measured * coverage_at(p_right, is_right, max_wrong=bound),
            )
            for bound in MAX_WRONG
        ],
        calibration_error=calibration_error(p_right, is_right) if measured else None,
        reliability=[
            ReliabilityPoint(n=b.n, mean_p_right=b.mean_p_right, share_right=b.share_right)
            for b in bins
        ],
    )


def mean_scores(pairs: Sequence[Pair], max_wrong: MaxWrong) -> list[MeanScore]:
    """Scores of the literature, as means over the tracks that have a reference."""
    by_name: dict[str, list[float | None]] = {}
    for reference, facts in pairs:
        for name, score in _scores(reference, facts, max_wrong).items():
            by_name.setdefault(name, []).append(score)
    return [_mean(name, scores) for name, scores in by_name.items() if any_measured(scores)]


def any_measured(scores: Sequence[float | None]) -> bool:
    """Whether there is any score."""
    return any(score is not None for score in scores)


def _scores(
    reference: ReferenceFacts, facts: MusicFacts, max_wrong: MaxWrong
) -> Mapping[str, float | None]:
    found: dict[str, float | None] = {}
    for scorer in _SCORERS:
        found |= scorer(reference, facts)
    if reference.chords:
        found["chords, time stated"] = chord_time_stated(facts, max_wrong.chords)
    return found


def _mean(name: str, scores: Sequence[float | None]) -> MeanScore:
    """The mean and its percentile bootstrap interval (B. Efron, 1979)."""
    values = np.array([each for each in scores if each is not None])
    low = high = None
    if len(values) > 1:
        drawn = np.random.default_rng(0).choice(values, (_N_DRAWN, len(values)))
        low, high = map(float, np.percentile(drawn.mean(axis=1), (2.5, 97.5)))
    return MeanScore(
        name=name,
        n=len(scores),
        n_measured=len(values),
        mean=float(values.mean()),
        low=low,
        high=high,
    )


def _share(n: int, of: int) -> Share:
    low, high = wilson_interval(n, of)
    return Share(value=n / of, low=low, high=high)
