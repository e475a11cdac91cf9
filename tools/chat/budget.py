"""What a build may spend: held before a request, so that the budget is never exceeded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.chat.request import BudgetReachedError


class Budget:
    """Money and tokens of a corpus, over all its builds.

    Parameters
    ----------
    usd, tokens : float or int or None
        What may be spent; None is no limit.
    spent_usd, spent_tokens : float, int
        What the ledger says was spent before.
    """

    def __init__(
        self, usd: float | None, tokens: int | None, *, spent_usd: float, spent_tokens: int
    ) -> None:
        self._usd, self._tokens = usd, tokens
        self._spent_usd, self._spent_tokens = spent_usd, spent_tokens
        self._held_usd, self._held_tokens, self._n_held = 0.0, 0, 0
        self._released = asyncio.Event()

    @property
    def is_limited(self) -> bool:
        """Whether there is anything to watch."""
        return self._usd is not None or self._tokens is not None

    @asynccontextmanager
    async def hold(self, usd: float, tokens: int) -> AsyncIterator[None]:
        """Set aside what a request may cost at most, while it is under way.

        Raises
        ------
        BudgetReachedError
            If it would not fit even if nothing else were under way.
        """
        while not self._fits(usd, tokens):
            if self._n_held == 0:
                raise BudgetReachedError(self._explain(usd, tokens))
            self._released.clear()
            await self._released.wait()
        self._held_usd += usd
        self._held_tokens += tokens
        self._n_held += 1
        try:
            yield
        finally:
            self._held_usd -= usd
            self._held_tokens -= tokens
            self._n_held -= 1
            self._released.set()

    def spend(self, usd: float, tokens: int) -> None:
        """Count what was paid."""
        self._spent_usd += usd
        self._spent_tokens += tokens

    def _fits(self, usd: float, tokens: int) -> bool:
        whole_usd = self._spent_usd + self._held_usd + usd
        whole_tokens = self._spent_tokens + self._held_tokens + tokens
        return not (
            (self._usd is not None and whole_usd > self._usd)
            or (self._tokens is not None and whole_tokens > self._tokens)
        )

    def _explain(self, usd: float, tokens: int) -> str:
        parts = []
        if self._usd is not None:
            parts.append(
                f"budget_usd {self._usd:g}: {self._spent_usd:.4f} spent, the next request may cost "
                f"{usd:.4f}"
            )
        if self._tokens is not None:
            parts.append(
                f"budget_tokens {self._tokens}: {self._spent_tokens} used, the next request may "
                f"take {tokens}"
            )
        return "; ".join(parts) + ". All that was bought is kept: raise the budget and run again"
