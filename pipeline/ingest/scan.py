"""What the source holds now: a folder's files or a listing's lines, as one polars frame.

Every file and every line is in the frame. One that cannot be a track has a `reason`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from pipeline.engine.sources import SCAN_SCHEMA
from pipeline.ingest.listing import COLUMNS, read_listing
from pipeline.ingest.places import Place, located, status
from pipeline.ingest.sidecars import with_sidecars
from schemas.config import ConfigError
from schemas.sections import AUDIO_EXTENSIONS, SourceConfig

_PLACE = {name: SCAN_SCHEMA[name] for name in Place._fields}


def scan(source: SourceConfig, warn: Callable[[str], None] | None = None) -> pl.DataFrame:
    """List a source.

    Parameters
    ----------
    source : SourceConfig
    warn : callable, optional
        Called with what is odd about a listing, such as columns from which nothing is taken.

    Returns
    -------
    pl.DataFrame
        One row a file or line, with the columns of `SCAN_SCHEMA`, sorted by uri.

    Raises
    ------
    ConfigError
        If the folder or listing is missing or cannot be read, or has no `uri` column.
    """
    frame = _scan_folder(source.folder) if source.folder else _scan_listing(source, warn)
    frame = with_sidecars(frame, root_of(source), warn)
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
    return status(str(root), uri)._asdict()


def _scan_listing(source: SourceConfig, warn: Callable[[str], None] | None) -> pl.DataFrame:
    path = Path(str(source.listing))
    lines, ignored = read_listing(path)
    if ignored and warn is not None:
        names = ", ".join(f"`{name}`" for name in ignored)
        warn(f"{path}: nothing is taken from {names}; the columns are {', '.join(COLUMNS)}")
    is_empty = pl.col("reason").is_null() & pl.col("uri").fill_null("").str.strip_chars().eq("")
    words = pl.format("{} names no file", "line")
    lines = lines.with_columns(
        reason=pl.when(is_empty).then(pl.lit("no_uri")).otherwise("reason"),
        detail=pl.when(is_empty).then(words).otherwise("detail"),
    )
    refused = lines.filter(pl.col("reason").is_not_null()).with_columns(uri="line")
    files = lines.filter(pl.col("reason").is_null()).drop("line", "reason", "detail")
    folder = str(path.parent)
    places = pl.DataFrame(
        [located(folder, uri) for uri in files["uri"]], schema=_PLACE, orient="row"
    )
    both = [refused.drop("line"), files.drop("uri").hstack(places)]
    return pl.concat([pl.DataFrame(schema=SCAN_SCHEMA), *both], how="diagonal")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
