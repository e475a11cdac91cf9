"""What the source holds now: a folder's files or a listing's lines, as one polars frame.

Every file and every line is in the frame. One that cannot be a track has a `reason`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from schemas.config import ConfigError
from schemas.sections import AUDIO_EXTENSIONS, SourceConfig
from schemas.tracks import Source

WORDS = tuple(name for name in Source.model_fields if name != "uri")
SCAN_SCHEMA = {
    "uri": pl.String,
    **dict.fromkeys(WORDS, pl.String),
    "size_bytes": pl.Int64,
    "mtime_ns": pl.Int64,
    "reason": pl.String,
    "detail": pl.String,
}


def scan(source: SourceConfig) -> pl.DataFrame:
    """List a source.

    Parameters
    ----------
    source : SourceConfig

    Returns
    -------
    pl.DataFrame
        One row a file or line, with the columns of `SCAN_SCHEMA`, sorted by uri.

    Raises
    ------
    ConfigError
        If the folder or listing is missing or cannot be read, or has no `uri` column.
    """
    frame = _scan_folder(source.folder) if source.folder else _scan_listing(str(source.listing))
    repeated = pl.col("uri").is_first_distinct().not_() & pl.col("reason").is_null()
    return frame.sort("uri", maintain_order=True).with_columns(
        reason=pl.when(repeated).then(pl.lit("duplicate_uri")).otherwise("reason")
    )


def root_of(source: SourceConfig) -> Path:
    """The folder that relative uris are relative to."""
    return Path(source.folder) if source.folder else Path(str(source.listing)).parent


def _scan_folder(folder: str) -> pl.DataFrame:
    root = Path(folder)
    if not root.is_dir():
        raise ConfigError(f"source.folder: {folder} is no folder")
    rows = [_file_row(root, path) for path in _files(root)]
    return pl.DataFrame(rows, schema=SCAN_SCHEMA)


def _files(root: Path) -> Iterator[Path]:
    """All files, behind links to folders elsewhere too; each of those is read once."""
    seen: list[Path] = [root.resolve()]
    for folder, folders, names in os.walk(root, followlinks=True):
        for name in sorted(folders):
            real = Path(folder, name).resolve()
            if not Path(folder, name).is_symlink():
                continue
            if any(real.is_relative_to(each) or each.is_relative_to(real) for each in seen):
                folders.remove(name)
            else:
                seen.append(real)
        for name in names:
            yield Path(folder, name)


def _file_row(root: Path, path: Path) -> dict[str, str | int | None]:
    uri = path.relative_to(root).as_posix()
    if not _is_utf8(uri):
        shown = os.fsencode(uri).decode("utf-8", "backslashreplace")
        return {"uri": shown, "reason": "name_not_utf8", "detail": "rename the file"}
    if path.suffix.lower() not in AUDIO_EXTENSIONS:
        return {"uri": uri, "reason": "not_audio", "detail": f"extension {path.suffix!r}"}
    return {"uri": uri, **_status(path)}


def _scan_listing(listing: str) -> pl.DataFrame:
    path = Path(listing)
    lines = _read_listing(path)
    if "uri" not in lines.columns:
        raise ConfigError(f"source.listing: {path} has no column `uri`, only {lines.columns}")
    known = [name for name in ("uri", *WORDS) if name in lines.columns]
    rows: list[dict[str, str | int | None]] = []
    for number, line in enumerate(lines.select(pl.col(known).cast(pl.String)).to_dicts(), start=1):
        if not line["uri"]:
            rows.append({"uri": f"line {number}", "reason": "no_uri", "detail": str(line)})
        else:
            rows.append({**line, **_status(path.parent / str(line["uri"]))})
    return pl.DataFrame(rows, schema=SCAN_SCHEMA)


def _read_listing(path: Path) -> pl.DataFrame:
    readers = {
        ".csv": lambda: pl.read_csv(path, infer_schema=False),
        ".jsonl": lambda: pl.read_ndjson(path, infer_schema_length=None),
        ".ndjson": lambda: pl.read_ndjson(path, infer_schema_length=None),
        ".parquet": lambda: pl.read_parquet(path),
    }
    if path.suffix.lower() not in readers:
        raise ConfigError(f"source.listing: {path} is neither of {', '.join(readers)}")
    try:
        return readers[path.suffix.lower()]()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ConfigError(f"source.listing: {path} cannot be read: {error}") from error


def _status(path: Path) -> dict[str, str | int | None]:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return {"reason": "missing", "detail": "there is no such file"}
    except (OSError, ValueError) as error:
        return {"reason": "unreadable", "detail": str(error)}
    return {"size_bytes": status.st_size, "mtime_ns": status.st_mtime_ns}


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
