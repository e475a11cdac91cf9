"""Run the work of a build in threads of this process."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from functools import partial

import polars as pl

from pipeline.corpus.ingest import inspect_batch, inspect_batches
from pipeline.corpus.outcomes import Outcomes, StepFailure
from pipeline.corpus.steps import run_corpus_wide, run_one
from pipeline.corpus.workers import Workers
from pipeline.engine.plan import Step
from schemas.shards import Commit

_N_BATCHES = 4


class Threads:
    """A `Runner` without an orchestrator: nothing is tried again before the next build."""

    def inspect(self, workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
        """Inspect batches of new files, some at a time."""
        with ThreadPoolExecutor(_N_BATCHES) as threads:
            try:
                batches = inspect_batches(workers, files)
                return pl.concat(threads.map(partial(inspect_batch, workers), batches))
            except BaseException:  # Ctrl-C: the threads would work on to the end of the wave
                workers.stop()
                raise

    def run_wave(self, workers: Workers, wave: Sequence[Step]) -> list[StepFailure]:
        """Run steps, each after those that it reads."""
        outcomes = Outcomes()
        futures: dict[str, Future[None]] = {}
        steps: dict[Future[None], Step] = {}
        with ThreadPoolExecutor(workers.config.execution.steps_at_once) as threads:
            try:
                for step in wave:  # in order: what a step waits for has its thread already
                    reads = [futures[each] for each in step.upstream if each in futures]
                    futures[step.address] = threads.submit(_run, workers, step, reads, outcomes)
                    steps[futures[step.address]] = step
                for future in as_completed(steps):
                    outcome = outcomes.of(steps[future])
                    if isinstance(outcome, Commit):
                        workers.observer.done(outcome)
            except BaseException:
                workers.stop()
                raise
        return outcomes.failures(wave)

    def run_across(
        self, workers: Workers, todo: Sequence[Step], before: Sequence[Step]
    ) -> list[StepFailure]:
        """Run a corpus-wide stage."""
        outcomes = Outcomes()
        with suppress(Exception):  # the outcomes tell it
            run_corpus_wide(workers, todo, before, outcomes)
        return outcomes.failures(todo)


def _run(workers: Workers, step: Step, reads: Sequence[Future[None]], outcomes: Outcomes) -> None:
    wait(reads)
    if all(each.exception() is None for each in reads):
        run_one(workers, step, outcomes)
    else:
        raise RuntimeError("a step that it reads has failed")
