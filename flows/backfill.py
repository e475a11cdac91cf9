"""The backfill flow: one stage over some partitions, or what it refused, without a new ingest."""

from datetime import date
from functools import partial
from typing import Annotated

from pydantic import Field

from flows.building import load_for_run, shown_build
from flows.job import ConfigFile, Players, StageName, job, overrides_of
from pipeline.corpus.backfill import Range, backfill
from schemas.config import CorpusConfig

Reasons = Annotated[
    list[str],
    Field(description="Send rows and nulls that have one of these reasons again; none: nothing."),
]


@job("backfill")
def backfill_corpus(
    config_path: ConfigFile,
    stage: Annotated[
        StageName, Field(description="Its steps are run, and those that they rest on.")
    ],
    first_partition: Annotated[
        str | None, Field(description="From this one on, e.g. p000003.")
    ] = None,
    last_partition: Annotated[str | None, Field(description="Up to this one, and with it.")] = None,
    ingested_from: Annotated[
        date | None,
        Field(description="Partitions that were there first on this day (UTC) or later."),
    ] = None,
    ingested_to: Annotated[date | None, Field(description="Up to this day, and with it.")] = None,
    reasons: Reasons = [],  # noqa: B006 - Prefect copies it
    roles: Players = [],  # noqa: B006
) -> CorpusConfig:
    """Bring one stage up to date over a range of partitions; done again, it does nothing.

    Raises
    ------
    BuildError, ConfigError, EndpointError, MissingToolError
        As `pipeline.corpus.backfill.backfill`.
    """
    config = load_for_run(config_path, overrides_of(roles))
    wanted = Range(first_partition, last_partition, ingested_from, ingested_to, tuple(reasons))
    what = " ".join(["backfill", stage, *_in_words(wanted)])
    return shown_build(config, stage, what, partial(backfill, config, stage, wanted)).config


def _in_words(wanted: Range) -> list[str]:
    """Bounds, as a run is named by."""
    words = []
    if wanted.first or wanted.last:
        words.append(f"{wanted.first or 'first'} to {wanted.last or 'last'}")
    if wanted.ingested_from or wanted.ingested_to:
        from_, to = wanted.ingested_from or "first day", wanted.ingested_to or "today"
        words.append(f"of {from_} to {to}")
    return words + [f"({', '.join(wanted.reasons)})"] * bool(wanted.reasons)
