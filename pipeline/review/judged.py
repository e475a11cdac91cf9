"""What the judges said of rows: the one place that knows their rows, those of the stage `judge`.

A judge marks each criterion from 1 to 5. Of several judges, a row's mark is the median. Its score,
0 to 1, is the mean over the criteria: it orders rows, for sampling and for the eye; what decides
are the thresholds of the criteria.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, median

import polars as pl

from pipeline.corpus.corpus import Corpus, TrackRows
from pipeline.engine.shards import read_frame
from pipeline.views.pages.listening import Judgement
from schemas.ids import maker_of
from schemas.quality import CRITERIA, HIGHEST_MARK, Quality

SCORES_SCHEMA = {
    "stage": pl.String,
    "row_id": pl.String,
    "score": pl.Float64,
    "is_accepted": pl.Boolean,
    **dict.fromkeys(map(str, CRITERIA), pl.Float64),
}


def judgements(rows: TrackRows) -> dict[tuple[str, str], Judgement]:
    """The judges' verdicts, by the judged row's stage and id; empty where nothing was judged."""
    return {
        (maker_of(row.row_id), row.row_id): Judgement(
            is_accepted=row.decision == "accepted",
            score=_score([ballot.scores.model_dump() for ballot in row.ballots]),
            reason=" ".join(ballot.why for ballot in row.ballots if not ballot.accepts),
        )
        for row in rows.of(Quality)
        if row.decision != "unjudged"
    }


def judge_scores(corpus: Corpus) -> pl.DataFrame:
    """Scores and marks of all judged rows.

    Returns
    -------
    pl.DataFrame
        `stage`, `row_id`, `score` (0 to 1), `is_accepted`, and the mark of each of `CRITERIA`;
        empty where nothing was judged. Rows without a usable ballot, or unjudged, have no score
        and are left out.
    """
    parts = [pl.DataFrame(schema=SCORES_SCHEMA)]
    for commit in corpus.commits:
        if commit.stage == "judge" and commit.n_rows:
            columns = ["row_id", "decision", "ballots"]
            rows = read_frame(corpus.store, commit.rows_path, columns)
            parts.append(score_rows(rows))
    return pl.concat(parts)


def score_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Scores and marks of the rows of a shard; see `judge_scores`."""
    marks = {
        name: pl.col("ballots")
        .list.eval(pl.element().struct.field("scores").struct.field(name))
        .list.median()
        for name in CRITERIA
    }
    return (
        rows.filter(pl.col("ballots").list.len() > 0, pl.col("decision") != "unjudged")
        .select(
            stage=pl.col("row_id").map_elements(maker_of, return_dtype=pl.String),
            row_id="row_id",
            is_accepted=pl.col("decision") == "accepted",
            **marks,
        )
        .with_columns(score=(pl.mean_horizontal(CRITERIA) - 1) / (HIGHEST_MARK - 1))
        .select(SCORES_SCHEMA.keys())
    )


def _score(ballots: Sequence[Mapping[str, int]]) -> float | None:
    if not ballots:
        return None
    marks = [median(ballot[name] for ballot in ballots) for name in CRITERIA]
    return (fmean(marks) - 1) / (HIGHEST_MARK - 1)
