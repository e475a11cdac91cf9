"""What a release is made of: a snapshot, the finished shards of the stages, and their story."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipeline.engine.integrity import check_files
from pipeline.engine.opening import open_store
from pipeline.engine.plan import fingerprint, finished, pending, steps, track_commits
from pipeline.engine.snapshots import latest_snapshot, read_sources
from pipeline.engine.stage import Stage
from pipeline.prompts import load_prompt
from pipeline.release.reviewed import settle
from pipeline.review.verdicts import read_verdicts
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.digest import combine
from schemas.manifest import Player, StageLineage
from schemas.roles import RoleConfig
from schemas.shards import Commit, Snapshot
from tools.store import Store


class ReleaseError(ValueError):
    """A release cannot be made or read; the message says why and what to do."""


@dataclass(frozen=True)
class Corpus:
    """A built corpus under a config."""

    config: CorpusConfig
    store: Store
    snapshot: Snapshot
    commits: list[Commit]
    n_pending: int

    @cached_property
    def sources(self) -> pl.DataFrame:
        """All sources of the snapshot."""
        return read_sources(self.store, self.snapshot)

    @cached_property
    def reviews(self) -> pl.DataFrame:
        """Texts that people refused, from `settle`."""
        return settle(read_verdicts(self.store))

    def by_partition(self) -> dict[str, dict[str, Commit]]:
        """Finished shards, by partition and stage."""
        found: dict[str, dict[str, Commit]] = {
            each.partition: {} for each in self.snapshot.partitions
        }
        for commit in self.commits:
            found[commit.partition][commit.stage] = commit
        return found


def open_corpus(config: CorpusConfig, *, allow_partial: bool) -> Corpus:
    """The corpus as it is built now.

    Raises
    ------
    ReleaseError
        If nothing is built, or some steps are not done and that is not allowed.
    DamagedError
        If a file of it is missing or cut, or a record is not as it was written.
    """
    store = open_store(config.store)
    snapshot = latest_snapshot(store)
    if snapshot is None or not snapshot.partitions:
        raise ReleaseError(f"{config.name}: there is nothing to release; run `partimento build`")
    plan = steps(snapshot, config)
    n_pending = len(pending(store, plan))
    if n_pending and not allow_partial:
        raise ReleaseError(
            f"{config.name}: {n_pending} of {len(plan)} steps are not done; run `partimento "
            "build`, or release what there is with --partial"
        )
    commits = finished(store, plan)
    check_files(store, [*track_commits(store, snapshot), *commits])
    return Corpus(config, store, snapshot, commits, n_pending)


def lineage(corpus: Corpus) -> list[StageLineage]:
    """The stages as they made what is released, in order."""
    return [
        _stage(stage, corpus.config, [each for each in corpus.commits if each.stage == stage.name])
        for stage in STAGES
    ]


def _stage(stage: Stage, config: CorpusConfig, commits: Sequence[Commit]) -> StageLineage:
    reasons: Counter[str] = Counter()
    for commit in commits:
        reasons.update(commit.reasons)
    prompt = load_prompt(stage.asks.prompt) if stage.asks else None
    names = (stage.asks.role, *stage.asks.also) if stage.asks else ()
    return StageLineage(
        stage=stage.name,
        version=stage.version,
        fingerprint=fingerprint(stage, config),
        config=getattr(config, stage.name).model_dump(mode="json"),
        prompt=f"{prompt.name}@{prompt.version}" if prompt else None,
        prompt_hash=prompt.digest if prompt else None,
        players={
            name: player
            for name in names
            if (player := _player(getattr(config.roles, name))) is not None
        },
        n_in=sum(commit.n_in for commit in commits),
        n_accepted=sum(commit.n_accepted for commit in commits),
        n_rejected=sum(commit.n_rejected for commit in commits),
        reasons=dict(reasons.most_common()),
        content_hash=combine(commit.content_hash for commit in commits),
    )


def _player(role: RoleConfig | None) -> Player | None:
    if role is None:
        return None
    sampling = role.sampling.model_dump(mode="json") if role.is_paid else None
    return Player(engine=role.engine, model=role.model, sampling=sampling)
