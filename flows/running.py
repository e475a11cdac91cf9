"""Run a flow from the command line, and show what stands afterwards."""

from collections.abc import Callable

from flows.command import fail, fail_at_once
from flows.display import console, tell
from flows.output import answer
from schemas.config import ConfigError, CorpusConfig


def run_shown(config: CorpusConfig, start: Callable[[], CorpusConfig]) -> None:
    """Run a flow that works on steps; the command ends in words where it fails.

    Parameters
    ----------
    config : CorpusConfig
    start : callable
        Runs the flow, which it imports: by then Prefect is told to be quiet. Gives what was built.
    """
    from flows.interrupt import watch_interrupts
    from flows.server import (
        LostServerError,
        ServerError,
        describe_server,
        prefect_server,
        quiet_prefect,
    )

    watch_interrupts()
    quiet_prefect()
    console.print(f"[bold]{config.name}[/bold] -> {config.store}", soft_wrap=True)
    console.print(f"Prefect: {describe_server()}", soft_wrap=True)
    from prefect import tags

    from flows.events import TAG
    from pipeline.corpus.build import BuildError
    from pipeline.engine.needs import MissingToolError
    from pipeline.engine.snapshots import ConflictError
    from pipeline.ingest.recordings import ComparisonError
    from tools.chat.request import BudgetReachedError, EndpointError
    from tools.store import StoreError

    failed: Exception | None = None
    try:
        with prefect_server(tell), tags(TAG, config.name):
            config = start()
    except LostServerError as error:
        fail_at_once(str(error))
    except (
        BudgetReachedError,
        ConfigError,
        EndpointError,
        MissingToolError,
        ServerError,
    ) as error:
        fail(str(error))
    except (BuildError, ConflictError, ComparisonError, StoreError) as error:
        failed = error
    try:
        print_status(config)
    except StoreError as error:
        fail(str(failed or error))
    if failed is not None:
        fail(str(failed))


def print_status(config: CorpusConfig, *, as_json: bool = False) -> None:
    """Show what is done, what is left, and what it cost."""
    from flows.status_tables import status_parts
    from pipeline.corpus.corpus import Corpus
    from pipeline.views.status import read_status

    corpus = Corpus.find(config)
    if corpus is None:
        words = f"{config.name}: nothing is built yet: run `partimento build`"
        answer([words], {"corpus": config.name, "snapshot": None}, as_json=as_json)
        return
    corpus.check_files()
    found = read_status(corpus)
    answer(status_parts(found), found, as_json=as_json)
