"""Lyrics beside recordings: `song.lrc` is those of `song.flac`, as players have it."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

import polars as pl

from tools.errors import RefusedError
from tools.remote.access import Access
from tools.remote.audio import AudioRoot
from tools.remote.fetch import read_part
from tools.remote.names import scheme_of
from tools.remote.state import RemoteState

_SUFFIX = ".lrc"
_MOST_BYTES = 200_000
"""Ours: a song of an hour with the time of every word has less."""
_ASKED_AT_ONCE = 32
_PER_CHUNK = 10_000
Find = Callable[[str], Callable[[], bytes] | None]
"""Where the lyrics beside a recording are, and how they are read; None where there are none."""


def with_sidecars(
    scanned: pl.DataFrame, root: AudioRoot, warn: Callable[[str], None] | None = None
) -> pl.DataFrame:
    """Take lyrics from files beside recordings, where the listing gives none.

    In a bucket they are those that were listed with the recordings; none is looked for.

    Parameters
    ----------
    scanned : pl.DataFrame
        With `SCAN_SCHEMA`.
    root : AudioRoot
    warn : callable, optional
        Called once with how many of such files could not be read, and one of them.

    Returns
    -------
    pl.DataFrame

    Raises
    ------
    UnreachableError
        If a bucket does not answer.
    """
    without = scanned.filter(pl.col("reason").is_null(), pl.col("lyrics").is_null())["uri"]
    find = _in_bucket(scanned, root) if root.is_remote else _on_disk(root)
    texts: dict[str, str] = {}
    problems: list[str] = []

    def read(beside: tuple[str, Callable[[], bytes]]) -> None:
        uri, read_it = beside
        try:
            if text := _text(read_it()):
                texts[uri] = text
        except (RefusedError, ValueError) as error:
            problems.append(f"{uri}: {error.args[-1]}")

    found = ((uri, beside) for uri in without if (beside := find(uri)) is not None)
    with ThreadPoolExecutor(_ASKED_AT_ONCE if root.is_remote else 1) as threads:
        while some := list(islice(found, _PER_CHUNK)):
            list(threads.map(read, some))
    if problems and warn is not None:
        warn(f"{len(problems)} files of lyrics are passed over, e.g. of {min(problems)}")
    if not texts:
        return scanned
    names, words = list(texts), list(texts.values())
    their = pl.col("uri").replace_strict(names, words, default=None, return_dtype=pl.String)
    return scanned.with_columns(lyrics=pl.coalesce("lyrics", their))


def _on_disk(root: AudioRoot) -> Find:
    def find(uri: str) -> Callable[[], bytes] | None:
        path = Path(root.folder, uri).with_suffix(_SUFFIX)
        is_there = scheme_of(uri) is None and path.is_file()
        return partial(_read, path) if is_there else None

    return find


def _read(path: Path) -> bytes:
    try:
        _bounded(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from None


def _in_bucket(scanned: pl.DataFrame, root: AudioRoot) -> Find:
    files = scanned.filter(pl.col("uri").str.ends_with(_SUFFIX), ~pl.col("uri").str.contains("#"))
    listed = {
        uri: RemoteState(*state)
        for uri, *state in files.select("uri", "size_bytes", "mtime_ns").drop_nulls().iter_rows()
    }

    def find(uri: str) -> Callable[[], bytes] | None:
        beside = str(PurePosixPath(uri).with_suffix(_SUFFIX)) if listed else ""
        if (state := listed.get(beside)) is None:
            return None
        return partial(_fetch, root.name_of(beside), state, root.access)

    return find


def _fetch(name: str, state: RemoteState, access: Access) -> bytes:
    key = hashlib.sha256(f"lrc {name} {state}".encode()).hexdigest()[:32]
    data = access.cache.get_bytes(key)
    if data is None:
        end = _bounded(state.size_bytes)
        data = read_part(name, access.hosts, state, 0, end) if end else b""
        access.cache.put_bytes(key, data)
    return data


def _bounded(size_bytes: int) -> int:
    if size_bytes > _MOST_BYTES:
        raise ValueError(f"{size_bytes} bytes are no lyrics of a song")
    return size_bytes


def _text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8") from None
    return text.strip() or None
