"""Counts by stage and reason, from the records of what is done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.corpus.corpus import Corpus
from schemas.shards import Commit


@dataclass(frozen=True)
class StageSummary:
    """What a stage took in and what became of it."""

    name: str
    n_partitions: int
    n_in: int
    n_accepted: int
    n_rejected: int
    n_rows: int
    reasons: dict[str, int]
    unmeasured: dict[str, int]
    seconds: float
    n_words: int = 0

    @property
    def words_per_text(self) -> float | None:
        """Mean length of the texts written; None for a stage that writes none."""
        return self.n_words / self.n_rows if self.n_words else None


def summarise(corpus: Corpus) -> list[StageSummary]:
    """Summaries of ingest and of every stage, in order.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    list of StageSummary
    """
    snapshot = corpus.snapshot
    ingest = StageSummary(
        name="tracks",
        n_partitions=len(snapshot.partitions),
        n_in=snapshot.n_sources,
        n_accepted=snapshot.n_tracks,
        n_rejected=sum(snapshot.reasons.values()),
        n_rows=snapshot.n_tracks,
        reasons=snapshot.reasons,
        unmeasured={},
        seconds=0.0,
    )
    by_stage = [_stage(stage.name, corpus.commits_of(stage.makes)) for stage in corpus.stages]
    return [ingest, *by_stage]


def _stage(name: str, commits: Sequence[Commit]) -> StageSummary:
    reasons: Counter[str] = Counter()
    unmeasured: Counter[str] = Counter()
    for commit in commits:
        reasons.update(commit.reasons)
        unmeasured.update(commit.unmeasured)
    return StageSummary(
        name=name,
        n_partitions=len(commits),
        n_in=sum(commit.n_in for commit in commits),
        n_accepted=sum(commit.n_accepted for commit in commits),
        n_rejected=sum(commit.n_rejected for commit in commits),
        n_rows=sum(commit.n_rows for commit in commits),
        reasons=dict(reasons.most_common()),
        unmeasured=dict(unmeasured.most_common()),
        seconds=sum(commit.seconds for commit in commits),
        n_words=sum(commit.n_words for commit in commits),
    )
