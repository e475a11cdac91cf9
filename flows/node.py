"""What Ray's workers do for a build: they run steps, inspect files, and work through items."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, cast

import polars as pl

from pipeline.engine.plan import Step
from pipeline.engine.run import run_step
from pipeline.engine.stage import Stage, StageContext
from pipeline.engine.store_format import open_store
from pipeline.ingest.inspection import inspect_files
from pipeline.ingest.root import root_of
from schemas.config import CorpusConfig
from schemas.shards import Commit
from tools.chat.models import Models
from tools.process_pool import Failure, ProcessPool


def run_steps(
    config: CorpusConfig, steps: Sequence[Step], n_workers: int
) -> dict[str, Commit | Exception]:
    """Run steps at once: a track is decoded once for all of them.

    Returns
    -------
    dict
        By address, the commit or why there is none.
    """
    with ThreadPoolExecutor(len(steps)) as threads:
        outcomes = list(threads.map(partial(_step, config, n_workers), steps))
    return {step.address: outcome for step, outcome in zip(steps, outcomes, strict=True)}


def _step(config: CorpusConfig, n_workers: int, step: Step) -> Commit | Exception:
    try:
        context = _context(config, step.stage, n_workers)
        return run_step(step, open_store(config.store), root_of(config), config, context)
    except Exception as error:
        return error


def inspect_batch(config: CorpusConfig, files: pl.DataFrame, n_workers: int) -> pl.DataFrame:
    """Hash and decode new files; see `inspect_files`."""
    return inspect_files(files, root_of(config), config, _pool(n_workers), _ignore)


def work_through(
    function: Callable[[Any], Any], items: Sequence[Any], time_limit_s: float, n_workers: int
) -> list[Any | Failure]:
    """Call a function on each item; see `ProcessPool.map`."""
    pool = _pool(n_workers)
    return [outcome for _, outcome in pool.map(function, items, time_limit_s=time_limit_s)]


def _context(config: CorpusConfig, stage: Stage, n_workers: int) -> StageContext:
    return StageContext(
        stage=stage,
        executor=_pool(n_workers),
        models=cast(Models, None),  # it asks nobody
        time_limit_s=config.execution.time_limit_s,
        progress=_ignore,
    )


@lru_cache(maxsize=1)
def _pool(n_workers: int) -> ProcessPool:
    """Warm for the steps that this Ray worker gets one after another."""
    return ProcessPool(n_workers)


def _ignore(_n: int) -> None:
    pass
