"""From evidence to a chance of being right, and to the share of wrong ones among what is as sure.

Candidates are given as their features by name; see `schemas.calibration` for the model.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.calibration import Calibration, ChoiceModel, WrongShareAt

Floats = NDArray[np.floating]
Features = Mapping[str, float]
CALIBRATION_FILE = Path(__file__).with_name("calibration.json")


@cache
def packaged_calibration() -> Calibration:
    """The calibration that comes with the package; made by ``python -m benchmarks.facts.fit``."""
    return Calibration.model_validate_json(CALIBRATION_FILE.read_bytes())


@cache
def calibration_digest() -> str:
    """First eight hex digits of the SHA-256 of the packaged calibration."""
    return hashlib.sha256(CALIBRATION_FILE.read_bytes()).hexdigest()[:8]


def chances(model: ChoiceModel, candidates: Sequence[Features]) -> Floats:
    """Chance of each candidate to be the right one.

    Parameters
    ----------
    model : ChoiceModel
    candidates : sequence of mapping of str to float
        Features by name; those that the model does not know are ignored.

    Returns
    -------
    np.ndarray, shape (n_candidates,)
        They add up to 1.

    Raises
    ------
    ValueError
        If there are no candidates, or a feature is not finite.
    """
    if not candidates:
        raise ValueError("there must be at least one candidate")
    known = model.weights
    scores = np.array(
        [
            sum(known[name] * value for name, value in each.items() if name in known)
            for each in candidates
        ]
    )
    if not np.isfinite(scores).all():
        raise ValueError("features of candidates must be finite")
    return shares(scores)


def shares(scores: Floats) -> Floats:
    """Chances of candidates with these scores: they add up to 1."""
    odds = np.exp(scores - scores.max())
    found: Floats = odds / odds.sum()
    return found


def q_value(model: ChoiceModel, p_right: float) -> float:
    """Expected share of wrong ones among all values that are at least as likely.

    Parameters
    ----------
    model : ChoiceModel
    p_right : float
        Chance of the value, 0 to 1.

    Returns
    -------
    float
        Between the points of the model's curve by straight lines, outside as at its ends.
    """
    return _on(model.curve, p_right)


def coarse_q_value(model: ChoiceModel, p_right: float) -> float:
    """As `q_value`, of the coarser fact; 1 where the model was not judged on it."""
    return _on(model.coarse_curve, p_right) if model.coarse_curve else 1.0


def _on(curve: Sequence[WrongShareAt], p_right: float) -> float:
    p_right_of = [each.p_right for each in curve]
    return float(np.interp(p_right, p_right_of, [each.q_value for each in curve]))
