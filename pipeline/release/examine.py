"""Whether a store is whole: every record and every byte that one names, clock, space, orphans.

All of it is looked at, not what one config makes use of; nothing is mended.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from pipeline.corpus.estimates import lost_spending
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.shards import commit_at, read_bytes
from pipeline.engine.snapshots import read_snapshot, snapshot_paths
from pipeline.engine.store_format import format_of, open_store
from pipeline.release.examine_records import damage_of, missing_records, other_records
from pipeline.release.folder import look_through
from pipeline.release.vacuum import find_orphans, time_of
from schemas.config import CorpusConfig
from schemas.shards import Commit, Snapshot
from tools.chat.answer_damage import check_answers
from tools.checks import Check
from tools.store import DamagedError, Store, StoreError

_READS = 8
"""Files on their way at once, each in memory (ours)."""
_MOST_SKEW_S = 60.0
"""Ours: S3 refuses requests that are 900 s off."""
_LEAST_FREE_BYTES = 1_000_000_000
"""Ours: a partition's shards, answers and a tar of sound take less."""
_SHOWN = 5
_UNWANTED = timedelta(hours=24)
Advance = Callable[[int], None]


@dataclass
class _Findings:
    """What was read, and what is wrong with it."""

    n: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, name: str, what: str, remedy: str) -> Check:
        more = [f"and {len(self.wrong) - _SHOWN} more"] if len(self.wrong) > _SHOWN else []
        found = "\n".join([f"{self.n} {what}", *self.wrong[:_SHOWN], *more])
        return Check(name, not self.wrong, found, remedy=remedy)


def examine_store(config: CorpusConfig, expect: Advance, advance: Advance) -> list[Check]:
    """Look at all of a corpus's store.

    Parameters
    ----------
    config : CorpusConfig
    expect : callable
        Told how many files will be read.
    advance : callable
        Told of every file that was.

    Returns
    -------
    list of Check
        Only the first where the store cannot be opened, or is of a newer form.
    """
    try:
        store = open_store(config.store)
        form = format_of(store)
    except StoreError as error:
        return [Check("store", False, str(error), remedy="the line says what to do")]
    told = f"{config.store}, form {form}" if form else f"{config.store}, nothing in it yet"
    checks = [Check("store", True, told)]
    try:
        checks += _records_and_files(store, expect, advance)
        checks += [_answers(config, store), _releases(store), _orphans(store), _clock(store)]
    except StoreError as error:
        checks.append(Check("store", False, str(error), remedy="run again when it answers"))
    return [*checks, *_space(config, store)]


def _records_and_files(store: Store, expect: Advance, advance: Advance) -> Iterator[Check]:
    commits, records = _commits(store)
    yield records.check("commits", "records", "restore them from a copy, or delete them and build")
    told, snapshots = _snapshots(store, commits)
    yield told.check("snapshots", "records", "each line says what to do")
    listed = [path for each in snapshots for path in (each.sources_path, *each.fingerprints)]
    files = {**dict.fromkeys(listed), **{path: told for c in commits for path, told in _files(c)}}
    others = other_records(store)
    expect(len(files) + len(others))
    found, n_bytes = _Findings(len(files)), 0
    rest = _Findings(len(others))
    with ThreadPoolExecutor(_READS) as threads:
        for job in [threads.submit(_read, store, *each) for each in files.items()]:
            size, wrong = job.result()
            n_bytes += size
            found.wrong += wrong
            advance(1)
        for damage in threads.map(lambda path: damage_of(store, path), others):
            rest.wrong += damage
            advance(1)
    yield rest.check("other records", "of builds, estimates, verdicts, logs", "as the lines say")
    what = f"files, {n_bytes} bytes, read and hashed"
    yield found.check("files", what, "each line says what to do")


