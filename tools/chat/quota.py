"""What a role may use of its endpoint and of the budget: within one process, or shared by many."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Protocol

from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.budget import Budget
from tools.chat.limiter import Limiter

Counted = Callable[[int], None]
"""Told how many tokens the server counted, instead of those that were set aside."""


class Quota(Protocol):
    """What one role may use."""

    @property
    def has_budget(self) -> bool:
        """Whether what is spent is limited."""
        ...

    def hold(self, most: Usage) -> AbstractAsyncContextManager[Counted]:
        """Wait until a request may go that uses at most so much, and set that aside.

        Raises
        ------
        BudgetReachedError
            If it would not fit even if nothing else were under way.
        """
        ...

    def spend(self, cost: Usage) -> None:
        """Count what was paid."""
        ...

    def pause(self, seconds: float) -> None:
        """Let nothing go for a while: the server asked for it."""
        ...


class OwnQuota:
    """A `Quota` of this process alone.

    Parameters
    ----------
    role : RoleConfig
    limiter : Limiter
        Shared by all roles of the endpoint.
    budget : Budget
        Shared by all roles.
    """

    def __init__(self, role: RoleConfig, limiter: Limiter, budget: Budget) -> None:
        self._role, self._limiter, self._budget = role, limiter, budget

    @property
    def has_budget(self) -> bool:
        """Whether what is spent is limited."""
        return self._role.is_paid and self._budget.is_limited

    @asynccontextmanager
    async def hold(self, most: Usage) -> AsyncIterator[Counted]:
        """Hold the budget, then wait for the endpoint's limits."""
        async with AsyncExitStack() as held:
            if self.has_budget:
                await held.enter_async_context(self._budget.hold(most.cost_usd, most.n_tokens))
            reservation = await self._limiter.reserve(most.n_tokens)
            yield partial(self._limiter.reconcile, reservation)

    def spend(self, cost: Usage) -> None:
        """Count what was paid; what is not paid is not counted."""
        if self._role.is_paid:
            self._budget.spend(cost.cost_usd, cost.n_tokens)

    def pause(self, seconds: float) -> None:
        """Let nothing go to the endpoint for a while."""
        self._limiter.pause(seconds)


class OwnQuotas:
    """The quotas of all roles of a build, of this process alone; `budget` is known at first use."""

    def __init__(self, budget: Callable[[], Budget]) -> None:
        self._new_budget = budget
        self._budget: Budget | None = None
        self._limiters: dict[tuple[str, str], Limiter] = {}

    def of(self, name: RoleName, role: RoleConfig) -> OwnQuota:
        """A role's quota. Roles with the same endpoint share its limits."""
        if self._budget is None:
            self._budget = self._new_budget()
        endpoint = (role.base_url or role.engine, role.model or "")
        limiter = self._limiters.setdefault(
            endpoint, Limiter(role.requests_per_minute, role.tokens_per_minute)
        )
        return OwnQuota(role, limiter, self._budget)
