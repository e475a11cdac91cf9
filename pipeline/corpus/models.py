"""Where a corpus keeps its cache of answers, and the models that write into it."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.builtin import ANSWERS
from pipeline.engine.answer_log import read_ledgers
from pipeline.engine.store_format import open_store
from schemas.config import ConfigError, CorpusConfig
from schemas.roles import RoleConfig, RoleName
from tools.chat.answer_cache import AnswerCache
from tools.chat.models import BudgetLimits, Models, Quotas
from tools.chat.signed_clips import SignedClips
from tools.process_pool import ProcessPool
from tools.store import Store

_FILE = "answers.sqlite"


def open_answer_cache(config: CorpusConfig) -> AnswerCache:
    """The corpus's cache of answers: in `execution.answers`, or in a store that is a folder.

    Its ledger knows what builds on a cluster spent.
    """
    elsewhere = read_ledgers(open_store(config.store))
    if config.execution.answers is not None:
        path = Path(config.execution.answers) / f"{config.name}.sqlite"
        return AnswerCache(path, elsewhere)
    folder = config.store.removeprefix("file://")
    return AnswerCache(None if "://" in folder else Path(folder) / _FILE, elsewhere)


def budget_limits(config: CorpusConfig) -> BudgetLimits:
    """What all builds of the corpus may spend together."""
    return BudgetLimits(config.execution.budget_usd, config.execution.budget_tokens)


def open_models(
    config: CorpusConfig,
    clip_workers: ProcessPool,
    keys: Mapping[str, str],
    *,
    cache: AnswerCache | None = None,
    quotas: Quotas | None = None,
) -> Models:
    """The corpus's models; enter them to use them.

    Parameters
    ----------
    config : CorpusConfig
    clip_workers : ProcessPool
        Where clips are decoded: a pool of its own, or models wait while the others measure.
    keys : mapping of str to str
        API keys by role.
    cache : AnswerCache, optional
        By default the corpus's.
    quotas : Quotas, optional
        By default this process uses all that the config allows.
    """
    ways = {role.send_audio for role in config.roles.configured.values()}
    return Models(
        config.roles,
        cache=cache or open_answer_cache(config),
        budget_limits=budget_limits(config),
        clip_workers=clip_workers,
        keys=keys,
        time_limit_s=config.execution.time_limit_s,
        builtin=ANSWERS,
        quotas=quotas,
        signed=SignedClips(Store(config.store)) if "url" in ways else None,
    )


def keys_from_environment(config: CorpusConfig, names: Iterable[RoleName]) -> dict[str, str]:
    """API keys by role, from the variables that the config names.

    Raises
    ------
    ConfigError
        If one is not set.
    """
    found: dict[str, str] = {}
    for name in names:
        role: RoleConfig = getattr(config.roles, name)
        if role.is_endpoint and role.api_key_env is not None:
            where = f"roles.{name}.api_key_env: the variable {role.api_key_env}"
            key = os.environ.get(role.api_key_env, "").strip()
            if not key:
                raise ConfigError(f"{where} is not set")
            found[name] = as_header(key, where)
    return found


def as_header(key: str, where: str) -> str:
    """A key that an HTTP header can carry.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"{where} holds characters that no HTTP header can carry")
    return key
