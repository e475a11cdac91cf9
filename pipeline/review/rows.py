"""Rows that people can judge: which there are, what is shown of them, and what is hashed."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import read_frame
from pipeline.stages.harden.pairs import with_harder
from pipeline.views.pages.listening import caption_parts
from pipeline.views.pages.times import timed_pieces
from schemas.captions import RefinedCaption, RichCaption, SegmentCaption, ToldCaption
from schemas.digest import digest
from schemas.qa import QaPair
from schemas.thought import CheckedThought

ID_FIELDS = {
    "describe": "track_id",
    "retell": "row_id",
    "refine": "row_id",
    "question": "qa_id",
    "caption": "segment_id",
    "factcheck": "row_id",
}
"""The stages whose rows can be reviewed, and the name of their rows' id."""
Reviewed = RichCaption | ToldCaption | RefinedCaption | QaPair | SegmentCaption | CheckedThought
MODELS: dict[str, type[Reviewed]] = {
    "describe": RichCaption,
    "retell": ToldCaption,
    "refine": RefinedCaption,
    "question": QaPair,
    "caption": SegmentCaption,
    "factcheck": CheckedThought,
}
WITH_SKILL = ("question", "factcheck")
CHAIN = pl.coalesce(
    "completion", pl.col("rounds").list.last().struct.field("thinking"), pl.lit("")
).alias("chain")
"""`chain_of`, as an expression."""
_CAPTION = ("instruction", "caption")
_JUDGED: dict[type[Reviewed], tuple[str, ...]] = {
    RichCaption: _CAPTION,
    ToldCaption: _CAPTION,
    RefinedCaption: _CAPTION,
    SegmentCaption: ("caption", "start_s", "end_s"),
    QaPair: ("question", "options", "answer", "about_start_s", "about_end_s"),
}
_REF_SCHEMA = {
    "stage": pl.String,
    "row_id": pl.String,
    "track_id": pl.String,
    "group": pl.String,
    "partition": pl.String,
}


def row_refs(corpus: Corpus, stages: Sequence[str]) -> pl.DataFrame:
    """All rows of some stages, without their texts.

    Parameters
    ----------
    corpus : Corpus
    stages : sequence of str
        Of `ID_FIELDS`.

    Returns
    -------
    pl.DataFrame
        `stage`, `row_id`, `track_id`, `group` (the skill of a question) and `partition`.
    """
    parts = [pl.DataFrame(schema=_REF_SCHEMA)]
    for commit in corpus.commits:
        if commit.stage not in stages or not commit.n_rows:
            continue
        group = "skill" if commit.stage in WITH_SKILL else None
        columns = dict.fromkeys([ID_FIELDS[commit.stage], "track_id", *([group] if group else [])])
        rows = read_frame(corpus.store, commit.rows_path, list(columns))
        parts.append(
            rows.select(
                stage=pl.lit(commit.stage),
                row_id=ID_FIELDS[commit.stage],
                track_id="track_id",
                group=pl.col(group).fill_null("") if group else pl.lit(""),
                partition=pl.lit(commit.partition),
            )
        )
    return pl.concat(parts).join(corpus.tracks.select("track_id"), on="track_id", how="semi")


def load_rows(corpus: Corpus, refs: pl.DataFrame) -> dict[tuple[str, str], Reviewed]:
    """The rows that refs name, by stage and id, questions as `harden` left them."""
    harder = {each.partition: each.rows_path for each in corpus.commits if each.stage == "harden"}
    found: dict[tuple[str, str], Reviewed] = {}
    for commit in corpus.commits:
        mine = refs.filter(pl.col("stage") == commit.stage, pl.col("partition") == commit.partition)
        if mine.is_empty():
            continue
        rows = read_frame(corpus.store, commit.rows_path)
        if commit.stage == "question" and commit.partition in harder:
            made = read_frame(corpus.store, harder[commit.partition])
            rows = with_harder(rows.lazy(), made.lazy()).collect()
        field = ID_FIELDS[commit.stage]
        for row in rows.filter(pl.col(field).is_in(mine["row_id"].implode())).to_dicts():
            found[commit.stage, row[field]] = MODELS[commit.stage].model_validate(row)
    return found


def text_hash(row: Reviewed) -> str:
    """SHA-256 of what a reviewer judges of a row: a verdict holds for no other text."""
    if isinstance(row, CheckedThought):
        return digest([row.prompt, chain_of(row)])
    return digest([getattr(row, name) for name in _JUDGED[type(row)]])


def text_hashes(frame: pl.DataFrame, stage: str) -> pl.Series:
    """The same of rows in a frame."""
    names = ["prompt", CHAIN] if stage == "factcheck" else _JUDGED[MODELS[stage]]
    judged = frame.select(names)
    return pl.Series([digest(list(each)) for each in judged.iter_rows()], dtype=pl.String)


def chain_of(row: CheckedThought) -> str:
    """A chain of thought with its answer; of a refused one the chain that was checked last."""
    return row.completion or (row.rounds[-1].thinking if row.rounds else "")


def editable_text(row: Reviewed) -> str | None:
    """What an edit replaces; None of a chain, whose steps were checked as they stand."""
    if isinstance(row, CheckedThought):
        return None
    return row.answer if isinstance(row, QaPair) else row.caption


def shown(row: Reviewed, duration_s: float) -> dict[str, Any]:
    """What the page shows of a row, as JSON values; its texts are cut where they name times."""
    found = {"instruction": None, "span": None, "editable": editable_text(row)}
    if isinstance(row, QaPair):
        return found | {
            "kind": "question",
            "skill": row.skill,
            "question": timed_pieces(row.question, duration_s),
            "options": row.options,
            "answer": row.answer,
            "span": row.about and list(row.about),
        }
    if isinstance(row, SegmentCaption):
        return found | {
            "kind": "window",
            "parts": [["", timed_pieces(row.caption, duration_s)]],
            "span": [row.start_s, row.end_s],
        }
    if isinstance(row, CheckedThought):
        return found | {
            "kind": "thought",
            "skill": row.skill,
            "instruction": row.prompt,
            "parts": [["", timed_pieces(chain_of(row), duration_s)]],
            "span": None if row.about_end_s is None else [row.about_start_s, row.about_end_s],
        }
    parts: list[Any] = [["", timed_pieces(row.caption, duration_s)]]
    if isinstance(row, RichCaption):
        parts = list(caption_parts(row, duration_s))
    return found | {"kind": "caption", "instruction": row.instruction, "parts": parts}
