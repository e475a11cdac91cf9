"""A corpus as it stands: its sources, what its config asks for, and what is done of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, TypeVar, cast

import polars as pl

from pipeline.engine.integrity import check_files, check_sources
from pipeline.engine.plan import (
    INGESTED,
    TRACKS,
    Step,
    build_hash,
    finished,
    pending,
    stage_digests,
    steps,
    track_commits,
)
from pipeline.engine.shards import read_frame, read_rows
from pipeline.engine.snapshots import latest_snapshot, read_sources
from pipeline.engine.stage import Stage, check_sections
from pipeline.engine.store_format import open_store
from pipeline.ingest.root import root_of
from pipeline.stages import STAGES
from schemas.config import ConfigError, CorpusConfig
from schemas.ids import track_of
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.shards import Commit, Snapshot
from schemas.tracks import Track
from tools.remote.audio import AudioRoot
from tools.store import Store

R = TypeVar("R", bound=Record)


class NotBuiltError(ValueError):
    """Nothing of the corpus was built yet; the message says what to do."""


class TrackNotFoundError(ValueError):
    """There is no such track, or several; the message says which."""


@dataclass(frozen=True)
class TrackRows:
    """A track and its rows, by their model.

    Attributes
    ----------
    track : Track
    rows : dict
        Models without rows are left out.
    rejected : list of Rejection
        What stages refused of the track, its segments, its texts and their chains of thought.
    """

    track: Track
    rows: dict[type[Record], list[Record]]
    rejected: list[Rejection] = field(default_factory=list)

    def of(self, model: type[R]) -> list[R]:
        """Rows of a model."""
        return cast(list[R], self.rows.get(model, []))

    def without(self, model: type[Record]) -> Self:
        """The same without the rows of a model."""
        return replace(
            self, rows={each: rows for each, rows in self.rows.items() if each is not model}
        )

    def one(self, model: type[R]) -> R | None:
        """The row of a model of which there is one a track."""
        return next(iter(self.of(model)), None)


@dataclass(frozen=True)
class Corpus:
    """A corpus under a config; open one with `Corpus.open`.

    Attributes
    ----------
    config : CorpusConfig
    store : Store
    snapshot : Snapshot
        The newest when it was opened.
    stages : sequence of Stage
    """

    config: CorpusConfig
    store: Store
    snapshot: Snapshot
    stages: Sequence[Stage] = STAGES

    @classmethod
    def open(cls, config: CorpusConfig, stages: Sequence[Stage] = STAGES) -> Self:
        """The corpus as it stands.

        Raises
        ------
        ConfigError
            If the config has a section of a stage that there is not.
        NotBuiltError
            If nothing of it was built yet.
        StoreError
            If its store cannot be read.
        """
        found = cls.find(config, stages)
        if found is None:
            raise NotBuiltError(f"{config.name}: nothing is built yet: run `partimento build`")
        return found

    @classmethod
    def find(cls, config: CorpusConfig, stages: Sequence[Stage] = STAGES) -> Self | None:
        """The corpus as it stands; None before its first build.

        Raises
        ------
        ConfigError
            If the config has a section of a stage that there is not.
        """
        check_sections(config, stages)
        store = open_store(config.store)
        snapshot = latest_snapshot(store)
        return None if snapshot is None else cls(config, store, snapshot, stages)

    @property
    def root(self) -> AudioRoot:
        """What the tracks' relative uris are relative to."""
        return root_of(self.config)

    @cached_property
    def sources(self) -> pl.DataFrame:
        """All files that were ever seen (`SOURCES_SCHEMA`), tracks or not."""
        return read_sources(self.store, self.snapshot)

    @cached_property
    def tracks(self) -> pl.DataFrame:
        """The sources that are tracks now."""
        return self.sources.filter("is_present", pl.col("partition").is_not_null())

    @cached_property
    def digests(self) -> dict[str, str]:
        """Of all that decides a stage's rows, by stage."""
        return stage_digests(self.stages, self.config)

    @cached_property
    def steps(self) -> list[Step]:
        """All steps that the config asks for, done or not."""
        return steps(self.stages, self.snapshot, self.config)

    @cached_property
    def pending(self) -> list[Step]:
        """The steps that are not done."""
        return pending(self.store, self.steps)

    @cached_property
    def commits(self) -> list[Commit]:
        """Records of what is done: of ingest, then of the stages' steps."""
        done = finished(self.store, self.steps, self.pending)
        return [*track_commits(self.store, self.snapshot), *done]

    @cached_property
    def content_hash(self) -> str:
        """Digest of the content of every row that is done."""
        return build_hash(self.commits)

    def commits_of(self, what: type[Record] | str) -> list[Commit]:
        """Records of the shards that hold the rows of a model, or of a stage or part of ingest.

        These are the rows of this build. A folder of a store may hold others beside them, of other
        configs and earlier tries, which a reader of all its files would take for the same.

        Raises
        ------
        ConfigError
            If there is no such stage.
        """
        name = what if isinstance(what, str) else self.stage_of(what)
        known = [*INGESTED.values(), *(each.name for each in self.stages)]
        if name not in known:
            raise ConfigError(f"there is no stage {name!r}, only {', '.join(known)}")
        return [commit for commit in self.commits if commit.stage == name]

    def stage_of(self, model: type[Record]) -> str:
        """Name of the stage that makes the rows of a model; ``tracks``, ``texts`` of ingest.

        Raises
        ------
        KeyError
            If no stage does.
        """
        names: dict[type[Record], str] = {each.makes: each.name for each in self.stages}
        return INGESTED.get(model) or names[model]

    def by_partition(self) -> dict[str, dict[str, Commit]]:
        """What is done, by partition and stage."""
        found: dict[str, dict[str, Commit]] = {
            each.partition: {} for each in self.snapshot.partitions
        }
        for commit in self.commits:
            found[commit.partition][commit.stage] = commit
        return found

    def frame(self, what: type[Record] | str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Rows of a model or stage, or some of their columns, as a frame.

        Raises
        ------
        NotBuiltError
            If no shard of them is done.
        """
        commits = self.commits_of(what)
        if not commits:
            name = what if isinstance(what, str) else self.stage_of(what)
            raise NotBuiltError(f"{self.config.name}: `{name}` is not built yet")
        return pl.concat([read_frame(self.store, each.rows_path, columns) for each in commits])

    def rows(self, model: type[R]) -> Iterator[R]:
        """Rows of a model, partition by partition."""
        for commit in self.commits_of(model):
            yield from read_rows(self.store, commit.rows_path, model)

    def rejections(self) -> list[Rejection]:
        """All that was refused: sources at ingest, then rows by partition and stage."""
        found = refused_sources(self.sources)
        for commit in self.commits:
            if commit.rejected_path is not None:
                found += read_rows(self.store, commit.rejected_path, Rejection)
        return found

    def rows_of(self, wanted: str) -> TrackRows:
        """A track by the start of its id, its source_id, its uri or its title, with its rows.

        Raises
        ------
        TrackNotFoundError
            If no track or more than one matches.
        """
        track_id = match_track(self.sources, wanted)["track_id"]
        (found,) = self.rows_of_tracks([track_id])
        return found

    def rows_of_tracks(self, track_ids: Sequence[str]) -> Iterator[TrackRows]:
        """Tracks with all their rows, by partition; each partition is read once."""
        placed = self.sources.filter(
            pl.col("partition").is_not_null(), pl.col("track_id").is_in(list(track_ids))
        )
        by_partition = self.by_partition()
        for (partition,), group in sorted(
            placed.partition_by("partition", as_dict=True).items(), key=lambda each: str(each[0])
        ):
            commits = by_partition[str(partition)]
            yield from self._rows_in(commits, set(group["track_id"]))

    def check_files(self) -> None:
        """Make sure that all files which are done are there, with their sizes.

        Raises
        ------
        DamagedError
            Naming some that are not, and the way out.
        """
        check_sources(self.store, self.snapshot)
        check_files(self.store, self.commits)

    def _rows_in(self, commits: dict[str, Commit], ids: set[str]) -> Iterator[TrackRows]:
        found = {
            each.track_id: TrackRows(each, {})
            for each in read_rows(self.store, commits[TRACKS].rows_path, Track)
            if each.track_id in ids
        }
        for stage in self.stages:
            if (commit := commits.get(stage.name)) is None:
                continue
            for row in self._of_tracks(commit, stage.makes, ids):
                found[row.track_id].rows.setdefault(stage.makes, []).append(row)
            if commit.rejected_path is not None:
                for refused in read_rows(self.store, commit.rejected_path, Rejection):
                    if (rows := found.get(track_of(refused.row_id))) is not None:
                        rows.rejected.append(refused)
        yield from found.values()

    def _of_tracks(self, commit: Commit, model: type[Record], ids: set[str]) -> list[Any]:
        rows = read_frame(self.store, commit.rows_path).filter(pl.col("track_id").is_in(list(ids)))
        return [model.model_validate(row) for row in rows.to_dicts()]


def match_track(sources: pl.DataFrame, wanted: str) -> dict[str, Any]:
    """The source of the one track that is meant.

    Parameters
    ----------
    sources : pl.DataFrame
        Of a snapshot.
    wanted : str
        Start of a track id, a source_id, a uri, or, where no track has these, a title or a part of
        titles of one track alone; their case does not matter.

    Raises
    ------
    TrackNotFoundError
        If no track or more than one matches.
    """
    tracks = sources.filter(pl.col("partition").is_not_null())
    title = pl.col("title").str.to_lowercase()
    ways = (
        is_meant(wanted),
        title == wanted.lower(),
        title.str.contains(wanted.lower(), literal=True),
    )
    tries = (tracks.filter(way.fill_null(False)) for way in ways)
    matches = next((each for each in tries if len(each)), tracks.clear())
    if len(matches) != 1:
        some = ", ".join(matches["uri"].head(5))
        found = f"{len(matches)} tracks match: {some}" if some else "no track matches"
        raise TrackNotFoundError(f"{wanted!r}: {found}")
    return matches.row(0, named=True)


def is_meant(wanted: str) -> pl.Expr:
    """Sources that have a uri, a source_id, or the start of a track id."""
    by_id = pl.col("track_id").str.starts_with(wanted) | (pl.col("source_id") == wanted)
    return by_id.fill_null(False) | (pl.col("uri") == wanted)


def refused_sources(sources: pl.DataFrame) -> list[Rejection]:
    """Sources that are no tracks, as rejections of `ingest`."""
    refused = sources.filter("is_present", pl.col("reason").is_not_null())
    return [
        Rejection(row_id=uri, stage="ingest", reason=reason, detail=detail or "")
        for uri, reason, detail in refused.select("uri", "reason", "detail").iter_rows()
    ]
