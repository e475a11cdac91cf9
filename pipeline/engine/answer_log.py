"""Answers that were paid for, in the store: where steps run on nodes that can be lost.

``answers/<partition>/<stage>/<digest>.json`` are small immutable pages: whoever works on a step
takes its answers from there, and adds a page of what was bought every few seconds. What a build
spent is in ``ledger/<build>/<number>.json``: sums of the whole build, of which the last number
holds.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from pipeline.engine.records import read_record, to_json
from schemas.digest import digest
from schemas.ledger import AnswerPage, BoughtAnswer, BuildLedger, LedgerLine, sum_up
from tools.chat.answer_cache import AnswerCache
from tools.store import MissingError, Store, StoreError

_ANSWERS, _LEDGER = "answers", "ledger"
NO_SCOPE = "any/any"
"""Of answers whose step is not known: those of batches, and of caches of an earlier version."""
_MOST_ON_A_PAGE = 2000
"""Some megabytes (ours)."""
_READS_AT_ONCE = 32
WAY_OUT = "restore it from a copy, or remove it to have its answers asked again"
LEDGER_WAY_OUT = "restore it from a copy, or remove it: what that build spent is then not counted"


class AnswerLog:
    """The log of a store beside a cache of answers.

    Parameters
    ----------
    store : Store
    cache : AnswerCache
    """

    def __init__(self, store: Store, cache: AnswerCache) -> None:
        self._store, self._cache = store, cache
        self._flushing, self._counting = threading.Lock(), threading.Lock()
        self._n_at_work: Counter[str] = Counter()

    def take(self, scope: str) -> None:
        """Have a scope's answers in the cache; a scope is ``<partition>/<stage>``.

        Raises
        ------
        DamagedError
            If a page is not as it was written.
        StoreError
            If the log cannot be read.
        """
        paths = self._store.list(f"{_ANSWERS}/{scope}")
        if not paths:
            return
        with ThreadPoolExecutor(min(_READS_AT_ONCE, len(paths))) as threads:
            pages = list(threads.map(self._read, paths))
        self._cache.take(scope, (answer for page in pages for answer in page.answers))

    @contextmanager
    def at_work(self, scope: str) -> Iterator[None]:
        """Have a scope's answers in the cache while its step is worked on, and log the new ones."""
        with self._counting:
            self._n_at_work[scope] += 1
        try:
            self.take(scope)
            try:
                yield
            finally:
                self.flush()
        finally:
            with self._counting:
                self._n_at_work[scope] -= 1
                if not self._n_at_work[scope]:
                    del self._n_at_work[scope]
                    self._cache.forget(scope)

    def flush(self) -> int:
        """Log what was bought since the last time.

        Returns
        -------
        int
            How many answers.

        Raises
        ------
        StoreError
            If the log cannot be written: the answers stay in the cache, for the next time.
        """
        n_logged = 0
        with self._flushing:
            while answers := self._cache.not_logged(_MOST_ON_A_PAGE):
                by_scope: dict[str, list[BoughtAnswer]] = defaultdict(list)
                for scope, answer in answers:
                    by_scope[scope or NO_SCOPE].append(answer)
                for scope, ours in by_scope.items():
                    page = to_json(AnswerPage(answers=tuple(ours)))
                    name = digest(page.decode())[:32]
                    self._store.put(f"{_ANSWERS}/{scope}/{name}.json", page)
                    self._cache.set_logged(each.key for each in ours)
                n_logged += len(answers)
        return n_logged

    def _read(self, path: str) -> AnswerPage:
        return read_record(self._store, path, AnswerPage, WAY_OUT)


def keep_ledger(store: Store, build: str, number: int, lines: Sequence[LedgerLine]) -> None:
    """Note what a build has spent so far, in the place of what it noted as the number before.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    store.put(_ledger_path(build, number), to_json(BuildLedger(lines=tuple(lines))))
    if number:
        with suppress(StoreError):
            store.delete(_ledger_path(build, number - 1))


def read_ledgers(store: Store) -> list[LedgerLine]:
    """What was spent by all builds that noted it in the store.

    Raises
    ------
    DamagedError
        If a note is not as it was written.
    StoreError
        If the store cannot be read.
    """
    paths = store.list(_LEDGER)
    builds = dict.fromkeys(path.rpartition("/")[0] for path in paths)
    return sum_up(line for build in builds for line in _last_note(store, build).lines)


def _last_note(store: Store, folder: str) -> BuildLedger:
    while True:
        path = store.list(folder)[-1]
        with suppress(MissingError):  # a build that goes on took it away after the next
            return read_record(store, path, BuildLedger, LEDGER_WAY_OUT)


def _ledger_path(build: str, number: int) -> str:
    return f"{_LEDGER}/{build}/{number:08d}.json"
