"""Lyrics beside recordings: `song.lrc` is those of `song.flac`, as players have it."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import polars as pl

from tools.errors import RefusedError
from tools.remote.audio import AudioRoot
from tools.remote.fetch import read_part
from tools.remote.names import scheme_of
from tools.remote.state import RemoteState

_SUFFIX = ".lrc"
_MOST_BYTES = 200_000
"""Ours: a song of an hour with the time of every word has less."""
_ASKED_AT_ONCE = 32


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
    found: dict[str, str | None] = {}
    problems: list[str] = []

    def read(uri: str) -> None:
        try:
            found[uri] = _text(data) if (data := find(uri)) is not None else None
        except (RefusedError, ValueError) as error:
            problems.append(f"{uri}: {error.args[-1]}")

    if root.is_remote:
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as threads:
            list(threads.map(read, without))
    else:
        for uri in without:
            read(uri)
    if problems and warn is not None:
        warn(f"{len(problems)} files of lyrics are passed over, e.g. of {min(problems)}")
    lyrics = [
        listed or found.get(uri) for uri, listed in scanned.select("uri", "lyrics").iter_rows()
    ]
    return scanned.with_columns(lyrics=pl.Series(lyrics, dtype=pl.String))


def _on_disk(root: AudioRoot) -> Callable[[str], bytes | None]:
    def find(uri: str) -> bytes | None:
        if scheme_of(uri) is not None:
            return None
        path = Path(root.folder, uri).with_suffix(_SUFFIX)
        try:
            if not path.is_file():
                return None
            _bounded(path.stat().st_size)
            return path.read_bytes()
        except OSError as error:
            raise ValueError(error.strerror or str(error)) from None

    return find


def _in_bucket(scanned: pl.DataFrame, root: AudioRoot) -> Callable[[str], bytes | None]:
    files = scanned.filter(pl.col("uri").str.ends_with(_SUFFIX), ~pl.col("uri").str.contains("#"))
    listed: Mapping[str, RemoteState] = {
        uri: RemoteState(*state)
        for uri, *state in files.select("uri", "size_bytes", "mtime_ns").drop_nulls().iter_rows()
    }

    def find(uri: str) -> bytes | None:
        beside = str(PurePosixPath(uri).with_suffix(_SUFFIX))
        if (state := listed.get(beside)) is None:
            return None
        name = root.name_of(beside)
        key = hashlib.sha256(f"lrc {name} {state}".encode()).hexdigest()[:32]
        cache = root.access.cache
        data = cache.get_bytes(key)
        if data is None:
            end = _bounded(state.size_bytes)
            data = read_part(name, root.access.hosts, state, 0, end) if end else b""
            cache.put_bytes(key, data)
        return data

    return find


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
