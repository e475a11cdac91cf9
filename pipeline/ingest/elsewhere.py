"""Places of files that a listing names in buckets, on the web and in tars."""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from pipeline.ingest.places import Place
from tools.errors import RefusedError
from tools.remote.access import Access
from tools.remote.fetch import state_of
from tools.remote.names import BUCKETS, scheme_of, split_bucket, split_member
from tools.remote.objects import list_objects
from tools.remote.state import RemoteState
from tools.remote.tar_files import tar_index

_ASKED_AT_ONCE = 32
"""Ours: as many requests as Amazon answers without a pause, by far, and one process can wait for.
"""
T = TypeVar("T")
_PER_CHUNK = 10_000
States = dict[str, RemoteState | RefusedError]


def places_elsewhere(names: Mapping[str, str], access: Access) -> dict[str, Place]:
    """Sizes and times of files elsewhere.

    Objects are looked up by listing the folder that holds them all, as long as that takes no longer
    than to ask for each; those not found so, and files on the web, are asked for one by one.

    Parameters
    ----------
    names : mapping of str to str
        URLs and members of tars, by what the listing calls them.
    access : Access

    Returns
    -------
    dict
        By what the listing calls them.

    Raises
    ------
    UnreachableError
        If who has them does not answer.
    """
    files = {name: split_member(name) for name in names.values()}
    wanted = dict.fromkeys(file for file, _ in files.values())
    states: States = _listed([each for each in wanted if scheme_of(each) in BUCKETS])

    def ask(file: str) -> RemoteState | RefusedError:
        return _or_why(lambda: state_of(file, access.hosts))

    def members(tar: str) -> dict[str, int] | RefusedError:
        return _or_why(lambda: _sizes(tar, states[tar], access))

    tars = list(dict.fromkeys(file for file, member in files.values() if member is not None))
    with ThreadPoolExecutor(_ASKED_AT_ONCE) as threads:
        unknown = (each for each in wanted if each not in states)
        while some := list(islice(unknown, _PER_CHUNK)):
            states |= zip(some, threads.map(ask, some), strict=True)
        indices = dict(zip(tars, threads.map(members, tars), strict=True))
    return {uri: _place(uri, *files[name], states, indices) for uri, name in names.items()}


def _place(
    uri: str,
    file: str,
    member: str | None,
    states: States,
    indices: Mapping[str, dict[str, int] | RefusedError],
) -> Place:
    found = states[file] if member is None else indices[file]
    state = states[file]
    if isinstance(found, RefusedError) or isinstance(state, RefusedError):
        error = found if isinstance(found, RefusedError) else state
        assert isinstance(error, RefusedError)
        return Place(uri, reason=error.reason, detail=error.detail)
    if isinstance(found, RemoteState):
        return Place(uri, *found)
    if member not in found:
        return Place(uri, reason="missing", detail="the tar has no such member")
    return Place(uri, found[member], state.mtime_ns)


def _sizes(tar: str, state: RemoteState | RefusedError, access: Access) -> dict[str, int]:
    if isinstance(state, RefusedError):
        raise state
    index = tar_index(tar, state, access)
    return {each.name: each.size_bytes for each in reversed(index.members)}


def _listed(urls: Iterable[str]) -> States:
    """States of objects that a listing of their common folder shows, before it takes too long."""
    buckets: dict[str, dict[str, str]] = {}
    for url in urls:
        bucket, key = split_bucket(url)
        buckets.setdefault(bucket, {})[key] = url
    found: States = {}
    for bucket, wanted in buckets.items():
        if len(wanted) <= _ASKED_AT_ONCE:
            continue
        folder = posixpath.commonpath([posixpath.dirname(key) for key in wanted])
        n_answers = len(wanted) // _ASKED_AT_ONCE
        try:
            for _, chunk in zip(range(n_answers), list_objects(f"{bucket}/{folder}"), strict=False):
                keys = ((f"{folder}/{key}".lstrip("/"), state) for key, state in chunk)
                found |= {wanted[key]: state for key, state in keys if key in wanted}
        except RefusedError:
            continue  # who may read objects may not list them everywhere
    return found


def _or_why(work: Callable[[], T]) -> T | RefusedError:
    try:
        return work()
    except RefusedError as error:
        return error
