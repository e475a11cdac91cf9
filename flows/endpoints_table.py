"""Endpoints as a table: what they take, in words."""

from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from pipeline.corpus.endpoints import EndpointReport
from schemas.dialect import Dialect, FormLevel

_TIMES: dict[FormLevel, str] = {
    "json_schema": "words with times",
    "json_object": "segments with times",
    "prompt": "text without times",
}
_HEARS = {None: "", True: "hears", False: "deaf"}


def endpoints_table(reports: Iterable[EndpointReport]) -> Table:
    """One line a role that asks an endpoint."""
    table = Table("role", "endpoint", "model", "how it is asked", "", "problem")
    for each in reports:
        words = in_words if each.engine == "openai" else times_in_words
        how = "not asked yet" if each.dialect is None else words(each.dialect)
        cells = (each.role, each.base_url, each.model, how, _HEARS[each.hears], each.problem or "")
        table.add_row(*map(escape, cells))
    return table


def in_words(dialect: Dialect) -> str:
    """A dialect in some words.

    Examples
    --------
    >>> in_words(Dialect(form="prompt", has_system_role=False))
    'form in words, max_completion_tokens, no system role'
    """
    words = [
        "form in words" if dialect.form == "prompt" else dialect.form,
        dialect.token_limit or "no output limit",
    ]
    lacks = {
        "bounds in schemas": dialect.takes_bounds or dialect.form not in ("json_schema", "tools"),
        "system role": dialect.has_system_role,
        "temperature": dialect.takes_temperature,
        "top_p": dialect.takes_top_p,
    }
    words += [f"no {name}" for name, is_there in lacks.items() if not is_there]
    if dialect.thinks:
        words.append("thinks")
    if dialect.thinking_switch is not None:
        words.append(f"thinking off by {dialect.thinking_switch}")
    if dialect.audio_format is not None:
        words.append(f"sound as {dialect.audio_format}")
    return ", ".join(words)


def times_in_words(dialect: Dialect) -> str:
    """What an endpoint of transcriptions is asked for, as `tools.chat.transcriptions` has it."""
    return _TIMES[dialect.form]
