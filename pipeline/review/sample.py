"""Which rows people are asked about: a sample with equal parts of every kind, fixed by a seed."""

import hashlib

import polars as pl

UNJUDGED = "unjudged"
_N_BANDS = 5
_STRATUM = ("stage", "group", "band")


def with_bands(refs: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Add the judge's score and its band: rows of one stage, group and band form a stratum.

    Parameters
    ----------
    refs : pl.DataFrame
        With `stage`, `row_id` and `group`.
    scores : pl.DataFrame
        With `stage`, `row_id` and `score`, 0 to 1.

    Returns
    -------
    pl.DataFrame
        With `score` (null where nothing was judged) and `band`, e.g. ``0.8-1.0``.
    """
    lower = (pl.col("score") * _N_BANDS).floor().clip(0, _N_BANDS - 1) / _N_BANDS
    name = pl.format("{}-{}", lower.round(1), (lower + 1 / _N_BANDS).round(1))
    return refs.join(
        scores.select("stage", "row_id", "score"), on=["stage", "row_id"], how="left"
    ).with_columns(band=pl.when(pl.col("score").is_null()).then(pl.lit(UNJUDGED)).otherwise(name))


def draw_sample(refs: pl.DataFrame, *, n: int, seed: int) -> pl.DataFrame:
    """Draw as many rows of every stratum as there are, evenly; the same for the same seed.

    Parameters
    ----------
    refs : pl.DataFrame
        From `with_bands`.
    n : int
        Rows in all.
    seed : int

    Returns
    -------
    pl.DataFrame
        At most `n` rows, the strata by turns: who stops early has seen some of each.
    """
    lots = [
        _lot(seed, stage, row_id) for stage, row_id in refs.select("stage", "row_id").iter_rows()
    ]
    return (
        refs.with_columns(lot=pl.Series(lots, dtype=pl.String))
        .with_columns(turn=pl.col("lot").rank("ordinal").over(_STRATUM))
        .sort("turn", "lot")
        .head(n)
        .drop("lot", "turn")
    )


def sizes(refs: pl.DataFrame) -> dict[tuple[str, str, str], int]:
    """Rows of every stratum, by stage, group and band."""
    return {
        (stage, group, band): n
        for stage, group, band, n in refs.group_by(_STRATUM).len().iter_rows()
    }


def _lot(seed: int, stage: str, row_id: str) -> str:
    text = f"{seed}/{stage}/{row_id}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
