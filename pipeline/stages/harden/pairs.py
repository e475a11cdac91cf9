"""The pairs as they stand after `harden`."""

from collections.abc import Iterable

import polars as pl

from pipeline.engine.stage import Batch
from schemas.qa import QaPair
from schemas.quality import BlindResult, Hardened, LintVerdict

_CHANGED = ("question", "options", "distractors", "shuffle_seed", "authorship")


def made_harder(pairs: Iterable[QaPair], harder: Iterable[Hardened]) -> list[QaPair]:
    """Pairs as `harden` left them."""
    by_id = {row.qa_id: row for row in harder}
    return [by_id[row.qa_id].of(row) if row.qa_id in by_id else row for row in pairs]


def with_harder(pairs: pl.LazyFrame, harder: pl.LazyFrame) -> pl.LazyFrame:
    """The same of frames of `question` and `harden`."""
    return (
        pairs.join(
            harder.select("qa_id", *_CHANGED),
            on="qa_id",
            how="left",
            suffix="_harder",
            maintain_order="left",
        )
        .with_columns(pl.coalesce(f"{name}_harder", name).alias(name) for name in _CHANGED)
        .drop(f"{name}_harder" for name in _CHANGED)
    )


def harder_pairs(batch: Batch) -> list[QaPair]:
    """All pairs of a batch with the rows of `question` and `harden`, those made harder as such."""
    return made_harder(batch.of(QaPair), batch.of(Hardened))


def pairs_left(batch: Batch) -> list[QaPair]:
    """Those of them that words do not give away, or do not any more; `blind` is read, too."""
    left = {row.qa_id for row in batch.of(BlindResult) if not row.is_guessed}
    left |= {row.qa_id for row in batch.of(Hardened)}
    return [row for row in harder_pairs(batch) if row.qa_id in left]


def verdicts_left(batch: Batch) -> dict[str, LintVerdict]:
    """What lint found of each text as it stands, by its id; `lint` is read, too."""
    found = {row.row_id: row for row in batch.of(LintVerdict)}
    return found | {
        row.qa_id: LintVerdict(
            row_id=row.qa_id, track_id=row.track_id, kind="qa", findings=row.findings
        )
        for row in batch.of(Hardened)
    }
