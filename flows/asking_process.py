"""A process that works on steps that ask models, on any node of a Ray cluster."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any
from uuid import uuid4

from flows.accounts import RemoteQuotas, find_accounts
from flows.remote_calls import result_of
from pipeline.corpus.models import keys_from_environment
from pipeline.corpus.workers import Observer, Workers, at_work
from pipeline.engine.answer_log import NO_SCOPE, AnswerLog
from pipeline.engine.plan import Step
from pipeline.engine.run import run_step
from pipeline.engine.store_format import open_store
from schemas.config import CorpusConfig
from schemas.dialect import Dialect
from schemas.roles import RoleName
from schemas.shards import Commit
from tools.chat.answer_cache import AnswerCache
from tools.store import StoreError

FLUSH_S = 5.0
"""Ours: what is bought in so long is lost with a node. A page costs an object; a step takes
minutes."""


class AskingProcess:
    """Keeps the models of a config, and works on many steps at once.

    Its answers are logged in the store every few seconds; a node that is lost loses no more.

    Parameters
    ----------
    config : CorpusConfig
    place : str
        Its name; another process that takes it comes after this one.
    roles : sequence of RoleName
        Those that it may ask; their keys are in its node's environment.
    dialects : mapping of str to Dialect
        As the driver found them.
    accounts : str
        Name of the actor with the build's `Accounts`.
    """

    def __init__(
        self,
        config: CorpusConfig,
        place: str,
        roles: list[RoleName],
        dialects: Mapping[str, Dialect],
        accounts: str,
    ) -> None:
        self._asker = uuid4().hex
        self._cache, self._open = AnswerCache(None), ExitStack()
        self._closing = threading.Event()
        # By name: a handle would be an object of the driver's, and an actor with such starts once.
        self._accounts = find_accounts(accounts)
        result_of(self._accounts.join.remote(place, self._asker))
        for key, dialect in dialects.items():
            self._cache.keep_dialect(key, dialect)
        store = open_store(config.store)
        self._log = AnswerLog(store, self._cache)
        self._log.take(NO_SCOPE)
        self._workers: Workers = self._open.enter_context(
            at_work(
                config,
                store,
                Observer(),
                keys_from_environment(config, roles),
                cache=self._cache,
                quotas=RemoteQuotas(self._accounts, self._asker, config),
            )
        )
        self._flushing = threading.Thread(target=self._flush_often, daemon=True)
        self._flushing.start()

    def run_step(self, config: CorpusConfig, step: Step) -> Commit:
        """Run one stage over one partition."""
        context = self._workers.context(step.stage)
        with self._log.at_work(step.scope):
            return run_step(step, self._workers.store, self._workers.root, config, context)

    def missing_recognisers(self) -> list[str]:
        """What recognisers are not at hand on this node."""
        return self._workers.recognisers.check()

    def stop(self) -> None:
        """End all work; requests under way come to their end, and are kept."""
        self._workers.stop()

    def close(self) -> None:
        """Log and note all that was bought."""
        self._closing.set()
        self._flushing.join()
        self._flush()
        self._open.close()

    def _flush_often(self) -> None:
        while not self._closing.wait(FLUSH_S):
            with suppress(StoreError):  # the next time; a step's end tells it
                self._flush()

    def _flush(self) -> None:
        self._log.flush()
        if lines := self._cache.ledger():
            result_of(self._accounts.note.remote(self._asker, lines))


class AskingActor:
    """An `AskingProcess` from the first call on: what is wrong with it is the call's error.

    Where its node is lost, Ray makes it anew on another, and gives it its calls again.
    """

    def __init__(self, *values: Any) -> None:
        self._values = values
        self._lock = threading.Lock()
        self._process: AskingProcess | None = None

    def run_step(self, config: CorpusConfig, step: Step) -> Commit:
        """See `AskingProcess.run_step`."""
        return self._opened().run_step(config, step)

    def missing_recognisers(self) -> list[str]:
        """See `AskingProcess.missing_recognisers`."""
        return self._opened().missing_recognisers()

    def stop(self) -> None:
        """See `AskingProcess.stop`."""
        if self._process is not None:
            self._process.stop()

    def close(self) -> None:
        """See `AskingProcess.close`."""
        if self._process is not None:
            self._process.close()

    def _opened(self) -> AskingProcess:
        with self._lock:
            if self._process is None:
                self._process = AskingProcess(*self._values)
            return self._process
