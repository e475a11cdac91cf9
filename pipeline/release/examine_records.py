"""Records beside commits and snapshots: whether each is whole, and whether a snapshot is gone."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.corpus import estimates, last_build
from pipeline.engine import answer_log
from pipeline.engine.records import read_record
from pipeline.review import verdicts
from schemas.estimate import BuildEstimate
from schemas.ledger import AnswerPage, BuildLedger
from schemas.manifest import Manifest
from schemas.shards import BuildRecord, Commit, Snapshot
from tools.store import DamagedError, Store

_READ: Mapping[str, Callable[[Store, str], object]] = {
    "builds": lambda store, path: read_record(store, path, BuildRecord, last_build.WAY_OUT),
    "estimates": lambda store, path: read_record(store, path, BuildEstimate, estimates.WAY_OUT),
    "reviews": verdicts.read_said,
    "answers": lambda store, path: read_record(store, path, AnswerPage, answer_log.WAY_OUT),
    "ledger": lambda store, path: read_record(store, path, BuildLedger, answer_log.LEDGER_WAY_OUT),
}
_AGAIN = "restore it from a copy, or run `partimento build`"


def other_records(store: Store) -> list[str]:
    """Paths of all records that are no commits, snapshots or manifests."""
    return [path for kind in _READ for path in store.list(kind) if path.endswith(".json")]


def damage_of(store: Store, path: str) -> list[str]:
    """What is wrong with such a record; nothing of one that is whole."""
    try:
        _READ[path.partition("/")[0]](store, path)
    except DamagedError as error:
        return [str(error)]
    return []


def missing_records(
    store: Store,
    numbers: Sequence[int],
    snapshots: Sequence[Snapshot],
    commits: Sequence[Commit],
    manifests: Sequence[Manifest],
) -> Iterator[str]:
    """Snapshots that are not there though something shows that they were, and commits they name.

    Parameters
    ----------
    store : Store
    numbers : sequence of int
        Of the snapshots that are there, damaged or not. Older ones that are not are of no use.
    snapshots, commits, manifests : sequence of Snapshot, Commit, Manifest
        Those that can be read.
    """
    newest = max(numbers, default=0)
    released = max((each.snapshot for each in manifests), default=0)
    if released > newest:
        yield f"{store.location}: {_path(released)}, which a release is of, is missing: {_AGAIN}"
    named = {
        (stage, each.partition, address)
        for snapshot in snapshots
        for each in snapshot.partitions
        for stage, address in (("tracks", each.tracks_address), ("texts", each.texts_address))
        if address is not None
    }
    there = {(each.stage, each.partition, each.address) for each in commits}
    if len(snapshots) == len(numbers):
        last = max((each.created_at for each in snapshots), default="")
        unnamed = {
            each.partition
            for each in commits
            if each.stage == "tracks" and each.created_at >= last
            if (each.stage, each.partition, each.address) not in named
        }
        if unnamed:
            yield (
                f"{store.location}: no snapshot names the tracks of {', '.join(sorted(unnamed))}: "
                f"one was lost, or a build was killed before it took one: {_AGAIN}"
            )
    for stage, partition, address in sorted(named - there):
        record = f"commits/{stage}/{partition}-{address}.json"
        if record not in store.list(f"commits/{stage}"):
            yield f"{store.location}: {record} is missing: {_AGAIN}"


def _path(number: int) -> str:
    return f"snapshots/{number:06d}.json"
