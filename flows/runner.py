"""Run the work of a build as tasks of Prefect: one a step, so that the UI shows each."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from prefect import State, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.states import Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.command import visible
from flows.run_names import name_run
from flows.waiting import as_they_end
from pipeline.corpus.ingest import inspect_batch, inspect_batches
from pipeline.corpus.outcomes import Outcomes, StepFailure, in_short, in_words
from pipeline.corpus.steps import run_corpus_wide, run_one
from pipeline.corpus.workers import Workers
from pipeline.engine.plan import Step
from schemas.shards import Commit
from tools.chat.request import BudgetReachedError, EndpointError
from tools.errors import StoppedError


class Tasks:
    """A `Runner`; a step that failed for a reason that may pass is tried once more.

    Waves are flow runs of their own. Their parameters are what a person looks for, not the objects
    that are worked with.

    Parameters
    ----------
    corpus : str
        Its name.
    """

    def __init__(self, corpus: str) -> None:
        self._corpus = corpus
        self.snapshot: int | None = None
        """The corpus's state that is worked on; None during ingest."""

    def inspect(self, workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
        """Inspect some hundred batches of new files, one task each."""

        @flow(
            name="ingest-wave",
            flow_run_name="{corpus}: ingest, {n_files} files from {first_file}",
            task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]
            persist_result=False,
        )
        def ingest_wave(corpus: str, n_files: int, first_file: str) -> pl.DataFrame:
            futures = {
                number: inspect_task.submit(workers, each)
                for number, each in enumerate(inspect_batches(workers, files))
            }
            try:
                for _ in as_they_end(futures):
                    pass
                return pl.concat([future.result() for future in futures.values()])
            except BaseException:  # Ctrl-C: the tasks' threads would work on to the wave's end
                workers.stop()
                raise

        return ingest_wave(self._corpus, len(files), visible(files["uri"][0]))

    def run_wave(self, workers: Workers, wave: Sequence[Step]) -> list[StepFailure]:
        """Run some hundred steps, one task each; a wave in which one failed is a failed run."""
        found: list[StepFailure] = []
        # Steps that wait for a model or for each other hold a thread, but no core.
        threads: Any = ThreadPoolTaskRunner(max_workers=workers.config.execution.steps_at_once)

        @flow(
            name="wave",
            flow_run_name="{corpus}: {stages}, {partitions}, snapshot {snapshot}",
            task_runner=threads,
            persist_result=False,
        )
        def show_wave(
            corpus: str, stages: str, partitions: str, snapshot: int | None
        ) -> State[None] | None:
            found.extend(run_wave(workers, wave))
            if not found:
                return None
            name_run(f"{corpus}: failed: {in_short(found)}, snapshot {snapshot}")
            return Failed(message=in_words(found))

        names = [step.stage.name for step in wave]
        partitions = [step.partition.partition for step in wave]
        state = show_wave(
            self._corpus,
            _span(list(dict.fromkeys(names))),
            _span(list(dict.fromkeys(partitions))),
            self.snapshot,
            return_state=True,
        )
        if not found and not state.is_completed():
            state.result()  # no step failed, but the wave: raises why
        return found

    def run_across(
        self, workers: Workers, todo: Sequence[Step], before: Sequence[Step]
    ) -> list[StepFailure]:
        """Run a corpus-wide stage, as one task."""
        outcomes = Outcomes()
        state = run_corpus_task(workers, todo, before, outcomes, return_state=True)
        return outcomes.failures(todo, {step.key: str(state.message) for step in todo})


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def run_wave(workers: Workers, wave: Sequence[Step]) -> list[StepFailure]:
    """Run steps as tasks of the flow that this is called in; return what went wrong."""
    futures: dict[str, PrefectFuture[Commit]] = {}
    outcomes = Outcomes()
    by_address = {step.address: step for step in wave}
    for step in wave:
        reads = [futures[each] for each in step.upstream if each in futures]
        futures[step.address] = run_task.submit(
            workers, step, outcomes, wait_for=reads, return_state=False
        )
    try:
        for address in as_they_end(futures):
            outcome = outcomes.of(by_address[address])
            if isinstance(outcome, Commit):
                workers.observer.done(outcome)
    except BaseException:  # Ctrl-C, a cancelled run: the steps' threads would work on
        workers.stop()
        raise
    not_run = [step for step in wave if outcomes.of(step) is None]
    return outcomes.failures(wave, {step.key: _why_not(futures[step.address]) for step in not_run})


@task(name="inspect", cache_policy=NO_CACHE, persist_result=False)
def inspect_task(workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
    """Hash and decode one batch of new files."""
    return inspect_batch(workers, files)


def _can_pass(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether a failed step is worth another try at once."""
    return not isinstance(state.data, EndpointError | BudgetReachedError | StoppedError)


@task(
    name="step",
    task_run_name="{step.stage.name}-{step.partition.partition}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=_can_pass,
)
def run_task(workers: Workers, step: Step, outcomes: Outcomes) -> Commit:
    """Run one stage over one partition; the step tells its outcome itself."""
    commit = run_one(workers, step, outcomes)
    _log(commit)
    return commit


@task(
    name="corpus-wide step",
    task_run_name="{todo[0].stage.name}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=1,
    retry_delay_seconds=5,
)
def run_corpus_task(
    workers: Workers, todo: Sequence[Step], before: Sequence[Step], outcomes: Outcomes
) -> None:
    """Run a corpus-wide stage over all partitions that it has not done yet."""
    run_corpus_wide(workers, todo, before, outcomes)
    for step in todo:
        if isinstance(commit := outcomes.of(step), Commit):
            _log(commit)


def _why_not(future: PrefectFuture[Commit]) -> str:
    """Prefect's words for a task that ended without running our code."""
    try:
        return str(future.result(raise_on_failure=False))
    except Exception as error:
        return str(error)


def _log(commit: Commit) -> None:
    get_run_logger().info(
        "%s %s: %d accepted, %d rejected %s",
        commit.stage,
        commit.partition,
        commit.n_accepted,
        commit.n_rejected,
        commit.reasons or "",
    )
