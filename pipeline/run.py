"""Run one step: read the partition's tracks, call the stage, write and commit its shard."""

import time
from collections.abc import Callable
from pathlib import Path

from pipeline.plan import Step
from pipeline.shards import read_commit, read_rows, write_shard
from pipeline.stage import AudioTrack, Executor
from schemas.config import CorpusConfig
from schemas.shards import Commit
from schemas.tracks import Track
from tools.store import Store


def run_step(
    step: Step,
    store: Store,
    root: Path,
    config: CorpusConfig,
    executor: Executor,
    progress: Callable[[int], None],
) -> Commit:
    """Run a stage over a partition.

    Parameters
    ----------
    step : Step
    store : Store
    root : Path
        What the tracks' relative uris are relative to.
    config : CorpusConfig
    executor : Executor
    progress : callable
        Called with the number of tracks done since the last call.

    Returns
    -------
    Commit
    """
    partition = step.partition
    commit = read_commit(store, "tracks", partition.partition, partition.tracks_address)
    tracks = [
        AudioTrack(track, str(root / track.uri))
        for track in read_rows(store, commit.rows_path, Track)
    ]
    start_s = time.perf_counter()
    result = step.stage.run(
        tracks,
        getattr(config, step.stage.name),
        executor,
        config.execution.time_limit_s,
        progress,
    )
    return write_shard(
        store,
        stage=step.stage.name,
        partition=partition.partition,
        address=step.address,
        result=result,
        model=step.stage.makes,
        seconds=time.perf_counter() - start_s,
    )
