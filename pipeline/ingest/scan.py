"""What the source holds now: a folder's files or a listing's lines, as one polars frame.

Every file and every line is in the frame. One that cannot be a track has a `reason`.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pipeline.engine.sources import SCAN_SCHEMA
from pipeline.ingest.elsewhere import places_elsewhere
from pipeline.ingest.folders import scan_folder
from pipeline.ingest.listing import COLUMNS, read_listing
from pipeline.ingest.places import Place, located
from pipeline.ingest.sidecars import with_sidecars
from schemas.config import ConfigError
from schemas.sections import SourceConfig
from tools.errors import RefusedError, UnreachableError
from tools.remote.audio import AudioRoot
from tools.remote.fetch import fetch
from tools.remote.names import scheme_of, split_member, suffix_of

_PLACE = {name: SCAN_SCHEMA[name] for name in Place._fields}
Warn = Callable[[str], None]


def scan(source: SourceConfig, root: AudioRoot, warn: Warn | None = None) -> pl.DataFrame:
    """List a source.

    Parameters
    ----------
    source : SourceConfig
    root : AudioRoot
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
    warn = warn or _ignore
    try:
        frame = _scan_folder(root, warn) if source.folder else _scan_listing(source, root, warn)
        frame = with_sidecars(frame, root, warn)
    except UnreachableError as error:
        raise ConfigError(f"source: {error}") from error
    repeated = pl.col("uri").is_first_distinct().not_() & pl.col("reason").is_null()
    return frame.sort("uri", maintain_order=True).with_columns(
        reason=pl.when(repeated).then(pl.lit("duplicate_uri")).otherwise("reason")
    )


def _scan_folder(root: AudioRoot, warn: Warn) -> pl.DataFrame:
    found = scan_folder(root)
    if found.problems:
        words = f"{len(found.problems)} files of words are passed over, e.g. {found.problems[0]}"
        warn(words)
    return found.rows


def _scan_listing(source: SourceConfig, root: AudioRoot, warn: Warn) -> pl.DataFrame:
    name = str(source.listing)
    with on_disk(name, root) as path:
        lines, ignored = read_listing(path, name)
    if ignored:
        names = ", ".join(f"`{name}`" for name in ignored)
        warn(f"{name}: nothing is taken from {names}; the columns are {', '.join(COLUMNS)}")
    is_empty = pl.col("reason").is_null() & pl.col("uri").fill_null("").str.strip_chars().eq("")
    words = pl.format("{} names no file", "line")
    lines = lines.with_columns(
        reason=pl.when(is_empty).then(pl.lit("no_uri")).otherwise("reason"),
        detail=pl.when(is_empty).then(words).otherwise("detail"),
    )
    refused = lines.filter(pl.col("reason").is_not_null()).with_columns(uri="line")
    files = lines.filter(pl.col("reason").is_null()).drop("line", "reason", "detail")
    places = pl.DataFrame(_places(files["uri"].to_list(), root), schema=_PLACE, orient="row")
    both = [refused.drop("line"), files.drop("uri").hstack(places)]
    return pl.concat([pl.DataFrame(schema=SCAN_SCHEMA), *both], how="diagonal")


def _places(written: list[str], root: AudioRoot) -> list[Place]:
    """Where the files of a listing are, in its order."""
    found: dict[str, Place] = {}
    elsewhere: dict[str, str] = {}
    for uri in dict.fromkeys(written):
        plain = uri.strip()
        is_path = plain.startswith("/") or plain.lower().startswith("file:")
        is_local = scheme_of(plain) is None and (is_path or not root.is_remote)
        if is_local:
            found[uri] = located(root.folder, uri)
            if found[uri].reason != "missing" or split_member(plain)[1] is None:
                continue
        try:
            elsewhere[plain] = root.name_of(plain)
        except ValueError as error:
            found[uri] = Place(plain, reason="missing", detail=str(error))
    places = places_elsewhere(elsewhere, root.access)
    return [places.get(uri.strip()) or found[uri] for uri in written]


@contextmanager
def on_disk(listing: str, root: AudioRoot) -> Iterator[Path]:
    """A listing, or another file of words, as a file on this machine."""
    if scheme_of(listing) is None:
        yield Path(listing)
        return
    with tempfile.NamedTemporaryFile(suffix=suffix_of(listing)) as file:
        try:
            fetch(listing, file, root.access.hosts, most_bytes=root.access.most_bytes)  # type: ignore[arg-type]
        except RefusedError as error:
            raise ConfigError(f"source: {listing}: {error.detail}") from error
        file.flush()
        yield Path(file.name)


def _ignore(_words: str) -> None:
    pass
