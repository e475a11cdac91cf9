"""Recordings in a tar, and the words beside them: the shards of WebDataset, and plain tars."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

import polars as pl
from pydantic_core import from_json

from pipeline.engine.sources import SCAN_SCHEMA
from pipeline.ingest.lines import ALIASES, as_text
from pipeline.ingest.listing import COLUMNS, tidy
from schemas.sections import AUDIO_EXTENSIONS
from tools.errors import RefusedError
from tools.remote.audio import AudioRoot
from tools.remote.state import RemoteState
from tools.remote.tar_files import tar_index
from tools.remote.tars import TarIndex

_LYRICS = ".lrc"


class Shard(NamedTuple):
    """What is in a tar."""

    rows: pl.DataFrame
    """`SCAN_SCHEMA`, a row a member, and one for the tar where something is wrong with it."""
    problems: list[str]
    """Members with words that cannot be read."""


def read_shard(root: AudioRoot, uri: str, state: RemoteState) -> Shard:
    """List the members of a tar.

    Parameters
    ----------
    root : AudioRoot
    uri : str
        Of the tar.
    state : RemoteState
        Of the tar.

    Raises
    ------
    UnreachableError
        If who has it does not answer.
    """
    try:
        index = tar_index(root.name_of(uri), state, root.access)
    except RefusedError as error:
        row = {"uri": uri, "reason": error.reason, "detail": error.detail}
        return Shard(pl.DataFrame([row], schema=SCAN_SCHEMA), [])
    words, problems = _words(index, uri)
    rows: list[dict[str, str | int | None]] = []
    for name, _, size_bytes in index.members:
        place: dict[str, str | int | None] = {
            "uri": f"{uri}#{name}",
            "size_bytes": size_bytes,
            "mtime_ns": state.mtime_ns,
        }
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in AUDIO_EXTENSIONS:
            rows.append({**words.get(_key(name), {}), **place})
        else:
            rows.append({**place, "reason": "not_audio", "detail": f"extension {suffix!r}"})
    for name, reason, detail in index.bad:
        shown = f"{uri}#{name}" if name else uri
        rows.append({"uri": shown, "reason": reason, "detail": detail})
    return Shard(tidy(pl.DataFrame(rows, schema=SCAN_SCHEMA)), problems)


def _words(index: TarIndex, uri: str) -> tuple[dict[str, dict[str, str | None]], list[str]]:
    """Words about recordings by their key: of `.json`, and lyrics of `.lrc` where it has none."""
    found: dict[str, dict[str, str | None]] = {}
    problems = []
    for name, text in index.texts.items():
        of_key = found.setdefault(_key(name), {})
        if PurePosixPath(name).suffix.lower() == _LYRICS:
            of_key.setdefault("lyrics", text)
            continue
        try:
            of_key.update(_fields(text))
        except ValueError as error:
            problems.append(f"{uri}#{name}: {error}")
    return found, problems


def _fields(text: str) -> Iterator[tuple[str, str | None]]:
    values = from_json(text)
    if not isinstance(values, dict):
        raise ValueError("it is no object: {...}")
    for raw, value in values.items():
        name = raw.strip().casefold()
        name = ALIASES.get(name, name)
        if name in COLUMNS and name != "uri" and value is not None:
            yield name, as_text(value)


def _key(name: str) -> str:
    """What WebDataset tells samples by: a member's name up to the first dot of its file."""
    folder, slash, file = name.rpartition("/")
    return folder + slash + file.partition(".")[0]
