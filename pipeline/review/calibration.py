"""People's verdicts beside the judge's: joined by row and text, never by row alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.review.agreement import (
    Proposal,
    Rates,
    all_thresholds,
    cohen_kappa,
    propose,
    rates,
    stratum_weights,
)
from pipeline.review.judged import judge_scores
from pipeline.review.rows import load_rows, row_refs, text_hash
from pipeline.review.sample import UNJUDGED, sizes, with_bands
from pipeline.review.verdicts import read_verdicts, standing
from schemas.quality import CRITERIA, HIGHEST_MARK
from schemas.review import HumanVerdict

LEAST_VERDICTS = 50
LEAST_OF_EACH = 10
"""With fewer rows, or fewer good or bad ones, intervals are too wide to set a threshold by."""
Key = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """How two raters agree on the rows that both judged."""

    first: str
    second: str
    n: int
    share: float
    kappa: float | None


@dataclass(frozen=True)
class Point:
    """The judge, if rows with at least this score were kept."""

    threshold: float
    rates: Rates


@dataclass(frozen=True)
class Calibration:
    """What people's verdicts say of the judge.

    Attributes
    ----------
    n_verdicts, n_outdated : int
        Verdicts that stand, and those on texts that are gone or changed.
    n_rows, n_good : int
        Rows with a verdict on their text of now; those that most people accept as they stand.
    n_tied : int
        Rows on which people are split; they count neither way.
    n_scored : int
        Rows that people and the judge have judged.
    n_bulk : int
        Verdicts that were given to many rows at once; they do not count.
    between : list of Agreement
        Between people, pair by pair.
    with_judge : Agreement or None
        People against the judge, as it decides now.
    now : Rates or None
        The judge as it decides now.
    curve : list of Point
        By rising score.
    wanted_precision : float
    proposal : Proposal or None
        Thresholds of the criteria.
    too_few : str
        Why the numbers cannot be relied on; empty where they can.
    reasons : dict
        People's reasons, the most frequent first.
    """

    n_verdicts: int
    n_outdated: int
    n_rows: int
    n_good: int
    n_tied: int
    n_scored: int
    between: list[Agreement]
    with_judge: Agreement | None
    now: Rates | None
    curve: list[Point]
    wanted_precision: float
    proposal: Proposal | None
    too_few: str
    reasons: dict[str, int]
    n_bulk: int


def calibrate(corpus: Corpus, *, wanted_precision: float, stages: Sequence[str]) -> Calibration:
    """Compare all verdicts of a corpus with its judge.

    Parameters
    ----------
    corpus : Corpus
    wanted_precision : float
        Share of the kept rows that people should accept.
    stages : sequence of str
        Whose rows count.

    Returns
    -------
    Calibration
    """
    given = [each for each in read_verdicts(corpus.store) if each.stage in stages]
    verdicts = standing(each for each in given if not each.in_bulk)
    refs = with_bands(row_refs(corpus, stages), scores := judge_scores(corpus))
    reviewed = pl.DataFrame(
        sorted({(each.stage, each.row_id) for each in verdicts}),
        schema={"stage": pl.String, "row_id": pl.String},
        orient="row",
    )
    rows = load_rows(corpus, refs.join(reviewed, on=["stage", "row_id"], how="semi"))
    current = [
        each
        for each in verdicts
        if (key := (each.stage, each.row_id)) in rows and text_hash(rows[key]) == each.text_hash
    ]
    return compare(
        current,
        refs,
        scores,
        n_outdated=len(verdicts) - len(current),
        n_bulk=sum(each.in_bulk for each in given),
        wanted=wanted_precision,
    )


def compare(
    verdicts: Sequence[HumanVerdict],
    refs: pl.DataFrame,
    scores: pl.DataFrame,
    *,
    n_outdated: int = 0,
    n_bulk: int = 0,
    wanted: float,
) -> Calibration:
    """Compare verdicts on texts of now with the judge's scores.

    Parameters
    ----------
    verdicts : sequence of HumanVerdict
        At most one of each person on each row.
    refs : pl.DataFrame
        All rows, from `with_bands`.
    scores : pl.DataFrame
        From `judge_scores`.
    n_outdated, n_bulk : int, optional
        As in `Calibration`.
    wanted : float
        Precision.

    Returns
    -------
    Calibration
    """
    said: dict[Key, dict[str, bool]] = {}
    for each in verdicts:
        said.setdefault((each.stage, each.row_id), {})[each.reviewer] = each.verdict == "accept"
    good = _majorities(said)
    both = _beside(good, refs, scores)
    is_good, weights = both["is_good"].to_numpy(), _weights(both, refs)
    now, points, proposal = _judge_rates(both, is_good, weights, wanted)
    return Calibration(
        n_verdicts=len(verdicts),
        n_outdated=n_outdated,
        n_rows=len(said),
        n_good=sum(good.values()),
        n_tied=len(said) - len(good),
        n_scored=len(both),
        between=_between(said),
        with_judge=_agree(
            "people", "judge", is_good.tolist(), both["is_accepted"].to_list(), weights.tolist()
        ),
        now=now,
        curve=points,
        wanted_precision=wanted,
        proposal=proposal,
        too_few=_too_few(is_good),
        reasons=dict(Counter(why for each in verdicts for why in each.reasons).most_common()),
        n_bulk=n_bulk,
    )


def _majorities(said: Mapping[Key, Mapping[str, bool]]) -> dict[Key, bool]:
    """What most people say of a row; rows on which they are split are left out."""
    shares = {key: sum(votes.values()) / len(votes) for key, votes in said.items()}
    return {key: share > 0.5 for key, share in shares.items() if share != 0.5}


def _beside(good: Mapping[Key, bool], refs: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Rows that people and the judge have judged: one line each, in the order of their ids."""
    said = pl.DataFrame(
        [(*key, value) for key, value in good.items()],
        schema={"stage": pl.String, "row_id": pl.String, "is_good": pl.Boolean},
        orient="row",
    )
    accepted = scores.select("stage", "row_id", "is_accepted", *CRITERIA)
    return (
        refs.filter(pl.col("band") != UNJUDGED)
        .join(said, on=["stage", "row_id"])
        .join(accepted, on=["stage", "row_id"])
        .sort("stage", "row_id")
    )


