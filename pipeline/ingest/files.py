"""A source without any file is a mistake in the config, or a disk that is not mounted."""

import polars as pl

from schemas.config import ConfigError
from schemas.sections import SourceConfig
from tools.remote.audio import AudioRoot


def require_files(scanned: pl.DataFrame, source: SourceConfig, root: AudioRoot) -> None:
    """Make sure that a source has a file, before all its tracks are marked as gone.

    Parameters
    ----------
    scanned : pl.DataFrame
        From `scan`.
    source : SourceConfig
    root : AudioRoot

    Raises
    ------
    ConfigError
        If it has none.
    """
    refused = scanned.filter(pl.col("reason").is_not_null())
    if len(refused) < len(scanned):
        return
    where = f"source.{'folder' if source.folder else 'listing'}: {source.folder or source.listing}"
    if refused.is_empty():
        raise ConfigError(f"{where} is empty")
    counts = refused["reason"].value_counts(sort=True, name="n").iter_rows()
    why = ", ".join(f"{n} {reason}" for reason, n in counts)
    first = refused.row(0, named=True)
    raise ConfigError(
        f"{where}: no file can be read: {why}, e.g. {first['uri']} ({first['detail']}). Paths are "
        f"relative to {root.folder}{'' if root.is_remote else ': is its disk mounted?'}"
    )
