"""People's verdicts in a release: they outrank the judge's.

A text that more people reject or edit than accept is not released as it stands: in the edited words
where as many edited as rejected it, else not at all; a tie leaves what the judge decided. Thoughts
about such a text go with it. A verdict holds for the very text that was judged, and no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.release.datasets import CAPTIONS, QA, TextDataset, gold_of
from pipeline.review.rows import ID_FIELDS, MODELS, text_hash
from pipeline.review.verdicts import standing
from schemas.captions import Authorship
from schemas.review import HumanVerdict

PERSON = Authorship(
    role="reviewer", engine="people", model="a person", prompt="review", prompt_hash=""
)
"""Who wrote an edited text; the verdicts in the store say which person."""
OUTCOME_SCHEMA = dict.fromkeys(
    ("stage", "row_id", "track_id", "text_hash", "reason", "detail", "edited"), pl.String
)
REFUSAL_SCHEMA = dict.fromkeys(("row_id", "reason", "detail"), pl.String)
_REJECTED, _EDITED = "review: rejected", "review: edited"


def settle(verdicts: Iterable[HumanVerdict]) -> pl.DataFrame:
    """The texts that are not released as they stand.

    Parameters
    ----------
    verdicts : iterable of HumanVerdict

    Returns
    -------
    pl.DataFrame
        `OUTCOME_SCHEMA`; `edited` is null where the text is rejected.
    """
    by_text: dict[tuple[str, ...], list[HumanVerdict]] = defaultdict(list)
    for each in standing(verdicts):
        by_text[each.stage, each.row_id, each.track_id, each.text_hash].append(each)
    rows = []
    for text, found in by_text.items():
        refused = [each for each in found if each.verdict != "accept"]
        if 2 * len(refused) <= len(found):
            continue
        edits = [each for each in refused if each.verdict == "edit"]
        is_edited = 2 * len(edits) >= len(refused)
        reasons = sorted({reason for each in refused for reason in each.reasons})
        rows.append(
            {
                **dict(zip(("stage", "row_id", "track_id", "text_hash"), text, strict=True)),
                "reason": _EDITED if is_edited else _REJECTED,
                "detail": ", ".join(reasons),
                "edited": max(edits, key=lambda e: e.made_at).edited_text if is_edited else None,
            }
        )
    return pl.DataFrame(rows, schema=OUTCOME_SCHEMA)


def still_true(outcomes: pl.DataFrame, rows: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The outcomes whose text is that of now.

    Parameters
    ----------
    outcomes : pl.DataFrame
        From `settle`.
    rows : mapping of str to pl.LazyFrame
        Rows of the stages that are reviewed, by stage.
    """
    hashes = []
    for stage, frame in rows.items():
        field = ID_FIELDS[stage]
        ids = outcomes.filter(pl.col("stage") == stage)["row_id"]
        for row in frame.filter(pl.col(field).is_in(ids.implode())).collect().to_dicts():
            hashes.append((stage, row[field], text_hash(MODELS[stage].model_validate(row))))
    names = ["stage", "row_id", "text_hash"]
    now = pl.DataFrame(hashes, schema=dict.fromkeys(names, pl.String), orient="row")
    return outcomes.join(now, on=names, how="semi")


def follow(
    dataset: TextDataset, rows: pl.DataFrame, outcomes: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out or replace the texts that people refused.

    Parameters
    ----------
    dataset : TextDataset
    rows : pl.DataFrame
        Its rows that all stages accepted.
    outcomes : pl.DataFrame
        From `still_true`.

    Returns
    -------
    rows : pl.DataFrame
        Those left, some in a person's words.
    refusals : pl.DataFrame
        `REFUSAL_SCHEMA`.
    """
    ours = (
        outcomes.filter(pl.col("stage").is_in(dataset.follows))
        .sort(pl.col("stage").cast(pl.Enum(dataset.follows)), maintain_order=True)
        .unique("row_id", keep="first", maintain_order=True)
    )
    joined = rows.join(
        ours.select("row_id", "reason", "detail", "edited").rename({"row_id": dataset.key}),
        on=dataset.key,
        how="left",
        maintain_order="left",
    )
    is_replaced = pl.lit(False)
    if dataset in (CAPTIONS, QA):
        is_replaced = pl.col("edited").is_not_null()
    if dataset is QA:
        is_open = pl.col("options").is_null()
        is_replaced &= is_open | pl.col("options").list.contains(pl.col("edited"))
    is_refused = pl.col("reason").is_not_null() & ~is_replaced
    refusals = joined.filter(is_refused).select(
        row_id=dataset.key, reason="reason", detail="detail"
    )
    kept = joined.filter(~is_refused).with_columns(_edited(joined, is_replaced))
    return kept.select(rows.columns), refusals


def _edited(rows: pl.DataFrame, is_replaced: pl.Expr) -> list[pl.Expr]:
    """The columns that an edited text changes."""
    words = pl.col("edited").str.count_matches(r"\S+")
    new = {
        "completion": pl.col("edited"),
        "answer": pl.col("edited"),
        "gold_answer": gold_of(pl.col("edited"), pl.col("options")),
        "categories": pl.col("categories").list.filter(pl.element().struct.field("is_measured")),
        "n_words": words,
        "authorship": pl.struct(
            pl.lit(value).alias(name) for name, value in PERSON.model_dump().items()
        ),
    }
    return [
        pl.when(is_replaced).then(value).otherwise(name).cast(rows.schema[name]).alias(name)
        for name, value in new.items()
        if name in rows.columns
    ]
