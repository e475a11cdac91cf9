"""Run steps of a build, each telling its own outcome."""

from collections.abc import Sequence

from pipeline.corpus.outcomes import Outcomes
from pipeline.corpus.workers import Workers
from pipeline.engine.plan import Step, pending
from pipeline.engine.run import run_across
from schemas.shards import Commit


def run_one(workers: Workers, step: Step, outcomes: Outcomes) -> Commit:
    """Run one stage over one partition."""
    with outcomes.watching([step]):
        commit = workers.placement.run_step(workers, step)
        outcomes.done(step, commit)
    return commit


def run_corpus_wide(
    workers: Workers, todo: Sequence[Step], before: Sequence[Step], outcomes: Outcomes
) -> None:
    """Run a corpus-wide stage over all partitions that it has not done yet.

    Parameters
    ----------
    workers : Workers
    todo : sequence of Step
    before : sequence of Step
        All steps of that stage, done or not, in the order of the partitions.
    outcomes : Outcomes
    """
    with outcomes.watching(todo):
        left = pending(workers.store, todo)  # after a failure, some are done
        commits = run_across(left, before, workers.store, workers.config)
        for step, commit in zip(left, commits, strict=True):
            outcomes.done(step, commit)
            workers.observer.done(commit)
            workers.observer.advance(commit.stage, step.partition.n_tracks)
