"""Lyrics beside recordings: `song.lrc` is those of `song.flac`, as players have it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

_SUFFIX = ".lrc"
_MOST_BYTES = 200_000
"""Ours: a song of an hour with the time of every word has less."""


def with_sidecars(
    scanned: pl.DataFrame, root: Path, warn: Callable[[str], None] | None = None
) -> pl.DataFrame:
    """Take lyrics from files beside recordings, where the listing gives none.

    Parameters
    ----------
    scanned : pl.DataFrame
        With `uri`, `lyrics` and `reason`.
    root : Path
        What relative uris are relative to.
    warn : callable, optional
        Called once with how many of such files could not be read, and one of them.

    Returns
    -------
    pl.DataFrame
    """
    lyrics: list[str | None] = []
    problems: list[str] = []
    for uri, listed, reason in scanned.select("uri", "lyrics", "reason").iter_rows():
        path = (root / uri).with_suffix(_SUFFIX) if reason is None and not listed else None
        try:
            lyrics.append(listed if path is None or not path.is_file() else _read(path))
        except (OSError, ValueError) as error:
            lyrics.append(None)
            problems.append(f"{path}: {error}")
    if problems and warn is not None:
        warn(f"{len(problems)} files of lyrics are passed over, e.g. {problems[0]}")
    return scanned.with_columns(lyrics=pl.Series(lyrics, dtype=pl.String))


def _read(path: Path) -> str | None:
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise ValueError(f"{size} bytes are no lyrics of a song")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8") from None
    return text.strip() or None
