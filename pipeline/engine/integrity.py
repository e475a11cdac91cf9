"""Whether the files of a corpus are there and whole, as far as their sizes tell.

Sizes come from listings: nothing is read, so this is done at every look at a corpus. A file's
digest is checked when the file is read.
"""

from collections.abc import Iterator, Sequence

from pipeline.engine.shards import way_out
from schemas.shards import Commit, Snapshot
from tools.store import DamagedError, Store

_SHOWN = 3


def check_files(store: Store, commits: Sequence[Commit]) -> None:
    """Make sure that all files which commits name are there, with their sizes.

    Raises
    ------
    DamagedError
        Naming some that are not, and the way out.
    """
    bad = list(_bad_files(store, commits))
    if not bad:
        return
    some = "; ".join(f"{path} {what}" for _, path, what in bad[:_SHOWN])
    more = f"; and {len(bad) - _SHOWN} more files" if len(bad) > _SHOWN else ""
    each = bad[0][0]
    record = f"commits/{each.stage}/{each.partition}-{each.address}.json"
    raise DamagedError(
        f"{store.location}: {some}{more}: restore what is damaged from a copy, or delete its "
        f"commit record ({record}{', …' if len(bad) > 1 else ''}) and run `partimento build` to "
        "make it anew"
    )


def check_sources(store: Store, snapshot: Snapshot) -> None:
    """Make sure that the file is there which lists the sources of a snapshot.

    Raises
    ------
    DamagedError
        If it is not, with the way out.
    """
    path = snapshot.sources_path
    if path not in store.list(path.rpartition("/")[0]):
        raise DamagedError(f"{store.location}: {path} is missing: {way_out(path)}")


def _bad_files(store: Store, commits: Sequence[Commit]) -> Iterator[tuple[Commit, str, str]]:
    stages = sorted({commit.stage for commit in commits})
    sizes = {
        each.path: each.size_bytes
        for folder in ("data", "rejected")
        for stage in stages
        for each in store.entries(f"{folder}/{stage}")
    }
    for commit in commits:
        files = (
            (commit.rows_path, commit.rows_bytes),
            (commit.rejected_path, commit.rejected_bytes),
        )
        for path, written in files:
            if path is None:
                continue
            size = sizes.get(path)
            if size is None:
                yield commit, path, "is missing"
            elif size == 0 or written not in (None, size):
                yield commit, path, f"has {size} of {written or '?'} bytes"
