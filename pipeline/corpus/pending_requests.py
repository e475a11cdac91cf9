"""The requests that a build would make now: of steps that are not done, but could be."""

from collections.abc import Iterator
from typing import Any

from pipeline.corpus.corpus import Corpus
from pipeline.engine.plan import Step
from pipeline.engine.run import read_batch
from pipeline.engine.stage import ModelRequest, ModelUse, Stage, section
from pipeline.stages import STAGES
from schemas.config import ConfigError, CorpusConfig
from schemas.roles import RoleConfig
from tools.remote.audio import AudioRoot


def asking_stage(name: str) -> tuple[Stage, ModelUse]:
    """The stage of this name, and how it asks a model.

    Raises
    ------
    ConfigError
        If there is no such stage, or it asks none, or what it asks is not known before.
    """
    known = {stage.name: stage for stage in STAGES if stage.asks and stage.asks.prepare}
    if name not in known:
        raise ConfigError(f"{name!r} is no stage that asks a model: {', '.join(known)}")
    stage = known[name]
    assert stage.asks is not None
    return stage, stage.asks


def pending_requests(
    config: CorpusConfig, root: AudioRoot, name: str, *, also_done: bool = False
) -> Iterator[tuple[str, ModelRequest[Any]]]:
    """Requests of a stage, partition by partition, each with its key.

    Parameters
    ----------
    config : CorpusConfig
    root : AudioRoot
    name : str
        The stage's.
    also_done : bool, optional
        Also those of steps that are done.

    Yields
    ------
    key, request
        To the stage's own role, of all steps whose upstream is done; the answer may be in the
        cache already.

    Raises
    ------
    ConfigError
        If nothing was built yet, or the stages that it reads are not done for any partition.
    """
    stage, asks = asking_stage(name)
    corpus = Corpus.find(config)
    if corpus is None:
        raise ConfigError(f"nothing is built yet: run `partimento build {_until(stage)}`")
    role: RoleConfig = getattr(config.roles, asks.role)
    for step in _ready(corpus, stage, also_done=also_done):
        batch = read_batch(step, corpus.store, root, config)
        assert asks.prepare is not None
        for request in asks.prepare(batch, section(config, stage)).requests:
            if request.role in (None, asks.role):
                yield request.chat.key(role), request


def _ready(corpus: Corpus, stage: Stage, *, also_done: bool) -> list[Step]:
    missing = {step.address for step in corpus.pending}
    wanted = [
        step
        for step in corpus.steps
        if step.stage is stage and (also_done or step.address in missing)
    ]
    ready = [step for step in wanted if not missing & set(step.upstream)]
    if wanted and not ready:
        raise ConfigError(
            f"{stage.name} reads what is not built yet: run `partimento build {_until(stage)}`"
        )
    return ready


def _until(stage: Stage) -> str:
    """The option that builds what a stage reads."""
    read = [each.name for each in STAGES if each.makes in stage.reads]
    return f"--until {read[-1]}" if read else f"--until {STAGES[0].name}"
