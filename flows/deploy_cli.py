"""`partimento deploy` and `alerts`: a corpus's flows and automations on a Prefect server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from flows.command import ConfigPath, fail, load
from flows.display import tell


def deploy(
    config: ConfigPath,
    pool: Annotated[
        str, typer.Option(help="Work pool; one of processes is made where there is none.")
    ] = "partimento",
    cron: Annotated[
        str | None, typer.Option(help='When to build, in UTC, e.g. "0 3 * * *".')
    ] = None,
    then_release: Annotated[
        bool,
        typer.Option(
            "--then-release", help="Builds end in a release, if `release.thresholds` hold."
        ),
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take deployments and automations back.")
    ] = False,
) -> None:
    """Register a corpus's flows: build, backfill, retry, release, report and export."""
    loaded = load(config)
    with _server():
        from flows.alerts import bury_the_dead, remove_alerts
        from flows.deployed import NameTakenError, register
        from flows.deployed import remove as take_back

        if remove:
            gone = [*take_back(loaded.name), *remove_alerts(loaded.name)]
            typer.echo("\n".join(f"removed: {each}" for each in gone) or "nothing was registered")
            return
        try:
            names = register(loaded, config, pool, cron, then_release=then_release)
        except NameTakenError as error:
            fail(str(error))
        typer.echo("\n".join(names))
        typer.echo(bury_the_dead(loaded.name))
    typer.echo(f"a worker runs them: prefect worker start --pool {pool}")


def alerts(
    config: ConfigPath,
    notify: Annotated[
        str | None,
        typer.Option(help="Notification block, TYPE/NAME, e.g. slack-webhook/mine."),
    ] = None,
) -> None:
    """Create automations: a run failed, the budget is reached, too much was refused.

    Without --notify, an alert that fires is an event in the UI. `deploy --remove` takes them back.
    """
    loaded = load(config)
    with _server():
        from prefect.exceptions import ObjectNotFound

        from flows.alerts import create_alerts

        try:
            typer.echo("\n".join(create_alerts(loaded.name, notify)))
        except ObjectNotFound:
            fail(f"--notify {notify}: there is no such block; `prefect block ls` lists them")


@contextmanager
def _server() -> Iterator[None]:
    """A server that outlives the command: what is registered on a temporary one nobody runs."""
    from flows.server import ServerError, prefect_server, quiet_prefect

    quiet_prefect()
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        fail("this needs a server: run one (`prefect server start`) and set PREFECT_API_URL")
    try:
        with prefect_server(tell):
            yield
    except ServerError as error:
        fail(str(error))
