"""The endpoints of a config: in which dialect they are asked, and whether their models hear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.corpus.models import open_answer_cache
from pipeline.stages import STAGES, hearing_roles_of, roles_of
from schemas.config import CorpusConfig
from schemas.dialect import Dialect
from schemas.roles import EngineName, RoleConfig, RoleName
from tools.chat.models import Models
from tools.chat.probe import dialect_key
from tools.chat.request import EndpointError


@dataclass(frozen=True)
class EndpointReport:
    """What is known of a role's endpoint.

    Attributes
    ----------
    role : RoleName
    engine : EngineName
    base_url, model : str
    dialect : Dialect or None
        None where it was never asked, or cannot be.
    hears : bool or None
        None for roles that do not hear, are trusted, or were not asked.
    problem : str or None
        Why it cannot be used.
    """

    role: RoleName
    engine: EngineName
    base_url: str
    model: str
    dialect: Dialect | None
    hears: bool | None = None
    problem: str | None = None


def known_endpoints(config: CorpusConfig) -> list[EndpointReport]:
    """What earlier builds found out; nothing is asked."""
    cache = open_answer_cache(config)
    try:
        return [
            _report(name, role, cache.find_dialect(dialect_key(role)))
            for name, role in _endpoints(config)
        ]
    finally:
        cache.close()


def examine_endpoints(
    config: CorpusConfig, models: Models, without_key: Mapping[RoleName, str] | None = None
) -> list[EndpointReport]:
    """Ask every endpoint anew what it takes, and have models that hear prove it.

    Parameters
    ----------
    config : CorpusConfig
    models : Models
    without_key : mapping of RoleName to str, optional
        Roles that cannot be asked, and why.

    Raises
    ------
    BudgetReachedError
        If the budget does not allow it.
    """
    hearing = hearing_roles_of(STAGES, config.roles)
    problems: dict[RoleName, str | None] = {**(without_key or {})}
    for name, _ in _endpoints(config):
        if name not in problems:
            problems[name] = _problem(models.learn_dialect, name)
    found = []
    for name, role in _endpoints(config):  # what hearing tells of a dialect, learning would forget
        if (problem := problems[name]) is not None:
            found.append(_report(name, role, None, problem=problem))
            continue
        hears = None
        if name in hearing and role.hearing_probe and role.engine == "openai":
            problem = _problem(models.prove_hearing, name)
            hears = problem is None
        dialect = models.cache.find_dialect(dialect_key(role))
        found.append(_report(name, role, dialect, hears, problem))
    return found


def _problem(ask: Callable[[RoleName], object], name: RoleName) -> str | None:
    try:
        ask(name)
    except EndpointError as error:
        return str(error)
    return None


def _endpoints(config: CorpusConfig) -> list[tuple[RoleName, RoleConfig]]:
    roles = [(name, getattr(config.roles, name)) for name in roles_of(STAGES, config.roles)]
    return [(name, role) for name, role in roles if role.is_endpoint]


def _report(
    name: RoleName,
    role: RoleConfig,
    dialect: Dialect | None,
    hears: bool | None = None,
    problem: str | None = None,
) -> EndpointReport:
    return EndpointReport(
        name, role.engine, str(role.base_url), str(role.model), dialect, hears, problem
    )
