"""The `partimento` command."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows.display import console
from schemas.config import ConfigError, CorpusConfig, load_config

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Turn recorded music into training data that can be trusted.",
)
rejects = typer.Typer(no_args_is_help=True, help="Look at what was refused, and why.")
app.add_typer(rejects, name="rejects")

ConfigPath = Annotated[Path, typer.Argument(help="The corpus config (YAML).", metavar="CONFIG")]


@app.command()
def build(config: ConfigPath) -> None:
    """Build a corpus, or bring it up to date. What is done already is not done again."""
    loaded = _load(config)
    from flows.server import describe_server, quiet_prefect

    quiet_prefect()
    console.print(f"[bold]{loaded.name}[/bold] -> {loaded.store}", soft_wrap=True)
    console.print(f"Prefect: {describe_server()}", soft_wrap=True)
    from flows.build import BuildError, build_corpus
    from pipeline.ingest.snapshots import ConflictError
    from tools.store import StoreError

    failed: Exception | None = None
    try:
        build_corpus(str(config.resolve()))
    except ConfigError as error:
        _fail(str(error))
    except (BuildError, ConflictError, StoreError) as error:
        failed = error
    _print_summary(loaded)
    if failed is not None:
        _fail(str(failed))


@app.command()
def status(config: ConfigPath) -> None:
    """Show what is done, what is left, and the content hash of a corpus."""
    _print_summary(_load(config))


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


def _load(config: Path) -> CorpusConfig:
    try:
        return load_config(config)
    except ConfigError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)


def _print_summary(config: CorpusConfig) -> None:
    from flows.tables import summary_table
    from pipeline.lookup import corpus_state

    state = corpus_state(config)
    if state is None:
        typer.echo(f"{config.name}: nothing built yet; run `partimento build`")
        return
    typer.echo(_render(summary_table(state)), nl=False)
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
