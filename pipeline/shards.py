"""Versioned shards: immutable Parquet plus a small commit log.

A shard is done when its commit record exists. The record is created if absent, after the files
it names, so a build killed anywhere leaves either a whole shard or none.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.stage import StageResult
from schemas.arrow import from_table, to_table
from schemas.digest import content_hash
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.shards import Commit
from tools.store import Store

R = TypeVar("R", bound=Record)
VOLATILE = frozenset({"uri", "usage", "round_usage"})
"""Fields that are no content: where a file lies, or what a text cost, does not change it."""


def write_shard(
    store: Store,
    *,
    stage: str,
    partition: str,
    address: str,
    result: StageResult,
    model: type[Record],
    seconds: float,
) -> Commit:
    """Write a stage's rows and rejections, then commit them.

    Returns
    -------
    Commit
        The record that stands: another writer's, where that came first.

    Raises
    ------
    ValueError
        If accepted and rejected inputs do not add up to what came in.
    """
    result.check()
    name = f"{stage}/{partition}-{address}"
    rows_path, sha256 = _write(store, f"data/{name}", to_table(result.rows, model))
    rejected_path = None
    if result.rejected:
        table = to_table(result.rejected, Rejection)
        rejected_path, _ = _write(store, f"rejected/{name}", table)
    commit = Commit(
        stage=stage,
        partition=partition,
        address=address,
        n_in=len(result.inputs),
        n_accepted=len(result.accepted),
        n_rejected=len(result.rejected),
        n_rows=len(result.rows),
        reasons=dict(sorted(Counter(row.reason for row in result.rejected).items())),
        unmeasured=_null_reasons(result.rows),
        n_words=sum(getattr(row, "n_words", 0) for row in result.rows),
        content_hash=content_hash(result.rows, without=VOLATILE),
        rows_path=rows_path,
        rejected_path=rejected_path,
        sha256=sha256,
        seconds=round(seconds, 3),
        created_at=now(),
    )
    store.put(f"commits/{name}.json", commit.model_dump_json(indent=1).encode())
    return read_commit(store, stage, partition, address)


def committed(store: Store, stage: str) -> set[tuple[str, str]]:
    """(partition, address) of every finished shard of a stage."""
    names = (
        path.rsplit("/", 1)[1].removesuffix(".json") for path in store.list(f"commits/{stage}")
    )
    return {(partition, address) for partition, _, address in (n.rpartition("-") for n in names)}


def read_commit(store: Store, stage: str, partition: str, address: str) -> Commit:
    """The commit record of a finished shard.

    Raises
    ------
    FileNotFoundError
        If the shard is not finished.
    """
    return Commit.model_validate_json(store.get(f"commits/{stage}/{partition}-{address}.json"))


def read_rows(store: Store, path: str, model: type[R]) -> list[R]:
    """Validated rows of a shard's file."""
    return from_table(read_table(store, path), model)


def read_table(store: Store, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A shard's file, or some of its columns, as an Arrow table."""
    return pq.read_table(pa.BufferReader(store.get(path)), columns=columns and list(columns))


def read_frame(store: Store, path: str, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """A shard's file, or some of its columns in the order asked for, as a frame."""
    wanted = None if columns is None else list(columns)
    frame = pl.from_arrow(read_table(store, path, wanted))
    assert isinstance(frame, pl.DataFrame)
    return frame if wanted is None else frame.select(wanted)


def read_stage_frame(
    store: Store, commits: Sequence[Commit], stage: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Some columns of a stage's rows, of all shards that commits name; there must be one."""
    paths = [commit.rows_path for commit in commits if commit.stage == stage]
    return pl.concat([read_frame(store, path, columns) for path in paths])


def newest_partitions(commits: Sequence[Commit], stage: str, n: int) -> tuple[int, list[Commit]]:
    """How many partitions went through a stage, and all commits of the newest `n` of them."""
    done = sorted({commit.partition for commit in commits if commit.stage == stage})
    shown = set(done[-n:])
    return len(done), [commit for commit in commits if commit.partition in shown]


def write_table(store: Store, prefix: str, table: pa.Table) -> str:
    """Write a table at a path that ends in its own digest; return the path."""
    return _write(store, prefix, table)[0]


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(store: Store, prefix: str, table: pa.Table) -> tuple[str, str]:
    sink = io.BytesIO()
    pq.write_table(
        table, sink, compression="zstd", write_page_index=True, use_content_defined_chunking=True
    )
    data = sink.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{prefix}-{sha256[:16]}.parquet"
    store.put(path, data)
    return path, sha256


def _null_reasons(rows: Sequence[Any]) -> dict[str, int]:
    counts = Counter(
        f"{missing.field}: {missing.reason}"
        for row in rows
        for missing in (*getattr(row, "unmeasured", ()), *getattr(row, "withheld", ()))
    )
    return dict(sorted(counts.items()))
