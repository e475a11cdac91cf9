"""What is in a folder, or below a bucket's prefix: its files, and the members of its tars."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars as pl

from pipeline.engine.sources import SCAN_SCHEMA
from pipeline.ingest.places import Place, status
from pipeline.ingest.shards import Shard, read_shard
from schemas.config import ConfigError
from schemas.sections import AUDIO_EXTENSIONS
from tools.errors import RefusedError
from tools.remote.audio import AudioRoot
from tools.remote.names import BUCKETS, is_tar, scheme_of
from tools.remote.objects import list_objects
from tools.remote.state import RemoteState

_PLACE = {name: SCAN_SCHEMA[name] for name in Place._fields}
_READERS = 8
"""Ours: tars whose headers are read at once, each a chain of small requests."""


class Found(NamedTuple):
    """What is in a folder."""

    rows: pl.DataFrame
    """`SCAN_SCHEMA`."""
    problems: list[str]
    """Files of words about recordings that cannot be read."""


def scan_folder(root: AudioRoot) -> Found:
    """List a folder or prefix with all below it.

    Raises
    ------
    ConfigError
        If it is none, or cannot be listed.
    UnreachableError
        If who has it does not answer.
    """
    if not root.is_remote and not Path(root.folder).is_dir():
        raise ConfigError(f"source.folder: {root.folder} is no folder")
    places = _objects(root) if root.is_remote else _local(Path(root.folder))
    files = pl.concat([pl.DataFrame(schema=_PLACE), *places])
    is_shard = pl.col("reason").is_null() & pl.col("uri").str.to_lowercase().str.ends_with(".tar")
    shards = files.filter(is_shard).select("uri", "size_bytes", "mtime_ns").rows()

    def read(shard: tuple[str, int, int]) -> Shard:
        return read_shard(root, shard[0], RemoteState(*shard[1:]))

    with ThreadPoolExecutor(_READERS) as readers:
        found = list(readers.map(read, shards))
    parts = [pl.DataFrame(schema=SCAN_SCHEMA), files.filter(~is_shard)]
    rows = pl.concat([*parts, *(each.rows for each in found)], how="diagonal")
    return Found(rows, [problem for each in found for problem in each.problems])


def _objects(root: AudioRoot) -> Iterator[pl.DataFrame]:
    if scheme_of(root.folder) not in BUCKETS:
        raise ConfigError(
            f"source.folder: {root.folder}: only a folder and a bucket can be searched: for files "
            "elsewhere write a `listing`"
        )
    try:
        for chunk in list_objects(root.folder):
            places = (_place(Place(uri, *state)) for uri, state in chunk)
            yield pl.DataFrame(places, schema=_PLACE, orient="row")
    except RefusedError as error:
        raise ConfigError(f"source.folder: {root.folder}: {error.detail}") from error


def _local(root: Path) -> Iterator[pl.DataFrame]:
    places = (_file(root, path) for path in _files(root))
    yield pl.DataFrame(places, schema=_PLACE, orient="row")


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


def _file(root: Path, path: Path) -> Place:
    uri = path.relative_to(root).as_posix()
    if not _is_utf8(uri):
        shown = os.fsencode(uri).decode("utf-8", "backslashreplace")
        return Place(shown, reason="name_not_utf8", detail="rename the file")
    place = _place(Place(uri))
    return place if place.reason is not None else status(str(root), uri)


def _place(place: Place) -> Place:
    """The place of a file, unless its ending is not that of audio or a tar."""
    suffix = PurePosixPath(place.uri).suffix
    if suffix.lower() in AUDIO_EXTENSIONS or is_tar(place.uri):
        return place
    return place._replace(reason="not_audio", detail=f"extension {suffix!r}")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
