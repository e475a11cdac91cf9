"""What was refused: counts by stage and reason, with a few samples of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline.engine.shards import read_rows
from schemas.provenance import Rejection
from schemas.shards import Commit
from tools.store import Store


@dataclass
class Refusal:
    """Rows that a stage refused for one reason."""

    stage: str
    reason: str
    n: int
    samples: list[Rejection] = field(default_factory=list)


def refusals(
    store: Store, sources: pl.DataFrame, commits: Sequence[Commit], *, n_samples: int
) -> list[Refusal]:
    """All refusals, in the order of the stages, the most frequent first.

    Parameters
    ----------
    store : Store
    sources : pl.DataFrame
        Of the snapshot.
    commits : sequence of Commit
    n_samples : int
        Per stage and reason; no more files are read than that takes.

    Returns
    -------
    list of Refusal
    """
    stages = dict.fromkeys(commit.stage for commit in commits)
    found = _at_ingest(sources, n_samples)
    for stage in stages:
        mine = [commit for commit in commits if commit.stage == stage and commit.reasons]
        totals: Counter[str] = Counter()
        for commit in mine:
            totals.update(commit.reasons)
        by_reason = {why: Refusal(stage, why, n) for why, n in totals.most_common()}
        for commit in mine:
            _sample(store, commit, by_reason, n_samples)
        found += by_reason.values()
    return found


def _sample(store: Store, commit: Commit, by_reason: dict[str, Refusal], n_samples: int) -> None:
    wanted = {why for why in commit.reasons if len(by_reason[why].samples) < n_samples}
    if not wanted or commit.rejected_path is None:
        return
    for row in read_rows(store, commit.rejected_path, Rejection):
        samples = by_reason[row.reason].samples
        if len(samples) < n_samples:
            samples.append(row)


def _at_ingest(sources: pl.DataFrame, n_samples: int) -> list[Refusal]:
    refused = sources.filter("is_present", pl.col("reason").is_not_null())
    found = {
        why: Refusal("ingest", why, n)
        for why, n in refused["reason"]
        .value_counts()
        .sort("count", "reason", descending=[True, False])
        .iter_rows()
    }
    samples = refused.group_by("reason", maintain_order=True).head(n_samples)
    for why, uri, detail in samples.select("reason", "uri", "detail").iter_rows():
        found[why].samples.append(
            Rejection(row_id=uri, stage="ingest", reason=why, detail=detail or "")
        )
    return list(found.values())
