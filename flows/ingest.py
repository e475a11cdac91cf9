"""Bring the corpus up to date: scan, inspect new files in waves, take a snapshot after each."""

from functools import partial
from itertools import chain

import polars as pl
from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner
from rich.markup import escape

from flows.command import visible
from flows.context import Build
from flows.display import console
from flows.waiting import as_they_end
from pipeline.engine.needs import require_tools
from pipeline.engine.snapshots import latest_snapshot, read_sources, take_snapshot
from pipeline.ingest.files import require_files
from pipeline.ingest.inspection import inspect_files
from pipeline.ingest.placement import JUDGED_BY_LIMITS, TRIED_AGAIN, place, split_known
from pipeline.ingest.recordings import keep_fingerprints, match_files, recognise
from pipeline.ingest.scan import scan
from schemas.shards import Snapshot
from tools.checks import check_essentia


def ingest(build: Build) -> Snapshot:
    """Bring the corpus up to date with its source.

    Files whose size and time are as before are not opened. After each wave of new files a
    snapshot is taken, so an ingest that was killed goes on where it was.

    Raises
    ------
    ConfigError
        If the source cannot be read, or has no file at all.
    MissingToolError
        If files cannot be told apart by their sound here.
    """
    parent = latest_snapshot(build.store)
    sources = read_sources(build.store, parent)
    limits_changed = parent is not None and parent.limits != build.config.ingest.limits
    scanned = scan(build.config.source, _warn)
    require_files(scanned, build.config.source)
    known, unknown = split_known(
        scanned,
        sources,
        try_again=(*TRIED_AGAIN, *JUDGED_BY_LIMITS) if limits_changed else TRIED_AGAIN,
    )
    limit_s = build.config.execution.time_limit_s
    if len(unknown):
        require_tools({check_essentia: "ingest"}, build.executor, time_limit_s=limit_s)
    build.display.expect("ingest", len(unknown))
    wave_size = build.config.ingest.partition_size * build.config.execution.max_task_runs
    waves = list(unknown.iter_slices(wave_size)) or [unknown]
    for wave in waves:
        paths: list[str] = []
        if len(wave):
            span = f"{len(wave)} files from {wave['uri'][0]}"
            found, paths = _know(build, inspect_wave(build, wave, span), parent, sources)
            known = pl.concat([known, found], how="diagonal_relaxed")
        placed = place(
            known,
            sources,
            partition_size=build.config.ingest.partition_size,
            care=build.config.care,
        )
        parent = take_snapshot(build.store, parent, placed, build.config.ingest, paths)
        sources = placed
    assert parent is not None
    return parent


def _warn(words: str) -> None:
    get_run_logger().warning(words)
    console.print(f"[yellow]{escape(visible(words))}[/yellow]", soft_wrap=True)


def _know(
    build: Build, found: pl.DataFrame, parent: Snapshot | None, sources: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """New files with the recordings they hold, and where their fingerprints are."""
    paths = keep_fingerprints(build.store, found.join(sources, on="track_id", how="anti"))
    known = parent.fingerprints if parent else []
    limit_s = build.config.execution.time_limit_s
    matches = chain.from_iterable(
        match_files(
            build.store,
            path,
            [*known, *paths[: number + 1]],
            build.config.care,
            build.executor,
            time_limit_s=limit_s,
        )
        for number, path in enumerate(paths)
    )
    return recognise(found, sources, matches).drop("fingerprint"), paths


@flow(
    name="ingest-wave",
    flow_run_name="{span}",
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]
    validate_parameters=False,
    persist_result=False,
)
def inspect_wave(build: Build, files: pl.DataFrame, span: str) -> pl.DataFrame:
    """Inspect some hundred batches of new files, one task each; `span` names the run."""
    batches = files.iter_slices(build.config.ingest.partition_size)
    futures = {number: inspect_batch.submit(build, each) for number, each in enumerate(batches)}
    try:
        for _ in as_they_end(futures):
            pass
        return pl.concat([future.result() for future in futures.values()])
    except BaseException:  # Ctrl-C: the tasks' threads would work on to the end of the wave
        build.stop()
        raise


@task(name="inspect", cache_policy=NO_CACHE, persist_result=False)
def inspect_batch(build: Build, files: pl.DataFrame) -> pl.DataFrame:
    """Hash and decode one batch of new files."""
    advance = partial(build.display.advance, "ingest")
    return inspect_files(files, build.root, build.config, build.executor, advance)
