"""Steps that ask models, in actors on a Ray cluster: limits, budget and ledger are one for all."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from itertools import chain
from typing import Any
from uuid import uuid4

from pipeline.corpus.models import budget_limits, keys_from_environment
from pipeline.corpus.workers import Observer, Workers, at_work
from pipeline.engine.answer_log import NO_SCOPE, AnswerLog, keep_ledger
from pipeline.engine.plan import Step
from pipeline.engine.run import run_step
from pipeline.engine.shards import now
from pipeline.engine.store_format import open_store
from schemas.config import CorpusConfig
from schemas.dialect import Dialect
from schemas.digest import digest
from schemas.ledger import LedgerLine, Spending, sum_up
from schemas.roles import RoleConfig, RoleName
from schemas.sections import StepResources
from schemas.shards import Commit
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache, AnswerCacheInUseError
from tools.chat.quota import Counted, OwnQuotas, Quota
from tools.chat.shared_quotas import SharedQuotas
from tools.store import StoreError

MODELS = "models"
"""In `execution.resources`, what stages that ask models take, where they are not named."""
FLUSH_S = 5.0
"""Ours: what is bought in so long is lost with a node. A page costs an object; a step takes
minutes."""
_NAMESPACE = "partimento"
_NAME_FREE_S = 30.0
"""Ours: so long Ray may take to see that a driver is gone."""
_CLOSE_LIMIT_S = 60.0
_MOST_WAITING = 1_000_000
_GB = 1 << 30


class Accounts:
    """The one place of a build where requests wait for their turn, and costs are summed up.

    An actor on the node of the driver; its methods are called by all askers.

    Parameters
    ----------
    config : CorpusConfig
    spent : Spending
        By builds before, and what batches under way may cost.
    """

    def __init__(self, config: CorpusConfig, spent: Spending) -> None:
        self._store = open_store(config.store)
        self._quotas = SharedQuotas(config.roles, budget_limits(config).budget(spent))
        self._build, self._number = f"{now()}-{uuid4().hex[:8]}".replace(":", ""), 0
        self._lines: dict[str, list[LedgerLine]] = {}
        self._lost: dict[str, list[LedgerLine]] = {}
        self._askers: dict[str, str] = {}
        self._noting = threading.Lock()

    async def join(self, place: str, asker: str) -> None:
        """A process takes a place; one that had it before is gone."""
        before = self._askers.get(place)
        self._askers[place] = asker
        if before is not None and before != asker:
            self._lost[before] = await self._quotas.lose(before)

    async def hold(self, asker: str, name: RoleName, most: Usage) -> str:
        """See `SharedQuotas.hold`."""
        return await self._quotas.hold(asker, name, most)

    async def release(self, number: str, n_tokens: int | None) -> None:
        """See `SharedQuotas.release`."""
        await self._quotas.release(number, n_tokens)

    async def spend(self, name: RoleName, cost: Usage) -> None:
        """Count what was paid."""
        self._quotas.spend(name, cost)

    async def pause(self, name: RoleName, seconds: float) -> None:
        """Let nothing go to a role's endpoint for a while."""
        self._quotas.pause(name, seconds)

    async def note(self, asker: str, lines: list[LedgerLine]) -> None:
        """Take an asker's ledger so far, and note the sums of all in the store."""
        self._lines[asker] = lines
        await asyncio.to_thread(self._keep)

    def _keep(self) -> None:
        with self._noting:  # summed up in turn: the last note holds the latest sums
            both = chain(*list(self._lines.values()), *list(self._lost.values()))
            keep_ledger(self._store, self._build, self._number, sum_up(both))
            self._number += 1


class RemoteQuota:
    """A `Quota` that is held by `Accounts`."""

    def __init__(self, accounts: Any, asker: str, name: RoleName, *, has_budget: bool) -> None:
        self._accounts, self._asker, self._name = accounts, asker, name
        self._has_budget = has_budget

    @property
    def has_budget(self) -> bool:
        """Whether what is spent is limited."""
        return self._has_budget

    @asynccontextmanager
    async def hold(self, most: Usage) -> AsyncIterator[Counted]:
        """Wait for a slot, for the budget and for the endpoint's limits."""
        number = await _cause_of(self._accounts.hold.remote(self._asker, self._name, most))
        counted: list[int] = []
        try:
            yield counted.append
        finally:
            self._accounts.release.remote(number, counted[-1] if counted else None)

    def spend(self, cost: Usage) -> None:
        """Count what was paid."""
        self._accounts.spend.remote(self._name, cost)

    def pause(self, seconds: float) -> None:
        """Let nothing go for a while, wherever it is asked."""
        self._accounts.pause.remote(self._name, seconds)


class RemoteQuotas:
    """The quotas of all roles, shared by all askers; engines that are no server have none."""

    def __init__(self, accounts: Any, asker: str, config: CorpusConfig) -> None:
        self._accounts, self._asker = accounts, asker
        limits = budget_limits(config)
        self._is_limited = (limits.usd, limits.tokens) != (None, None)
        self._own = OwnQuotas(lambda: limits.budget(Spending(usd=0.0, tokens=0)))

    def of(self, name: RoleName, role: RoleConfig) -> Quota:
        """A role's quota."""
        if not role.is_endpoint:
            return self._own.of(name, role)
        has_budget = role.is_paid and self._is_limited
        return RemoteQuota(self._accounts, self._asker, name, has_budget=has_budget)


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
        self._accounts = _actor(accounts)
        _get(self._accounts.join.remote(place, self._asker))
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
            _get(self._accounts.note.remote(self._asker, lines))


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


