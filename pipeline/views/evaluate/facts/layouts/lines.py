"""Lines of annotation files: columns by tabs, commas or spaces."""

import re
from collections.abc import Sequence
from pathlib import Path

from schemas.config import ConfigError


def read_text(path: Path) -> str:
    """Text of a file in UTF-8.

    Raises
    ------
    ConfigError
        If it is none.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def read_rows(path: Path, n_columns: int) -> list[list[str]]:
    """Rows of up to so many columns, the last with all that follows.

    Comments (``#``), empty lines, and a head without numbers are left out.

    Raises
    ------
    ConfigError
        If there are none.
    """
    lines = [line.strip() for line in read_text(path).splitlines()]
    rows = [_columns(line, n_columns) for line in lines if line and not line.startswith("#")]
    if rows and number(rows[0][0]) is None:
        rows = rows[1:]
    if not rows:
        raise ConfigError(f"{path}: there are no annotations")
    return rows


def number(text: str) -> float | None:
    """A number, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def require_number(path: Path, row: Sequence[str], column: int) -> float:
    """The number in a column.

    Raises
    ------
    ConfigError
        If there is none.
    """
    found = number(row[column]) if column < len(row) else None
    if found is None:
        raise ConfigError(f"{path}: no number in column {column + 1} of {' '.join(row)!r}")
    return found


def _columns(line: str, n_columns: int) -> list[str]:
    separator = "\t" if "\t" in line else "," if "," in line else None
    if separator == ",":
        return [each.strip().strip('"') for each in line.split(",", n_columns - 1)]
    if separator == "\t":
        line = re.sub(r"\t+", "\t", line)
    return [each.strip() for each in line.split(separator, n_columns - 1)]
