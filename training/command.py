"""The command line of a stage: one config, read and explained."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from schemas.config import ConfigError, read_config
from schemas.record import Record

R = TypeVar("R", bound=Record)


class UnusableError(ValueError):
    """Something that was given cannot be used; the message says what to do."""


def stage_command(
    name: str,
    kind: type[R],
    run: Callable[[R], object],
    arguments: Sequence[str] | None = None,
) -> None:
    """Read the config named on the command line and run; a config that cannot be used is explained.

    Parameters
    ----------
    name : str
        Of the command, for ``--help``.
    kind : type[Record]
        What the config must be.
    run : callable
    arguments : sequence of str, optional
        By default those of the command line.
    """
    fields = "\n".join(
        f"  {field:28} {default:12} {text}" for field, default, text in settings(kind)
    )
    parser = argparse.ArgumentParser(
        prog=f"partimento train {name}",
        description=(kind.__doc__ or "").splitlines()[0],
        epilog=f"fields of the config, their defaults and meaning:\n{fields}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("config", type=Path, help="a YAML file, as in training/configs")
    try:
        config = read_config(parser.parse_args(arguments).config, kind)
    except ConfigError as error:
        sys.exit(str(error))
    try:
        run(config)
    except (UnusableError, FileNotFoundError) as error:
        sys.exit(str(error))


def settings(kind: type[Record], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """All fields of a config, those of its parts among them.

    Yields
    ------
    name, default, meaning : str
        The default as YAML writes it; empty where the field must be given.
    """
    for name, info in kind.model_fields.items():
        if part := _part(info.annotation):
            yield from settings(part, f"{prefix}{name}.")
            continue
        default = "" if info.is_required() else _as_yaml(info.default)
        yield f"{prefix}{name}", default, info.description or ""


def _part(annotation: Any) -> type[Record] | None:
    """The config in an annotation such as ``tuple[SourceConfig, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((part for each in get_args(annotation) if (part := _part(each))), None)


def _as_yaml(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(_as_yaml, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)
