"""Versioned shards: immutable Parquet plus a small commit log.

A shard is done when its commit record exists. The record is created if absent, after the files
it names, so a build killed anywhere leaves either a whole shard or none. A file's name ends in its
own digest, which is checked whenever the file is read; and no two attempts give a file the same
name, so that a file which is old and in no record will be in none.
"""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine.records import read_record, to_json
from pipeline.engine.stage import StageResult
from schemas.arrow import from_table, to_table
from schemas.digest import content_hash
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.shards import Commit
from tools.store import DamagedError, MissingError, Store, StoreError

R = TypeVar("R", bound=Record)
_AGAIN = "run `partimento build` to make it anew"
_FILE_OF_STEP = re.compile(r"(p\d+-[0-9a-f]+)(-[0-9a-f]{8})?-[0-9a-f]{16}\.parquet")
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
    rows = _write(store, f"data/{name}", to_table(result.rows, model))
    rejected = None
    if result.rejected:
        stamped = [each.model_copy(update={"stage": stage}) for each in result.rejected]
        rejected = _write(store, f"rejected/{name}", to_table(stamped, Rejection))
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
        rows_path=rows.path,
        rejected_path=rejected and rejected.path,
        sha256=rows.sha256,
        rows_bytes=rows.size_bytes,
        rejected_bytes=rejected and rejected.size_bytes,
        seconds=round(seconds, 3),
        created_at=now(),
    )
    store.put(f"commits/{name}.json", to_json(commit))
    return read_commit(store, stage, partition, address)


def committed(store: Store, stage: str) -> set[tuple[str, str]]:
    """(partition, address) of every finished shard of a stage."""
    names = (path.rpartition("/")[2] for path in store.list(f"commits/{stage}"))
    parts = (name.removesuffix(".json").rpartition("-") for name in names if name.endswith(".json"))
    return {(partition, address) for partition, _, address in parts}


def read_commit(store: Store, stage: str, partition: str, address: str) -> Commit:
    """The commit record of a finished shard.

    Raises
    ------
    MissingError
        If the shard is not finished.
    DamagedError
        If the record is not as it was written.
    """
    return commit_at(store, f"commits/{stage}/{partition}-{address}.json")


def commit_at(store: Store, path: str) -> Commit:
    """The commit record at a path."""
    try:
        return read_record(store, path, Commit, f"delete it and {_AGAIN}")
    except MissingError as error:
        raise MissingError(f"{error}: restore it from a copy, or {_AGAIN}") from None


def read_rows(store: Store, path: str, model: type[R]) -> list[R]:
    """Validated rows of a shard's file."""
    return from_table(read_table(store, path), model)


def read_table(store: Store, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A shard's file, or some of its columns, as an Arrow table.

    By one thread: Arrow's threads hold on to the bytes for a while after they were read, and a
    process that ends meanwhile is aborted (apache/arrow#34314).
    """
    file = pq.ParquetFile(pa.BufferReader(read_bytes(store, path)))
    return file.read(columns=columns and list(columns), use_threads=False)


def read_bytes(store: Store, path: str) -> bytes:
    """Bytes of a file whose name ends in its digest.

    Raises
    ------
    MissingError, DamagedError
        If it is not there, or not as it was written; the message says the way out.
    """
    try:
        data = store.get(path)
    except MissingError as error:
        raise MissingError(f"{error}: {way_out(path)}") from None
    if not path.endswith(_ending(hashlib.sha256(data).hexdigest())):
        raise DamagedError(
            f"{store.location}: {path} was changed since it was written (SHA-256 of "
            f"{len(data)} bytes): {way_out(path)}"
        )
    return data


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
    return _write(store, prefix, table).path


def holds(path: str, table: pa.Table) -> bool:
    """Whether a file is what `write_table` makes of a table."""
    return path.endswith(_ending(hashlib.sha256(_to_parquet(table)).hexdigest()))


def now() -> str:
    """The time, as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class _Written:
    path: str
    sha256: str
    size_bytes: int


def _write(store: Store, prefix: str, table: pa.Table) -> _Written:
    data = _to_parquet(table)
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{prefix}-{uuid4().hex[:8]}{_ending(sha256)}"
    if not store.put(path, data):
        raise StoreError(f"{store.location}: {path} is something else already; run again")
    return _Written(path, sha256, len(data))


def _to_parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(
        table, sink, compression="zstd", write_page_index=True, use_content_defined_chunking=True
    )
    return sink.getvalue()


def _ending(sha256: str) -> str:
    return f"-{sha256[:16]}.parquet"


def way_out(path: str) -> str:
    """What to do where a file is missing or damaged."""
    if path.startswith("curation/"):
        return "delete it and run the command again"
    folder, _, name = path.rpartition("/")
    step = _FILE_OF_STEP.fullmatch(name)
    if step is None:
        return (
            "restore it from a copy, or delete the snapshots that name it (those of "
            f"`grep -l {name} snapshots/*`) and {_AGAIN}"
        )
    stage = folder.rpartition("/")[2]
    return f"restore it from a copy, or delete commits/{stage}/{step[1]}.json and {_AGAIN}"


def _null_reasons(rows: Sequence[Any]) -> dict[str, int]:
    counts = Counter(
        f"{missing.field}: {missing.reason}"
        for row in rows
        for missing in (*getattr(row, "unmeasured", ()), *getattr(row, "withheld", ()))
    )
    return dict(sorted(counts.items()))
