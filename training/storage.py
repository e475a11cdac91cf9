"""Files of a release, in a folder or in an object store (``s3://…``, ``gs://…``)."""

from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq
from pyarrow import fs


def data_files(release: str, dataset: str, split: str) -> list[str]:
    """The addresses of a split's files of a data set, in order; none if it has no such split."""
    folder = f"{release.rstrip('/')}/{dataset}"
    storage, path = _storage(folder)
    found = storage.get_file_info(fs.FileSelector(path, allow_not_found=True))
    names = sorted(each.base_name for each in found)
    wanted = (n for n in names if n.startswith(f"{split}-") and n.endswith(".parquet"))
    return [f"{folder}/{name}" for name in wanted]


def parquet_file(address: str) -> pq.ParquetFile:
    """An open Parquet file; close it, or use it in a ``with``."""
    storage, path = _storage(address)
    return pq.ParquetFile(storage.open_input_file(path))


def read_table(address: str, columns: list[str]) -> Any:
    """Columns of a Parquet file as an Arrow table."""
    with parquet_file(address) as file:
        return file.read(columns=columns)


def read_bytes(address: str) -> bytes | None:
    """A small file, or None where there is none."""
    storage, path = _storage(address)
    if storage.get_file_info(path).type != fs.FileType.File:
        return None
    with storage.open_input_file(path) as file:
        return bytes(file.read())


def _storage(address: str) -> tuple[Any, str]:
    if "://" not in address:
        return fs.LocalFileSystem(), address
    scheme, path = address.split("://", 1)
    bucket = path.split("/", 1)[0]
    return _bucket(f"{scheme}://{bucket}"), path.split("?", 1)[0]


@lru_cache
def _bucket(address: str) -> Any:
    """Credentials, region and AWS_ENDPOINT_URL come from the environment."""
    return fs.FileSystem.from_uri(address)[0]
