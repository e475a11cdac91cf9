"""The data sets of texts, each a pure function from stages' rows to released rows.

`TEXTS` is the whole wiring: which stages a data set reads, who may have refused its texts, and what
it makes of them. A text is released only if every stage that has to accept it did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from schemas.arrow import arrow_schema
from schemas.release import (
    ReleasedCaption,
    ReleasedProperty,
    ReleasedQa,
    ReleasedStep,
    ReleasedText,
    ReleasedThought,
)
from schemas.structured import StructuredMetadata

Frames = Mapping[str, pl.LazyFrame]
"""Rows of stages, by stage; of their columns only those are read that are used."""
_MOST_GOLD_WORDS = 5
"""Ours: "a half cadence in the dominant" can be said in other words, "about 120 BPM" hardly."""
_NO_CATEGORIES = pl.LazyFrame(pl.DataFrame(arrow_schema(StructuredMetadata).empty_table()))
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
    joins : tuple of str
        Stages that add to its rows, where they are done.
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
    joins: tuple[str, ...] = ()


def caption_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/captions``: those of `describe` that `judge` accepted.

    `categories` is what `structure` found of the track.
    """
    captions = accepted(frames["describe"], frames["judge"], "track_id")
    return _with_categories(captions, frames.get("structure", _NO_CATEGORIES)).select(
        track_id=pl.col("track_id"),
        about_start_s=pl.lit(None, pl.Float64),
        about_end_s=pl.lit(None, pl.Float64),
        prompt=pl.col("instruction"),
        completion=pl.col("caption"),
        authorship=pl.col("authorship"),
        n_words=pl.col("n_words"),
        categories=pl.col("categories"),
    )


def qa_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/qa``: those of `question` that `judge` accepted.

    Options are written out below the question, as ``(A) …``; the answer is an option's text.
    """
    return accepted(frames["question"], frames["judge"], "qa_id").select(
        qa_id=pl.col("qa_id"),
        track_id=pl.col("track_id"),
        about_start_s=pl.col("about_start_s"),
        about_end_s=pl.col("about_end_s"),
        prompt=_with_options(pl.col("question"), pl.col("options")),
        completion=pl.col("answer"),
        authorship=pl.col("authorship"),
        skill=pl.col("skill"),
        form=pl.col("form"),
        question=pl.col("question"),
        options=pl.col("options"),
        answer=pl.col("answer"),
        gold_answer=gold_of(pl.col("answer"), pl.col("options")),
    )


def thought_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-think``: the chains that `factcheck` accepted.

    For captions, `categories` is what `structure` found of the track; `steps` are those that were
    checked last.
    """
    names = list(ReleasedStep.model_fields)
    steps = pl.col("rounds").list.last().struct.field("steps")
    traces = frames["factcheck"].filter(pl.col("decision") == "accepted")
    is_caption = pl.col("skill").is_null()
    return _with_categories(traces, frames["structure"]).select(
        "row_id", "track_id", "about_start_s", "about_end_s", "prompt", "completion", "authorship",
        "skill", "options", "gold_answer", categories=pl.when(is_caption).then("categories"),
        steps=steps.list.eval(pl.struct(*(pl.element().struct.field(name) for name in names))),
    )  # fmt: skip


def property_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-facts``: those of `properties`."""
    return frames["properties"].select(
        "property_id", "track_id", "about_start_s", "about_end_s", "authorship", "property",
        prompt="question", completion="answer",
    )  # fmt: skip


def gold_of(answer: pl.Expr, options: pl.Expr) -> pl.Expr:
    """The answer, where another can be compared with it word for word."""
    is_short = answer.str.count_matches(r"\S+") <= _MOST_GOLD_WORDS
    return pl.when(options.is_not_null() | is_short).then(answer)


def accepted(rows: pl.LazyFrame, verdicts: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """The rows that the judges accepted, in their order."""
    good = verdicts.filter(pl.col("decision") == "accepted").select(pl.col("row_id").alias(key))
    return rows.join(good, on=key, how="semi", maintain_order="left")


def _with_categories(rows: pl.LazyFrame, structured: pl.LazyFrame) -> pl.LazyFrame:
    found = structured.select("track_id", categories=pl.col("entries"))
    return rows.join(found, on="track_id", how="left", maintain_order="left")


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
    joins=("structure",),
)
QA = TextDataset(
    name="mf-skills/qa",
    config="qa",
    row=ReleasedQa,
    reads=("question", "judge"),
    refused_by=("question", "lint", "dedup", "blind", "judge"),
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
FACTS = TextDataset(
    name="mf-facts",
    config="facts",
    row=ReleasedProperty,
    reads=("properties",),
    refused_by=("properties",),
    key="property_id",
    row_id=pl.col("property_id"),
    rows=property_rows,
)

TEXTS: tuple[TextDataset, ...] = (CAPTIONS, QA, THOUGHTS, FACTS)
"""The data sets of texts that a release holds."""
