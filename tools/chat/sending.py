"""One attempt at a request within all limits: slots, budget, RPM and TPM; charged, and kept."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from schemas.ledger import BoughtAnswer
from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.breaker import Breaker
from tools.chat.charges import Charges
from tools.chat.engine import Attempt, AttemptOptions
from tools.chat.faults import Fault, PassingFault, UnusableFault
from tools.chat.probe import PROBE
from tools.chat.quota import Counted, Quota
from tools.chat.reading import answer_text, read_answer
from tools.chat.request import Answer, ChatRequest, Reply
from tools.chat.tokens import TokenEstimate
from tools.chat.window import Window

_OVERLOAD = ("rate_limited", "timed_out")


@dataclass
class RequestState:
    """How a request has fared so far."""

    request: ChatRequest
    stage: str
    options: AttemptOptions
    key: str = ""
    partition: str | None = None
    outcome: str = "answered"
    reply: Reply | None = None
    n_passing: int = 0
    n_waits: int = 0
    n_answers: int = 0
    was_repaired: bool = False
    was_alive: bool = False
    usage: Usage = field(default_factory=Usage)

    @property
    def scope(self) -> str | None:
        """Where an answer is logged."""
        return self.partition and f"{self.partition}/{self.stage}"

    @property
    def raw(self) -> str | None:
        """The model's last words."""
        return self.reply.said if self.reply else None


class Sender:
    """Sends one role's requests.

    Parameters
    ----------
    name : RoleName
    role : RoleConfig
    quota : Quota
    cache : AnswerCache

    Attributes
    ----------
    n_sent : int
        Requests under way.
    silent_since_s : float or None
        Since when nothing is answered, by `time.monotonic`; whoever first misses an answer sets it.
    """

    def __init__(self, name: RoleName, role: RoleConfig, quota: Quota, cache: AnswerCache) -> None:
        self.n_sent = 0
        self.silent_since_s: float | None = None
        self._name, self._role, self._quota, self._cache = name, role, quota, cache
        self._charges = Charges(name, role, cache, quota)
        self._window = Window(role.concurrency, role.time_limit_s)
        self._scout = asyncio.Lock()
        self._estimate = TokenEstimate(role)

    @cached_property
    def breaker(self) -> Breaker:
        """Whether the endpoint refuses whatever it is asked."""
        has_answered = any(
            (line.role, line.model) == (self._name, self._role.model)
            and line.output_tokens
            and line.stage != PROBE
            for line in self._cache.ledger()
        )
        where = f"{self._name}: {self._role.base_url or self._role.model}"
        return Breaker(where, has_answered_before=has_answered)

    async def once(self, attempt: Attempt, state: RequestState) -> Answer:
        """One attempt within all limits; a good answer to a request with a key is kept.

        Raises
        ------
        Fault
            If there is no usable answer.
        BudgetReachedError
            If the budget does not allow it.
        """
        async with AsyncExitStack() as held:
            if self._quota.has_budget and not self._estimate.has_seen(state.request):
                # One at a time until the server has counted one: the estimate may be too low.
                await held.enter_async_context(self._scout)
                if self._estimate.has_seen(state.request):
                    await held.aclose()
            most = self._estimate.most(state.request, state.options)
            await held.enter_async_context(self._window.slot())
            counted = await held.enter_async_context(self._quota.hold(most))
            return await _to_its_end(self._sent(attempt, state, most, counted))

    async def _sent(
        self, attempt: Attempt, state: RequestState, most: Usage, counted: Counted
    ) -> Answer:
        """Send a request; whatever comes of it is charged, and a good answer kept."""
        self.n_sent += 1
        sent_s = time.monotonic()
        try:
            reply = await attempt(state.options)
        except Fault as fault:
            if fault.reason in _OVERLOAD:
                self._window.overloaded(sent_s)
            cost = most if self._may_cost(fault) else Usage(n_attempts=1)
            sent = cost.model_copy(update={"bytes_sent": fault.bytes_sent})
            self._charge(state, fault.reason, sent)
            raise
        finally:
            self.n_sent -= 1
        self._window.answered(sent_s)
        if state.stage != PROBE:
            self.breaker.answered()
        state.reply = reply
        self.silent_since_s = None
        cost = self._estimate.count(state.request, state.options, reply)
        counted(cost.n_tokens)
        try:
            value = read_answer(reply, state.request)
        except UnusableFault as fault:
            self._charge(state, fault.reason, cost)
            raise
        if not state.key:
            self._charge(state, state.outcome, cost)
            return Answer(value, reply.model, state.usage)
        state.usage += cost
        answer = BoughtAnswer(
            key=state.key, text=answer_text(value), model=reply.model, usage=state.usage
        )
        self._charges.keep(answer, state.scope, state.stage, cost)
        return Answer(value, reply.model, state.usage)

    def _charge(self, state: RequestState, outcome: str, cost: Usage) -> None:
        state.usage += cost
        self._charges.charge(state.stage, outcome, cost)

    def _may_cost(self, fault: Fault) -> bool:
        """Whether an answer was paid and lost; without a price, what is late cost only time."""
        if not isinstance(fault, PassingFault) or not fault.may_cost:
            return False
        return self._role.has_price or fault.reason != "timed_out"


async def _to_its_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Await what may be paid for: who is stopped meanwhile waits for it all the same."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
