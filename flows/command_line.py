"""The shape that all commands share: -h, -q, -v, names in help, one line for what is wrong."""

import sys
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import typer
import typer.core

from flows import names
from flows.command import fail
from flows.display import loudness

F = TypeVar("F", bound=Callable[..., Any])
_NAMES: dict[str, Callable[[], list[str]]] = {
    "{stages}": names.stages,
    "{asking stages}": names.asking_stages,
    "{roles}": names.roles,
}
_ANYWHERE = {"-q", "--quiet", "-v", "--verbose"}


class Command(typer.core.TyperCommand):
    """A command: ``{stages}`` in the help of an option stands for their names."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the help; names are looked up only now, since that imports all stages."""
        for option in self.params:
            told = getattr(option, "help", None) or ""
            for mark, known in _NAMES.items():
                if mark in told:
                    told = told.replace(mark, ", ".join(known()))
                    option.help = told  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)


class Commands(typer.core.TyperGroup):
    """Commands that end in one line where a store or a disk cannot be read or written."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take -q and -v wherever they stand; what follows `train` is its programs' own."""
        if args[:1] != ["train"]:
            args = sorted(args, key=lambda each: each not in _ANYWHERE)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # who read the output has gone: Click ends the command
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            fail(f"{place}{error.strerror or str(error).partition(chr(10))[0]}")
        except typer.Exit as end:
            if loudness.is_verbose and end.__context__ is not None:
                traceback.print_exception(end.__context__, file=sys.stderr)
            raise


class CommandLine(typer.Typer):
    """A group of commands of ours."""

    def __init__(self, **settings: Any) -> None:
        context = {"help_option_names": ["-h", "--help"]}
        super().__init__(no_args_is_help=True, context_settings=context, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """A command of the group."""
        return super().command(name, **({"cls": Command} | settings))
