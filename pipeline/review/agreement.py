"""How well verdicts agree, and how good the judge is at every threshold. Pure functions.

Rows are sampled evenly from strata that differ in size, so a stratum's verdicts carry the weight
of all its rows: shares then hold for the corpus, not for the sample.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Point:
    """The judge at one threshold: rows with at least this score are kept."""

    threshold: float
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    share_kept: float


@dataclass(frozen=True)
class Proposal:
    """A threshold for a wanted precision."""

    threshold: float
    is_sure: bool
    """Even the lower end of the interval reaches what is wanted."""
    point: Point


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
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(first, second, sample_weight=weights))


def stratum_weights(strata: Sequence[Hashable], sizes: Mapping[Hashable, int]) -> np.ndarray:
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
    counts: dict[Hashable, int] = {}
    for stratum in strata:
        counts[stratum] = counts.get(stratum, 0) + 1
    weights = np.array([sizes[stratum] / counts[stratum] for stratum in strata], float)
    return weights / weights.mean() if len(weights) else weights


def curve(
    scores: np.ndarray,
    is_good: np.ndarray,
    weights: np.ndarray,
    clusters: Sequence[Hashable],
    *,
    n_resamples: int = 1000,
    seed: int = 0,
) -> list[Point]:
    """Precision and recall of the judge at every threshold that tells rows apart.

    Parameters
    ----------
    scores : np.ndarray, shape (n_rows,)
        The judge's, 0 to 1.
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
    list of Point
        By rising threshold; intervals hold 95 %. Empty without a good row.
    """
    if not len(scores) or not is_good.any():
        return []
    thresholds = np.unique(scores)
    found = _rates(scores, is_good, weights[None], thresholds)
    _, cluster_of = np.unique([str(each) for each in clusters], return_inverse=True)
    n_clusters = int(cluster_of.max()) + 1
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_resamples)
    resampled = _rates(scores, is_good, drawn[:, cluster_of] * weights, thresholds)
    low, high = (
        [np.nanpercentile(rate, percent, axis=0) for rate in resampled] for percent in (2.5, 97.5)
    )
    return [
        Point(
            threshold=float(thresholds[i]),
            precision=float(found[0][0, i]),
            precision_low=float(low[0][i]),
            precision_high=float(high[0][i]),
            recall=float(found[1][0, i]),
            recall_low=float(low[1][i]),
            recall_high=float(high[1][i]),
            share_kept=float(found[2][0, i]),
        )
        for i in range(len(thresholds))
    ]


def propose(points: Sequence[Point], wanted_precision: float) -> Proposal | None:
    """The lowest threshold from which on the precision stays at what is wanted.

    Parameters
    ----------
    points : sequence of Point
        From `curve`.
    wanted_precision : float

    Returns
    -------
    Proposal or None
        One that is sure, if there is any; else the lowest that the verdicts themselves reach;
        None if there is none of either.
    """
    sure = _lowest(points, [point.precision_low >= wanted_precision for point in points])
    if sure is not None:
        return Proposal(sure.threshold, True, sure)
    likely = _lowest(points, [point.precision >= wanted_precision for point in points])
    return None if likely is None else Proposal(likely.threshold, False, likely)


def _lowest(points: Sequence[Point], is_enough: Sequence[bool]) -> Point | None:
    """The first of the unbroken run of good points that ends at the highest threshold."""
    found = None
    for point, enough in zip(reversed(points), reversed(is_enough), strict=True):
        if not enough:
            break
        found = point
    return found


def _rates(
    scores: np.ndarray, is_good: np.ndarray, weights: np.ndarray, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and share kept, each of shape (n_resamples, n_thresholds)."""
    kept = (scores[:, None] >= thresholds).astype(float)
    good_kept = (weights * is_good) @ kept
    all_kept = weights @ kept
    good = (weights * is_good).sum(axis=1, keepdims=True)
    total = weights.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return good_kept / all_kept, good_kept / good, all_kept / total
