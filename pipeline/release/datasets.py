"""The data sets of texts, each a pure function from stages' rows to released rows.

`TEXTS` is the whole wiring: which stages a data set reads, and what it makes of them. A text is
released only if every stage that has to accept it did: `rows` gets the accepted rows of all stages
that the data set `reads`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

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
    rows : callable
        ``rows(frames)`` makes the released rows, but for `n_audio_tokens`, `n_text_tokens` and
        `lane`, of the rows of the stages.
    """

    name: str
    config: str
    row: type[ReleasedText]
    reads: tuple[str, ...]
    rows: Callable[[Frames], pl.LazyFrame]


def caption_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/captions``, from those of `describe`."""
    return frames["describe"].select(
        row_id=pl.format("{}-caption", "track_id"),
        track_id=pl.col("track_id"),
        start_s=pl.lit(None, pl.Float64),
        end_s=pl.lit(None, pl.Float64),
        prompt=pl.col("instruction"),
        completion=pl.col("caption"),
        authorship=pl.col("authorship"),
        n_words=pl.col("n_words"),
    )


def qa_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-skills/qa``, from those of `question` (`schemas.qa.QaPair`).

    Options are written out below the question, as ``(A) …``; the answer is an option's text.
    """
    return frames["question"].select(
        row_id=pl.col("qa_id"),
        track_id=pl.col("track_id"),
        start_s=pl.col("start_s"),
        end_s=pl.col("end_s"),
        prompt=_with_options(pl.col("question"), pl.col("options")),
        completion=pl.col("answer"),
        authorship=pl.col("authorship"),
        skill=pl.col("skill"),
        form=pl.col("form"),
        question=pl.col("question"),
        options=pl.col("options"),
        answer=pl.col("answer"),
    )


def thought_rows(frames: Frames) -> pl.LazyFrame:
    """Rows of ``mf-think``, from those of `reason`.

    The rows of `reason` have `row_id`, `track_id`, `start_s`, `end_s`, `prompt` (with its request
    to think), `completion` (in the text form of thoughts), `authorship`, `skill`, `options`,
    `gold_answer`; for captions, `categories` is what `structure` found of the track.
    """
    traces = frames["reason"]
    is_caption = pl.col("skill").is_null()
    found = frames["structure"].select("track_id", categories=pl.col("entries"))
    return traces.join(found, on="track_id", how="left", maintain_order="left").select(
        "row_id", "track_id", "start_s", "end_s", "prompt", "completion", "authorship", "skill",
        "options", "gold_answer", categories=pl.when(is_caption).then("categories"),
    )  # fmt: skip


def accepted(rows: pl.LazyFrame, verdicts: pl.LazyFrame, row_id: str) -> pl.LazyFrame:
    """The rows that a judging stage accepted: those whose id is among its `row_id`."""
    return rows.join(verdicts.select(row_id=pl.col("row_id")), left_on=row_id, right_on="row_id",
                     how="semi", maintain_order="left")  # fmt: skip


def _with_options(question: pl.Expr, options: pl.Expr) -> pl.Expr:
    letter = pl.lit(LETTERS).gather(pl.int_range(pl.len()))
    lines = options.list.eval(pl.format("({}) {}", letter, pl.element())).list.join("\n")
    written = pl.concat_str(question, pl.lit("\n"), lines)
    return pl.when(options.is_null()).then(question).otherwise(written)


CAPTIONS = TextDataset(
    name="mf-skills/captions",
    config="captions",
    row=ReleasedCaption,
    reads=("describe",),
    rows=caption_rows,
)
QA = TextDataset(
    name="mf-skills/qa", config="qa", row=ReleasedQa, reads=("question",), rows=qa_rows
)
THOUGHTS = TextDataset(
    name="mf-think",
    config="think",
    row=ReleasedThought,
    reads=("reason", "structure"),
    rows=thought_rows,
)

TEXTS: tuple[TextDataset, ...] = (CAPTIONS,)
"""The data sets that a release holds: those whose stages a build has. `QA` and `THOUGHTS` join it
with their stages (`question`, `reason`, `structure`); a stage that judges texts is added to
`reads`, and its rows are joined with `accepted`."""
