"""How well verdicts agree, and how good the judge is at every threshold. Pure functions.

Rows are sampled evenly from strata that differ in size, so a stratum's verdicts carry the weight
of all its rows: shares then hold for the corpus, not for the sample.
"""

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Rates:
    """What a judge keeps under one rule, with intervals that hold 95 %."""

    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    share_kept: float


@dataclass(frozen=True)
class Proposal:
    """Thresholds for a wanted precision.

    Attributes
    ----------
    thresholds : dict
        By criterion.
    is_sure : bool
        Even the lower end of the interval reaches what is wanted.
    rates : Rates
    """

    thresholds: dict[str, int]
    is_sure: bool
    rates: Rates


def cohen_kappa(
    first: Sequence[bool], second: Sequence[bool], weights: Sequence[float] | None = None
) -> float | None:
    """Cohen's kappa of two raters' decisions on the same rows.

    Parameters
    ----------
    first, second : sequence of bool
    weights : sequence of float, optional
        Of the rows; by default all count the same.

    Returns
    -------
    float or None
        1 for full agreement, 0 for that of chance; None for no rows, or where both raters say
        the same of all rows, which has no kappa.
    """
    if len(first) == 0 or (len(set(first)) == 1 and set(first) == set(second)):
        return None
    one, other = np.asarray(first, bool), np.asarray(second, bool)
    agreed = np.average(one == other, weights=weights)
    yes, other_yes = np.average(one, weights=weights), np.average(other, weights=weights)
    by_chance = yes * other_yes + (1 - yes) * (1 - other_yes)
    return float((agreed - by_chance) / (1 - by_chance))


def stratum_weights(strata: Sequence[K], sizes: Mapping[K, int]) -> np.ndarray:
    """What each reviewed row stands for: rows of its stratum by reviewed rows of it.

    Parameters
    ----------
    strata : sequence of hashable
        Stratum of each reviewed row.
    sizes : mapping of hashable to int
        Rows of each stratum in the corpus.

    Returns
    -------
    np.ndarray, shape (n_rows,)
        Scaled to a mean of 1.
    """
    counts: dict[K, int] = {}
    for stratum in strata:
        counts[stratum] = counts.get(stratum, 0) + 1
    weights = np.array([sizes[stratum] / counts[stratum] for stratum in strata], float)
    return weights / weights.mean() if len(weights) else weights


def rates(
    kept: np.ndarray,
    is_good: np.ndarray,
    weights: np.ndarray,
    clusters: Sequence[Hashable],
    *,
    n_resamples: int = 1000,
    seed: int = 0,
) -> list[Rates]:
    """Precision and recall of rules that keep some rows.

    Parameters
    ----------
    kept : np.ndarray of bool, shape (n_rows, n_rules)
    is_good : np.ndarray of bool, shape (n_rows,)
        What people say.
    weights : np.ndarray, shape (n_rows,)
    clusters : sequence of hashable
        The rows' tracks: rows of one track are resampled together, for they are not independent.
    n_resamples : int, optional
        Of the bootstrap.
    seed : int, optional

    Returns
    -------
    list of Rates
        One a rule. Precision is NaN for a rule that keeps nothing.

    Raises
    ------
    ValueError
        If no row is good: there is no recall.
    """
    if not is_good.any():
        raise ValueError("no row is good")
    point = _rates(kept, is_good, weights[None])
    _, cluster_of = np.unique([str(each) for each in clusters], return_inverse=True)
    n_clusters = int(cluster_of.max()) + 1
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_resamples)
    resampled = _rates(kept, is_good, drawn[:, cluster_of] * weights)
    low, high = (_percentile(resampled, percent) for percent in (2.5, 97.5))
    return [
        Rates(
            precision=float(point[0, 0, i]),
            precision_low=float(low[0, i]),
            precision_high=float(high[0, i]),
            recall=float(point[1, 0, i]),
            recall_low=float(low[1, i]),
            recall_high=float(high[1, i]),
            share_kept=float(point[2, 0, i]),
        )
        for i in range(kept.shape[1])
    ]


def all_thresholds(
    marks: np.ndarray, names: Sequence[str], highest: int
) -> tuple[list[dict[str, int]], np.ndarray]:
    """Every set of thresholds that keeps other rows than those before it, the lowest first.

    Parameters
    ----------
    marks : np.ndarray, shape (n_rows, n_criteria)
        From 1 to `highest`.
    names : sequence of str
        The criteria.
    highest : int

    Returns
    -------
    thresholds : list of dict
    kept : np.ndarray of bool, shape (n_rows, n_rules)
    """
    found: dict[bytes, tuple[dict[str, int], np.ndarray]] = {}
    sets = sorted(product(range(1, highest + 1), repeat=len(names)), key=sum)
    for least in sets:
        kept = np.asarray((marks >= np.array(least)).all(axis=1))
        found.setdefault(kept.tobytes(), (dict(zip(names, least, strict=True)), kept))
    return [each for each, _ in found.values()], np.stack([k for _, k in found.values()], axis=1)


def propose(
    thresholds: Sequence[dict[str, int]], found: Sequence[Rates], wanted_precision: float
) -> Proposal | None:
    """Of the rules that are precise enough, the one that keeps the most good rows.

    Parameters
    ----------
    thresholds : sequence of dict
    found : sequence of Rates
        Of the same rules.
    wanted_precision : float

    Returns
    -------
    Proposal or None
        One that is sure, if there is any; else the best by the verdicts themselves; None if there
        is none of either.
    """
    for name, is_sure in (("precision_low", True), ("precision", False)):
        enough = [
            (each, rate)
            for each, rate in zip(thresholds, found, strict=True)
            if getattr(rate, name) >= wanted_precision
        ]
        if enough:
            best, rate = max(enough, key=lambda pair: pair[1].recall)
            return Proposal(best, is_sure, rate)
    return None


def _rates(kept: np.ndarray, is_good: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Precision, recall and share kept: shape (3, n_resamples, n_rules)."""
    is_kept = kept.astype(float)
    good_kept = (weights * is_good) @ is_kept
    all_kept = weights @ is_kept
    good = (weights * is_good).sum(axis=1, keepdims=True)
    total = weights.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([good_kept / all_kept, good_kept / good, all_kept / total])


def _percentile(resampled: np.ndarray, percent: float) -> np.ndarray:
    """Over resamples that have a value; NaN where none has: shape (3, n_rules)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanpercentile(resampled, percent, axis=1))
