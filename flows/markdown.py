"""Words of others in what the Prefect UI reads as Markdown: all of an artifact, and each cell."""

from collections.abc import Iterable
from typing import Any

from flows.command import visible

_MARKS = "\\`*_{}[]<>()#|!@"
_ADDRESSES = {"://": "\\://", "www.": "www\\."}


def as_plain(words: str) -> str:
    """One line of Markdown that shows these words: no markup, link or picture in them is obeyed."""
    line = visible(" ".join(words.split()))
    shown = "".join(f"\\{c}" if c in _MARKS else c for c in line)
    for start, escaped in _ADDRESSES.items():  # an address becomes a link by itself
        shown = shown.replace(start, escaped)
    return shown


def plain_cells(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table, with the words in their cells as plain ones."""
    return [
        {name: as_plain(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in rows
    ]
