"""Predictions of models that say yes or no, as the tables of `evaluate facts` count them."""

from collections.abc import Sequence

from pipeline.stages.measure import chances
from pipeline.views.evaluate.facts.judgement import Judgement
from pipeline.views.evaluate.fitting import Prediction
from schemas.calibration import ChoiceModel


def judged(found: Sequence[Prediction], model: ChoiceModel, max_wrong: float) -> list[Judgement]:
    """Judgements of the yes of each prediction, stated as far as `max_wrong` allows."""
    return [
        Judgement(
            each.p_right if each.is_stated else 1 - each.p_right,
            each.is_stated and chances.q_value(model, each.p_right) <= max_wrong,
            each.is_right == each.is_stated,
        )
        for each in found
    ]
