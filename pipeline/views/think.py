"""MF-Think in numbers: what was chosen, discarded and rewritten, and of which kinds."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.engine.shards import newest_partitions, read_stage_frame
from schemas.qa import SKILLS
from schemas.shards import Commit
from tools.store import Store

STAGES = ("difficulty", "select", "reason", "factcheck")
"""The stages that refuse samples, in order."""
CAPTION = "caption"
_MOST_PARTITIONS = 100
_KINDS = ("skill", "genre", "culture", "difficulty")


@dataclass(frozen=True)
class ThinkFunnel:
    """Counts of the newest partitions.

    Attributes
    ----------
    rates : pl.DataFrame
        One row a skill, one for captions, one for ``all``: ``what``, ``candidates``, ``chosen``,
        ``written`` (chains that reached the gold answer), ``rewritten``, ``discarded`` (by
        `reason` or `factcheck`), ``accepted``; then ``selected_share`` of the candidates, and
        ``rewritten_share`` and ``discarded_share`` of the chosen.
    outcomes : pl.DataFrame
        ``stage``, ``reason`` and ``n`` of all refusals.
    selection : pl.DataFrame
        ``of`` (skill, genre, culture, difficulty), ``value``, ``candidates``, ``chosen``, and
        ``share`` of the chosen.
    n_partitions, n_shown : int
    """

    rates: pl.DataFrame
    outcomes: pl.DataFrame
    selection: pl.DataFrame
    n_partitions: int
    n_shown: int


def read_think_funnel(store: Store, commits: Sequence[Commit]) -> ThinkFunnel | None:
    """Read the newest partitions that went through all stages; None if there are none.

    Parameters
    ----------
    store : Store
    commits : sequence of Commit
        Of all stages.
    """
    n_done, ours = newest_partitions(commits, "factcheck", _MOST_PARTITIONS)
    if not n_done:
        return None
    what = pl.coalesce("skill", pl.lit(CAPTION)).alias("what")
    tracks = read_stage_frame(store, ours, "tracks", ("track_id", "genre", "culture"))
    columns = ("row_id", "track_id", "skill", "difficulty")
    candidates = read_stage_frame(store, ours, "difficulty", columns).join(
        tracks, on="track_id", how="left"
    )
    candidates = candidates.with_columns(what)
    chosen = candidates.join(
        read_stage_frame(store, ours, "select", ("row_id",)), on="row_id", how="semi"
    )
    checked = read_stage_frame(
        store, ours, "factcheck", ("row_id", "skill", "decision", "n_rewrites")
    )
    refused = [
        {"stage": each.stage, "reason": reason, "n": n}
        for each in ours
        if each.stage in STAGES
        for reason, n in each.reasons.items()
    ]
    names = {"stage": pl.String, "reason": pl.String, "n": pl.Int64}
    outcomes = (
        pl.DataFrame(refused, schema=names).group_by("stage", "reason").agg(pl.col("n").sum())
    )
    return ThinkFunnel(
        rates=_rates(candidates, chosen, checked.with_columns(what)),
        outcomes=outcomes.sort("stage", "reason"),
        selection=_selection(candidates, chosen),
        n_partitions=n_done,
        n_shown=min(n_done, _MOST_PARTITIONS),
    )


def _rates(candidates: pl.DataFrame, chosen: pl.DataFrame, checked: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for name in (CAPTION, *SKILLS, "all"):
        is_ours = pl.lit(True) if name == "all" else pl.col("what") == name
        n_candidates, n_chosen = len(candidates.filter(is_ours)), len(chosen.filter(is_ours))
        if not n_candidates and name != "all":
            continue
        ours = checked.filter(is_ours)
        n_accepted = len(ours.filter(pl.col("decision") == "accepted"))
        n_rewritten = len(ours.filter(pl.col("n_rewrites") > 0))
        rows.append(
            {
                "what": name,
                "candidates": n_candidates,
                "chosen": n_chosen,
                "written": len(ours),
                "rewritten": n_rewritten,
                "discarded": n_chosen - n_accepted,
                "accepted": n_accepted,
                "selected_share": _share(n_chosen, n_candidates),
                "rewritten_share": _share(n_rewritten, n_chosen),
                "discarded_share": _share(n_chosen - n_accepted, n_chosen),
            }
        )
    return pl.DataFrame(rows)


def _selection(candidates: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    values = {
        "skill": pl.col("what"),
        "genre": pl.col("genre").fill_null("unknown"),
        "culture": pl.col("culture").fill_null("unknown"),
        "difficulty": ((pl.col("difficulty") * 10 + 1e-9).floor() / 10).round(1),
    }
    parts = []
    for of in _KINDS:
        value = values[of].cast(pl.String).alias("value")
        counts = candidates.select(value).group_by("value").len("candidates")
        found = chosen.select(value).group_by("value").len("chosen")
        both = counts.join(found, on="value", how="left").sort("value")
        parts.append(
            both.select(
                pl.lit(of).alias("of"),
                "value",
                pl.col("candidates").cast(pl.Int64),
                pl.col("chosen").fill_null(0).cast(pl.Int64),
                (pl.col("chosen").fill_null(0) / max(1, len(chosen))).round(4).alias("share"),
            )
        )
    return pl.concat(parts)


def _share(n: int, of: int) -> float | None:
    return round(n / of, 4) if of else None
