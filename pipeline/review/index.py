"""All rows that people can judge, laid out for a table: one Arrow file, written once a session.

The file is read by memory map, column by column: a page of the table costs what it looks at, and no
process holds all texts.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import read_frame
from pipeline.review.judged import score_rows
from pipeline.review.rows import CHAIN, ID_FIELDS, text_hashes
from pipeline.stages.harden.pairs import with_harder
from pipeline.views.skills import STAGES as TEXT_STAGES
from schemas.shards import Commit

KINDS = {
    "describe": "caption",
    "retell": "caption",
    "refine": "caption",
    "question": "pair",
    "caption": "window",
    "factcheck": "thought",
}
"""What the rows of a stage are."""
INDEX_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "number": pl.UInt32,
    "stage": pl.String,
    "kind": pl.String,
    "row_id": pl.String,
    "track_id": pl.String,
    "title": pl.String,
    "artist": pl.String,
    "skill": pl.String,
    "decision": pl.String,
    "reason": pl.String,
    "detail": pl.String,
    "mark": pl.Float64,
    "prompt": pl.String,
    "text": pl.String,
    "options": pl.List(pl.String),
    "start_s": pl.Float64,
    "end_s": pl.Float64,
    "text_hash": pl.String,
}
"""`decision` is ``accepted``, ``refused``, ``unjudged``, or ``open`` where no stage decided yet, or
none does, as of windows; `reason` and `detail` say why; `mark` is the judge's score, 0 to 1; `text`
is what a verdict is about, `prompt` what it answers; `start_s` and `end_s` its stretch, null for
the whole track."""
_REFUSALS = {"row_id": pl.String, "reason": pl.String, "detail": pl.String}
_NOTHING = pl.lit(None, pl.String)
_WHOLE = {"start_s": pl.lit(None, pl.Float64), "end_s": pl.lit(None, pl.Float64)}
_ABOUT = {"start_s": pl.col("about_start_s"), "end_s": pl.col("about_end_s")}
_CAPTION = {"prompt": pl.col("instruction"), "text": pl.col("caption"), **_WHOLE}
_COLUMNS: dict[str, dict[str, pl.Expr]] = {
    "describe": _CAPTION,
    "retell": _CAPTION,
    "refine": _CAPTION,
    "question": {
        "prompt": pl.col("question"),
        "text": pl.col("answer"),
        "skill": pl.col("skill"),
        "options": pl.col("options"),
        **_ABOUT,
    },
    "caption": {"text": pl.col("caption"), "start_s": pl.col("start_s"), "end_s": pl.col("end_s")},
    "factcheck": {"prompt": pl.col("prompt"), "text": CHAIN, "skill": pl.col("skill"), **_ABOUT},
}


def write_index(corpus: Corpus, path: Path) -> int:
    """Write the index of a corpus, partition by partition.

    Returns
    -------
    int
        How many rows it has.

    Raises
    ------
    StoreError
        If a shard cannot be read.
    """
    schema = pl.DataFrame(schema=INDEX_SCHEMA).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    tracks = corpus.tracks.select(
        "track_id",
        "partition",
        "artist",
        title=pl.coalesce("title", pl.col("uri").str.split("/").list.last()),
    )
    n_rows = 0
    with pa.ipc.new_file(path, schema) as file:
        for partition, commits in corpus.by_partition().items():
            ours = tracks.filter(pl.col("partition") == partition).drop("partition")
            rows = _partition_rows(corpus, commits, ours)
            numbered = rows.with_columns(
                number=pl.int_range(n_rows, n_rows + pl.len(), dtype=pl.UInt32)
            ).select(INDEX_SCHEMA.keys())
            file.write_table(numbered.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema))
            n_rows += len(rows)
    return n_rows


def _partition_rows(
    corpus: Corpus, commits: Mapping[str, Commit], tracks: pl.DataFrame
) -> pl.DataFrame:
    """Rows of a partition, those of each stage together, as in `INDEX_SCHEMA` without a number."""
    schema = pl.Schema({name: kind for name, kind in INDEX_SCHEMA.items() if name != "number"})
    decisions = _decisions(corpus, commits)
    parts = [pl.DataFrame(schema=schema)]
    for stage, columns in _COLUMNS.items():
        commit = commits.get(stage)
        if commit is None or not commit.n_rows:
            continue
        rows = _stage_rows(corpus, commits, stage)
        told = pl.col("decision") if stage == "factcheck" else _NOTHING
        found = rows.select(
            stage=pl.lit(stage),
            kind=pl.lit(KINDS[stage]),
            row_id=pl.col(ID_FIELDS[stage]),
            track_id=pl.col("track_id"),
            text_hash=text_hashes(rows, stage),
            checked=told,
            **columns,
        ).join(tracks, on="track_id", maintain_order="left")
        parts.append(_decided(found, stage, decisions).cast(schema))
    return pl.concat(parts)


def _stage_rows(corpus: Corpus, commits: Mapping[str, Commit], stage: str) -> pl.DataFrame:
    rows = read_frame(corpus.store, commits[stage].rows_path)
    if stage == "question" and "harden" in commits:
        harder = read_frame(corpus.store, commits["harden"].rows_path)
        return with_harder(rows.lazy(), harder.lazy()).collect()
    return rows


def _decided(
    found: pl.DataFrame, stage: str, decisions: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Rows with what stages decided of them, and every column of the index."""
    refused, judged = decisions["checks" if stage == "factcheck" else "texts"], decisions["judged"]
    if stage == "factcheck":
        judged = judged.clear()
    if KINDS[stage] == "window":
        refused, judged = refused.clear(), judged.clear()
    joined = found.join(refused, on="row_id", how="left", maintain_order="left").join(
        judged, on="row_id", how="left", maintain_order="left"
    )
    is_accepted = (pl.col("checked") == "accepted") | pl.col("is_accepted")
    is_refused = pl.col("reason").is_not_null() | (pl.col("checked") == "rejected")
    decision = (
        pl.when(pl.col("reason") == "judge: unjudged").then(pl.lit("unjudged"))
        .when(is_refused).then(pl.lit("refused"))
        .when(is_accepted).then(pl.lit("accepted"))
        .otherwise(pl.lit("open"))
    )  # fmt: skip
    missing = {
        name: pl.lit(None, kind)
        for name, kind in INDEX_SCHEMA.items()
        if name not in joined.columns and name not in ("number", "decision")
    }
    names = [name for name in INDEX_SCHEMA if name != "number"]
    return joined.with_columns(decision=decision, **missing).select(names)