def _commits(store: Store) -> tuple[list[Commit], _Findings]:
    """Records of all configs, and those that cannot be read."""
    found, commits = _Findings(), []
    for path in store.list("commits"):
        if path.endswith(".json"):
            found.n += 1
            try:
                commits.append(commit_at(store, path))
            except DamagedError as error:
                found.wrong.append(str(error))
    return commits, found


def _snapshots(store: Store, commits: Sequence[Commit]) -> tuple[_Findings, list[Snapshot]]:
    """Those that can be read; what is wrong with the others, and what they lack."""
    found, snapshots, numbers = _Findings(), list[Snapshot](), list[int]()
    for path in snapshot_paths(store):
        found.n += 1
        numbers.append(int(PurePosixPath(path).stem))
        try:
            snapshots.append(read_snapshot(store, path))
        except DamagedError as error:
            found.wrong.append(str(error))
    manifests = [each.manifest for each in look_through(store)[0]]
    found.wrong += missing_records(store, numbers, snapshots, commits, manifests)
    return found, snapshots


def _answers(config: CorpusConfig, store: Store) -> Check:
    """The file of answers, and whether it is the one that there was."""
    cache = open_answer_cache(config)
    path, n, wrong = cache.path, 0, list[str]()
    if path is not None and path.exists():
        n, wrong = check_answers(path)
    with suppress(DamagedError):  # an estimate that is damaged has a line of its own
        if not wrong and (note := lost_spending(store, cache)) is not None:
            wrong.append(note)
    return _Findings(n, wrong).check("answers", "read and checked", "each line says what to do")


def _files(commit: Commit) -> Iterator[tuple[str, str | None]]:
    """Files of a commit, and their digests where it tells them."""
    yield commit.rows_path, commit.sha256
    if commit.rejected_path is not None:
        yield commit.rejected_path, None


def _read(store: Store, path: str, sha256: str | None) -> tuple[int, list[str]]:
    """Size of a file, and what is wrong with it."""
    try:
        data = read_bytes(store, path)
    except StoreError as error:
        return 0, [str(error)]
    if sha256 not in (None, hashlib.sha256(data).hexdigest()):
        return len(data), [f"{store.location}: {path} is another than its commit record names"]
    return len(data), []


def _releases(store: Store) -> Check:
    found, damaged = look_through(store)
    told = _Findings(len(found) + len(damaged), damaged)
    return told.check("releases", "manifests", "`partimento release verify` reads the rest")


def _orphans(store: Store) -> Check:
    try:
        found = find_orphans(store, older_than=_UNWANTED)
    except DamagedError:
        return Check("orphans", True, "not known while a record is damaged", is_needed=False)
    n_bytes = sum(each.size_bytes for each in found)
    words = f"{len(found)} files and empty folders that nothing refers to, {n_bytes} bytes"
    return Check("orphans", not found, words, False, "partimento release vacuum CONFIG --yes")


def _clock(store: Store) -> Check:
    skew_s = abs((time_of(store) - datetime.now(UTC)).total_seconds())
    words = f"{skew_s:.0f} s between the store's clock and this one"
    return Check("clock", skew_s <= _MOST_SKEW_S, words, remedy="set the clock (NTP)")


def _space(config: CorpusConfig, store: Store) -> Iterator[Check]:
    """Free space where a build and a release write, each disk once."""
    places = {"TMPDIR": Path(tempfile.gettempdir())}
    if config.execution.answers is not None:
        places["execution.answers"] = Path(config.execution.answers)
    if store.folder is not None:
        places["store"] = store.folder
    by_disk: dict[int, tuple[Path, list[str]]] = {}
    for name, place in places.items():
        there = next(each for each in (place, *place.absolute().parents) if each.exists())
        by_disk.setdefault(there.stat().st_dev, (there, []))[1].append(name)
    for there, names in by_disk.values():
        free = shutil.disk_usage(there).free
        words = f"{free / 1e9:.1f} GB free at {there} ({', '.join(names)})"
        yield Check("space", free >= _LEAST_FREE_BYTES, words, remedy="make room")
