"""The data sets of texts, each a pure function from stages' rows to released rows.

`TEXTS` is the whole wiring: which stages a data set reads, who may have refused its texts, and what
it makes of them. A text is released only if every stage that has to accept it did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.lint import LANGUAGES
from pipeline.stages.harden.pairs import with_harder
from schemas.arrow import arrow_schema
from schemas.ids import TRACK_ID_DIGITS
from schemas.release import (
    ReleasedCaption,
    ReleasedComparison,
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
_NO_CATEGORIES = pl.LazyFrame(schema=pl.Schema(arrow_schema(StructuredMetadata)))
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
    makers : dict of str to str
        Stages that make its texts, with the column of their rows that is the text's id; all but
        the first may be missing.
    reads : tuple of str
        Other stages.
    joins : tuple of str
        Stages that add to its rows, where they are done.
    follows : tuple of str
        Stages of whose texts people's verdicts count for its rows, by `key`.
    refused_by : tuple of str
        Stages whose rejections say why a text is not accepted, in their order.
    key : str
        The id by which stages know a text: a column of what `rows` gives.
    row_id : pl.Expr
        The released row's id, from `key`.
    rows : callable
        ``rows(frames)`` makes the released rows, but for `row_id`, what is heard,
        tokens and `lane`, of the rows of the stages; it keeps `key`.
    """

    name: str
    config: str
    row: type[ReleasedText]
    makers: Mapping[str, str]
    reads: tuple[str, ...]
    refused_by: tuple[str, ...]
    key: str
    row_id: pl.Expr
    rows: Callable[[Frames], pl.LazyFrame]
    joins: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def is_of_two(self) -> bool:
        """Whether its texts are about two recordings."""
        return "sounds" in self.row.model_fields

    @property
    def needed(self) -> tuple[str, ...]:
        """The stages without which there are no rows."""
        return (next(iter(self.makers)), *self.reads)

    def made(self, frames: Frames) -> pl.LazyFrame:
        """`key` and `track_id` of every text that was made."""
        parts = [
            frames[stage].select(pl.col(name).alias(self.key), *({"track_id"} - {self.key}))
            for stage, name in self.makers.items()
            if stage in frames
        ]
        return pl.concat(parts)


def caption_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/captions``: captions of all kinds that `judge` accepted.

    `categories` is what `structure` found of the track; of full captions that the lint can read.
    """
    nothing = pl.lit(None, pl.String)
    own = {"origin": nothing, "original": nothing, "text_licence": nothing}
    kinds: dict[str, dict[str, pl.Expr]] = {
        "describe": {"form": pl.lit("full"), "language": pl.lit("en"), **own},
        "retell": {"form": pl.col("form"), "language": pl.col("language"), **own},
        "refine": {
            "form": pl.lit("full"),
            "language": pl.lit("en"),
            "origin": pl.col("origin"),
            "original": pl.col("before"),
            "text_licence": pl.col("licence"),
        },
    }
    parts = [
        frames[stage].select(
            text_id=CAPTIONS.makers[stage],
            track_id="track_id",
            about_start_s=pl.lit(None, pl.Float64),
            about_end_s=pl.lit(None, pl.Float64),
            prompt="instruction",
            completion="caption",
            authorship="authorship",
            n_words="n_words",
            is_checked=columns["language"].is_in(LANGUAGES),
            **columns,
        )
        for stage, columns in kinds.items()
        if stage in frames
    ]
    captions = accepted(pl.concat(parts), frames["judge"], "text_id")
    found = _with_categories(captions, frames.get("structure", _NO_CATEGORIES))
    is_told = (pl.col("form") == "full") & pl.col("is_checked")
    return found.with_columns(categories=pl.when(is_told).then("categories"))


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
        origin=pl.col("origin"),
        text_licence=pl.col("licence"),
        gold_answer=gold_of(pl.col("answer"), pl.col("options")),
        rationale=pl.col("rationale"),
        references=pl.col("references"),
    )


def comparison_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/comparisons``: those of `compare` that `judge` accepted.

    What was heard to judge them is heard in training, too.
    """
    return accepted(frames["compare"], frames["judge"], "qa_id").select(
        "qa_id", "track_id", "other_id", "about_start_s", "about_end_s",
        "authorship", "aspect", "skill", "form", "type", "question", "options", "answer",
        "rationale", "other_start_s", "other_end_s",
        told_start_s="heard_start_s",
        told_end_s="heard_end_s",
        prompt=_with_options(pl.col("question"), pl.col("options")),
        completion="answer",
        gold_answer="answer",
    )  # fmt: skip


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
    """Rows of ``mf-properties``: those of `properties`."""
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
    makers={"describe": "track_id", "retell": "row_id", "refine": "row_id"},
    reads=("judge",),
    refused_by=("describe", "retell", "refine", "lint", "judge"),
    key="text_id",
    row_id=pl.when(pl.col("text_id").str.len_bytes() == TRACK_ID_DIGITS)
    .then(pl.format("{}-caption", "text_id"))
    .otherwise("text_id"),
    rows=caption_rows,
    joins=("structure",),
    follows=("describe", "retell", "refine"),
)
QA = TextDataset(
    name="mf-skills/qa",
    config="qa",
    row=ReleasedQa,
    makers={"question": "qa_id"},
    reads=("harden", "judge"),
    refused_by=("question", "lint", "dedup", "harden", "judge"),
    key="qa_id",
    row_id=pl.col("qa_id"),
    rows=qa_rows,
    follows=("question",),
)
COMPARISONS = TextDataset(
    name="mf-skills/comparisons",
    config="comparisons",
    row=ReleasedComparison,
    makers={"compare": "qa_id"},
    reads=("judge",),
    refused_by=("compare", "judge"),
    key="qa_id",
    row_id=pl.col("qa_id"),
    rows=comparison_rows,
)
THOUGHTS = TextDataset(
    name="mf-think",
    config="think",
    row=ReleasedThought,
    makers={"reason": "row_id"},
    reads=("factcheck", "structure"),
    refused_by=("reason", "factcheck"),
    key="row_id",
    row_id=pl.col("row_id"),
    rows=thought_rows,
    follows=("factcheck", "describe", "question"),
)
PROPERTIES = TextDataset(
    name="mf-properties",
    config="properties",
    row=ReleasedProperty,
    makers={"properties": "property_id"},
    reads=(),
    refused_by=("properties",),
    key="property_id",
    row_id=pl.col("property_id"),
    rows=property_rows,
)

TEXTS: tuple[TextDataset, ...] = (CAPTIONS, QA, COMPARISONS, THOUGHTS, PROPERTIES)
"""The data sets of texts that a release holds."""
