"""Run one step: read what the stage reads, call it, write and commit its shard."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from pipeline.engine.ask import run_requests
from pipeline.engine.plan import TRACKS, Step
from pipeline.engine.shards import read_commit, read_frame, read_rows, write_shard
from pipeline.engine.stage import AudioTrack, Batch, Part, StageContext, StageResult, section
from schemas.config import CorpusConfig
from schemas.record import Record
from schemas.shards import Commit
from schemas.texts import BroughtText
from schemas.tracks import Track
from tools.remote.audio import AudioRoot
from tools.store import Store


def read_batch(step: Step, store: Store, root: AudioRoot, config: CorpusConfig) -> Batch:
    """The tracks of a step's partition, and the rows that its stage reads.

    Parameters
    ----------
    step : Step
    store : Store
    root : AudioRoot
    config : CorpusConfig

    Returns
    -------
    Batch

    Raises
    ------
    FileNotFoundError
        If a stage that it reads is not done yet.
    """
    partition = step.partition
    commit = read_commit(store, TRACKS, partition.partition, partition.tracks_address)
    tracks = read_rows(store, commit.rows_path, Track)
    rows: dict[type[Record], Sequence[Record]] = {Track: tracks, BroughtText: []}
    for each in step.inputs:
        if each.model is not Track:
            done = read_commit(store, each.stage, partition.partition, each.address)
            rows[each.model] = read_rows(store, done.rows_path, each.model)
    heard = [AudioTrack(track, root.at(track.uri)) for track in tracks]
    return Batch(heard, rows, config.describe, config.roles.played_by_models)


def run_stage(batch: Batch, config: Record, context: StageContext) -> StageResult:
    """Run the stage of a context over a batch; nothing is read or written."""
    return (context.stage.run or run_requests)(batch, config, context)


def run_step(
    step: Step, store: Store, root: AudioRoot, config: CorpusConfig, context: StageContext
) -> Commit:
    """Run a stage over a partition.

    Parameters
    ----------
    step : Step
    store : Store
    root : AudioRoot
    config : CorpusConfig
    context : StageContext

    Returns
    -------
    Commit
    """
    batch = read_batch(step, store, root, config)
    context = replace(context, partition=step.partition.partition)
    start_s = time.perf_counter()
    result = run_stage(batch, section(config, step.stage), context)
    return write_shard(
        store,
        stage=step.stage.name,
        partition=step.partition.partition,
        address=step.address,
        result=result,
        model=step.stage.makes,
        seconds=time.perf_counter() - start_s,
    )


def run_across(
    todo: Sequence[Step], before: Sequence[Step], store: Store, config: CorpusConfig
) -> Iterator[Commit]:
    """Run a corpus-wide stage over the partitions that it has not done yet.

    Parameters
    ----------
    todo : sequence of Step
        Of one corpus-wide stage.
    before : sequence of Step
        All steps of that stage, done or not, in the order of the partitions.
    store : Store
    config : CorpusConfig

    Yields
    ------
    Commit
        Of each step of `todo`, as it is done.

    Raises
    ------
    FileNotFoundError
        If a stage that it reads is not done yet for some partition.
    """
    if not todo:
        return
    stage = todo[0].stage
    assert stage.run_all is not None
    open_steps = {step.address for step in todo}
    last = max(index for index, step in enumerate(before) if step.address in open_steps)
    read = before[: last + 1]
    parts = [
        Part(
            step.partition.partition,
            step.address not in open_steps,
            partial(_columns, store, step),
        )
        for step in read
    ]
    start_s = time.perf_counter()
    results = stage.run_all(parts, section(config, stage))
    wanted = [step for step in read if step.address in open_steps]
    for step, result in zip(wanted, results, strict=True):
        yield write_shard(
            store,
            stage=stage.name,
            partition=step.partition.partition,
            address=step.address,
            result=result,
            model=stage.makes,
            seconds=time.perf_counter() - start_s,
        )
        start_s = time.perf_counter()


def _columns(store: Store, step: Step, model: type[Record], columns: Sequence[str]) -> pl.DataFrame:
    """Columns of the rows of a model in a step's partition."""
    shard = next(each for each in step.inputs if each.model is model)
    done = read_commit(store, shard.stage, step.partition.partition, shard.address)
    return read_frame(store, done.rows_path, columns)
