"""What the judge said of rows: the one place that knows the judge's own rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.pages.listening import Judgement
from pipeline.report.gather import Built

_SCHEMA = {
    "stage": pl.String,
    "row_id": pl.String,
    "score": pl.Float64,
    "is_accepted": pl.Boolean,
}


def judgements(rows: Mapping[str, Sequence[Any]]) -> dict[tuple[str, str], Judgement]:
    """The judge's verdicts, by the judged row's stage and id; empty where nothing was judged."""
    return {}


def judge_scores(built: Built) -> pl.DataFrame:
    """Scores of all judged rows.

    Returns
    -------
    pl.DataFrame
        `stage`, `row_id`, `score` (0 to 1) and `is_accepted`; empty where nothing was judged.
    """
    return pl.DataFrame(schema=_SCHEMA)
