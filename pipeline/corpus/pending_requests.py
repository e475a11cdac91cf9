"""The questions that a build would ask now: of steps that are not done, but could be."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.engine.opening import open_store
from pipeline.engine.plan import Step, pending, steps, upstream
from pipeline.engine.run import read_batch
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.stage import Asks, Question, Stage
from pipeline.stages import STAGES
from schemas.config import ConfigError, CorpusConfig
from schemas.roles import RoleConfig
from tools.store import Store


def asking_stage(name: str) -> tuple[Stage, Asks]:
    """The stage of this name, and how it asks a model.

    Raises
    ------
    ConfigError
        If there is no such stage, or it asks none.
    """
    known = {stage.name: stage for stage in STAGES if stage.asks}
    if name not in known:
        raise ConfigError(f"{name!r} is no stage that asks a model: {', '.join(known)}")
    stage = known[name]
    assert stage.asks is not None
    return stage, stage.asks


def open_questions(
    config: CorpusConfig, root: Path, name: str, *, also_done: bool = False
) -> Iterator[tuple[str, Question]]:
    """Questions of a stage, partition by partition, each with its request's key.

    Parameters
    ----------
    config : CorpusConfig
    root : Path
        What the tracks' relative uris are relative to.
    name : str
        The stage's.
    also_done : bool, optional
        Also those of steps that are done.

    Yields
    ------
    key, question
        To the stage's own role, of all steps whose upstream is done; the answer may be in the
        book already.

    Raises
    ------
    ConfigError
        If nothing was built yet, or the stages that it reads are not done for any partition.
    """
    stage, asks = asking_stage(name)
    store = open_store(config.store)
    ready = _ready(store, config, stage, also_done=also_done)
    role: RoleConfig = getattr(config.roles, asks.role)
    for step in ready:
        batch = read_batch(step, store, root, config)
        for question in asks.prepare(batch, getattr(config, name)).questions:
            if question.role in (None, asks.role):
                yield question.request.key(role), question


def _ready(store: Store, config: CorpusConfig, stage: Stage, *, also_done: bool) -> list[Step]:
    snapshot = latest_snapshot(store)
    if snapshot is None:
        raise ConfigError(f"nothing is built yet: run `partimento build --until {stage.reads[-1]}`")
    whole = steps(snapshot, config)
    unfinished = pending(store, whole)
    missing = {(step.stage.name, step.address) for step in unfinished}
    wanted = [step for step in (whole if also_done else unfinished) if step.stage is stage]
    ready = [
        step
        for step in wanted
        if not any((each.stage.name, each.address) in missing for each in upstream(step, config))
    ]
    if wanted and not ready:
        raise ConfigError(
            f"{stage.name} reads {', '.join(stage.reads)}: "
            f"run `partimento build --until {stage.reads[-1]}` first"
        )
    return ready
