"""The tools that a build needs, looked for before anything that calls them starts."""

from collections.abc import Iterable, Mapping

from pipeline.engine.stage import Executor, Stage, section
from schemas.config import CorpusConfig
from tools.checks import Check, Need, check_essentia
from tools.process_pool import Failure


class MissingToolError(RuntimeError):
    """A stage cannot start here; the message says what is missing, and how to get it."""


def needs_of(stages: Iterable[Stage], config: CorpusConfig) -> dict[Need, str]:
    """What stages need, each with the first of them that does."""
    found: dict[Need, str] = {}
    for stage in stages:
        needs = list(stage.needs(section(config, stage)))
        if stage.asks is not None:
            players = [config.roles.configured.get(name) for name in stage.asks.hears]
            if any(player is not None and not player.is_paid for player in players):
                needs.append(check_essentia)  # the built-in engine describes clips with it
        for need in needs:
            found.setdefault(need, stage.name)
    return found


def require_tools(needs: Mapping[Need, str], executor: Executor, *, time_limit_s: float) -> None:
    """Make sure that tools work where they will be called.

    Parameters
    ----------
    needs : mapping of Need to str
        What is to be looked at, and the stage that needs it.
    executor : Executor
        Looks with its own workers: native code may crash there without harm.
    time_limit_s : float
        For each.

    Raises
    ------
    MissingToolError
        If one does not work. Without it a stage would refuse every track, or leave it null.
    """
    missing = []
    for need, check in executor.map(_look, needs, time_limit_s=time_limit_s):
        if isinstance(check, Failure):
            missing.append(f"{needs[need]}: {need.__name__}: {check.detail}")
        elif not check.is_ok:
            line = f"{needs[need]} needs the {check.name} ({check.found})"
            missing.append(f"{line}: {check.remedy}")
    if missing:
        raise MissingToolError("\n".join(missing))


def _look(need: Need) -> Check:
    return need()
