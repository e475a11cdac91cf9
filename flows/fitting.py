"""Tables in the room there is: no word of theirs is cut or broken, so that each can be typed."""

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_LONGEST_WORD = 400
"""Ours: longer ones are folded. Ids and reasons are shorter, paths seldom longer."""
_FRAME = 3
"""Columns of a border and the blanks around a cell."""


def fit(table: Table, width: int) -> bool:
    """Set the widths of a table's columns so that words stay whole.

    Parameters
    ----------
    table : rich.table.Table
        Changed in place.
    width : int
        Columns to fill at most.

    Returns
    -------
    bool
        Whether the table fits; if not, it is as narrow as its words allow.
    """
    wide = Console(width=1_000_000)
    ranges = []
    for column in table.columns:
        cells = [
            Measurement.get(wide, wide.options, each) for each in (column.header, *column.cells)
        ]
        least = min(_LONGEST_WORD, max(each.minimum for each in cells))
        ranges.append((least, max(each.maximum for each in cells)))
        column.overflow = "fold"
    room = width - _FRAME * len(ranges) - 1 - sum(least for least, _ in ranges)
    wanted = sum(most - least for least, most in ranges)
    share = min(1.0, max(room, 0) / wanted) if wanted else 0.0
    for column, (least, most) in zip(table.columns, ranges, strict=True):
        column.width = least + int(share * (most - least))
    return room >= 0


def narrowest(table: Table) -> int:
    """Columns that a table fills after `fit`."""
    return sum(column.width or 0 for column in table.columns) + _FRAME * len(table.columns) + 1


def as_records(table: Table) -> Text:
    """A table as lines of ``column: cell``, a block a row, for where there is no room for it."""
    lines = [_plain(table.title)] if table.title else []
    for row in zip(*(column.cells for column in table.columns), strict=True):
        lines.append("")
        for column, cell in zip(table.columns, row, strict=True):
            if text := _plain(cell):
                lines.append(f"{_plain(column.header)}: {text}".removeprefix(": "))
    if table.caption:
        lines += ["", _plain(table.caption)]
    return Text("\n".join(lines))


def _plain(cell: object) -> str:
    return Text.from_markup(cell).plain if isinstance(cell, str) else str(cell)
