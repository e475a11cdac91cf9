"""A whole build: ingest, then what is not done of the plan, wave by wave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.estimates import (
    estimate_stages,
    lost_spending,
    open_work,
    record_estimate,
)
from pipeline.corpus.ingest import ingest
from pipeline.corpus.last_build import record_build
from pipeline.corpus.models import keys_from_environment
from pipeline.corpus.outcomes import StepFailure, in_words
from pipeline.corpus.placement import Placement
from pipeline.corpus.threads import Threads
from pipeline.corpus.unheard import unheard_writers
from pipeline.corpus.workers import Observer, Workers, at_work
from pipeline.engine.needs import needs_of, require_tools
from pipeline.engine.plan import Step, pending, phases, steps
from pipeline.engine.snapshots import read_sources
from pipeline.engine.stage import Stage, check_sections
from pipeline.engine.store_format import prepare_store
from pipeline.stages import STAGES, hearing_roles_of, roles_of, stages_until
from schemas.config import CorpusConfig
from schemas.shards import Snapshot
from schemas.transcribe import TranscribeConfig
from tools.chat.models import Models
from tools.lyrics.parakeet import HOW_TO_GET


class BuildError(RuntimeError):
    """Some steps failed; what is committed stays, and the next run goes on from there.

    Parameters
    ----------
    message : str
    corpus : Corpus, optional
        As far as it was built.
    failures : sequence of StepFailure, optional
    """

    def __init__(
        self,
        message: str,
        corpus: Corpus | None = None,
        failures: Sequence[StepFailure] = (),
    ) -> None:
        super().__init__(message)
        self.corpus, self.failures = corpus, failures


class Runner(Protocol):
    """Where the work of a build is run: threads of this process, or an orchestrator's tasks."""

    def inspect(self, workers: Workers, files: pl.DataFrame) -> pl.DataFrame:
        """Inspect a wave of new files, batch by batch; see `inspect_batch`."""
        ...

    def run_wave(self, workers: Workers, wave: Sequence[Step]) -> list[StepFailure]:
        """Run some hundred steps, each after those that it reads; return what went wrong."""
        ...

    def run_across(
        self, workers: Workers, todo: Sequence[Step], before: Sequence[Step]
    ) -> list[StepFailure]:
        """Run a corpus-wide stage; see `pipeline.engine.run.run_across`."""
        ...


def build(
    config: CorpusConfig,
    *,
    until: str | None = None,
    stages: Sequence[Stage] = STAGES,
    keys: Mapping[str, str] | None = None,
    observer: Observer | None = None,
    runner: Runner | None = None,
    placement: Placement | None = None,
) -> Corpus:
    """Build a corpus, or bring it up to date.

    Parameters
    ----------
    config : CorpusConfig
    until : str, optional
        The last stage to run; by default all are.
    stages : sequence of Stage, optional
        All stages of the corpus in order, e.g. ``(*STAGES, mine)``; by default those of this house.
    keys : mapping of str to str, optional
        API keys by role; by default from the environment, as the config says.
    observer : Observer, optional
        Who is told how it goes; by default nobody.
    runner : Runner, optional
        Who waits for the work; by default threads of this process.
    placement : Placement, optional
        Where it is done; by default on this machine.

    Returns
    -------
    Corpus
        What was built: without a recogniser that is configured but not at hand.

    Raises
    ------
    ConfigError
        If the config or its source cannot be used.
    MissingToolError
        If a tool that a stage needs does not work here.
    EndpointError
        If a model that is needed cannot be reached.
    BuildError
        If steps failed for other reasons than a track, e.g. a full disk, or the budget is spent.
    """
    check_sections(config, stages)
    known, stages = stages, stages_until(until, stages)
    store = prepare_store(config.store)
    observer, runner = observer or Observer(), runner or Threads()
    if keys is None:
        keys = keys_from_environment(config, roles_of(stages, config.roles))
    for words in unheard_writers(config):
        observer.warn(words)
    with at_work(config, store, observer, keys, placement) as workers:
        snapshot = ingest(workers, runner.inspect)
        if not snapshot.n_tracks:
            raise BuildError(_no_track(snapshot))
        outcome = run_steps(workers, runner, snapshot, stages, until)
    return outcome.corpus(known)


@dataclass(frozen=True)
class StepsRun:
    """What became of the steps of a build.

    Attributes
    ----------
    config : CorpusConfig
        Of the steps: without a recogniser that is configured but not at hand.
    n_todo : int
    failures : list of StepFailure
    """

    config: CorpusConfig
    n_todo: int
    failures: list[StepFailure]

    def corpus(self, stages: Sequence[Stage]) -> Corpus:
        """The corpus as it stands now.

        Raises
        ------
        BuildError
            If steps failed.
        """
        corpus = Corpus.open(self.config, stages)
        if self.failures:
            raise BuildError(
                f"{len(self.failures)} of {self.n_todo} steps failed; run again to go on from what "
                f"is done\n{in_words(self.failures)}",
                corpus,
                self.failures,
            )
        return corpus


