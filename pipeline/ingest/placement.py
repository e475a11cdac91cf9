"""The corpus over time: what is new, what left, and which partition a track belongs to.

Pure functions on frames. A track is its content: a file that was moved or renamed is the same
track, one whose bytes changed is a new one. Partitions are decided once; new tracks form new ones.
"""

import polars as pl

from pipeline.engine.sources import INFO_SCHEMA, SOURCES_SCHEMA
from pipeline.ingest.licences import lanes_of
from schemas.sections import CurationConfig

TRIED_AGAIN = (
    "missing", "unreadable", "not_a_file", "changed", "host_not_allowed", "needs_av", "crashed",
    "timed_out", "failed",
)  # fmt: skip
JUDGED_BY_LIMITS = (
    "too_long", "too_short", "truncated", "out_of_range", "odd_sample_rate", "too_many_channels",
    "undecodable", "too_large",
)  # fmt: skip
"""What may be let in under other limits of `ingest`."""
JUDGED_ANEW = ("duplicate_content", "acoustic_duplicate", "blocked_licence")
"""What is wrong with a file that could be a track: it depends on the others and on the config."""
_DEFAULT_CURATION = CurationConfig()
_STAT = ["uri", "size_bytes", "mtime_ns"]


def split_known(
    scanned: pl.DataFrame, sources: pl.DataFrame, *, try_again: tuple[str, ...] = TRIED_AGAIN
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tell the files that must be inspected from those whose bytes were seen before.

    Parameters
    ----------
    scanned : pl.DataFrame
        From `scan`.
    sources : pl.DataFrame
        The last snapshot's sources (`SOURCES_SCHEMA`); empty for a new corpus.
    try_again : tuple of str, optional
        Files refused for one of these reasons are inspected anew.

    Returns
    -------
    known : pl.DataFrame
        Rows with what the snapshot knows of them, or with the reason why they are no files.
    unknown : pl.DataFrame
        Rows of files never seen with this size and time, or to be tried again.
    """
    refused = scanned.filter(pl.col("reason").is_not_null())
    files = scanned.filter(pl.col("reason").is_null()).drop("reason", "detail")
    is_judged_anew = pl.col("reason").is_in(JUDGED_ANEW)
    seen = sources.filter(
        "is_present",
        pl.col("mtime_ns").is_not_null(),
        pl.col("reason").is_null() | pl.col("reason").is_in(try_again).not_(),
    ).select(
        *_STAT,
        *INFO_SCHEMA,
        "recording",
        reason=pl.when(is_judged_anew).then(None).otherwise("reason"),
        detail=pl.when(is_judged_anew).then(None).otherwise("detail"),
    )
    known = files.join(seen, on=_STAT, how="inner")
    unknown = files.join(seen, on=_STAT, how="anti")
    return pl.concat([refused, known], how="diagonal"), unknown


def place(
    found: pl.DataFrame,
    sources: pl.DataFrame,
    *,
    partition_size: int,
    curation: CurationConfig = _DEFAULT_CURATION,
) -> pl.DataFrame:
    """Give every track its partition.

    Parameters
    ----------
    found : pl.DataFrame
        All sources of the listing, inspected: with a `track_id` or a `reason`. Tracks of one
        `recording` sound the same; null stands for a recording of its own.
    sources : pl.DataFrame
        The last snapshot's sources.
    partition_size : int
        Tracks per new partition.
    curation : CurationConfig, optional

    Returns
    -------
    pl.DataFrame
        `SOURCES_SCHEMA`, sorted by uri: tracks keep the partition they had, new ones fill new
        partitions in the order of their uris, what the config blocks is refused as
        ``blocked_licence``, a second copy of the same bytes as ``duplicate_content``, of the same
        recording as ``acoustic_duplicate``, and tracks that left the listing stay, marked as not
        present.
    """
    placed = sources.filter(pl.col("partition").is_not_null())
    own = pl.coalesce("recording", "track_id")
    # One name for all its states: each is a copy of a million rows, and goes with the next.
    found = found.with_columns(recording=own).sort("uri", maintain_order=True)
    found = _refuse_blocked(found, curation)
    found = _refuse_copies(found, placed, "track_id", "duplicate_content")
    if curation.acoustic_duplicates == "reject":
        found = _refuse_copies(found, placed, "recording", "acoustic_duplicate")
    found = found.join(placed.select("track_id", "partition"), on="track_id", how="left")
    is_track = pl.col("reason").is_null()
    is_new = is_track & pl.col("partition").is_null()
    first = placed["partition"].str.slice(1).cast(pl.Int64).max()
    start = 0 if first is None else int(str(first)) + 1
    number = start + (is_new.cum_sum() - 1) // partition_size
    name = pl.format("p{}", number.cast(pl.String).str.zfill(6))
    found = found.with_columns(
        partition=pl.when(is_new).then(name).when(is_track).then("partition"),
        is_present=pl.lit(True),
    )
    kept = found.filter(pl.col("reason").is_null()).select("track_id")
    gone = placed.join(kept, on="track_id", how="anti").with_columns(is_present=pl.lit(False))
    found = pl.concat([found, gone], how="diagonal_relaxed")
    return found.select(pl.col(name).cast(kind) for name, kind in SOURCES_SCHEMA.items()).sort(
        "uri", "is_present", "track_id", maintain_order=True
    )


def _refuse_blocked(found: pl.DataFrame, curation: CurationConfig) -> pl.DataFrame:
    lanes = lanes_of(found["licence"], curation)
    is_blocked = pl.col("reason").is_null() & lanes.is_known & (lanes.lane == "blocked")
    detail = pl.format("{}: `curation.licences` can give this licence a lane", "licence")
    return found.with_columns(
        reason=pl.when(is_blocked).then(pl.lit("blocked_licence")).otherwise("reason"),
        detail=pl.when(is_blocked).then(detail).otherwise("detail"),
    )


def _refuse_copies(
    found: pl.DataFrame, placed: pl.DataFrame, same: str, reason: str
) -> pl.DataFrame:
    """Keep one source of the `same`: the one kept before if it is still there, else the first."""
    before = placed.filter("is_present").select("track_id", "uri", was_kept=pl.lit(True))
    good = pl.col("reason").is_null()
    narrow = found.select(*{"uri", "track_id", same, "reason", "detail"})
    ranked = (
        narrow.with_row_index("row")
        .join(before, on=["track_id", "uri"], how="left")
        .sort(good.not_(), pl.col("was_kept").fill_null(False).not_(), "uri", maintain_order=True)
    )
    is_copy = good & pl.col(same).is_first_distinct().not_()
    kept_uri = pl.col("uri").first().over(same)
    verdicts = ranked.select(
        "row",
        reason=pl.when(is_copy).then(pl.lit(reason)).otherwise("reason"),
        detail=pl.when(is_copy).then(kept_uri).otherwise("detail"),
    ).sort("row")
    return found.with_columns(verdicts["reason"], verdicts["detail"])
