"""Everything that a report shows of a corpus, and the rows of the tracks it lets people hear."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.corpus.answers import open_book
from pipeline.engine.opening import open_store
from pipeline.engine.plan import build_hash, finished, pending, steps, track_commits
from pipeline.engine.shards import read_frame, read_rows, read_table
from pipeline.engine.snapshots import latest_snapshot, read_sources
from pipeline.stages import STAGES
from pipeline.views.lookup import match_track
from pipeline.views.report.costs import Cost, costs
from pipeline.views.report.coverage import FIELDS, Coverage, coverage, measured_gaps
from pipeline.views.report.refusals import Refusal, refusals
from pipeline.views.report.tallies import Distribution, distributions
from pipeline.views.summary import StageSummary, summarise
from schemas.config import CorpusConfig
from schemas.shards import Commit, Snapshot
from schemas.tracks import Track
from tools.store import Store


@dataclass(frozen=True)
class Built:
    """What is done of a corpus under a config."""

    config: CorpusConfig
    store: Store
    snapshot: Snapshot
    sources: pl.DataFrame
    commits: list[Commit]
    n_pending: int


@dataclass(frozen=True)
class Report:
    """The numbers of a report."""

    built: Built
    content_hash: str
    hours: float
    stages: list[StageSummary]
    distributions: list[Distribution]
    coverages: list[Coverage]
    measured_gaps: list[str]
    refusals: list[Refusal]
    costs: list[Cost]


@dataclass(frozen=True)
class TrackRows:
    """A track and its rows, by stage."""

    track: Track
    rows: dict[str, list[Any]]


def find_built(config: CorpusConfig) -> Built | None:
    """What is done of a corpus; None if nothing was built yet."""
    store = open_store(config.store)
    snapshot = latest_snapshot(store)
    if snapshot is None:
        return None
    plan = steps(snapshot, config)
    commits = [*track_commits(store, snapshot), *finished(store, plan)]
    sources = read_sources(store, snapshot)
    return Built(config, store, snapshot, sources, commits, len(pending(store, plan)))


def gather(
    built: Built, *, least_tracks: int, n_samples: int, progress: Callable[[int], None]
) -> Report:
    """Read all shards once.

    Parameters
    ----------
    built : Built
    least_tracks : int
        A culture, language or genre with fewer is named as thin.
    n_samples : int
        Refused rows shown per stage and reason.
    progress : callable
        Called with 1 for each of `built.commits`.

    Returns
    -------
    Report
    """
    tracks = built.sources.filter("is_present", pl.col("partition").is_not_null())
    found = distributions(built.store, _counted(built.commits, progress))
    described = _track_ids(built, "describe")
    return Report(
        built=built,
        content_hash=build_hash(built.commits),
        hours=float(tracks["duration_s"].sum()) / 3600,
        stages=summarise(built.snapshot, built.commits),
        distributions=found,
        coverages=[
            coverage(tracks, field, described, least_tracks=least_tracks) for field in FIELDS
        ],
        measured_gaps=measured_gaps(found, built.config.measure.beats_per_bar),
        refusals=refusals(built.store, built.sources, built.commits, n_samples=n_samples),
        costs=costs(open_book(built.config).ledger()),
    )


def choose_tracks(built: Built, wanted: Sequence[str], n: int) -> list[str]:
    """Ids of the tracks that were asked for, then of others up to `n` in all.

    Ids are digests of the files, so the first ones are as good as drawn by chance, and stay the
    same from report to report.

    Raises
    ------
    LookupFailedError
        If one that was asked for cannot be found.
    """
    asked = [match_track(built.sources, each)["track_id"] for each in wanted]
    present = built.sources.filter("is_present", pl.col("partition").is_not_null())
    others = present["track_id"].sort().head(n + len(asked)).to_list()
    return list(dict.fromkeys([*asked, *others]))[: max(n, len(asked))]


def rows_of(built: Built, track_ids: Iterable[str]) -> Iterator[TrackRows]:
    """Rows of tracks, of all stages that are done; each partition is read once.

    Parameters
    ----------
    built : Built
    track_ids : iterable of str

    Yields
    ------
    TrackRows
        By partition.
    """
    ids = set(track_ids)
    placed = built.sources.filter(
        pl.col("partition").is_not_null(), pl.col("track_id").is_in(list(ids))
    )
    models = {stage.name: stage.makes for stage in STAGES}
    for partition in placed["partition"].unique().sort():
        commits = {each.stage: each for each in built.commits if each.partition == partition}
        tracks = read_rows(built.store, commits["tracks"].rows_path, Track)
        rows: dict[str, dict[str, list[Any]]] = {each.track_id: {} for each in tracks}
        for stage in models.keys() & commits.keys():
            for row in _of_tracks(built.store, commits[stage], models[stage], ids):
                rows[row.track_id].setdefault(stage, []).append(row)
        for track in tracks:
            if track.track_id in ids:
                yield TrackRows(track, rows[track.track_id])


def _of_tracks(store: Store, commit: Commit, model: Any, ids: set[str]) -> list[Any]:
    table = read_frame(store, commit.rows_path)
    mine = table.filter(pl.col("track_id").is_in(list(ids)))
    return [model.model_validate(row) for row in mine.to_dicts()]


def _track_ids(built: Built, stage: str) -> pl.Series:
    parts = [
        pl.Series("track_id", read_table(built.store, each.rows_path, ["track_id"])["track_id"])
        for each in built.commits
        if each.stage == stage and each.n_rows
    ]
    return pl.concat(parts) if parts else pl.Series("track_id", [], pl.String)


def _counted(commits: Iterable[Commit], progress: Callable[[int], None]) -> Iterator[Commit]:
    for commit in commits:
        yield commit
        progress(1)
