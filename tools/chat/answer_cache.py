"""The cache of a corpus: answers that were bought, by request, and what every attempt cost.

One SQLite file. An answer and its cost are written in one transaction, the moment they arrive, so
that a build killed anywhere pays for nothing twice. Answers that were of no use are only charged.
"""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from schemas.dialect import Dialect
from schemas.digest import digest
from schemas.ledger import BatchJob, BoughtAnswer, LedgerLine, Spending, sum_up
from schemas.usage import Usage
from tools.chat.answer_damage import changed, is_damage, is_whole, way_out
from tools.store import DamagedError, StoreError

_TABLES = """
create table if not exists answers (
    key text primary key, text text not null, model text not null, usage text not null,
    checksum text, scope text, is_logged integer not null default 0
);
create table if not exists ledger (
    stage text, role text, model text, outcome text, n_attempts integer not null,
    input_tokens integer not null, output_tokens integer not null, cost_usd real not null,
    audio_tokens integer not null default 0, cached_tokens integer not null default 0,
    bytes_sent integer not null default 0,
    primary key (stage, role, model, outcome)
) without rowid;
create table if not exists jobs (
    job text primary key, batch_id text, stage text not null, submitted_at text not null,
    most_usd real not null, most_tokens integer not null
) without rowid;
create table if not exists job_requests (
    key text not null, job text not null, primary key (key, job)
) without rowid;
create table if not exists dialects (key text primary key, dialect text not null) without rowid;
create table if not exists collected (line text primary key) without rowid;
"""
_ADDED_COLUMNS = (
    "answers add column checksum text",
    "answers add column scope text",
    "answers add column is_logged integer not null default 0",
    *(
        f"ledger add column {name} integer not null default 0"
        for name in ("audio_tokens", "cached_tokens", "bytes_sent")
    ),
)
"""What a book of an earlier version lacks."""
_LEDGER_KEY = ("stage", "role", "model", "outcome")
_LEDGER_COLUMNS = tuple(LedgerLine.model_fields)
_SUMS = ", ".join(
    f"{name} = {name} + excluded.{name}" for name in _LEDGER_COLUMNS if name not in _LEDGER_KEY
)
_CHARGE = (
    f"insert into ledger ({', '.join(_LEDGER_COLUMNS)}) "
    f"values ({', '.join(f':{name}' for name in _LEDGER_COLUMNS)}) "
    f"on conflict do update set {_SUMS}"
)

_JOB_COLUMNS = ("job", "batch_id", "stage", "submitted_at", "most_usd", "most_tokens")


class AnswerCacheInUseError(StoreError):
    """Another process is asking with this cache."""


