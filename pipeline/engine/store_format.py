"""Open a corpus's store: of a form that is known, and one that refuses to overwrite."""

from contextlib import suppress
from uuid import uuid4

from pipeline.engine.records import read_record, to_json
from schemas.shards import StoreFormat
from tools.store import STAGING, MissingError, Store, StoreError

FORMAT = "format.json"


def open_store(location: str) -> Store:
    """The store at a location, to read or write.

    Raises
    ------
    StoreError
        If it is no store, or of a newer form than this version knows.
    """
    store = Store(location)
    _read_format(store)
    return store


def prepare_store(location: str) -> Store:
    """The store at a location, to build in; tried when it is used for the first time.

    Raises
    ------
    StoreError
        If it is no store, of a newer form, or overwrites what it was asked not to.
    """
    store = Store(location)
    if _read_format(store) is None:
        _try_create_if_absent(store)
        store.put(FORMAT, to_json(StoreFormat()))
    return store


def format_of(store: Store) -> int | None:
    """Which form an open store is of; None for an empty one."""
    found = _read_format(store)
    if found is not None:
        return found.format
    return 1 if next(iter(store.entries("snapshots")), None) else None


def _read_format(store: Store) -> StoreFormat | None:
    """The form of a store; None for one of version 1, or one that is empty."""
    with suppress(MissingError):
        way_out = "restore it from a copy, or delete it: the next build makes it anew"
        return read_record(store, FORMAT, StoreFormat, way_out)
    return None


def _try_create_if_absent(store: Store) -> None:
    path = f"{STAGING}/probe-{uuid4().hex}"
    store.put(path, b"first")
    is_overwritten = store.put(path, b"second")
    with suppress(StoreError):  # some may write and not delete; `vacuum` finds it
        store.delete(path)
    if is_overwritten:
        raise StoreError(
            f"{store.location}: it overwrites objects though it is asked not to (If-None-Match), "
            "and so two builds could destroy each other's work: use a store that refuses"
        )