def _judge_rates(
    both: pl.DataFrame, is_good: np.ndarray, weights: np.ndarray, wanted: float
) -> tuple[Rates | None, list[Point], Proposal | None]:
    """The judge as it decides now, at every score, and with the best thresholds."""
    if not is_good.any():
        return None, [], None
    tracks = both["track_id"].to_list()
    scores = both["score"].to_numpy()
    at = np.unique(scores)
    curve = rates(scores[:, None] >= at, is_good, weights, tracks)
    (now,) = rates(both["is_accepted"].to_numpy()[:, None], is_good, weights, tracks)
    thresholds, kept = all_thresholds(both.select(CRITERIA).to_numpy(), CRITERIA, HIGHEST_MARK)
    proposal = propose(thresholds, rates(kept, is_good, weights, tracks), wanted)
    return now, [Point(float(t), each) for t, each in zip(at, curve, strict=True)], proposal


def _weights(both: pl.DataFrame, refs: pl.DataFrame) -> np.ndarray:
    strata = list(both.select("stage", "group", "band").iter_rows())
    return stratum_weights(strata, sizes(refs.filter(pl.col("band") != UNJUDGED)))


def _between(said: Mapping[Key, Mapping[str, bool]]) -> list[Agreement]:
    people = sorted({name for votes in said.values() for name in votes})
    found = []
    for first, second in combinations(people, 2):
        votes = [each for each in said.values() if first in each and second in each]
        agreement = _agree(
            first, second, [each[first] for each in votes], [each[second] for each in votes]
        )
        if agreement is not None:
            found.append(agreement)
    return found


def _agree(
    first: str,
    second: str,
    one: Sequence[bool],
    other: Sequence[bool],
    weights: Sequence[float] | None = None,
) -> Agreement | None:
    if not one:
        return None
    same = [a == b for a, b in zip(one, other, strict=True)]
    share = float(np.average(same, weights=weights))
    return Agreement(first, second, len(one), share, cohen_kappa(one, other, weights))


def _too_few(is_good: np.ndarray) -> str:
    n_good, n = int(is_good.sum()), len(is_good)
    if n < LEAST_VERDICTS:
        return f"{n} rows were judged by people and by the judge; {LEAST_VERDICTS} are needed"
    fewer, what = min((n_good, "good"), (n - n_good, "bad"))
    if fewer < LEAST_OF_EACH:
        return f"only {fewer} {what} rows among {n}; {LEAST_OF_EACH} are needed"
    return ""
