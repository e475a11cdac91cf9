"""Bring a corpus up to date with its source: a snapshot after each wave of new files."""

from collections.abc import Callable, Iterator
from itertools import chain

import polars as pl

from pipeline.corpus.workers import Workers
from pipeline.engine.needs import require_tools
from pipeline.engine.snapshots import latest_snapshot, read_sources, take_snapshot
from pipeline.ingest.files import require_files
from pipeline.ingest.placement import JUDGED_BY_LIMITS, TRIED_AGAIN, place, split_known
from pipeline.ingest.recordings import keep_fingerprints, match_files, recognise
from pipeline.ingest.scan import scan
from pipeline.ingest.texts import read_texts, texts_by_partition
from schemas.shards import Snapshot
from tools.checks import check_essentia

Inspect = Callable[[Workers, pl.DataFrame], pl.DataFrame]


def ingest(workers: Workers, inspect_wave: Inspect) -> Snapshot:
    """Bring the corpus up to date with its source.

    Files whose size and time are as before are not opened. After each wave of new files a
    snapshot is taken, so an ingest that was killed goes on where it was.

    Parameters
    ----------
    workers : Workers
    inspect_wave : callable
        ``inspect_wave(workers, files)`` gives new files with what is found in them, in order.

    Raises
    ------
    ConfigError
        If the source cannot be read, or has no file at all.
    MissingToolError
        If files cannot be told apart by their sound here.
    """
    config, store = workers.config, workers.store
    parent = latest_snapshot(store)
    sources = read_sources(store, parent)
    limits_changed = parent is not None and parent.limits != config.ingest.limits
    scanned = scan(config.source, workers.root, workers.observer.warn)
    require_files(scanned, config.source, workers.root)
    brought = read_texts(config.source.texts, workers.root, workers.observer.warn)
    known, unknown = split_known(
        scanned,
        sources,
        try_again=(*TRIED_AGAIN, *JUDGED_BY_LIMITS) if limits_changed else TRIED_AGAIN,
    )
    if len(unknown):
        limit_s = config.execution.time_limit_s
        require_tools({check_essentia: "ingest"}, workers.executor, time_limit_s=limit_s)
    workers.observer.expect("ingest", len(unknown))
    wave_size = config.ingest.partition_size * config.execution.max_task_runs
    for wave in list(unknown.iter_slices(wave_size)) or [unknown]:
        paths: list[str] = []
        if len(wave):
            found, paths = _know(workers, inspect_wave(workers, wave), parent, sources)
            known = pl.concat([known, found], how="diagonal_relaxed")
        placed = place(
            known, sources, partition_size=config.ingest.partition_size, curation=config.curation
        )
        texts, n_unknown = texts_by_partition(brought, placed)
        parent = take_snapshot(store, parent, placed, config.ingest, paths, texts)
        sources = placed
    assert parent is not None
    if n_unknown:
        workers.observer.warn(
            f"source.texts: {n_unknown} of {len(brought)} texts name no track of this corpus, or "
            "several"
        )
    return parent


def inspect_batches(workers: Workers, files: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """New files in batches of a partition's size."""
    return files.iter_slices(workers.config.ingest.partition_size)


def inspect_batch(workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
    """Hash and decode one batch of new files."""
    return workers.placement.inspect(workers, files)


def _know(
    workers: Workers, found: pl.DataFrame, parent: Snapshot | None, sources: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """New files with the recordings they hold, and where their fingerprints are."""
    paths = keep_fingerprints(workers.store, found.join(sources, on="track_id", how="anti"))
    known = parent.fingerprints if parent else []
    matches = chain.from_iterable(
        match_files(
            workers.store,
            path,
            [*known, *paths[: number + 1]],
            workers.config.curation,
            workers.placement.executor(workers),
            time_limit_s=workers.config.execution.time_limit_s,
        )
        for number, path in enumerate(paths)
    )
    return recognise(found, sources, matches).drop("fingerprint"), paths