class Askers:
    """The asking actors of a build, made at first use.

    Parameters
    ----------
    ray : module
    resources : mapping of str to StepResources
        By stage, and `MODELS`.
    """

    def __init__(self, ray: Any, resources: Mapping[str, StepResources]) -> None:
        self._ray, self._resources = ray, resources
        self._lock = threading.Lock()
        self._accounts: Any = None
        self._actors: dict[str, list[Any]] = {}
        self._n_under_way: Counter[Any] = Counter()

    def run_step(self, workers: Workers, step: Step) -> Commit:
        """Run a step in the actor of its stage that has the least to do."""
        with self._lock:
            actors = self._actors_of(workers, step.stage.name)
            actor = min(actors, key=lambda each: self._n_under_way[each])
            self._n_under_way[actor] += 1
        try:
            commit: Commit = _get(actor.run_step.remote(workers.config, step))
            return commit
        finally:
            with self._lock:
                self._n_under_way[actor] -= 1

    def missing_recognisers(self, workers: Workers) -> list[str]:
        """What recognisers are not at hand on the node of the first actor that transcribes."""
        with self._lock:
            actor = self._actors_of(workers, "transcribe")[0]
        missing: list[str] = _get(actor.missing_recognisers.remote())
        return missing

    def stop(self) -> None:
        """End all work: who waits for it gets a `StoppedError`."""
        for actor in self._all:
            actor.stop.remote()

    def close(self) -> None:
        """Have all logged and noted, and end the actors.

        Raises
        ------
        StoreError
            If that cannot be done: what was bought last may be asked again.
        """
        closing = [actor.close.remote() for actor in self._all]
        try:
            for each in closing:
                _get(each, _CLOSE_LIMIT_S)
        except self._ray.exceptions.RayError as error:
            raise StoreError(
                f"an actor that asked models did not end in order ({error}): what it bought in the "
                f"last {FLUSH_S:g} s may be asked again"
            ) from None
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for actor in (*self._all, *filter(None, [self._accounts])):
            self._ray.kill(actor)
        self._actors, self._accounts = {}, None

    @property
    def _all(self) -> list[Any]:
        return [actor for pool in self._actors.values() for actor in pool]

    def _actors_of(self, workers: Workers, stage: str) -> list[Any]:
        pool = stage if stage in self._resources else MODELS
        if pool not in self._actors:
            self._accounts = self._accounts or self._new_accounts(workers)
            resources = self._resources[pool]
            self._actors[pool] = [
                self._new_actor(workers, f"{pool}-{number}", resources)
                for number in range(resources.actors)
            ]
        return self._actors[pool]

    def _new_actor(self, workers: Workers, place: str, resources: StepResources) -> Any:
        config = workers.config
        execution = config.execution.model_copy(update={"workers": resources.cpus})
        own = config.model_copy(update={"execution": execution})
        remote = self._ray.remote(AskingActor).options(
            num_cpus=0,  # it waits; cores that it held for good would be missing to all steps
            num_gpus=resources.gpus,
            memory=int(resources.memory_gb * _GB),
            scheduling_strategy="SPREAD",
            max_concurrency=execution.steps_at_once + 3,  # and to be stopped, closed, asked
            max_restarts=-1,
            max_task_retries=-1,
        )
        dialects = workers.models.cache.dialects()
        return remote.remote(own, place, list(config.roles.configured), dialects, _name_of(config))

    def _new_accounts(self, workers: Workers) -> Any:
        """The build's accounts, on this node: a second build of the corpus finds the name taken."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        config, cache = workers.config, workers.models.cache
        workers.answer_log.flush()
        here = self._ray.get_runtime_context().get_node_id()
        remote = self._ray.remote(Accounts).options(
            name=_name_of(config),
            namespace=_NAMESPACE,
            num_cpus=0,
            max_concurrency=_MOST_WAITING,
            scheduling_strategy=NodeAffinitySchedulingStrategy(here, soft=False),
        )
        until_s = time.monotonic() + _NAME_FREE_S
        while True:
            try:
                return remote.remote(config, cache.pledged())
            except ValueError:
                if time.monotonic() > until_s:
                    raise AnswerCacheInUseError(
                        f"{config.name}: another build of this corpus is asking models on this "
                        "cluster; together they would ask twice and overspend. Run again when it "
                        "has ended"
                    ) from None
                time.sleep(1.0)


def _actor(name: str) -> Any:
    """An actor of ours, by its name."""
    import ray

    return ray.get_actor(name, _NAMESPACE)


def _name_of(config: CorpusConfig) -> str:
    """Of the accounts of a corpus."""
    return f"{config.name}-{digest(config.store)[:16]}"


def _get(work: Any, time_limit_s: float | None = None) -> Any:
    """What an actor's method gives, or its own error."""
    import ray

    try:
        return ray.get(work, timeout=time_limit_s)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, Exception):
            raise error.cause from None
        raise


async def _cause_of(work: Any) -> Any:
    """What an actor's method gives, or its own error."""
    from ray.exceptions import RayTaskError

    try:
        return await work
    except RayTaskError as error:
        if isinstance(error.cause, Exception):
            raise error.cause from None
        raise
