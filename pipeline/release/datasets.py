"""The data sets of texts, each a pure function from stages' rows to released rows.

`TEXTS` is the whole wiring: which stages a data set reads, who may have refused its texts, and what
it makes of them. A text is released only if every stage that has to accept it did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.stages.harden.pairs import with_harder
from schemas.release import ReleasedCaption, ReleasedQa, ReleasedText, ReleasedThought

Frames = Mapping[str, pl.LazyFrame]
"""Rows of stages, by stage; of their columns only those are read that are used."""
LETTERS = pl.Series([chr(ord("A") + number) for number in range(26)])


@dataclass(frozen=True)
class TextDataset:
    """A data set of texts.

    Attributes
    ----------
    name : str
        Its folder in a release.
    config : str
        Its name for `datasets.load_dataset`.
    row : type[ReleasedText]
        The model of its rows.
    reads : tuple of str
        Stages; the first makes the texts.
    refused_by : tuple of str
        Stages whose rejections say why a text is not accepted, in their order.
    key : str
        The id by which stages know a text: a column of the first stage's rows.
    row_id : pl.Expr
        The released row's id, from `key`.
    rows : callable
        ``rows(frames)`` makes the released rows, but for `row_id`, what is heard,
        tokens and `lane`, of the rows of the stages; it keeps `key`.
    """

    name: str
    config: str
    row: type[ReleasedText]
    reads: tuple[str, ...]
    refused_by: tuple[str, ...]
    key: str
    row_id: pl.Expr
    rows: Callable[[Frames], pl.LazyFrame]


def caption_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/captions``: those of `describe` that `judge` accepted."""
    return accepted(frames["describe"], frames["judge"], "track_id").select(
        track_id=pl.col("track_id"),
        about_start_s=pl.lit(None, pl.Float64),
        about_end_s=pl.lit(None, pl.Float64),
        prompt=pl.col("instruction"),
        completion=pl.col("caption"),
        authorship=pl.col("authorship"),
        n_words=pl.col("n_words"),
    )


def qa_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/qa``: those of `question` that `judge` accepted, as `harden` left them.

    Options are written out below the question, as ``(A) …``; the answer is an option's text.
    """
    rows = with_harder(frames["question"], frames["harden"])
    return accepted(rows, frames["judge"], "qa_id").select(
        qa_id=pl.col("qa_id"),
        track_id=pl.col("track_id"),
        about_start_s=pl.col("about_start_s"),
        about_end_s=pl.col("about_end_s"),
        prompt=_with_options(pl.col("question"), pl.col("options")),
        completion=pl.col("answer"),
        authorship=pl.col("authorship"),
        skill=pl.col("skill"),
        form=pl.col("form"),
        type=pl.col("type"),
        question=pl.col("question"),
        options=pl.col("options"),
        answer=pl.col("answer"),
        rationale=pl.col("rationale"),
        references=pl.col("references"),
    )


def thought_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-think``: the chains that `factcheck` accepted.

    For captions, `categories` is what `structure` found of the track.
    """
    traces = frames["factcheck"].filter(pl.col("decision") == "accepted")
    is_caption = pl.col("skill").is_null()
    found = frames["structure"].select("track_id", categories=pl.col("entries"))
    return traces.join(found, on="track_id", how="left", maintain_order="left").select(
        "row_id", "track_id", "about_start_s", "about_end_s", "prompt", "completion", "authorship",
        "skill", "options", "gold_answer", categories=pl.when(is_caption).then("categories"),
    )  # fmt: skip


def accepted(rows: pl.LazyFrame, verdicts: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """The rows that the judges accepted, in their order."""
    good = verdicts.filter(pl.col("decision") == "accepted").select(pl.col("row_id").alias(key))
    return rows.join(good, on=key, how="semi", maintain_order="left")


def _with_options(question: pl.Expr, options: pl.Expr) -> pl.Expr:
    letter = pl.lit(LETTERS).gather(pl.int_range(pl.len()))
    lines = options.list.eval(pl.format("({}) {}", letter, pl.element())).list.join("\n")
    written = pl.concat_str(question, pl.lit("\n"), lines)
    return pl.when(options.is_null()).then(question).otherwise(written)


CAPTIONS = TextDataset(
    name="mf-skills/captions",
    config="captions",
    row=ReleasedCaption,
    reads=("describe", "judge"),
    refused_by=("describe", "lint", "judge"),
    key="track_id",
    row_id=pl.format("{}-caption", "track_id"),
    rows=caption_rows,
)
QA = TextDataset(
    name="mf-skills/qa",
    config="qa",
    row=ReleasedQa,
    reads=("question", "harden", "judge"),
    refused_by=("question", "lint", "dedup", "harden", "judge"),
    key="qa_id",
    row_id=pl.col("qa_id"),
    rows=qa_rows,
)
THOUGHTS = TextDataset(
    name="mf-think",
    config="think",
    row=ReleasedThought,
    reads=("reason", "factcheck", "structure"),
    refused_by=("reason", "factcheck"),
    key="row_id",
    row_id=pl.col("row_id"),
    rows=thought_rows,
)

TEXTS: tuple[TextDataset, ...] = (CAPTIONS, QA, THOUGHTS)
"""The data sets of texts that a release holds."""
