"""Run one step: read what the stage reads, call it, write and commit its shard."""

import time
from pathlib import Path

from pipeline.plan import Step, upstream
from pipeline.shards import read_commit, read_rows, write_shard
from pipeline.stage import AudioTrack, Batch, Means
from schemas.config import CorpusConfig
from schemas.shards import Commit
from schemas.tracks import Track
from tools.store import Store


def read_batch(step: Step, store: Store, root: Path, config: CorpusConfig) -> Batch:
    """The tracks of a step's partition, and the rows that its stage reads.

    Parameters
    ----------
    step : Step
    store : Store
    root : Path
        What the tracks' relative uris are relative to.
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
    commit = read_commit(store, "tracks", partition.partition, partition.tracks_address)
    tracks = [
        AudioTrack(track, str(root / track.uri))
        for track in read_rows(store, commit.rows_path, Track)
    ]
    rows = {}
    for each in upstream(step, config):
        done = read_commit(store, each.stage.name, partition.partition, each.address)
        rows[each.stage.name] = read_rows(store, done.rows_path, each.stage.makes)
    return Batch(tracks, rows)


def run_step(step: Step, store: Store, root: Path, config: CorpusConfig, means: Means) -> Commit:
    """Run a stage over a partition.

    Parameters
    ----------
    step : Step
    store : Store
    root : Path
        What the tracks' relative uris are relative to.
    config : CorpusConfig
    means : Means

    Returns
    -------
    Commit
    """
    batch = read_batch(step, store, root, config)
    start_s = time.perf_counter()
    result = step.stage.run(batch, getattr(config, step.stage.name), means)
    return write_shard(
        store,
        stage=step.stage.name,
        partition=step.partition.partition,
        address=step.address,
        result=result,
        model=step.stage.makes,
        seconds=time.perf_counter() - start_s,
    )