def run_steps(
    workers: Workers,
    runner: Runner,
    snapshot: Snapshot,
    stages: Sequence[Stage],
    until: str | None,
    choose: Callable[[list[Step]], list[Step]] = list,
) -> StepsRun:
    """Run what is not done of the steps of a snapshot, or of those that are chosen of them.

    Parameters
    ----------
    workers : Workers
    runner : Runner
    snapshot : Snapshot
    stages : sequence of Stage
        Those to run, in order.
    until : str or None
        As the build was asked for.
    choose : callable, optional
        Gives those of all steps that are wanted, with all that they rest on; by default all.
    """
    config, store, observer = workers.config, workers.store, workers.observer
    observer.ingested(snapshot)
    plan = choose(steps(stages, snapshot, config))
    if any(step.stage.name == "transcribe" for step in pending(store, plan)):
        config = _with_models_at_hand(workers, observer)
        workers = replace(workers, config=config)
        plan = choose(steps(stages, snapshot, config))
    todo = pending(store, plan)
    needs = needs_of(dict.fromkeys(step.stage for step in todo), config)
    require_tools(needs, workers.executor, time_limit_s=config.execution.time_limit_s)
    cache = workers.models.cache
    if (note := lost_spending(store, cache)) is not None:
        observer.warn(note)
    _check_models(workers.models, todo)
    record_build(store, config, until)
    work = open_work(stages, todo, read_sources(store, snapshot))
    record_estimate(store, estimate_stages(stages, work, config, cache), cache)
    for name in dict.fromkeys(step.stage.name for step in todo):
        ours = (step.partition.n_tracks for step in todo if step.stage.name == name)
        observer.expect(name, sum(ours))
    observer.planned(todo)
    return StepsRun(config, len(todo), _run(workers, runner, todo, plan))


def waves_of(todo: Sequence[Step], max_task_runs: int) -> list[list[Step]]:
    """Steps in waves of at most so many, a partition's stages together where they fit."""
    by_partition: dict[str, list[Step]] = {}
    for step in todo:
        by_partition.setdefault(step.partition.partition, []).append(step)
    longest = max((len(each) for each in by_partition.values()), default=1)
    n_partitions = max(1, max_task_runs // longest)
    groups = list(by_partition.values())
    chunks = [groups[i : i + n_partitions] for i in range(0, len(groups), n_partitions)]
    return [[step for group in chunk for step in group] for chunk in chunks]


def _run(
    workers: Workers, runner: Runner, todo: Sequence[Step], plan: Sequence[Step]
) -> list[StepFailure]:
    """Run phase by phase, until one has failures: what comes next reads the whole corpus."""
    stages = list(dict.fromkeys(step.stage for step in plan))
    for phase in phases(stages, todo):
        failures = run_phase(workers, runner, phase, plan)
        if failures:
            return failures
    return []


def run_phase(
    workers: Workers, runner: Runner, phase: Sequence[Step], plan: Sequence[Step]
) -> list[StepFailure]:
    """Run the steps up to the next corpus-wide stage, or such a stage; tell what went wrong."""
    stage = phase[0].stage
    if stage.run_all is not None:
        before = [step for step in plan if step.stage is stage]
        return runner.run_across(workers, phase, before)
    failures: list[StepFailure] = []
    for wave in waves_of(phase, workers.config.execution.max_task_runs):
        workers.placement.expect(wave)
        failures += runner.run_wave(workers, wave)
    return failures


def _no_track(snapshot: Snapshot) -> str:
    why = ", ".join(f"{n} {reason}" for reason, n in snapshot.reasons.items())
    return f"none of {snapshot.n_sources} files is a track ({why}): see `partimento rejects list`"


def _with_models_at_hand(workers: Workers, observer: Observer) -> CorpusConfig:
    """The config, without recognisers where one that is configured is not at hand.

    So the build goes on with lyrics that are null (`no_model`), under the address of a config
    without a recogniser: the next build that has the model transcribes.
    """
    config = workers.config
    missing = workers.placement.missing_recognisers(workers)
    if not missing and config.transcribe.recogniser is None:
        missing = [f"no `transcribe.recogniser` is configured: {HOW_TO_GET}"]
    if not missing:
        return config
    observer.warn(f"lyrics will be null (no_model): {'; '.join(missing)}")
    return config.model_copy(update={"transcribe": TranscribeConfig()})


def _check_models(models: Models, todo: Sequence[Step]) -> None:
    """Make sure that all models which are needed can be asked, and are not being asked already."""
    stages = dict.fromkeys(step.stage for step in todo)
    names = {stage.name for stage in stages}
    for job in models.cache.jobs():
        if job.stage in names:
            raise BuildError(
                f"a batch of {job.n_requests} requests of `{job.stage}` is under way, and to ask "
                "them now would pay twice: run `partimento batch collect` (`batch forget` if it "
                "is gone), or build --until the stage before it"
            )
    for name in roles_of(stages, models.roles):
        models.check(name)
    for name in hearing_roles_of(stages, models.roles):
        models.prove_hearing(name)
