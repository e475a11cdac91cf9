"""Commit records of an object store by the thousand, so that no start reads them one by one.

``commit-pages/<digest>.json.gz`` holds copies of records that somebody read one by one: the next
one reads a page. Whether a shard is finished is still told by its own record.
"""

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import TypeAdapter, ValidationError

from pipeline.engine.shards import read_commit
from schemas.shards import Commit
from tools.store import DamagedError, Store

Name = tuple[str, str, str]
_FOLDER = "commit-pages"
_PAGE = TypeAdapter(list[Commit])
_READS = 32
"""On their way from the store at once (ours): of 20 ms each, 1,600 a second."""
_FEW = 1000
"""Records that are read one by one: some seconds of a slow store (ours)."""
_MOST_ON_A_PAGE = 20_000
"""Some megabytes (ours)."""


def read_commits(store: Store, names: Sequence[Name]) -> list[Commit]:
    """Commit records by stage, partition and address, in this order.

    Parameters
    ----------
    store : Store
    names : sequence of (str, str, str)

    Returns
    -------
    list of Commit

    Raises
    ------
    MissingError, DamagedError
        As `read_commit`; of a page, too.
    """
    if store.folder is not None:
        return [read_commit(store, *name) for name in names]
    wanted = set(names)
    known: dict[Name, Commit] = {}
    with ThreadPoolExecutor(_READS) as threads:
        if len(wanted) > _FEW:
            for page in threads.map(lambda path: _read_page(store, path), store.list(_FOLDER)):
                known |= {name: each for each in page if (name := _name_of(each)) in wanted}
        missing = [name for name in names if name not in known]
        read = list(threads.map(lambda name: read_commit(store, *name), missing))
    known |= {_name_of(each): each for each in read}
    for new in _pages(read):
        _write_page(store, new)
    return [known[name] for name in names]


def _pages(commits: Sequence[Commit]) -> Iterator[Sequence[Commit]]:
    if len(commits) > _FEW:
        for start in range(0, len(commits), _MOST_ON_A_PAGE):
            yield commits[start : start + _MOST_ON_A_PAGE]


def _name_of(commit: Commit) -> Name:
    return commit.stage, commit.partition, commit.address


def _write_page(store: Store, commits: Sequence[Commit]) -> None:
    data = gzip.compress(_PAGE.dump_json(list(commits)), mtime=0)
    store.put(f"{_FOLDER}/{hashlib.sha256(data).hexdigest()}.json.gz", data)


def _read_page(store: Store, path: str) -> list[Commit]:
    data = store.get(path)
    if hashlib.sha256(data).hexdigest() not in path:
        raise DamagedError(
            f"{store.location}: {path} was changed since it was written (checksum): delete it, it "
            "holds copies"
        )
    try:
        return _PAGE.validate_json(gzip.decompress(data))
    except ValidationError:
        return []  # of another version: the records themselves are read
