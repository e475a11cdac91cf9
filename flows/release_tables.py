"""Rich tables of releases. Words of listings and models are escaped: they are not markup."""

from collections.abc import Mapping, Sequence

import polars as pl
from rich.markup import escape
from rich.table import Table

from pipeline.release.diff import ReleaseDiff
from pipeline.release.vacuum import Orphan
from schemas.manifest import Manifest
from schemas.release import SPLITS


def manifest_table(made: Manifest) -> Table:
    """What a release holds, and what it left out."""
    title = f"{made.name}: {made.corpus}, snapshot {made.snapshot}"
    columns = ("data set", "in", *SPLITS, "audio tokens", "text tokens", "left out")
    table = Table(*columns, title=escape(title))
    for each in made.datasets:
        splits = [str(each.splits.get(split, 0)) for split in SPLITS]
        tokens = [str(each.n_audio_tokens), str(each.n_text_tokens)]
        table.add_row(each.name, str(each.n_in), *splits, *tokens, _counts(each.left_out))
    return table


def releases_table(found: Sequence[Manifest]) -> Table:
    """Releases, one a line."""
    table = Table("release", "created", "snapshot", "rows", "sound", "bytes", "USD so far")
    for each in found:
        rows = ", ".join(f"{d.n_rows} {d.config}" for d in each.datasets)
        n_bytes = sum(file.size_bytes for file in each.files)
        usd = sum(line.cost_usd for line in each.costs)
        name = f"{each.name} (partial)" if each.is_partial else each.name
        table.add_row(
            name, each.created_at, str(each.snapshot), rows, each.audio, str(n_bytes), f"{usd:.4f}"
        )
    return table


def diff_table(found: ReleaseDiff, old: str, new: str) -> Table:
    """Rows by what became of them, and why."""
    table = Table("data set", "change", "rows", "why", title=escape(f"{old} -> {new}"))
    counts = found.counts()
    for name, n_same in found.same.items():
        table.add_row(name, "same", str(n_same), "")
        for row in counts.filter(pl.col("dataset") == name).iter_rows(named=True):
            table.add_row("", row["change"], str(row["n_rows"]), escape(row["why"]))
    return table


def changes_table(rows: pl.DataFrame) -> Table:
    """Single rows that came, went or changed."""
    table = Table("data set", "change", "row", "why")
    for row in rows.iter_rows(named=True):
        table.add_row(row["dataset"], row["change"], escape(row["row_id"]), escape(row["why"]))
    return table


def orphans_table(found: Sequence[Orphan]) -> Table:
    """Files that nothing refers to, and empty folders."""
    table = Table("file", "bytes", "left by")
    for each in found:
        table.add_row(escape(each.path), str(each.size_bytes), each.why)
    return table


def _counts(reasons: Mapping[str, int]) -> str:
    return escape(", ".join(f"{n} {reason}" for reason, n in reasons.items()))
