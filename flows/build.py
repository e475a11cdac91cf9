"""The build flow: bring the corpus up to date, then run what is not done, wave by wave.

Prefect's unit is (stage, partition): minutes of work, never a record. The commit records are the
truth of what is done, so Prefect's own caching stays off.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from rich.markup import escape

from flows.artifacts import StageProgress, publish
from flows.context import Build
from flows.display import Display, console
from flows.ingest import ingest
from flows.keys import find_keys
from flows.outcomes import Key, Outcomes, StepFailure, key_of, told
from flows.waiting import as_they_end
from pipeline.corpus.answers import open_models
from pipeline.corpus.last_build import record_build
from pipeline.engine.needs import needs_of, require_tools
from pipeline.engine.opening import prepare_store
from pipeline.engine.plan import Step, pending, phases, steps
from pipeline.engine.run import run_across, run_step
from pipeline.engine.stage import Means
from pipeline.ingest.scan import root_of
from pipeline.stages import roles_of, stages_until
from schemas.config import CorpusConfig, load_config, with_roles
from schemas.shards import Commit, Snapshot
from schemas.transcribe import TranscribeConfig
from tools.chat.models import Models
from tools.chat.request import BudgetReachedError, EndpointError
from tools.errors import StoppedError
from tools.lyrics.hearing import Hearing
from tools.lyrics.parakeet import HOW_TO_GET
from tools.process_pool import ProcessPool

N_EARS = 2
"""Processes that decode clips for models, beside those that measure."""


class BuildError(RuntimeError):
    """Some steps failed; what is committed stays, and the next run goes on from there."""


@flow(name="build", flow_run_name="{config_path}", persist_result=False)
def build_corpus(
    config_path: str, roles: dict[str, dict[str, Any]] | None = None, until: str | None = None
) -> CorpusConfig:
    """Build a corpus, or bring it up to date.

    Parameters
    ----------
    config_path : str
        The corpus config (YAML).
    roles : dict, optional
        Fields of roles that are other than in the config.
    until : str, optional
        The last stage to run; by default all are.

    Returns
    -------
    CorpusConfig
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
    config = with_roles(load_config(config_path), roles or {})
    stages = stages_until(until)
    store = prepare_store(config.store)
    keys = find_keys(config, roles_of(stages, config.roles))
    with (
        ProcessPool(config.execution.workers) as executor,
        ProcessPool(N_EARS) as ears,
        open_models(config, ears, keys) as models,
        Hearing(config.transcribe, padded_s=config.execution.padded_s) as hearing,
        Display() as display,
    ):
        build = Build(config, store, root_of(config.source), executor, display, models, hearing)
        snapshot = ingest(build)
        if not snapshot.n_tracks:
            raise BuildError(_no_track(snapshot))
        plan = steps(snapshot, config, stages)
        if any(step.stage.name == "transcribe" for step in pending(store, plan)):
            config = _with_models_at_hand(config, hearing)
            build = replace(build, config=config)
            plan = steps(snapshot, config, stages)
        todo = pending(store, plan)
        needs = needs_of(dict.fromkeys(step.stage for step in todo), config)
        require_tools(needs, executor, time_limit_s=config.execution.time_limit_s)
        _check_models(models, todo)
        record_build(store, config, until)
        for stage in dict.fromkeys(step.stage.name for step in todo):
            display.expect(stage, _n_tracks(todo, stage))
        progress = StageProgress(config.name, todo)
        failures: list[StepFailure] = []
        for phase in phases(todo):
            if failures:
                break  # what comes next reads the whole corpus
            failures = _run_phase(build, phase, plan, progress)
    publish(config, store, snapshot, models.book.ledger())
    if failures:
        raise BuildError(
            f"{len(failures)} of {len(todo)} steps failed; run again to go on from what is done\n"
            f"{told(failures)}"
        )
    return config


def _no_track(snapshot: Snapshot) -> str:
    why = ", ".join(f"{n} {reason}" for reason, n in snapshot.reasons.items())
    return f"none of {snapshot.n_sources} files is a track ({why}): see `partimento rejects list`"


def _run_phase(
    build: Build, phase: Sequence[Step], plan: Sequence[Step], progress: StageProgress
) -> list[StepFailure]:
    """Run the steps up to the next corpus-wide stage, or such a stage; tell what went wrong."""
    stage = phase[0].stage
    if stage.run_all is not None:
        all_steps, outcomes = [step for step in plan if step.stage is stage], Outcomes()
        state = run_corpus_task(build, phase, all_steps, progress, outcomes, return_state=True)
        return outcomes.failures(phase, {key_of(step): str(state.message) for step in phase})
    failures: list[StepFailure] = []
    for wave in _waves(phase, build.config.execution.max_task_runs):
        span = f"{wave[0].partition.partition} to {wave[-1].partition.partition}"
        failures += run_wave(build, wave, progress, span)
    return failures


