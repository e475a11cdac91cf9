"""Listings that users bring: CSV, JSONL or Parquet, as words by line, or what is wrong and where.

What can only be meant in one way is read. A line that cannot be read is kept with its reason; what
makes all lines doubtful, such as another encoding, is an error.
"""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.ingest.lines import Lines, csv_lines, json_lines, ours
from schemas.config import ConfigError
from schemas.tracks import Source

COLUMNS = tuple(Source.model_fields)
LISTING_SCHEMA = {
    **dict.fromkeys(COLUMNS, pl.String),
    "line": pl.String,
    "reason": pl.String,
    "detail": pl.String,
}
_TEXT = {".csv": csv_lines, ".tsv": csv_lines, ".jsonl": json_lines, ".ndjson": json_lines}
_PARQUET = ".parquet"


class Listing(NamedTuple):
    """A listing's lines, and the columns in it that are not ours."""

    rows: pl.DataFrame
    """`LISTING_SCHEMA`; `line` names the place, and lines that cannot be read have a reason."""
    ignored: tuple[str, ...]


def read_listing(path: Path, name: str | None = None) -> Listing:
    """Read a listing.

    Parameters
    ----------
    path : Path
    name : str, optional
        What it is called, where it was fetched from elsewhere.

    Returns
    -------
    Listing

    Raises
    ------
    ConfigError
        If it is missing, of another kind, in another encoding, without a column `uri`, or if no
        line of it can be read.
    """
    suffix, name = path.suffix.lower(), name or str(path)
    if suffix != _PARQUET and suffix not in _TEXT:
        raise ConfigError(f"source.listing: {name} is neither of {', '.join((*_TEXT, _PARQUET))}")
    try:
        found = _read_parquet(path) if suffix == _PARQUET else _read_text(path, suffix)
    except OSError as error:
        raise ConfigError(
            f"source.listing: {name} cannot be read: {error.strerror or error}"
        ) from error
    except ValueError as error:
        raise ConfigError(f"source.listing: {name}: {error}") from None
    bad = found.rows.filter(reason="bad_line")
    if len(bad) and len(bad) == len(found.rows):
        raise ConfigError(f"source.listing: {name}: no line can be read; {bad['detail'][0]}")
    return found


def _read_text(path: Path, suffix: str) -> Listing:
    parts = []
    ignored: dict[str, None] = {}
    for lines in _TEXT[suffix](path, COLUMNS):
        parts.append(tidy(_frame(lines)))
        ignored |= dict.fromkeys(lines.ignored)
    return Listing(_whole(parts), tuple(ignored))


def _frame(lines: Lines) -> pl.DataFrame:
    good = pl.DataFrame(
        {**lines.columns, "line": [f"line {number}" for number in lines.numbers]},
        schema=dict.fromkeys((*lines.columns, "line"), pl.String),
    )
    bad = {
        "line": [f"line {number}" for number, _ in lines.bad],
        "detail": [f"line {number}, {detail}" for number, detail in lines.bad],
    }
    refused = pl.DataFrame(bad, schema={"line": pl.String, "detail": pl.String})
    return pl.concat([good, refused.with_columns(reason=pl.lit("bad_line"))], how="diagonal")


def _read_parquet(path: Path) -> Listing:
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"this is no Parquet that can be read: {_first_line(error)}") from error
    names, ignored = ours(frame.columns, COLUMNS)
    texts = frame.select(_as_text(frame[raw], name) for name, raw in names.items())
    row = pl.format("row {}", pl.int_range(1, pl.len() + 1))
    return Listing(_whole([tidy(texts.with_columns(line=row))]), tuple(ignored))


def _as_text(column: pl.Series, name: str) -> pl.Series:
    """A column as text: whole floats as integers, lists joined by commas."""
    try:
        if isinstance(column.dtype, pl.List | pl.Array):
            if not column.explode().dtype.is_nested():
                return column.cast(pl.List(pl.String)).list.join(", ").alias(name)
        elif column.dtype.is_float():
            whole = column.is_finite() & (column == column.round()) & (column.abs() < 2**53)
            integers = column.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
            rest = column.fill_nan(None).cast(pl.String)
            return pl.select(pl.coalesce(integers, rest)).to_series().alias(name)
        if column.dtype.is_nested():
            raise ValueError(f"column `{column.name}` holds objects ({column.dtype}); write text")
        return column.cast(pl.String).alias(name)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"column `{column.name}` is no text: {_first_line(error)}") from error


def tidy(rows: pl.DataFrame) -> pl.DataFrame:
    """Words without blanks around them, in composed characters; what is empty is null."""
    words = [name for name in COLUMNS if name in rows.columns and name != "uri"]
    text = pl.col(words).str.strip_chars()
    rows = rows.with_columns(pl.when(text != "").then(text))
    composed = [name for name in words if name != "source_id"]
    return rows.with_columns(pl.col(composed).str.normalize("NFC"))


def _whole(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All lines. Ids that all end in ``.0`` were integers before some table made them floats."""
    rows = pl.concat([pl.DataFrame(schema=LISTING_SCHEMA), *parts], how="diagonal")
    ids = pl.col("source_id")
    were_integers = ids.str.contains(r"^\d+\.0$").all()
    return rows.with_columns(pl.when(were_integers).then(ids.str.strip_suffix(".0")).otherwise(ids))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
