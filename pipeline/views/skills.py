"""MF-Skills in numbers: what became of every candidate, and how balanced the accepted pairs are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.engine.shards import newest_partitions, read_frame, read_stage_frame
from pipeline.stages.question.styles import BY_NAME
from schemas.ids import is_pair
from schemas.qa import SKILLS
from schemas.shards import Commit
from tools.store import Store

STAGES = ("question", "lint", "dedup", "harden", "judge")
"""The stages that refuse candidates, in order."""
CAPTION, TRACK = "caption", "no pairs"
_NAMES = (CAPTION, *SKILLS, TRACK)
_MOST_PARTITIONS = 100
_REFUSED = {"row_id": pl.String, "stage": pl.String, "reason": pl.String, "raw": pl.String}


@dataclass(frozen=True)
class SkillsFunnel:
    """Counts of the newest partitions.

    Attributes
    ----------
    outcomes : pl.DataFrame
        ``what`` (a skill, `CAPTION`, or `TRACK` for tracks that gave no candidates), ``stage`` and
        ``reason`` of a refusal, or ``accepted`` and ``""``, and ``n``.
    pairs : pl.DataFrame
        Of every accepted pair: ``skill``, ``form``, ``n_options``, ``position`` of the answer
        among them, from 1, ``n_words`` of the answer, ``is_longest``: no option is longer.
    n_partitions, n_shown : int
    """

    outcomes: pl.DataFrame
    pairs: pl.DataFrame
    n_partitions: int
    n_shown: int


def read_funnel(store: Store, commits: Sequence[Commit]) -> SkillsFunnel | None:
    """Read the newest partitions that went through all stages; None if there are none.

    Parameters
    ----------
    store : Store
    commits : sequence of Commit
        Of all stages.
    """
    n_done, ours = newest_partitions(commits, "judge", _MOST_PARTITIONS)
    if not n_done:
        return None
    columns = ("qa_id", "skill", "form", "answer", "options")
    pairs = read_stage_frame(store, ours, "question", columns)
    verdicts = read_stage_frame(store, ours, "judge", ("row_id", "decision"))
    accepted = verdicts.filter(pl.col("decision") == "accepted").select("row_id")
    refused = pl.concat(
        [
            pl.DataFrame(schema=_REFUSED),
            *(
                read_frame(store, each.rejected_path, tuple(_REFUSED))
                for each in ours
                if each.stage in STAGES and each.rejected_path is not None
            ),
        ]
    )
    kept = pairs.join(accepted, left_on="qa_id", right_on="row_id", how="semi")
    return SkillsFunnel(
        _fates(pairs, accepted, refused), _shapes(kept), n_done, min(n_done, _MOST_PARTITIONS)
    )


def by_skill(funnel: SkillsFunnel) -> pl.DataFrame:
    """One row a skill and one for captions: candidates, refusals by stage, accepted."""
    outcomes = funnel.outcomes
    rows = []
    for what in _NAMES:
        ours = outcomes.filter(pl.col("what") == what)
        if not ours.is_empty():
            counts = {
                stage: int(ours.filter(pl.col("stage") == stage)["n"].sum())
                for stage in (*STAGES, "accepted")
            }
            rows.append({"what": what, "candidates": sum(counts.values()), **counts})
    return pl.DataFrame(rows)


def balance(funnel: SkillsFunnel) -> pl.DataFrame:
    """Shares of the accepted pairs: ``of`` (skill, form, …), ``value``, ``n``, ``share``."""
    pairs, choices = funnel.pairs, funnel.pairs.filter(pl.col("position").is_not_null())
    places = pl.col("position").cast(pl.String) + " of " + pl.col("n_options").cast(pl.String)
    longest = pl.when(pl.col("is_longest")).then(pl.lit("the longest")).otherwise(pl.lit("not"))
    parts = [
        _shares("skill", pairs["skill"]),
        _shares("form", pairs["form"]),
        _shares("options", choices["n_options"].cast(pl.String)),
        _shares("place of the answer", choices.select(places).to_series()),
        _shares("length of the answer", choices.select(longest).to_series()),
        _shares("words of the answer", pairs["n_words"].cast(pl.String)),
    ]
    return pl.concat(parts)


def _fates(pairs: pl.DataFrame, accepted: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    skills = dict(pairs.select("qa_id", "skill").iter_rows())
    what = [
        skills.get(row_id) or _what(row_id, stage, raw)
        for row_id, stage, raw in refused.select("row_id", "stage", "raw").iter_rows()
    ]
    out = refused.select("stage", "reason").with_columns(pl.Series("what", what, pl.String))
    ours = pl.DataFrame(
        {"what": [skills.get(row_id, CAPTION) for row_id in accepted["row_id"]]},
        schema={"what": pl.String},
    ).with_columns(stage=pl.lit("accepted"), reason=pl.lit(""))
    names = ("what", "stage", "reason")
    both = pl.concat([out.select(names), ours.select(names)])
    return both.group_by("what", "stage", "reason").len("n").sort("what", "stage", "reason")


def _what(row_id: str, stage: str, raw: str | None) -> str:
    """What a row was that is no pair: a caption, a draft of some skill, or a whole track."""
    if stage != "question":
        return CAPTION
    if not is_pair(row_id):
        return TRACK
    style = BY_NAME.get(json.loads(raw or "{}").get("style"))
    return TRACK if style is None else style.skill


def _shapes(pairs: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {
            "skill": row["skill"],
            "form": row["form"],
            "n_options": row["options"] and len(row["options"]),
            "position": row["options"] and row["options"].index(row["answer"]) + 1,
            "n_words": len(row["answer"].split()),
            "is_longest": row["options"] and len(row["answer"]) >= max(map(len, row["options"])),
        }
        for row in pairs.iter_rows(named=True)
    ]
    columns = {"skill": pl.String, "form": pl.String, "n_options": pl.Int64, "position": pl.Int64}
    return pl.DataFrame(rows, schema=columns | {"n_words": pl.Int64, "is_longest": pl.Boolean})


def _shares(of: str, values: pl.Series) -> pl.DataFrame:
    counts = values.rename("value").value_counts(name="n").sort("value")
    return counts.select(
        pl.lit(of).alias("of"),
        "value",
        pl.col("n").cast(pl.Int64),
        (pl.col("n") / max(1, len(values))).round(4).alias("share"),
    )
