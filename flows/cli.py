"""The `partimento` command."""

import os
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from flows.display import console
from schemas.config import ConfigError, CorpusConfig, load_config, parse_role, with_roles

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Turn recorded music into training data that can be trusted.",
)
rejects = typer.Typer(no_args_is_help=True, help="Look at what was refused, and why.")
app.add_typer(rejects, name="rejects")

ConfigPath = Annotated[Path, typer.Argument(help="The corpus config (YAML).", metavar="CONFIG")]


Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="NAME=WHO[,FIELD=VALUE...]",
        help="Let a role be played by another: WHO is an engine (builtin/facts) or the URL of an "
        "OpenAI-compatible endpoint, FIELD any field of a role, e.g. "
        "writer=http://127.0.0.1:8000/v1,model=my-model. Repeat it for several roles.",
    ),
]


@app.command()
def build(
    config: ConfigPath,
    role: Roles = [],  # noqa: B006 - Typer copies it
    until: Annotated[str | None, typer.Option(help="The last stage to run.")] = None,
) -> None:
    """Build a corpus, or bring it up to date. What is done already is not done again."""
    overrides = _overrides(role)
    loaded = _load(config, overrides)
    from flows.server import describe_server, quiet_prefect

    quiet_prefect()
    console.print(f"[bold]{loaded.name}[/bold] -> {loaded.store}", soft_wrap=True)
    console.print(f"Prefect: {describe_server()}", soft_wrap=True)
    from flows.build import BuildError, build_corpus
    from pipeline.ingest.snapshots import ConflictError
    from tools.chat.request import EndpointError
    from tools.store import StoreError

    failed: Exception | None = None
    try:
        build_corpus(str(config.resolve()), roles=overrides, until=until)
    except (ConfigError, EndpointError) as error:
        _fail(str(error))
    except (BuildError, ConflictError, StoreError) as error:
        failed = error
    _print_summary(loaded)
    if failed is not None:
        _fail(str(failed))


@app.command()
def status(config: ConfigPath, role: Roles = []) -> None:  # noqa: B006
    """Show what is done, what is left, what it cost, and the content hash of a corpus."""
    _print_summary(_load(config, _overrides(role)))


@app.command()
def doctor() -> None:
    """Check the tools: versions, the Chordino plugin, the Prefect server, what is missing."""
    from flows.doctor import checks
    from flows.tables import checks_table

    found = checks()
    console.print(checks_table(found))
    if any(check.is_needed and not check.is_ok for check in found):
        raise typer.Exit(1)


@app.command()
def show(
    config: ConfigPath,
    track: Annotated[str, typer.Argument(help="Start of a track id, a source_id, or a uri.")],
) -> None:
    """Show one track: what the listing says and what was measured."""
    from flows.tables import track_tables
    from pipeline.lookup import LookupFailedError, find_track

    loaded = _load(config)
    try:
        found = find_track(loaded, track)
    except LookupFailedError as error:
        _fail(str(error))
    for table in track_tables(found):
        typer.echo(_render(table), nl=False)


@rejects.command("list")
def list_rejects(
    config: ConfigPath,
    stage: Annotated[str | None, typer.Option(help="Only this stage, e.g. ingest.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason, e.g. crashed.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 100,
) -> None:
    """List refused files and tracks with the reason and what happened."""
    from flows.tables import rejects_table
    from pipeline.lookup import list_rejections

    found = [
        row
        for row in list_rejections(_load(config))
        if (stage is None or row.stage == stage) and (reason is None or row.reason == reason)
    ]
    typer.echo(_render(rejects_table(found[:limit])), nl=False)
    if len(found) > limit:
        typer.echo(f"{len(found) - limit} more: raise --limit or filter by --stage, --reason")


def _load(config: Path, roles: dict[str, dict[str, Any]] | None = None) -> CorpusConfig:
    try:
        return with_roles(load_config(config), roles or {})
    except ConfigError as error:
        _fail(str(error))


def _overrides(roles: list[str]) -> dict[str, dict[str, Any]]:
    try:
        return dict(map(parse_role, roles))
    except ConfigError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)


def _print_summary(config: CorpusConfig) -> None:
    from flows.tables import costs_table, summary_table
    from pipeline.lookup import corpus_state

    state = corpus_state(config)
    if state is None:
        typer.echo(f"{config.name}: nothing built yet; run `partimento build`")
        return
    typer.echo(_render(summary_table(state)), nl=False)
    if state.ledger:
        typer.echo(_render(costs_table(state.ledger)), nl=False)
    left = f", {state.n_pending} steps left" if state.n_pending else ""
    gone = f", {state.snapshot.n_absent} tracks left the listing" if state.snapshot.n_absent else ""
    typer.echo(f"snapshot {state.snapshot.number}{left}{gone}, content {state.content_hash}")


def _render(table: object) -> str:
    """Text of a Rich table; plain and wide where the output is no terminal."""
    from rich.console import Console

    out = Console() if os.isatty(1) else Console(width=200)
    with out.capture() as capture:
        out.print(table)
    return capture.get()
