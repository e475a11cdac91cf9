"""Lines of text listings, CSV and JSONL, some thousand at a time; bad ones with what is wrong."""

import csv
import json
import re
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress, islice
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, TextIO

from pydantic_core import from_json

_PER_CHUNK = 50_000
_MOST_SHOWN = 40
_DELIMITERS = ",;\t"
ALIASES = {"license": "licence"}
_FIELD = r'(?:"(?:[^"]|"")*"|(?!")[^{0}]*){0}'
_QUOTES = 'write "" for a quote inside a quoted field'


class Lines(NamedTuple):
    """A stretch of a listing."""

    numbers: list[int]
    """Of the good lines; the file's first is 1."""
    columns: dict[str, list[str | None]]
    """Words of the good lines by our names."""
    bad: list[tuple[int, str]]
    """Numbers of lines that cannot be read, and what is wrong with them."""
    ignored: Sequence[str]
    """Columns that are not ours."""


def ours(names: Iterable[str], wanted: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Which columns are ours, by the names in the listing, and which are not.

    Raises
    ------
    ValueError
        If none is `uri`, or two are the same.
    """
    found: dict[str, str] = {}
    ignored = []
    for raw in names:
        name = raw.strip().casefold()
        name = ALIASES.get(name, name)
        if name not in wanted:
            ignored.append(raw)
        elif name in found.values():
            others = [other for other, each in found.items() if each == name]
            raise ValueError(f"two columns give the {name}, {[*others, raw]}: keep one")
        else:
            found[raw] = name
    if "uri" not in found.values():
        raise ValueError(f"it has no column `uri`, only {ignored + list(found)}")
    return found, ignored


def csv_lines(path: Path, wanted: Sequence[str]) -> Iterator[Lines]:
    """Read a CSV; fields are separated by commas, semicolons or tabs.

    Parameters
    ----------
    path : Path
        UTF-8, or UTF-16 with a byte order mark; the first line names the columns.
    wanted : sequence of str
        Columns to read.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it has another encoding or no column `uri`, or a quoted field that does not end.
    """
    with _opened(path) as file:
        delimiter = max(_DELIMITERS, key=file.readline().count)
        file.seek(0)
        rows = _csv_rows(file, delimiter)
        _, names = next(rows, (1, []))
        if isinstance(names, str) or not names:
            raise ValueError("it is empty, or its first line does not name the columns")
        found, ignored = ours(names, wanted)
        while chunk := list(islice(rows, _PER_CHUNK)):
            lines = Lines([], {}, [], ignored)
            good: list[list[str]] = []
            for number, row in chunk:
                try:
                    good.append(_fields(row, names, delimiter))
                    lines.numbers.append(number)
                except ValueError as error:
                    lines.bad.append((number, str(error)))
            for raw, name in found.items():
                at = names.index(raw)
                lines.columns[name] = [row[at] for row in good]
            yield lines


def json_lines(path: Path, wanted: Sequence[str]) -> Iterator[Lines]:
    """Read lines of one JSON object each.

    Parameters
    ----------
    path : Path
        UTF-8, or UTF-16 with a byte order mark.
    wanted : sequence of str
        Fields to read: texts, numbers, or lists of them, which are joined by commas.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it has another encoding, or no line has a `uri`.
    """
    names: dict[str, None] = {}
    with _opened(path) as file:
        numbered = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        while chunk := list(islice(numbered, _PER_CHUNK)):
            lines = Lines([], {}, [], [])
            rows: list[dict[str, Any]] = []
            for number, line in chunk:
                try:
                    rows.append(_object(line))
                    lines.numbers.append(number)
                except ValueError as error:
                    lines.bad.append((number, str(error)))
            names |= dict.fromkeys(name for row in rows for name in row)
            yield _in_columns(lines, rows, *ours(names, wanted)) if names else lines


def _csv_rows(file: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the number of their first line; a line that is none, as it stands."""
    last = ""

    def seen() -> Iterator[str]:
        nonlocal last
        for last in file:  # noqa: UP028 - it is kept
            yield last

    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(seen(), delimiter=delimiter, strict=True)
    number = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if reader.line_num > number or last.count('"') % 2:
                raise ValueError(f"line {number}: a quoted field does not end; {_QUOTES}") from None
            yield number, last
        else:
            if row:
                yield number, row
        number = reader.line_num + 1


def _fields(row: list[str] | str, names: list[str], delimiter: str) -> list[str]:
    """Fields of a row, one a column, or a ValueError that says what is wrong with it."""
    if isinstance(row, str):
        good = re.match(f"(?:{_FIELD.format(delimiter)})*", row)
        n_good = len(next(csv.reader([good[0]], delimiter=delimiter))) - 1 if good else 0
        name = names[min(n_good, len(names) - 1)]
        raise ValueError(f"column `{name}`: a quote ends before the field does; {_QUOTES}")
    if len(row) == len(names):
        return row
    extra = [field for field in row[len(names) :] if field.strip()]
    if not extra:
        return [*row, *[""] * (len(names) - len(row))]
    raise ValueError(
        f"after the last column, `{names[-1]}`: {_short(extra[0])} is a field too many; put a "
        f"field that holds {delimiter!r} into quotes"
    )


def _object(line: str) -> dict[str, Any]:
    """A line as an object, or a ValueError that says where it is none."""
    try:
        value = from_json(line.rstrip())
    except ValueError as error:
        what, _, place = str(error).rpartition(" at line 1 column ")
        raise ValueError(f"character {place}: no JSON: {what}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{_short(line.strip())} is no object: {{...}}")
    return value


def _in_columns(
    lines: Lines, rows: list[dict[str, Any]], found: dict[str, str], ignored: list[str]
) -> Lines:
    """Words of objects by column; an object with a value that is no text joins the bad lines."""
    columns: dict[str, list[str | None]] = {}
    wrong: dict[int, str] = {}
    for raw, name in found.items():
        values = [row.get(raw) for row in rows]
        if set(map(type, values)) <= {str, NoneType}:
            columns[name] = values
            continue
        columns[name] = texts = []
        for number, value in zip(lines.numbers, values, strict=True):
            try:
                texts.append(value if value is None else as_text(value))
            except ValueError as error:
                texts.append(None)
                wrong.setdefault(number, f"column `{raw}`: {error}")
    if wrong:
        is_good = [number not in wrong for number in lines.numbers]
        columns = {name: list(compress(texts, is_good)) for name, texts in columns.items()}
    numbers = [number for number in lines.numbers if number not in wrong]
    return Lines(numbers, columns, sorted([*lines.bad, *wrong.items()]), ignored)


def as_text(value: Any) -> str | None:
    """A JSON value as text: whole floats as integers, lists joined by commas.

    Raises
    ------
    ValueError
        If it is an object, or holds one.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else str(value)
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return ", ".join(text for each in value if each is not None and (text := as_text(each)))
    raise ValueError(f"{_short(json.dumps(value))} is no text")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A text file; where it is in another encoding, a ValueError that names the place."""
    with path.open("rb") as file:
        is_utf16 = file.read(2) in (BOM_UTF16_BE, BOM_UTF16_LE)
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as text:
        try:
            yield text
        except UnicodeDecodeError:
            if is_utf16:
                raise ValueError("it begins as UTF-16, but is none; save it as UTF-8") from None
            raise ValueError(_undecodable(path)) from None


def _undecodable(path: Path) -> str:
    """Where a file that should be UTF-8 is not, and what to do."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                before = line[: error.start].decode()
                return (
                    f"line {number}, character {len(before) + 1}, after {_short(before[-20:])}: "
                    f"byte 0x{line[error.start]:02x} is no UTF-8; if the file is ISO-8859-1 or "
                    f"Windows-1252, run `iconv -f WINDOWS-1252 -t UTF-8 {path} > NEW{path.suffix}`"
                )
    raise AssertionError("a file that cannot be decoded has a line that cannot")


def _short(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")
