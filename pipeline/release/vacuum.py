"""What nothing refers to: files of interrupted releases and of killed writers of shards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.release.folder import MANIFEST, RELEASES
from schemas.shards import Commit, Snapshot
from tools.store import STAGING, Store, StoredObject

_SHARDS = ("data", "rejected")


@dataclass(frozen=True)
class Orphan:
    """A file that nothing refers to, and what it was to become."""

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
    """
    # What is under way writes its files first: look at them before the records that name them.
    latest = datetime.now(UTC) - older_than
    found = [(each, why) for each, why in _candidates(store) if each.modified_at <= latest]
    kept = _referred(store)
    orphans = [
        Orphan(each.path, each.size_bytes, why) for each, why in found if each.path not in kept
    ]
    return sorted(orphans, key=lambda each: each.path)


def remove(store: Store, orphans: list[Orphan]) -> None:
    """Delete orphans."""
    for each in orphans:
        store.delete(each.path)
    store.remove_empty_folders(STAGING, RELEASES)


def _candidates(store: Store) -> Iterator[tuple[StoredObject, str]]:
    for each in store.entries(STAGING):
        yield each, "an interrupted release"
    whole = {
        path.removesuffix(f"/{MANIFEST}")
        for path in store.list(RELEASES)
        if path.endswith(f"/{MANIFEST}")
    }
    for each in store.entries(RELEASES):
        if "/".join(each.path.split("/")[:2]) not in whole:
            yield each, "a release without a manifest"
    for prefix in _SHARDS:
        for each in store.entries(prefix):
            yield each, "a shard without a commit record"


def _referred(store: Store) -> set[str]:
    kept: set[str] = set()
    for path in store.list("commits"):
        commit = Commit.model_validate_json(store.get(path))
        kept |= {commit.rows_path, commit.rejected_path or ""}
    for path in store.list("snapshots"):
        snapshot = Snapshot.model_validate_json(store.get(path))
        kept |= {snapshot.sources_path, *snapshot.fingerprints}
    return kept
