"""`partimento backfill`: one stage over some partitions."""

from datetime import datetime
from typing import Annotated

import typer

from flows.command import ConfigPath, Roles, check_stage, load, overrides
from flows.names import complete_stage
from flows.running import run_shown
from schemas.config import CorpusConfig


def backfill(
    config: ConfigPath,
    stage: Annotated[
        str,
        typer.Option(
            help="Its steps are run, and those that they rest on: one of {stages}.",
            autocompletion=complete_stage,
        ),
    ],
    first: Annotated[str | None, typer.Option(help="From this partition on, e.g. p000003.")] = None,
    last: Annotated[str | None, typer.Option(help="Up to this partition.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(help="Partitions first ingested on this day or later.", formats=["%Y-%m-%d"]),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Up to this day.", formats=["%Y-%m-%d"])
    ] = None,
    reason: Annotated[
        list[str],
        typer.Option(help="Send what was refused or null for this reason again. Repeat it."),
    ] = [],  # noqa: B006 - Typer copies it
    role: Roles = [],  # noqa: B006
) -> None:
    """Bring one stage up to date over a range of partitions, without a new ingest.

    What is done is not done again: a backfill that was ended is gone on with by the same command.
    """
    check_stage("--stage", stage)
    roles = overrides(role)
    loaded = load(config, roles)

    def start() -> CorpusConfig:
        from flows.backfill import backfill_corpus
        from flows.job import players_of

        return backfill_corpus(
            str(config.resolve()),
            stage,
            first_partition=first,
            last_partition=last,
            ingested_from=since and since.date(),
            ingested_to=until and until.date(),
            reasons=reason,
            roles=players_of(roles),
        )

    run_shown(loaded, start)
