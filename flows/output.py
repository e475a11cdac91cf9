"""How every command answers: tables and lines for people, or JSON for machines, on stdout."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

import polars as pl
import typer
from pydantic_core import to_jsonable_python

from flows.command import render

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


def answer(parts: Iterable[object], value: Any, *, as_json: bool) -> None:
    """Print an answer.

    Parameters
    ----------
    parts : iterable of Rich tables and str
        For people; not looked at where they are not asked for.
    value : any
        The same for machines: records, data classes, frames, and what is made of them. ASCII, so
        that any terminal and any file name can be written.
    as_json : bool
    """
    if as_json:
        typer.echo(json.dumps(to_jsonable_python(value, fallback=_frame), indent=1))
        return
    for part in parts:
        typer.echo(part if isinstance(part, str) else render(part), nl=isinstance(part, str))


def _frame(value: Any) -> Any:
    if isinstance(value, pl.DataFrame):
        return value.to_dicts()
    raise TypeError(f"no JSON of {type(value).__name__}")
