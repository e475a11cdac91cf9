"""Which tracks a release holds: lane, group, split, tokens, and why others are left out."""

from collections.abc import Sequence

import polars as pl

from pipeline.ingest.licences import lanes_of
from pipeline.release.groups import assign_splits, group_tracks
from pipeline.release.tokens import audio_tokens_of
from schemas.sections import CurationConfig, ReleaseConfig

UNKNOWN_LICENCE = "unknown_licence"
_FORBIDDEN = pl.col("split").is_null() | (pl.col("split") != "train")


def plan_tracks(
    sources: pl.DataFrame,
    matches: pl.DataFrame,
    earlier: Sequence[pl.DataFrame],
    curation: CurationConfig,
    config: ReleaseConfig,
) -> pl.DataFrame:
    """Decide on every track of a corpus.

    Parameters
    ----------
    sources : pl.DataFrame
        Of a snapshot.
    matches : pl.DataFrame
        From `decontaminate`.
    earlier : sequence of pl.DataFrame
        `track_id` and `split` of earlier releases whose splits are kept.
    curation : CurationConfig
    config : ReleaseConfig

    Returns
    -------
    pl.DataFrame
        One row a track, by partition and track id: the sources' columns, `lane`, `group`, `split`,
        `n_audio_tokens`, and `left_out` with `left_out_detail`, null for released tracks. Reasons
        are ``absent``, ``unknown_licence``, ``blocked_licence``, ``lane`` and ``eval_only``.
    """
    tracks = sources.filter(pl.col("partition").is_not_null()).sort("partition", "track_id")
    lanes = lanes_of(tracks["licence"], curation)
    is_held = pl.col("track_id").is_in(matches.filter(_FORBIDDEN)["track_id"].implode())
    tracks = tracks.with_columns(
        lane=pl.when(is_held & (lanes.lane != "blocked"))
        .then(pl.lit("eval_only"))
        .otherwise(lanes.lane),
        is_known=lanes.is_known,
        n_audio_tokens=audio_tokens_of(pl.col("duration_s")),
    )
    tracks = tracks.with_columns(_reason(config)).with_columns(group_tracks(tracks))
    let_in = tracks.filter(pl.col("left_out").is_null()).join(
        _earlier(earlier), on="track_id", how="left", maintain_order="left"
    )
    splits = assign_splits(let_in, config)
    tracks = tracks.join(splits, on="group", how="left", maintain_order="left")
    return _keep_eval_out_of_training(tracks)


def _reason(config: ReleaseConfig) -> list[pl.Expr]:
    is_blocked, is_known = pl.col("lane") == "blocked", pl.col("is_known")
    is_absent = pl.col("is_present").not_()
    is_unwanted = pl.col("lane").is_in(config.lanes).not_()
    reason = (
        pl.when(is_absent).then(pl.lit("absent"))
        .when(is_blocked & ~is_known).then(pl.lit(UNKNOWN_LICENCE))
        .when(is_blocked).then(pl.lit("blocked_licence"))
        .when(is_unwanted).then(pl.lit("lane"))
    )  # fmt: skip
    detail = (
        pl.when(is_absent).then(pl.lit("it left the listing"))
        .when(is_blocked).then(pl.format("licence: {}", pl.col("licence").fill_null("none")))
        .when(is_unwanted).then(pl.format("{} is not in `release.lanes`", "lane"))
    )  # fmt: skip
    return [reason.alias("left_out"), detail.alias("left_out_detail")]


def _keep_eval_out_of_training(tracks: pl.DataFrame) -> pl.DataFrame:
    is_caught = (
        pl.col("left_out").is_null()
        & (pl.col("lane") == "eval_only")
        & (pl.col("split") == "train")
    )
    detail = pl.format("others of its group {} are trained on", "group")
    return tracks.with_columns(
        left_out=pl.when(is_caught).then(pl.lit("eval_only")).otherwise("left_out"),
        left_out_detail=pl.when(is_caught).then(detail).otherwise("left_out_detail"),
    )


def _earlier(releases: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The split of tracks in earlier releases; where it was trained on once, that counts."""
    schema = {"track_id": pl.String, "split": pl.String}
    whole = pl.concat(
        [pl.DataFrame(schema=schema), *(each.select(list(schema)) for each in releases)]
    )
    rank = pl.col("split").replace_strict({"train": 0, "test": 1, "validation": 2})
    return (
        whole.sort(rank)
        .group_by("track_id", maintain_order=True)
        .agg(earlier=pl.col("split").first())
    )
