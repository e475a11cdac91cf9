"""What the commands share: arguments, loading a config, failing in one line, tables as text."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.names import complete_asking_stage, complete_role
from schemas.config import ConfigError, CorpusConfig, load_config, parse_role, with_roles

if TYPE_CHECKING:
    from pipeline.corpus.corpus import Corpus

ConfigPath = Annotated[Path, typer.Argument(help="The corpus config (YAML).", metavar="CONFIG")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="NAME=WHO[,FIELD=VALUE...]",
        help="Let a role be played by another: WHO is an engine (builtin/facts) or the URL of an "
        "OpenAI-compatible endpoint, FIELD any field of a role, e.g. "
        "writer=http://127.0.0.1:8000/v1,model=my-model. Repeat it for several roles: {roles}.",
        autocompletion=complete_role,
    ),
]
AskingStage = Annotated[
    str,
    typer.Option(
        "--stage",
        help="A stage that asks a model: one of {asking stages}.",
        autocompletion=complete_asking_stage,
    ),
]

_WIDTH = 200
"""Where the output is no terminal; wider where words need it."""


def load(config: Path, roles: dict[str, dict[str, Any]] | None = None) -> CorpusConfig:
    """Load a config with some roles changed, or fail saying what to mend."""
    try:
        return with_roles(load_config(config), roles or {})
    except ConfigError as error:
        fail(str(error))


def load_built(config: Path, roles: list[str]) -> CorpusConfig:
    """Load a config to look at what was built; says so where the last build had another.

    Roles that are given are meant: with them no other build is looked at.
    """
    from pipeline.corpus.last_build import as_built

    given = load(config, overrides(roles))
    if roles:
        return given
    try:
        found, note = as_built(given)
    except ConfigError as error:
        fail(str(error))
    if note is not None:
        typer.secho(visible(note), err=True, fg=typer.colors.YELLOW)
    return found


def open_corpus(config: Path, roles: list[str]) -> "Corpus":
    """The corpus as it was built; ends the command where nothing was."""
    from pipeline.corpus.corpus import Corpus, NotBuiltError

    try:
        return Corpus.open(load_built(config, roles))
    except (ConfigError, NotBuiltError) as error:
        fail(str(error))


def overrides(roles: list[str]) -> dict[str, dict[str, Any]]:
    """The roles given on the command line."""
    try:
        return dict(map(parse_role, roles))
    except ConfigError as error:
        fail(str(error))


def check_stage(option: str, name: str, *others: str) -> None:
    """End the command where an option names a stage that there is not."""
    from pipeline.stages import STAGES

    known = [*others, *(stage.name for stage in STAGES)]
    if name not in known:
        fail(f"{option} {name}: there is no such stage, only {', '.join(known)}")


def fail(message: str) -> NoReturn:
    """End the command with a message, which may hold a server's words, and status 1."""
    _say(message)
    raise typer.Exit(1)


def fail_at_once(message: str) -> NoReturn:
    """As `fail`, but wait for no thread that wants to tell a lost server what happened.

    Prefect's clients try to deliver each event that is left ten times, a second apart.
    """
    _say(message)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _say(message: str) -> None:
    shown = "\n".join(map(visible, message.split("\n")))
    typer.secho(shown, err=True, fg=typer.colors.RED)


def visible(text: str) -> str:
    """Text in which control characters are shown, not obeyed."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def render(table: object) -> str:
    """Text of a Rich table, with all words whole; plain where the output is no terminal."""
    from rich.console import Console
    from rich.table import Table

    from flows.fitting import as_records, fit, narrowest

    out = Console() if os.isatty(1) else Console(width=_WIDTH)
    if isinstance(table, Table) and not fit(table, out.width):
        if os.isatty(1):
            table = as_records(table)
        else:
            out = Console(width=narrowest(table))
    with out.capture() as capture:
        out.print(table, soft_wrap=not isinstance(table, Table))
    return capture.get()
