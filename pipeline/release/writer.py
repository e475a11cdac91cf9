"""Parquet shards that load anywhere, written in memory that does not grow with the rows.

zstd, content-defined chunking (so that pushes to a hub send only what changed) and a page index.
"""

import hashlib
import sys
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.manifest import ReleasedFile
from schemas.release import SPLITS

ROW_GROUP_BYTES = 32 << 20
PARQUET = {
    "compression": "zstd",
    "write_page_index": True,
    "use_content_defined_chunking": True,
}


class DatasetWriter:
    """Writes a data set's rows into shards, by split; a thread encodes while others go on.

    Parameters
    ----------
    root : Path
        The release's folder.
    name : str
        The data set's folder in it.
    schema : pa.Schema
    shard_mb : int
        A shard is closed when it is as large.
    group_rows : int or None
        Rows of a row group, at most.
    """

    def __init__(
        self, root: Path, name: str, schema: pa.Schema, shard_mb: int, group_rows: int | None
    ) -> None:
        self._folder = root / name
        self._schema = schema
        self._shard_bytes = shard_mb << 20
        self._group_rows = group_rows or sys.maxsize
        self._splits: dict[str, _Split] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet")
        self._encoding: Future[None] | None = None
        self.n_rows: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def write(self, table: pa.Table, split: str) -> None:
        """Add rows to a split."""
        if split not in self._splits:
            files = ShardFiles(self._folder, split, "parquet")
            self._splits[split] = _Split(files, self._schema, self._shard_bytes, self._group_rows)
        self.n_rows[split] += len(table)
        group = self._splits[split].take(table)
        if group is not None:
            self._encode(self._splits[split], group)

    def close(self) -> list[tuple[Path, int]]:
        """Write what is left, and give the shards their final names.

        Returns
        -------
        list of (Path, int)
            Files and their rows, by split.
        """
        for each in self._splits.values():
            rest = each.rest()
            if rest is not None:
                self._encode(each, rest)
        self._wait()
        return [shard for name in sorted(self._splits) for shard in self._splits[name].close()]

    def _encode(self, split: "_Split", group: pa.Table) -> None:
        self._wait()
        self._encoding = self._thread.submit(split.encode, group)

    def _wait(self) -> None:
        if self._encoding is not None:
            self._encoding.result()


class ShardFiles:
    """Names of one split's files: numbered while they are written, and out of how many at the end.

    Parameters
    ----------
    folder : Path
        Made if missing.
    split : str
    extension : str
    """

    def __init__(self, folder: Path, split: str, extension: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._split, self._extension = folder, split, extension
        self.paths: list[Path] = []

    def next(self) -> Path:
        """Where the next shard is written."""
        name = f"{self._split}-{len(self.paths):05d}.{self._extension}"
        self.paths.append(self._folder / name)
        return self.paths[-1]

    def finish(self) -> list[Path]:
        """Give the shards their final names."""
        n = len(self.paths)
        finals = [path.with_stem(f"{path.stem}-of-{n:05d}") for path in self.paths]
        return [path.rename(final) for path, final in zip(self.paths, finals, strict=True)]


class _Split:
    """The shards of one split."""

    def __init__(
        self, files: ShardFiles, schema: pa.Schema, shard_bytes: int, group_rows: int
    ) -> None:
        self._files, self._schema = files, schema
        self._shard_bytes, self._group_rows = shard_bytes, group_rows
        self._held: list[pa.Table] = []
        self._held_bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._n_rows: list[int] = []

    def take(self, table: pa.Table) -> pa.Table | None:
        """Hold rows; give them back when they are enough for a row group."""
        self._held.append(table)
        self._held_bytes += table.nbytes
        return self.rest() if self._held_bytes >= ROW_GROUP_BYTES else None

    def rest(self) -> pa.Table | None:
        """The rows held, which are then forgotten."""
        if not self._held:
            return None
        group = pa.concat_tables(self._held)
        self._held, self._held_bytes = [], 0
        return group

    def encode(self, group: pa.Table) -> None:
        """Write rows as row groups of about `ROW_GROUP_BYTES`; close the shard if it is full."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._files.next(), self._schema, **PARQUET)
            self._n_rows.append(0)
        per_group = max(1, len(group) * ROW_GROUP_BYTES // max(1, group.nbytes))
        self._writer.write_table(group, row_group_size=min(per_group, self._group_rows))
        self._n_rows[-1] += len(group)
        if self._files.paths[-1].stat().st_size >= self._shard_bytes:
            self._writer.close()
            self._writer = None

    def close(self) -> list[tuple[Path, int]]:
        """End the last shard; the shards and their rows."""
        if self._writer is not None:
            self._writer.close()
        return list(zip(self._files.finish(), self._n_rows, strict=True))


def by_split(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """Rows of each split, in their order."""
    if rows["split"].n_unique() == 1:
        return [(rows["split"][0], rows)]
    return [(name, part) for name in SPLITS if len(part := rows.filter(pl.col("split") == name))]


def describe_file(root: Path, path: Path, n_rows: int | None = None) -> ReleasedFile:
    """A file's entry in the manifest."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ReleasedFile(
        path=path.relative_to(root).as_posix(),
        size_bytes=path.stat().st_size,
        sha256=sha256,
        n_rows=n_rows,
    )