@flow(
    name="wave",
    flow_run_name="{span}",
    # Steps that wait for a model or for each other hold a thread, but no core.
    task_runner=ThreadPoolTaskRunner(max_workers=32),  # type: ignore[arg-type]
    validate_parameters=False,
    persist_result=False,
)
def run_wave(
    build: Build, wave: Sequence[Step], progress: StageProgress, span: str
) -> list[StepFailure]:
    """Run some hundred steps, named after their `span`; return what went wrong."""
    futures: dict[Key, PrefectFuture[Commit]] = {}
    outcomes = Outcomes()
    for step in wave:
        _, name = key_of(step)
        upstream = [futures[key] for each in step.stage.reads if (key := (each, name)) in futures]
        futures[key_of(step)] = run_task.submit(
            build, step, outcomes, wait_for=upstream, return_state=False
        )
    steps_by_key = {key_of(step): step for step in wave}
    try:
        for key in as_they_end(futures):
            outcome = outcomes.of(steps_by_key[key])
            if isinstance(outcome, Commit):
                progress.add(outcome)
    except BaseException:  # Ctrl-C, a cancelled run: the steps' threads would work on
        build.stop()
        raise
    not_run = {key: futures[key] for key, step in steps_by_key.items() if outcomes.of(step) is None}
    return outcomes.failures(wave, {key: _why_not(future) for key, future in not_run.items()})


def _why_not(future: PrefectFuture[Commit]) -> str:
    """Prefect's words for a task that ended without running our code."""
    try:
        return str(future.result(raise_on_failure=False))
    except Exception as error:
        return str(error)


def _with_models_at_hand(config: CorpusConfig, hearing: Hearing) -> CorpusConfig:
    """The config, without recognisers where one that is configured is not at hand.

    So the build goes on with lyrics that are null (`no_model`), under the address of a config
    without a recogniser: the next build that has the model transcribes.
    """
    missing = hearing.check()
    if not missing and config.transcribe.recogniser is None:
        missing = [f"no `transcribe.recogniser` is configured: {HOW_TO_GET}"]
    if not missing:
        return config
    get_run_logger().warning("lyrics will be null (no_model). %s", "; ".join(missing))
    said = escape("; ".join(missing))
    console.print(f"[yellow]lyrics will be null (no_model)[/yellow]: {said}", soft_wrap=True)
    return config.model_copy(update={"transcribe": TranscribeConfig()})


def _check_models(models: Models, todo: Sequence[Step]) -> None:
    """Make sure that all models which are needed can be asked, and are not being asked already."""
    stages = dict.fromkeys(step.stage for step in todo)
    names = {stage.name for stage in stages}
    for job in models.book.jobs():
        if job.stage in names:
            raise BuildError(
                f"a batch of {job.n_requests} requests of `{job.stage}` is under way, and to ask "
                "them now would pay twice: run `partimento batch collect` (`batch forget` if it "
                "is gone), or build --until the stage before it"
            )
    for name in roles_of(stages, models.roles):
        models.check(name)


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
def run_task(build: Build, step: Step, outcomes: Outcomes) -> Commit:
    """Run one stage over one partition; the step tells its outcome itself."""
    means = Means(
        build.executor,
        build.models,
        build.config.execution.time_limit_s,
        partial(build.display.advance, step.stage.name),
        build.hearing,
    )
    with outcomes.watching([step]):
        commit = run_step(step, build.store, build.root, build.config, means)
        outcomes.done(step, commit)
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
    build: Build,
    todo: Sequence[Step],
    all_steps: Sequence[Step],
    progress: StageProgress,
    outcomes: Outcomes,
) -> None:
    """Run a corpus-wide stage over all partitions that it has not done yet."""
    with outcomes.watching(todo):
        left = pending(build.store, todo)  # after a failure, some are done
        commits = run_across(left, all_steps, build.store, build.config)
        for step, commit in zip(left, commits, strict=True):
            outcomes.done(step, commit)
            progress.add(commit)
            build.display.advance(commit.stage, step.partition.n_tracks)
            _log(commit)


def _log(commit: Commit) -> None:
    get_run_logger().info(
        "%s %s: %d accepted, %d rejected %s",
        commit.stage,
        commit.partition,
        commit.n_accepted,
        commit.n_rejected,
        commit.reasons or "",
    )


def _waves(todo: Sequence[Step], max_task_runs: int) -> list[list[Step]]:
    """Steps in waves of at most so many, a partition's stages together where they fit."""
    by_partition: dict[str, list[Step]] = {}
    for step in todo:
        by_partition.setdefault(step.partition.partition, []).append(step)
    longest = max((len(each) for each in by_partition.values()), default=1)
    n_partitions = max(1, max_task_runs // longest)
    groups = list(by_partition.values())
    chunks = [groups[i : i + n_partitions] for i in range(0, len(groups), n_partitions)]
    return [[step for group in chunk for step in group] for chunk in chunks]


def _n_tracks(todo: Sequence[Step], stage: str) -> int:
    return sum(step.partition.n_tracks for step in todo if step.stage.name == stage)
