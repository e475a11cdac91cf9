"""Snapshots: the numbered, immutable states of the corpus, and the `tracks` shards they name."""

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl
import pyarrow as pa

from pipeline.engine.brought import TextsByPartition, texts_address, write_texts
from pipeline.engine.records import read_record, to_json
from pipeline.engine.shards import committed, holds, now, read_frame, write_shard, write_table
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.engine.stage import StageResult
from schemas.digest import digest
from schemas.ingest import IngestConfig
from schemas.shards import Partition, Snapshot
from schemas.tracks import Track
from tools.store import Store

TRACKS_VERSION = "1"
_NAME = re.compile(r"snapshots/\d{6,}\.json")


class ConflictError(RuntimeError):
    """Another build of the same store took a snapshot first."""


def latest_snapshot(store: Store) -> Snapshot | None:
    """The newest state of the corpus; None before the first.

    Raises
    ------
    DamagedError
        If its record is not as it was written.
    """
    paths = snapshot_paths(store)
    return read_snapshot(store, paths[-1]) if paths else None


def snapshot_paths(store: Store) -> list[str]:
    """Where the snapshots are, the oldest first; other files among them are none."""
    return [path for path in store.list("snapshots") if _NAME.fullmatch(path)]


def read_snapshot(store: Store, path: str) -> Snapshot:
    """A snapshot, from its path."""
    way_out = "restore it from a copy, or delete it: the next build goes on from the one before it"
    return read_record(store, path, Snapshot, way_out)


def read_sources(store: Store, snapshot: Snapshot | None) -> pl.DataFrame:
    """All sources of a snapshot (`SOURCES_SCHEMA`); empty for none."""
    if snapshot is None:
        return pl.DataFrame(schema=SOURCES_SCHEMA)
    frame = read_frame(store, snapshot.sources_path)
    return pl.concat([pl.DataFrame(schema=SOURCES_SCHEMA), frame], how="diagonal")


def take_snapshot(
    store: Store,
    parent: Snapshot | None,
    sources: pl.DataFrame,
    config: IngestConfig,
    fingerprints: Sequence[str] = (),
    texts: TextsByPartition | None = None,
) -> Snapshot:
    """Write the new partitions' `tracks` and `texts` shards, then the snapshot that names them.

    Parameters
    ----------
    store : Store
    parent : Snapshot or None
        The state that `sources` was derived from.
    sources : pl.DataFrame
        From `place`.
    config : IngestConfig
    fingerprints : sequence of str, optional
        Files with the fingerprints of tracks that `parent` did not know.
    texts : mapping, optional
        What sets of others say of the tracks, by partition.

    Returns
    -------
    Snapshot
        `parent` itself, if nothing changed.

    Raises
    ------
    ConflictError
        If another build took a snapshot since `parent`.
    """
    table = sources.to_arrow()
    done = committed(store, "tracks")
    texts = texts or {}
    has_texts = {name: texts_address(name, brought()) for name, brought in texts.items()}
    if parent is not None and _is_same(parent, table, config, done, has_texts):
        return parent
    texts_done = committed(store, "texts")
    for name, brought in texts.items():
        write_texts(store, name, brought(), texts_done)
    sources_path = write_table(store, "data/sources/sources", table)
    del table  # a copy of a million rows
    number = 1 if parent is None else parent.number + 1
    present = sources.lazy().filter("is_present").select("reason", "partition").collect()
    refused = present.filter(pl.col("reason").is_not_null())
    n_tracks = len(present) - present["partition"].null_count()
    if len(present) != n_tracks + len(refused):
        raise ValueError(f"{len(present)} sources != {n_tracks} tracks + {len(refused)} refused")
    before = {} if parent is None else {each.partition: each for each in parent.partitions}
    partitions = [
        _write_tracks(store, partition, sources[rows], done, before).model_copy(
            update={"texts_address": has_texts.get(partition)}
        )
        for partition, rows in _rows_by_partition(sources)
    ]
    counts = refused.group_by("reason").len().sort("reason")
    snapshot = Snapshot(
        number=number,
        sources_path=sources_path,
        max_duration_s=config.max_duration_s,
        limits=config.limits,
        n_sources=len(present),
        n_tracks=n_tracks,
        n_absent=len(sources) - len(present),
        reasons=dict(counts.iter_rows()),
        fingerprints=[*(parent.fingerprints if parent else ()), *fingerprints],
        partitions=partitions,
        created_at=now(),
    )
    _put(store, snapshot)
    return snapshot


def _rows_by_partition(sources: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """Which rows are of each partition, in the order of their names."""
    rows = (
        sources.lazy()
        .select("partition")
        .with_row_index("row")
        .drop_nulls("partition")
        .group_by("partition")
        .agg("row")
        .sort("partition")
        .collect()
    )
    yield from rows.iter_rows()


def _is_same(
    parent: Snapshot,
    sources: pa.Table,
    config: IngestConfig,
    done: set[tuple[str, str]],
    has_texts: Mapping[str, str],
) -> bool:
    """Whether nothing changed since a snapshot, and all its `tracks` shards are there."""
    if has_texts != {p.partition: p.texts_address for p in parent.partitions if p.texts_address}:
        return False
    tracks = {(each.partition, each.tracks_address) for each in parent.partitions}
    is_as_before = parent.limits == config.limits
    return is_as_before and tracks <= done and holds(parent.sources_path, sources)


def try_again(store: Store, parent: Snapshot, stage: str, partitions: set[str]) -> Snapshot:
    """Take a snapshot in which a stage has another try at some partitions.

    Raises
    ------
    ConflictError
        If another build took a snapshot since `parent`.
    """
    changed = [
        each.model_copy(update={"retries": each.retries | {stage: each.retries.get(stage, 0) + 1}})
        if each.partition in partitions
        else each
        for each in parent.partitions
    ]
    snapshot = parent.model_copy(
        update={"number": parent.number + 1, "partitions": changed, "created_at": now()}
    )
    _put(store, snapshot)
    return snapshot


def _put(store: Store, snapshot: Snapshot) -> None:
    path = f"snapshots/{snapshot.number:06d}.json"
    if not store.put(path, to_json(snapshot)):
        raise ConflictError(
            f"another build of {store.location} took snapshot {snapshot.number} first; run again"
        )


def _write_tracks(
    store: Store,
    partition: str,
    rows: pl.DataFrame,
    done: set[tuple[str, str]],
    before: dict[str, Partition],
) -> Partition:
    columns = rows.sort("track_id").select(Track.model_fields.keys()).to_dicts()
    ids = [row["track_id"] for row in columns]
    address = digest([TRACKS_VERSION, partition, columns])[:32]
    if (partition, address) not in done:
        write_shard(
            store,
            stage="tracks",
            partition=partition,
            address=address,
            result=StageResult(ids, ids, [Track.model_validate(row) for row in columns]),
            model=Track,
            seconds=0.0,
        )
    return Partition(
        partition=partition,
        n_tracks=len(ids),
        audio_digest=digest(ids),
        tracks_address=address,
        retries=before[partition].retries if partition in before else {},
    )