class AnswerCache:
    """Answers and ledger, safe to use from several threads and processes.

    Parameters
    ----------
    path : Path or None
        The file, made at first use; None keeps the cache in memory.
    elsewhere : sequence of LedgerLine, optional
        What was spent by others, whose answers are in the store's log.
    """

    def __init__(self, path: Path | None, elsewhere: Sequence[LedgerLine] = ()) -> None:
        self.path, self._elsewhere = path, elsewhere
        self._lock = threading.Lock()
        self._claim: IO[str] | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was written yet."""
        return "_database" in self.__dict__ or (self.path is not None and self.path.exists())

    def claim(self) -> None:
        """Keep others from asking with this cache until it is closed, or this process ends.

        Raises
        ------
        AnswerCacheInUseError
            If another process is asking: together they would ask twice and overspend.
        """
        if self.path is None or self._claim is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_suffix(".lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AnswerCacheInUseError(
                f"{self.path}: another build, preview or batch of this corpus is asking models; "
                "together they would ask twice and overspend. Run again when it has ended"
            ) from None
        self._claim = lock

    def find(self, key: str) -> BoughtAnswer | None:
        """An answer that was bought; None if there is none.

        Raises
        ------
        DamagedError
            If it is not as it was written; one of before there were checksums is taken as it is.
        """
        with self._guarded() as database:
            row = database.execute(
                "select text, model, usage, checksum from answers where key = ?", (key,)
            ).fetchone()
        if row is None:
            return None
        text, model, usage, checksum = row
        if not is_whole(key, text, model, usage, checksum):
            assert self.path is not None
            raise DamagedError(changed(self.path, key))
        return BoughtAnswer(key=key, text=text, model=model, usage=Usage.model_validate_json(usage))

    def keep(self, answer: BoughtAnswer, cost: LedgerLine, scope: str | None = None) -> None:
        """Write an answer and the cost of its last attempt, both or none.

        `scope` names where it is logged, see `tools.chat.answer_log`.
        """
        with self._guarded() as database:
            database.execute("begin immediate")
            _insert(database, answer, scope, is_logged=False)
            database.execute(_CHARGE, cost.model_dump())
            database.execute("commit")

    def take(self, scope: str, answers: Iterable[BoughtAnswer]) -> None:
        """Take over answers from the log; they were paid elsewhere."""
        with self._guarded() as database:
            database.execute("begin immediate")
            for each in answers:
                _insert(database, each, scope, is_logged=True)
            database.execute("commit")

    def not_logged(self, most: int) -> list[tuple[str | None, BoughtAnswer]]:
        """The oldest answers that are in no log, at most so many, each with its scope."""
        if not self.exists:
            return []
        with self._guarded() as database:
            rows = database.execute(
                "select scope, key, text, model, usage from answers where is_logged = 0 "
                "order by rowid limit ?",
                (most,),
            ).fetchall()
        return [
            (scope, BoughtAnswer(key=key, text=text, model=model, usage=json.loads(usage)))
            for scope, key, text, model, usage in rows
        ]

    def set_logged(self, keys: Iterable[str]) -> None:
        """Note that answers are in a log."""
        with self._guarded() as database:
            database.execute("begin immediate")
            database.executemany(
                "update answers set is_logged = 1 where key = ?", [(key,) for key in keys]
            )
            database.execute("commit")

    def forget(self, scope: str) -> None:
        """Let go of a scope's answers that are in the log."""
        with self._guarded() as database:
            database.execute("delete from answers where scope = ? and is_logged = 1", (scope,))

    def is_new_line(self, line: str) -> bool:
        """Whether a line of a batch's output, by its digest, was never collected; notes it."""
        with self._guarded() as database:
            done = database.execute("insert or ignore into collected values (?)", (line,))
        return done.rowcount == 1

    def charge(self, cost: LedgerLine) -> None:
        """Write the cost of an attempt that gave no answer."""
        with self._guarded() as database:
            database.execute(_CHARGE, cost.model_dump())

    def find_dialect(self, key: str) -> Dialect | None:
        """How an endpoint is asked; None where that was not found out, or for another version."""
        if not self.exists:
            return None
        with self._guarded() as database:
            row = database.execute("select dialect from dialects where key = ?", (key,)).fetchone()
        with suppress(ValidationError):
            return None if row is None else Dialect.model_validate_json(row[0])
        return None

    def keep_dialect(self, key: str, dialect: Dialect) -> None:
        """Note how an endpoint is asked."""
        with self._guarded() as database:
            database.execute(
                "insert or replace into dialects values (?, ?)", (key, dialect.model_dump_json())
            )

    def dialects(self) -> dict[str, Dialect]:
        """How endpoints are asked, as far as it is known."""
        if not self.exists:
            return {}
        with self._guarded() as database:
            keys = [key for (key,) in database.execute("select key from dialects").fetchall()]
        found = {key: self.find_dialect(key) for key in keys}
        return {key: each for key, each in found.items() if each is not None}

    def ledger(self) -> list[LedgerLine]:
        """All costs, summed up by stage, role, model and outcome."""
        return sum_up([*self._own_ledger(), *self._elsewhere])

    def _own_ledger(self) -> list[LedgerLine]:
        if not self.exists:
            return []
        with self._guarded() as database:
            rows = database.execute(f"select {', '.join(_LEDGER_COLUMNS)} from ledger").fetchall()
        return [LedgerLine(**dict(zip(_LEDGER_COLUMNS, row, strict=True))) for row in rows]

    def spent(self) -> Spending:
        """All that was spent so far."""
        lines = self.ledger()
        return Spending(
            usd=sum(line.cost_usd for line in lines),
            tokens=sum(line.input_tokens + line.output_tokens for line in lines),
        )

    def pledged(self) -> Spending:
        """All that was spent so far, and what batches under way may cost at most."""
        spent, jobs = self.spent(), self.jobs()
        return Spending(
            usd=spent.usd + sum(job.most_usd for job in jobs),
            tokens=spent.tokens + sum(job.most_tokens for job in jobs),
        )

    def add_job(self, job: BatchJob, keys: Iterable[str]) -> None:
        """Note a batch before it is handed over, so that it is never handed over twice."""
        values = job.model_dump(include=set(_JOB_COLUMNS))
        with self._guarded() as database:
            database.execute("begin immediate")
            database.execute(
                f"insert into jobs ({', '.join(values)}) values ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )
            pairs = [(key, job.job) for key in keys]
            database.executemany("insert into job_requests values (?, ?)", pairs)
            database.execute("commit")

    def set_batch_id(self, job: str, batch_id: str) -> None:
        """Note the id that the Batch API gave."""
        with self._guarded() as database:
            database.execute("update jobs set batch_id = ? where job = ?", (batch_id, job))

    def end_job(self, job: str) -> None:
        """Forget a batch: its answers are in the cache, or it was never handed over."""
        with self._guarded() as database:
            database.execute("begin immediate")
            database.execute("delete from job_requests where job = ?", (job,))
            database.execute("delete from jobs where job = ?", (job,))
            database.execute("commit")

    def jobs(self) -> list[BatchJob]:
        """Batches under way."""
        if not self.exists:
            return []
        query = (
            f"select {', '.join(_JOB_COLUMNS)}, count(key) from jobs "
            "left join job_requests using (job) group by job order by submitted_at"
        )
        with self._guarded() as database:
            rows = database.execute(query).fetchall()
        names = (*_JOB_COLUMNS, "n_requests")
        return [BatchJob(**dict(zip(names, row, strict=True))) for row in rows]

    def is_under_way(self, key: str) -> bool:
        """Whether a request is in a batch that was handed over."""
        with self._guarded() as database:
            found = database.execute("select 1 from job_requests where key = ?", (key,)).fetchone()
        return found is not None

    def close(self) -> None:
        """Close the file, and let others ask."""
        with self._lock:
            if "_database" in self.__dict__:
                self._database.close()
                del self._database
            if self._claim is not None:
                self._claim.close()
                self._claim = None

    @cached_property
    def _database(self) -> sqlite3.Connection:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            self.path or ":memory:", timeout=60.0, isolation_level=None, check_same_thread=False
        )
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        database.executescript(_TABLES)
        for column in _ADDED_COLUMNS:
            with suppress(sqlite3.OperationalError):  # it is there
                database.execute(f"alter table {column}")
        return database

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._database
            except (sqlite3.Error, OSError) as error:
                if "_database" in self.__dict__ and self._database.in_transaction:
                    self._database.rollback()
                if self.path is not None and is_damage(error):
                    raise DamagedError(f"{self.path}: {error}: {way_out(self.path)}") from error
                raise StoreError(f"{self.path}: the cache of answers: {error}") from error


def _insert(
    database: sqlite3.Connection, answer: BoughtAnswer, scope: str | None, *, is_logged: bool
) -> None:
    values = (answer.key, answer.text, answer.model, answer.usage.model_dump_json())
    database.execute(
        "insert or ignore into answers (key, text, model, usage, checksum, scope, is_logged) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (*values, digest(values), scope, is_logged),
    )
