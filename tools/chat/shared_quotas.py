"""What several processes may use together: held in one of them, in one event loop."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

from schemas.ledger import LedgerLine
from schemas.roles import RoleConfig, RoleName, RolesConfig
from schemas.usage import Usage
from tools.chat.budget import Budget
from tools.chat.quota import OwnQuotas

LOST = "lost"
"""Outcome of requests that were under way in a process that is gone: they may have been paid."""


@dataclass(frozen=True)
class _Hold:
    asker: str
    name: RoleName
    most: Usage
    counted: Callable[[int], None]
    held: AsyncExitStack


class SharedQuotas:
    """Slots, limits and budget of all roles, over all processes that ask.

    Parameters
    ----------
    roles : RolesConfig
    budget : Budget
    """

    def __init__(self, roles: RolesConfig, budget: Budget) -> None:
        self._roles, self._budget = roles, budget
        self._quotas = OwnQuotas(lambda: budget)
        self._slots: dict[RoleName, asyncio.Semaphore] = {}
        self._holds: dict[str, _Hold] = {}
        self._gone: set[str] = set()

    async def hold(self, asker: str, name: RoleName, most: Usage) -> str:
        """Wait until a request may go, and set aside what it may use.

        Parameters
        ----------
        asker : str
            The process that asks.
        name : RoleName
        most : Usage

        Returns
        -------
        str
            What is given to `release`.

        Raises
        ------
        BudgetReachedError
            If it would not fit even if nothing else were under way.
        """
        role = self._role(name)
        slots = self._slots.setdefault(name, asyncio.Semaphore(role.concurrency))
        async with AsyncExitStack() as held:
            await held.enter_async_context(slots)
            quota = self._quotas.of(name, role)
            counted = await held.enter_async_context(quota.hold(most))
            number = uuid4().hex
            if asker not in self._gone:
                self._holds[number] = _Hold(asker, name, most, counted, held.pop_all())
        return number

    async def release(self, number: str, n_tokens: int | None) -> None:
        """Let go of what was held; `n_tokens` is what the server counted, if it did."""
        hold = self._holds.pop(number, None)
        if hold is None:  # its process was taken for gone
            return
        if n_tokens is not None:
            hold.counted(n_tokens)
        await hold.held.aclose()

    def spend(self, name: RoleName, cost: Usage) -> None:
        """Count what was paid."""
        self._quotas.of(name, self._role(name)).spend(cost)

    def pause(self, name: RoleName, seconds: float) -> None:
        """Let nothing go to a role's endpoint for a while."""
        self._quotas.of(name, self._role(name)).pause(seconds)

    async def lose(self, asker: str) -> list[LedgerLine]:
        """Count a process as gone: what it had under way may have been paid, and counts as spent.

        Returns
        -------
        list of LedgerLine
            One a request that was under way.
        """
        self._gone.add(asker)
        lines = []
        for number in [number for number, hold in self._holds.items() if hold.asker == asker]:
            hold = self._holds[number]
            if self._role(hold.name).is_paid:
                self.spend(hold.name, hold.most)
                lines.append(self._line(hold))
            await self.release(number, None)
        return lines

    def _line(self, hold: _Hold) -> LedgerLine:
        cost = hold.most.model_dump(exclude={"is_estimated", "n_attempts"})
        return LedgerLine(
            stage=LOST,
            role=hold.name,
            model=self._role(hold.name).model or "",
            outcome=LOST,
            n_attempts=1,
            **cost,
        )

    def _role(self, name: RoleName) -> RoleConfig:
        role: RoleConfig = getattr(self._roles, name)
        return role
