"""Limits, budget and ledger of a build on a Ray cluster: one for all processes that ask."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any
from uuid import uuid4

from flows.remote_calls import await_result_of
from pipeline.corpus.models import budget_limits
from pipeline.engine.answer_log import keep_ledger
from pipeline.engine.shards import now
from pipeline.engine.store_format import open_store
from schemas.config import CorpusConfig
from schemas.digest import digest
from schemas.ledger import LedgerLine, Spending, sum_up
from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.quota import Counted, OwnQuotas, Quota
from tools.chat.shared_quotas import SharedQuotas

NAMESPACE = "partimento"


def accounts_name(config: CorpusConfig) -> str:
    """Of the actor that has the accounts of a corpus."""
    return f"{config.name}-{digest(config.store)[:16]}"


def find_accounts(name: str) -> Any:
    """The actor of this name, on the cluster that this process belongs to."""
    import ray

    return ray.get_actor(name, NAMESPACE)


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
        number = await await_result_of(self._accounts.hold.remote(self._asker, self._name, most))
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
