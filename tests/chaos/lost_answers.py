"""Lost answers of S3: the bucket took what was put, and whoever put it was not told.

What is put again is refused by the bucket, which holds it already: that is no conflict.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import polars as pl

from pipeline.engine.shards import read_frame, read_rows, write_shard
from pipeline.engine.snapshots import latest_snapshot, read_sources, take_snapshot, try_again
from pipeline.engine.stage import StageResult
from pipeline.engine.store_format import FORMAT, prepare_store
from pipeline.ingest.placement import place
from pipeline.ingest.recordings import keep_fingerprints
from pipeline.review.verdicts import keep_verdict, read_verdicts
from schemas.captions import RichCaption
from schemas.ingest import IngestConfig
from schemas.provenance import Rejection
from schemas.review import HumanVerdict
from schemas.sections import CurationConfig
from tests.chaos.campaign import Campaign
from tests.chaos.proxy import Proxy
from tests.pipeline.release.made_up import caption, listing, track_id
from tests.serving import s3_environment, s3_server
from tools.store import Store

ROUNDS = 100
BUCKET = "corpora"
CARE = CurationConfig()


@dataclass
class Loss:
    """Which answer to a PUT is lost next: after how many others, and how often in a row."""

    after: int = 0
    times: int = 0
    lost: list[str] = field(default_factory=list)

    def decide(self, method: str, path: str) -> bool:
        """Whether the answer to a request is lost."""
        if method != "PUT" or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.lost.append(path)
        return True


def run(rounds: int, seed: int) -> Campaign:
    """Lose so many answers, one or two in a row, at any PUT of any operation."""
    chance = random.Random(seed)
    loss, outcomes, faults, tried, number = Loss(), Counter[str](), list[str](), 0, 0
    with bucket_behind(loss.decide):
        while tried < rounds:
            name, (operation, n_puts) = list(OPERATIONS.items())[number % len(OPERATIONS)]
            loss.after = chance.randrange(n_puts)
            loss.times = min(chance.randint(1, 2), rounds - tried)
            try:
                fault = operation(Store(f"s3://{BUCKET}/{name}"), number)
            except Exception as error:
                fault = f"{type(error).__name__}: {error}"
            if fault:
                faults.append(f"seed {seed}, round {number}, {name}, lost {loss.lost}: {fault}")
            outcomes["false conflict or doubled" if fault else f"{name} as meant"] += len(loss.lost)
            tried += len(loss.lost)
            loss.lost, number = [], number + 1
    return Campaign("lost answers", tried, dict(outcomes), faults)


@contextmanager
def bucket_behind(
    is_lost: Callable[[str, str], bool], without: str | None = None
) -> Iterator[None]:
    """An empty bucket of a real HTTP server (moto), reached through a `Proxy`."""
    with s3_server() as url:
        httpx.post(f"{url}/moto-api/reset", timeout=None).raise_for_status()
        httpx.put(f"{url}/{BUCKET}", timeout=None).raise_for_status()
        with Proxy(url, is_lost, without) as proxy, s3_environment(proxy.url):
            yield


def _commit(store: Store, number: int) -> str | None:
    rows = [caption(track_id(f"{number}-{n}")) for n in range(2)]
    refused = [Rejection(row_id="x", stage="describe", reason="odd", detail="")]
    ids = [row.track_id for row in rows]
    commit = write_shard(
        store, stage="describe", partition="p000000", address=f"{number:032x}",
        result=StageResult([*ids, "x"], ids, rows, refused), model=RichCaption, seconds=0.0,
    )  # fmt: skip
    files = [p for p in store.list("data/describe") if f"{number:032x}" in p]
    if files != [commit.rows_path]:
        return f"{files} for one shard"
    assert commit.rejected_path is not None
    whole = read_rows(store, commit.rows_path, RichCaption) == rows
    whole &= read_rows(store, commit.rejected_path, Rejection) == refused
    return None if whole else "other rows"


def _snapshot(store: Store, number: int) -> str | None:
    parent = latest_snapshot(store)
    sources = read_sources(store, parent)
    n_before = 0 if parent is None else parent.number
    if parent is not None and n_before % 2:
        try_again(store, parent, "describe", {"p000000"})
    else:
        frame = listing(n_before + 2)
        placed = place(frame, sources, partition_size=4, curation=CARE)
        take_snapshot(store, parent, placed, IngestConfig())
    latest = latest_snapshot(store)
    assert latest is not None
    return None if latest.number == n_before + 1 else f"snapshot {latest.number} of {n_before + 1}"


def _verdict(store: Store, number: int) -> str | None:
    given = HumanVerdict(
        stage="describe", row_id=f"r{number}", track_id="t", text_hash="h", reviewer="Ann",
        verdict="accept", is_blind=True, made_at="2026-01-01T00:00:00+00:00",
    )  # fmt: skip
    keep_verdict(store, given)
    n = read_verdicts(store).count(given)
    return None if n == 1 else f"the verdict is there {n} times"


def _fingerprints(store: Store, number: int) -> str | None:
    found = pl.DataFrame({"track_id": [f"t{number}"], "fingerprint": ["AQ"]})
    (path,) = keep_fingerprints(store, found)
    return None if read_frame(store, path).rows() == found.rows() else "other fingerprints"


def _release(store: Store, number: int) -> str | None:
    with store.staging("r") as folder:
        (folder / "tracks").mkdir()
        for name in ("tracks/a", "tracks/b", "manifest.json"):
            (folder / name).write_bytes(f"{name} {number}".encode())
        if not store.publish(folder, f"releases/v{number}", "manifest.json"):
            return "something is in its place"
    return None if len(store.list(f"releases/v{number}")) == 3 else "files are missing"


def _format(store: Store, number: int) -> str | None:
    location = f"{store.location}/{number}"
    prepare_store(location)
    return None if Store(location).list("") == [FORMAT] else "a probe is left, or no format"


OPERATIONS: dict[str, tuple[Callable[[Store, int], str | None], int]] = {
    "commit": (_commit, 3),
    "snapshot": (_snapshot, 4),
    "verdict": (_verdict, 1),
    "fingerprints": (_fingerprints, 1),
    "release": (_release, 3),
    "first-use": (_format, 3),
}
"""What is done, and how many objects it puts at most."""
