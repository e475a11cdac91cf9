"""`partimento doctor`: what a machine lacks, and a corpus's store and endpoints."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command import Roles, fail, load, overrides
from flows.output import AsJson, answer
from schemas.config import ConfigError, CorpusConfig

if TYPE_CHECKING:
    from pipeline.corpus.endpoints import EndpointReport
    from tools.checks import Check

_PATIENCE_S = 20.0
"""Ours: long enough for a busy server's first word, short enough to wait for."""
_FOR_ENDPOINTS = ("store", "answers", "other records")
"""What must be whole before endpoints are asked: where their answers are kept."""


def doctor(
    config: Annotated[
        Path | None,
        typer.Argument(help="Also look at the store of this config, and ask its endpoints."),
    ] = None,
    role: Roles = [],  # noqa: B006 - Typer copies it
    as_json: AsJson = False,
) -> None:
    """Check the tools: versions, the Chordino plugin, the Prefect server, what is missing.

    With a config, read the whole store (records, files and their checksums, orphans, clock, space),
    and ask its endpoints some small questions: whether they answer, how they are asked, and whether
    those that must hear do.
    """
    from flows.doctor import checks
    from flows.endpoints_table import endpoints_table
    from flows.tables import checks_table

    found = checks()
    parts: list[object] = [checks_table(found)]
    store: list[Check] = []
    endpoints: list[EndpointReport] = []
    if config is not None:
        loaded = load(config, overrides(role))
        store = _examine_store(loaded)
        parts.append(checks_table(store))
        if all(each.is_ok for each in store if each.name in _FOR_ENDPOINTS):
            endpoints = _examine_endpoints(loaded)
            parts.append(endpoints_table(endpoints))
    answer(parts, {"checks": found, "store": store, "endpoints": endpoints}, as_json=as_json)
    has_problem = any(each.is_needed and not each.is_ok for each in (*found, *store))
    if has_problem or any(each.problem for each in endpoints):
        raise typer.Exit(1)


def _examine_store(config: CorpusConfig) -> "list[Check]":
    """What became of all that was written to the store."""
    from flows.display import Display
    from pipeline.release.examine import examine_store

    with Display() as display:
        return examine_store(
            config,
            expect=lambda n: display.expect("files", n),
            advance=lambda n: display.advance("files", n),
        )


def _examine_endpoints(config: CorpusConfig) -> "list[EndpointReport]":
    """What the endpoints of a config take."""
    from flows.keys import look_for_keys
    from pipeline.corpus.endpoints import examine_endpoints
    from pipeline.corpus.models import open_models
    from pipeline.stages import STAGES, roles_of
    from tools.chat.request import BudgetReachedError
    from tools.process_pool import ProcessPool
    from tools.store import StoreError

    config = _impatient(config)
    keys, missing = look_for_keys(config, roles_of(STAGES, config.roles))
    try:
        with ProcessPool(1) as clip_workers, open_models(config, clip_workers, keys) as models:
            return examine_endpoints(config, models, missing)
    except (ConfigError, BudgetReachedError, StoreError) as error:
        fail(str(error))


def _impatient(config: CorpusConfig) -> CorpusConfig:
    """The config, with roles that give an endpoint up soon; a build waits for one to come back."""
    roles = {
        name: role.model_copy(update={"patience_s": min(role.patience_s, _PATIENCE_S)})
        for name, role in config.roles.configured.items()
    }
    return config.model_copy(update={"roles": config.roles.model_copy(update=roles)})
