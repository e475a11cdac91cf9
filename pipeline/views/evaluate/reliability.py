"""How honest chances are: wrong shares with intervals, coverage, calibration error, q-values.

All functions take chances `p_right`, whether each value `is_right`, and optional weights, as
arrays of shape (n_values,).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

# Of a normal distribution: 95 % lie within.
_Z = 1.96
# Ours: as many points as a curve needs to look smooth when drawn.
_CURVE_POINTS = 24


@dataclass(frozen=True)
class ReliabilityBin:
    """Values whose chances are alike.

    Attributes
    ----------
    n : int
    mean_p_right, share_right : float
        Equal where chances are honest.
    """

    n: int
    mean_p_right: float
    share_right: float


def wilson_interval(n_wrong: int, n: int) -> tuple[float, float]:
    """95 % interval of a share.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    1927.

    Raises
    ------
    ValueError
        If `n` is not positive, or smaller than `n_wrong`.
    """
    if not 0 <= n_wrong <= n or n == 0:
        raise ValueError(f"{n_wrong} of {n} is no share")
    share, z2 = n_wrong / n, _Z**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def reliability_bins(p_right: Floats, is_right: Bools, *, n_bins: int = 10) -> list[ReliabilityBin]:
    """Bins of equal width, without empty ones, by rising chance."""
    places = np.minimum((np.asarray(p_right) * n_bins).astype(int), n_bins - 1)
    found = []
    for place in np.unique(places):
        here = places == place
        mean, right = float(np.mean(p_right[here])), float(np.mean(is_right[here]))
        found.append(ReliabilityBin(int(here.sum()), mean, right))
    return found


def calibration_error(p_right: Floats, is_right: Bools, *, n_bins: int = 10) -> float:
    """Expected calibration error: mean distance of chance and share right, weighted by values.

    Source: M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI 2015.

    Raises
    ------
    ValueError
        If there are no values.
    """
    if len(p_right) == 0:
        raise ValueError("there must be at least one value")
    bins = reliability_bins(p_right, is_right, n_bins=n_bins)
    return sum(each.n * abs(each.mean_p_right - each.share_right) for each in bins) / len(p_right)


def q_value_curve(
    p_right: Floats, is_right: Bools, weights: Floats | None = None
) -> list[tuple[float, float]]:
    """Points (chance, q-value) by rising chance.

    The q-value of a chance is the least share of wrong ones that any bound, which lets it through,
    can have; half a wrong value is added, so that few values never promise none.

    Raises
    ------
    ValueError
        If there are no values.

    Source: J. D. Storey, "A Direct Approach to False Discovery Rates", 2002.
    """
    if len(p_right) == 0:
        raise ValueError("there must be at least one value")
    weights = np.ones(len(p_right)) if weights is None else weights * len(weights) / weights.sum()
    order = np.argsort(-np.asarray(p_right), kind="stable")
    p_sorted = np.asarray(p_right, float)[order]
    wrong = np.cumsum((~np.asarray(is_right)[order]) * weights[order])
    shares = np.minimum(1.0, (wrong + 0.5) / (np.cumsum(weights[order]) + 0.5))
    last_of_equals = np.append(np.diff(p_sorted) != 0, True)
    shares, p_sorted = shares[last_of_equals], p_sorted[last_of_equals]
    q_values = np.minimum.accumulate(shares[::-1])[::-1]
    kept = np.unique(np.linspace(0, len(p_sorted) - 1, _CURVE_POINTS).round().astype(int))
    # A surer value is never wronger: the curve falls from low chances to high ones.
    return [(float(p_sorted[i]), float(q_values[i])) for i in kept[::-1]]


def coverage_at(p_right: Floats, is_right: Bools, *, max_wrong: float) -> float:
    """Largest share of the values that can be stated with at most this share of wrong ones."""
    if len(p_right) == 0:
        return 0.0
    order = np.argsort(-np.asarray(p_right), kind="stable")
    wrong = np.cumsum(~np.asarray(is_right)[order]) / np.arange(1, len(order) + 1)
    allowed = np.flatnonzero(wrong <= max_wrong)
    return 0.0 if len(allowed) == 0 else float((allowed[-1] + 1) / len(order))
