"""Where steps and the inspection of files are worked on: here, or where a placement puts them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import polars as pl

from pipeline.engine.plan import Step
from pipeline.engine.run import run_step
from pipeline.engine.stage import Executor
from pipeline.ingest.inspection import inspect_files
from schemas.shards import Commit

if TYPE_CHECKING:
    from pipeline.corpus.workers import Workers


@runtime_checkable  # Prefect checks the parameters of flows
class Placement(Protocol):
    """Runs a whole step, or the inspection of a batch of files, and waits until it is done."""

    def expect(self, steps: Sequence[Step]) -> None:
        """These steps will be run, each when those that it reads are done."""
        ...

    def run_step(self, workers: "Workers", step: Step) -> Commit:
        """Run one stage over one partition; see `pipeline.engine.run.run_step`."""
        ...

    def inspect(self, workers: "Workers", files: pl.DataFrame) -> pl.DataFrame:
        """Hash and decode one batch of new files; see `inspect_files`."""
        ...

    def executor(self, workers: "Workers") -> Executor:
        """Who works through many items for this process."""
        ...

    def missing_recognisers(self, workers: "Workers") -> list[str]:
        """What recognisers are not at hand where they would work, one line a model."""
        ...

    def stop(self) -> None:
        """End all work that is placed elsewhere: who waits for it gets a `StoppedError`."""
        ...

    def close(self) -> None:
        """Let go of all that is elsewhere; what was bought is kept."""
        ...


class Local:
    """Everything on this machine, in the worker processes of the build."""

    def expect(self, steps: Sequence[Step]) -> None:
        """Nothing is prepared."""

    def run_step(self, workers: "Workers", step: Step) -> Commit:
        """Run one stage over one partition."""
        context = workers.context(step.stage)
        if step.stage.asks is not None:
            workers.answer_log.take(step.scope)
        return run_step(step, workers.store, workers.root, workers.config, context)

    def inspect(self, workers: "Workers", files: pl.DataFrame) -> pl.DataFrame:
        """Hash and decode one batch of new files."""

        def advance(n_files: int) -> None:
            workers.observer.advance("ingest", n_files)

        return inspect_files(files, workers.root, workers.config, workers.executor, advance)

    def executor(self, workers: "Workers") -> Executor:
        """The worker processes of the build."""
        return workers.executor

    def missing_recognisers(self, workers: "Workers") -> list[str]:
        """What recognisers are not at hand on this machine."""
        return workers.recognisers.check()

    def stop(self) -> None:
        """Nothing is elsewhere."""

    def close(self) -> None:
        """Nothing is elsewhere."""
