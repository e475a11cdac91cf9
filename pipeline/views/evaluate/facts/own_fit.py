"""A calibration fitted on a user's own music with references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stages.measure.chances import packaged_calibration
from pipeline.views.evaluate.fitting import Example, fit_model, predictions
from pipeline.views.evaluate.reliability import calibration_error
from schemas.calibration import Calibration
from schemas.config import ConfigError

MIN_EXAMPLES = 100
"""Ours: a q-value of 5 % needs at least some wrong ones among those that are sure."""


@dataclass(frozen=True)
class FittedField:
    """What became of one field.

    Attributes
    ----------
    field : str
    n_examples, n_sources : int
    is_fitted : bool
        False where there were too few examples or sources: the package's own model stays.
    calibration_error : float or None
        Of what would be stated, on sources left out.
    """

    field: str
    n_examples: int
    n_sources: int
    is_fitted: bool
    calibration_error: float | None = None


def fit_own(examples: Mapping[str, Sequence[Example]]) -> tuple[Calibration, list[FittedField]]:
    """Fit the models of fields, with the features that the package's own have.

    Parameters
    ----------
    examples : mapping of str to sequence of Example
        By field of the calibration.

    Returns
    -------
    calibration : Calibration
        With the package's own models for the other fields.
    fitted : list of FittedField

    Raises
    ------
    ConfigError
        If there are too few examples of every field.
    """
    calibration, fitted = packaged_calibration(), []
    for field, found in examples.items():
        n_sources = len({each.source for each in found})
        is_enough = n_sources > 1 and sum(bool(e.right) for e in found) >= MIN_EXAMPLES
        error = None
        if is_enough:
            model = getattr(calibration, field)
            features, penalty = list(model.weights), model.penalty
            everything = predictions(found, features, penalty=penalty)
            left_out = [each for each in everything if each.is_stated]
            p_right = np.array([each.p_right for each in left_out])
            error = calibration_error(p_right, np.array([each.is_right for each in left_out]))
            fitted_model = fit_model(found, features, everything, penalty=penalty)
            calibration = calibration.model_copy(update={field: fitted_model})
        fitted.append(FittedField(field, len(found), n_sources, is_enough, error))
    if not any(each.is_fitted for each in fitted):
        counts = ", ".join(f"{each.n_examples} of {each.field}" for each in fitted)
        raise ConfigError(f"a calibration needs {MIN_EXAMPLES} examples of a field: {counts}")
    return calibration, fitted
