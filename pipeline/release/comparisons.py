"""Rows of two recordings: what the second one adds, and what keeps the two together."""

import polars as pl

from pipeline.release.tokens import audio_tokens_of
from schemas.release import LANES

_STRICTNESS = {lane: rank for rank, lane in enumerate(LANES)}
_OF_STRICTNESS = dict(enumerate(LANES))
_WITHIN_S = 0.01
"""Ours: a stretch that is all of a recording but so much is all of it."""


def strictest(*lanes: str) -> pl.Expr:
    """The strictest of several columns of lanes; nulls count for nothing."""
    ranks = [pl.col(name).replace_strict(_STRICTNESS, return_dtype=pl.Int8) for name in lanes]
    return pl.max_horizontal(ranks).replace_strict(_OF_STRICTNESS, return_dtype=pl.String)


def with_other(joined: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Rows of comparisons with their second recording.

    Parameters
    ----------
    joined : pl.DataFrame
        Joined with the tracks of recording 1, with what `comparison_rows` gives.
    tracks : pl.DataFrame
        From `plan_tracks`.

    Returns
    -------
    pl.DataFrame
        With `sounds` as `ReleasedComparison` has them, `other_uri` and `other_heard_s`, the tokens
        of both and the stricter lane; `apart` is ``other_left_out`` where the other recording is
        not released, ``other_split`` where it is in another split than the row: a row may not train
        on a recording that others are tested with.
    """
    other = tracks.select(
        other_id="track_id", other_uri="uri", other_duration_s="duration_s", other_lane="lane",
        other_split="split", other_left_out="left_out",
    )  # fmt: skip
    rows = joined.join(other, on="other_id", how="left", maintain_order="left")
    rows = _heard(_heard(rows, "told", "heard", "duration_s"), "other", "other", "other_duration_s")
    tokens = [audio_tokens_of(pl.col(name)) for name in ("heard_s", "other_heard_s")]
    is_gone = pl.col("other_left_out").is_not_null() | pl.col("other_duration_s").is_null()
    apart = (
        pl.when(is_gone).then(pl.lit("other_left_out"))
        .when(pl.col("other_split") != pl.col("split")).then(pl.lit("other_split"))
    )  # fmt: skip
    first = pl.struct("track_id", "heard_start_s", "heard_end_s", tokens[0].alias("n_audio_tokens"))
    second = pl.struct(
        pl.col("other_id").alias("track_id"),
        pl.col("other_start_s").alias("heard_start_s"),
        pl.col("other_end_s").alias("heard_end_s"),
        tokens[1].alias("n_audio_tokens"),
    )
    return rows.with_columns(
        sounds=pl.concat_list(first, second),
        n_audio_tokens=tokens[0] + tokens[1],
        lane=strictest("lane", "other_lane"),
        apart=apart,
    )


def _heard(rows: pl.DataFrame, told: str, heard: str, duration: str) -> pl.DataFrame:
    """The stretch that is heard, null for all of a recording, and its length."""
    start, end = pl.col(f"{told}_start_s"), pl.col(f"{told}_end_s")
    is_whole = (start <= 0) & (end >= pl.col(duration) - _WITHIN_S)
    length_s = f"{heard}_s" if heard == "heard" else f"{heard}_heard_s"
    return rows.with_columns(
        pl.when(is_whole).then(None).otherwise(start).alias(f"{heard}_start_s"),
        pl.when(is_whole).then(None).otherwise(end).alias(f"{heard}_end_s"),
        pl.when(is_whole).then(pl.col(duration)).otherwise(end - start).alias(length_s),
    )
