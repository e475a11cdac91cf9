"""Questions to a built corpus: its state, its rejections, one of its tracks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

from pipeline.corpus.answers import open_book
from pipeline.engine.integrity import check_files
from pipeline.engine.opening import open_store
from pipeline.engine.plan import build_hash, finished, pending, steps, track_commits
from pipeline.engine.shards import read_rows
from pipeline.engine.snapshots import latest_snapshot, read_sources
from pipeline.views.skills import STAGES, Funnel, read_funnel
from pipeline.views.summary import StageSummary, summarise
from pipeline.views.think import STAGES as THINK_STAGES
from pipeline.views.think import ThinkFunnel, read_think_funnel
from schemas.captions import RichCaption, SegmentCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.ledger import LedgerLine
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Quality
from schemas.record import Record
from schemas.shards import Commit, Snapshot
from schemas.structured import StructuredMetadata
from schemas.thought import CheckedThought
from schemas.tracks import Segment, Track
from tools.store import Store

R = TypeVar("R", bound=Record)


class LookupFailedError(ValueError):
    """There is no such track, or several; the message says which."""


@dataclass(frozen=True)
class CorpusState:
    """What is done and what is left."""

    name: str
    snapshot: Snapshot
    stages: list[StageSummary]
    n_pending: int
    content_hash: str
    ledger: list[LedgerLine]
    funnel: Funnel | None
    think_funnel: ThinkFunnel | None


@dataclass(frozen=True)
class FoundTrack:
    """A track with its rows of every stage."""

    track: Track
    segments: list[Segment]
    facts: MusicFacts | None
    lyrics: Lyrics | None
    captions: list[SegmentCaption]
    description: RichCaption | None
    pairs: list[QaPair]
    fates: dict[str, str]
    """Of the caption (by track id) and the pairs: ``accepted``, or who refused it and why; of
    their chains of thought under ``<row_id>/thought``."""
    thoughts: list[CheckedThought]
    categories: StructuredMetadata | None
    refused: list[Rejection]


def corpus_state(config: CorpusConfig) -> CorpusState | None:
    """State of a corpus under this config; None if nothing was built yet.

    Raises
    ------
    DamagedError
        If a file of it is missing or cut, or a record is not as it was written.
    """
    store = open_store(config.store)
    snapshot = latest_snapshot(store)
    if snapshot is None:
        return None
    plan = steps(snapshot, config)
    commits = [*track_commits(store, snapshot), *finished(store, plan)]
    check_files(store, commits)
    return CorpusState(
        name=config.name,
        snapshot=snapshot,
        stages=summarise(snapshot, commits),
        n_pending=len(pending(store, plan)),
        content_hash=build_hash(commits),
        ledger=open_book(config).ledger(),
        funnel=read_funnel(store, commits),
        think_funnel=read_think_funnel(store, commits),
    )


def list_rejections(config: CorpusConfig) -> list[Rejection]:
    """Everything that was refused: sources at ingest, then tracks in the order of the stages."""
    store = open_store(config.store)
    snapshot = latest_snapshot(store)
    if snapshot is None:
        return []
    rows = _refused(read_sources(store, snapshot))
    for commit in finished(store, steps(snapshot, config)):
        if commit.rejected_path is not None:
            rows += read_rows(store, commit.rejected_path, Rejection)
    return rows


def refused_sources(config: CorpusConfig, wanted: str) -> list[Rejection]:
    """Why files that have a uri, a source_id, or the start of a track id are no tracks."""
    store = open_store(config.store)
    return _refused(read_sources(store, latest_snapshot(store)).filter(_is_meant(wanted)))


def find_track(config: CorpusConfig, wanted: str) -> FoundTrack:
    """Find a track by the start of its id, its source_id or its uri.

    Parameters
    ----------
    config : CorpusConfig
    wanted : str

    Returns
    -------
    FoundTrack

    Raises
    ------
    LookupFailedError
        If no track or more than one matches.
    """
    store = open_store(config.store)
    snapshot = latest_snapshot(store)
    row = match_track(read_sources(store, snapshot), wanted)
    assert snapshot is not None
    commits = [
        commit
        for commit in [*track_commits(store, snapshot), *finished(store, steps(snapshot, config))]
        if commit.partition == row["partition"]
    ]

    def rows_of(stage: str, model: type[R], is_wanted: Callable[[R], bool]) -> list[R]:
        return [each for each in _rows(store, commits, stage, model) if is_wanted(each)]

    track_id = row["track_id"]
    (track,) = rows_of("tracks", Track, lambda each: each.track_id == track_id)
    segments = rows_of("segment", Segment, lambda each: each.track_id == track_id)
    facts = rows_of("measure", MusicFacts, lambda each: each.track_id == track_id)
    lyrics = rows_of("transcribe", Lyrics, lambda each: each.track_id == track_id)
    captions = rows_of("caption", SegmentCaption, lambda each: each.track_id == track_id)
    rich = rows_of("describe", RichCaption, lambda each: each.track_id == track_id)
    pairs = rows_of("question", QaPair, lambda each: each.track_id == track_id)
    thoughts = rows_of("factcheck", CheckedThought, lambda each: each.track_id == track_id)
    structured = rows_of("structure", StructuredMetadata, lambda each: each.track_id == track_id)
    return FoundTrack(
        track,
        segments,
        facts[0] if facts else None,
        lyrics[0] if lyrics else None,
        captions,
        rich[0] if rich else None,
        pairs,
        _fates(store, commits, {track_id, *(pair.qa_id for pair in pairs)}),
        thoughts,
        structured[0] if structured else None,
        _refused_of(store, commits, track_id),
    )


def match_track(sources: pl.DataFrame, wanted: str) -> dict[str, Any]:
    """The source of the one track that is meant.

    Parameters
    ----------
    sources : pl.DataFrame
        Of a snapshot.
    wanted : str
        Start of a track id, a source_id, or a uri.

    Raises
    ------
    LookupFailedError
        If no track or more than one matches.
    """
    matches = sources.filter(pl.col("partition").is_not_null(), _is_meant(wanted))
    if len(matches) != 1:
        some = ", ".join(matches["uri"].head(5))
        found = f"{len(matches)} tracks match: {some}" if some else "no track matches"
        raise LookupFailedError(f"{wanted!r}: {found}")
    return matches.row(0, named=True)


def _is_meant(wanted: str) -> pl.Expr:
    by_id = pl.col("track_id").str.starts_with(wanted) | (pl.col("source_id") == wanted)
    return by_id.fill_null(False) | (pl.col("uri") == wanted)


def _refused(sources: pl.DataFrame) -> list[Rejection]:
    """Sources that are no tracks, as rejections of `ingest`."""
    refused = sources.filter("is_present", pl.col("reason").is_not_null())
    return [
        Rejection(row_id=uri, stage="ingest", reason=reason, detail=detail or "")
        for uri, reason, detail in refused.select("uri", "reason", "detail").iter_rows()
    ]


def _refused_of(store: Store, commits: list[Commit], track_id: str) -> list[Rejection]:
    """What stages refused of a track, its segments, its texts and their chains of thought."""
    paths = [commit.rejected_path for commit in commits if commit.rejected_path is not None]
    rows = (row for path in paths for row in read_rows(store, path, Rejection))
    return [row for row in rows if row.row_id.startswith(track_id)]


def _fates(store: Store, commits: list[Commit], wanted: set[str]) -> dict[str, str]:
    verdicts = _rows(store, commits, "judge", Quality)
    fates: dict[str, str] = {row.row_id: row.decision for row in verdicts if row.row_id in wanted}
    for commit in commits:
        is_thought = commit.stage in THINK_STAGES
        if (commit.stage in STAGES or is_thought) and commit.rejected_path is not None:
            for row in read_rows(store, commit.rejected_path, Rejection):
                if row.row_id in wanted:
                    name = f"{row.row_id}/thought" if is_thought else row.row_id
                    fates[name] = f"{row.stage}: {row.reason}: {row.detail}"
    return fates


def _rows(store: Store, commits: list[Commit], stage: str, model: type[R]) -> list[R]:
    paths = [commit.rows_path for commit in commits if commit.stage == stage]
    return [row for path in paths for row in read_rows(store, path, model)]