def _decisions(corpus: Corpus, commits: Mapping[str, Commit]) -> dict[str, pl.DataFrame]:
    """By row: why texts and chains were refused, and the judges' word and mark."""
    judged = pl.DataFrame(
        schema={"row_id": pl.String, "is_accepted": pl.Boolean, "mark": pl.Float64}
    )
    if (commit := commits.get("judge")) is not None and commit.n_rows:
        rows = read_frame(corpus.store, commit.rows_path, ["row_id", "decision", "ballots"])
        marks = score_rows(rows).select("row_id", mark="score")
        judged = rows.select(
            "row_id", is_accepted=pl.col("decision") == "accepted"
        ).join(marks, on="row_id", how="left")  # fmt: skip
    return {
        "texts": _refusals(corpus, commits, TEXT_STAGES[1:]),
        "checks": _refusals(corpus, commits, ("factcheck",)),
        "judged": judged,
    }


def _refusals(
    corpus: Corpus, commits: Mapping[str, Commit], stages: tuple[str, ...]
) -> pl.DataFrame:
    """Of each row the first refusal, with who refused it."""
    parts = [pl.DataFrame(schema=_REFUSALS)]
    for stage in stages:
        commit = commits.get(stage)
        if commit is not None and commit.rejected_path is not None:
            rows = read_frame(corpus.store, commit.rejected_path, list(_REFUSALS))
            parts.append(rows.with_columns(reason=pl.format(f"{stage}: {{}}", "reason")))
    return pl.concat(parts).unique("row_id", keep="first", maintain_order=True)
