"""What nothing refers to: files of interrupted releases and of killed writers of shards.

A build or release may be under way. Its files are young: each writer makes files of its own and
names them in a record soon after, and no record ever takes up a file that was there before. So what
is old, in no record now, will be in none; of a release, what counts is its youngest file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from pipeline.engine.shards import commit_at
from pipeline.engine.snapshots import read_snapshot, snapshot_paths
from pipeline.release.folder import MANIFEST, RELEASES
from tools.store import STAGING, Store, StoredObject

_SHARDS = ("data", "rejected")
_IN_FOLDERS = (f"{STAGING}/", f"{RELEASES}/")


@dataclass(frozen=True)
class Orphan:
    """A file that nothing refers to, or a folder without any (its path ends in a slash)."""

    path: str
    size_bytes: int
    why: str


def find_orphans(store: Store, *, older_than: timedelta) -> list[Orphan]:
    """Files of a store that nothing refers to.

    Parameters
    ----------
    store : Store
    older_than : timedelta
        Younger files may be of a build or release under way, and are left alone.

    Returns
    -------
    list of Orphan
        Sorted by path. Shards of other configs than today's have commit records, and are kept.

    Raises
    ------
    DamagedError
        If a record is not as it was written: what it names is not known.
    """
    # What is under way writes its files first: look at them before the records that name them.
    latest = time_of(store) - older_than
    found = list(_candidates(store, latest))
    kept = _referred(store)
    orphans = [
        Orphan(each.path, each.size_bytes, why) for each, why in found if each.path not in kept
    ]
    orphans += [
        Orphan(f"{folder}/", 0, "an empty folder")
        for prefix in (STAGING, RELEASES)
        for folder in store.empty_folders(prefix, before=latest)
    ]
    return sorted(orphans, key=lambda each: each.path)


def remove(store: Store, orphans: list[Orphan]) -> None:
    """Delete orphans, and the folders that they leave; an empty one may be just begun."""
    for each in orphans:
        if not each.path.endswith("/"):
            store.delete(each.path)
    folders = {_folder_of(each.path) for each in orphans}
    store.remove_empty_folders(*(each for each in folders if each.startswith(_IN_FOLDERS)))


def time_of(store: Store) -> datetime:
    """The time by the store's own clock, by which files are young or old."""
    path = f"{STAGING}/clock-{uuid4().hex}"
    store.put(path, b"")
    (entry,) = (each for each in store.entries(STAGING) if each.path == path)
    store.delete(path)
    return entry.modified_at


def _candidates(store: Store, latest: datetime) -> Iterator[tuple[StoredObject, str]]:
    for each in _of_old_folders(store, STAGING, latest):
        yield each, "an interrupted release"
    whole = {
        path.removesuffix(f"/{MANIFEST}")
        for path in store.list(RELEASES)
        if path.endswith(f"/{MANIFEST}")
    }
    for each in _of_old_folders(store, RELEASES, latest):
        if _folder_of(each.path) not in whole:
            yield each, "a release without a manifest"
    for prefix in _SHARDS:
        for each in store.entries(prefix):
            if each.modified_at <= latest:
                yield each, "a shard without a commit record"


def _of_old_folders(store: Store, prefix: str, latest: datetime) -> list[StoredObject]:
    """Files of those folders below a prefix in which no file is younger."""
    found = list(store.entries(prefix))
    young = {_folder_of(each.path) for each in found if each.modified_at > latest}
    return [each for each in found if _folder_of(each.path) not in young]


def _folder_of(path: str) -> str:
    return "/".join(path.split("/")[:2])


def _referred(store: Store) -> set[str]:
    kept: set[str] = set()
    for path in store.list("commits"):
        if path.endswith(".json"):
            commit = commit_at(store, path)
            kept |= {commit.rows_path, commit.rejected_path or ""}
    for path in snapshot_paths(store):
        snapshot = read_snapshot(store, path)
        kept |= {snapshot.sources_path, *snapshot.fingerprints}
    return kept
