"""The tools that a build's stages need, looked for before any stage starts."""

from collections.abc import Iterable

from pipeline.stage import Executor, Stage
from schemas.config import CorpusConfig
from tools.checks import Check, Need
from tools.process_pool import Failure


class MissingToolError(RuntimeError):
    """A stage cannot start here; the message says what is missing, and how to get it."""


def require_tools(stages: Iterable[Stage], config: CorpusConfig, executor: Executor) -> None:
    """Make sure that the tools of stages work where the stages will run.

    Parameters
    ----------
    stages : iterable of Stage
        That have something to do.
    config : CorpusConfig
    executor : Executor
        Looks with its own workers: native code may crash there without harm.

    Raises
    ------
    MissingToolError
        If one does not work. Without it a stage would write nulls for every track.
    """
    stages_by_need: dict[Need, str] = {}
    for stage in stages:
        for need in stage.needs(getattr(config, stage.name)):
            stages_by_need.setdefault(need, stage.name)
    limit_s = config.execution.time_limit_s
    missing = []
    for need, check in executor.map(_look, stages_by_need, time_limit_s=limit_s):
        if isinstance(check, Failure):
            missing.append(f"{stages_by_need[need]}: {need.__name__}: {check.detail}")
        elif not check.is_ok:
            told = f"{stages_by_need[need]} needs the {check.name} ({check.found})"
            missing.append(f"{told}: {check.remedy}")
    if missing:
        raise MissingToolError("\n".join(missing))


def _look(need: Need) -> Check:
    return need()
