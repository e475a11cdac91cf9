"""Ask until there is an answer: limits, budget, faults by their kind, repairs, the cache.

=================  =========================================================================
fault              what is done
=================  =========================================================================
passing            waits (Retry-After holds for the whole endpoint), asks again; after
                   `max_attempts` the row is refused if the endpoint answers others, and
                   the step fails if it answers nothing for `patience_s`
lasting            the step fails: key, model, quota; of what is forbidden, only the row is
                   refused if the endpoint answers others
bad request        the form is asked for in a simpler way, else the row is refused; the step
                   fails if the endpoint refuses all alike and never answered
unusable answer    asked again, once showing the model its error; `max_answers` in all
=================  =========================================================================
"""

import asyncio
import random
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, get_args

from schemas.ledger import LedgerLine
from schemas.roles import FormLevel, RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.breaker import Breaker
from tools.chat.budget import Budget
from tools.chat.engine import Attempt, AttemptOptions, Engine
from tools.chat.faults import BadRequestFault, Fault, LastingFault, PassingFault, UnusableFault
from tools.chat.limiter import Limiter, Reservation
from tools.chat.reading import answer_text, read_kept, read_reply
from tools.chat.request import Answer, AnswerError, ChatRequest, EndpointError
from tools.chat.tokens import TokenEstimate

_LEVELS: tuple[FormLevel, ...] = get_args(FormLevel)
_FIRST_WAIT_S, _DOUBLINGS, _LONGEST_WAIT_S = 0.5, 4, 60.0
_CHECK_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_MOST_OUTPUT = 4
_OTHERS_ANSWERED_S = 0.1
_PREPARED = 2
"""Requests that are in memory with their clips, for each that may be under way."""
_SIGN_OF_LIFE = ChatRequest("Answer briefly.", "Say yes.")


@dataclass
class _RequestState:
    """How a request has fared so far."""

    request: ChatRequest
    stage: str
    options: AttemptOptions
    key: str = ""
    outcome: str = "answered"
    raw: str | None = None
    n_passing: int = 0
    n_waits: int = 0
    n_answers: int = 0
    was_repaired: bool = False
    usage: Usage = field(default_factory=Usage)


class Asker:
    """Asks one role's engine.

    Parameters
    ----------
    name : RoleName
    role : RoleConfig
    engine : Engine
    limiter : Limiter
        Shared by all roles of the endpoint.
    cache : AnswerCache
    budget : Budget
    """

    def __init__(
        self,
        name: RoleName,
        role: RoleConfig,
        engine: Engine,
        limiter: Limiter,
        cache: AnswerCache,
        budget: Budget,
    ) -> None:
        self.name, self.role = name, role
        self._engine, self._limiter, self._cache, self._budget = engine, limiter, cache, budget
        self._slots = asyncio.Semaphore(role.concurrency)
        self._entry = asyncio.Semaphore(_PREPARED * role.concurrency)
        self._scout = asyncio.Lock()
        self._level, self._has_answered_in_form = role.form, False
        self._estimate = TokenEstimate(role)
        self._silent_since_s: float | None = None
        self._under_way: dict[str, asyncio.Future[Answer]] = {}
        self._n_sent = 0
        self._broken: EndpointError | None = None

    async def ask(self, request: ChatRequest, stage: str) -> Answer:
        """Ask until there is an answer.

        Parameters
        ----------
        request : ChatRequest
        stage : str
            Whom the cost is charged to.

        Returns
        -------
        Answer
            From the cache, if it was bought before.

        Raises
        ------
        AnswerError
            If there is no usable answer to this request.
        EndpointError
            If the endpoint cannot be used, or refuses whatever it is asked.
        BudgetReachedError
            If the budget does not allow another request.
        StoreError
            If the cache cannot be written.
        """
        if not self.role.is_paid:
            return await self._until_answered(request, stage, "")
        key = request.key(self.role)
        if (kept := self._cache.find(key)) is not None:
            text, model, usage = kept
            return Answer(read_kept(text, request.form), model, usage)
        if key in self._under_way:
            return await asyncio.shield(self._under_way[key])
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._under_way[key] = answer
        try:
            answer.set_result(await self._until_answered(request, stage, key))
        except Exception as error:
            answer.set_exception(error)
        finally:
            answer.cancel()  # those who wait too; nothing where it is done
            del self._under_way[key]
        return answer.result()

    async def check(self) -> None:
        """Make sure that the model can be asked; waits a little for a server that comes up.

        Raises
        ------
        EndpointError
            If it cannot.
        """
        for wait_s in (*_CHECK_WAITS_S, None):
            try:
                return await self._engine.check()
            except LastingFault as fault:
                raise self._endpoint_error(fault) from None
            except PassingFault as fault:
                if wait_s is None:
                    raise self._endpoint_error(fault) from None
                await asyncio.sleep(wait_s)

    async def require_answers(self, stage: str, *, is_end: bool) -> None:
        """Make sure that the endpoint does not refuse whatever it is asked.

        Parameters
        ----------
        stage : str
            Whom a sign of life is charged to.
        is_end : bool
            A step has no more requests: few refusals are enough, where nobody else is answered.

        Raises
        ------
        EndpointError
            If it answered nothing yet, and refuses all alike.
        """
        while is_end and self._n_sent and self._breaker.is_suspected(is_end=True):
            await asyncio.sleep(_OTHERS_ANSWERED_S)
        if not self._breaker.is_suspected(is_end=is_end):
            return
        options = AttemptOptions(self._level, self.role.sampling.max_output_tokens)
        if self._breaker.has_answered_before and await self._is_alive(stage, options):
            return
        error = self._breaker.error()
        if not is_end:
            self._broken = error
        raise error

    async def close(self) -> None:
        """Let go of the engine."""
        await self._engine.close()

    @cached_property
    def _breaker(self) -> Breaker:
        has_answered = any(
            (line.role, line.model) == (self.name, self.role.model) and line.output_tokens
            for line in self._cache.ledger()
        )
        where = f"{self.name}: {self.role.base_url or self.role.model}"
        return Breaker(where, has_answered_before=has_answered)

    async def _until_answered(self, request: ChatRequest, stage: str, key: str) -> Answer:
        async with self._entry:
            options = AttemptOptions(self._level, self.role.sampling.max_output_tokens)
            state = _RequestState(request, stage, options, key)
            if self._broken is not None:
                raise self._broken
            try:
                attempt = await self._engine.prepare(request)
            except BadRequestFault as fault:
                raise AnswerError(fault.reason, fault.detail) from None
            except LastingFault as fault:
                raise self._endpoint_error(fault) from None
            while True:
                try:
                    return await self._once(attempt, state)
                except UnusableFault as fault:
                    self._after_unusable(fault, state)
                except Fault as fault:
                    await self._after_fault(fault, state)
                if self._broken is not None:
                    raise self._broken

    async def _once(self, attempt: Attempt, state: _RequestState) -> Answer:
        """One attempt within all limits."""
        is_limited = self.role.is_paid and self._budget.is_limited
        async with AsyncExitStack() as held:
            if is_limited and not self._estimate.has_seen(state.request):
                # One at a time until the server has counted one: the estimate may be too low.
                await held.enter_async_context(self._scout)
                if self._estimate.has_seen(state.request):
                    await held.aclose()
            most = self._estimate.most(state.request, state.options)
            n_tokens = most.input_tokens + most.output_tokens
            await held.enter_async_context(self._slots)
            if is_limited:
                await held.enter_async_context(self._budget.hold(most.cost_usd, n_tokens))
            reservation = await self._limiter.reserve(n_tokens)
            return await _to_its_end(self._sent(attempt, state, most, reservation))

    async def _sent(
        self, attempt: Attempt, state: _RequestState, most: Usage, reservation: Reservation
    ) -> Answer:
        """Send a request; whatever comes of it is charged, and a good answer kept."""
        self._n_sent += 1
        try:
            reply = await attempt(state.options)
        except Fault as fault:
            may_cost = isinstance(fault, PassingFault) and fault.may_cost
            self._charge(state, fault.reason, most if may_cost else Usage(n_attempts=1))
            raise
        finally:
            self._n_sent -= 1
        self._breaker.answered()
        state.raw = reply.said
        self._silent_since_s = None
        cost = self._estimate.count(state.request, state.options, reply)
        self._limiter.reconcile(reservation, cost.input_tokens + cost.output_tokens)
        try:
            value = read_reply(reply, state.request.form)
        except UnusableFault as fault:
            self._charge(state, fault.reason, cost)
            raise
        if state.request.form is not None and not self._has_answered_in_form:
            self._level, self._has_answered_in_form = state.options.form_level, True
        if not state.key:
            self._charge(state, state.outcome, cost)
            return Answer(value, reply.model, state.usage)
        self._count(state, cost)
        answer = Answer(value, reply.model, state.usage)
        line = self._line(state, state.outcome, cost)
        self._cache.keep(state.key, answer_text(value), answer.model, answer.usage, line)
        return answer

    async def _after_fault(self, fault: Fault, state: _RequestState) -> None:
        if isinstance(fault, LastingFault):
            if fault.reason == "forbidden" and await self._is_alive(state.stage, state.options):
                raise AnswerError(fault.reason, fault.detail, state.raw)
            raise self._endpoint_error(fault)
        if isinstance(fault, PassingFault):
            await self._wait_out(fault, state)
            return
        simpler = _LEVELS[_LEVELS.index(state.options.form_level) + 1 :]
        if fault.reason != "bad_request" or state.request.form is None or not simpler:
            if isinstance(fault, BadRequestFault):
                self._breaker.refused(fault)
                await self.require_answers(state.stage, is_end=False)
            raise AnswerError(fault.reason, fault.detail, state.raw)
        state.options = replace(state.options, form_level=simpler[0])

    async def _wait_out(self, fault: PassingFault, state: _RequestState) -> None:
        now_s = time.monotonic()
        if self._silent_since_s is None:
            self._silent_since_s = now_s
        state.n_waits += 1
        state.n_passing += fault.reason != "rate_limited"
        if state.n_passing >= self.role.max_attempts and await self._is_alive(
            state.stage, state.options
        ):
            raise AnswerError(fault.reason, fault.detail, state.raw)
        silent_s = now_s - (self._silent_since_s or now_s)
        own_s = _FIRST_WAIT_S * 2 ** min(state.n_waits - 1, _DOUBLINGS)
        # The longer nothing at all is answered, the more rarely it is tried.
        wait_s = min(_LONGEST_WAIT_S, max(own_s, silent_s)) * random.uniform(0.5, 1.0)
        if silent_s + (fault.retry_after_s or 0.0) > self.role.patience_s:
            if await self._is_alive(state.stage, state.options):
                raise AnswerError(fault.reason, fault.detail, state.raw)
            raise self._endpoint_error(fault)
        if fault.retry_after_s is not None:
            self._limiter.pause(max(fault.retry_after_s, wait_s))
        elif fault.reason == "rate_limited":
            self._limiter.pause(wait_s)
        else:
            await asyncio.sleep(wait_s)

    async def _is_alive(self, stage: str, options: AttemptOptions) -> bool:
        """Whether the endpoint answers others: then the fault is the request's own."""
        options = replace(options, repair=None)
        sign = _RequestState(_SIGN_OF_LIFE, stage, options, outcome="sign_of_life")
        try:
            await self._once(await self._engine.prepare(_SIGN_OF_LIFE), sign)
        except UnusableFault:
            return True
        except Fault:
            return False
        return True

    def _after_unusable(self, fault: UnusableFault, state: _RequestState) -> None:
        state.n_answers += 1
        if state.n_answers >= self.role.max_answers:
            raise AnswerError(fault.reason, fault.detail, fault.reply.said)
        repair, most = None, state.options.max_output_tokens
        if fault.reason == "invalid" and not state.was_repaired:
            repair, state.was_repaired = (fault.reply.said, fault.detail), True
        if fault.reason == "cut_off":
            most = min(2 * most, _MOST_OUTPUT * self.role.sampling.max_output_tokens)
        state.options = replace(state.options, repair=repair, max_output_tokens=most)

    def _count(self, state: _RequestState, cost: Usage) -> None:
        state.usage += cost
        if self.role.is_paid:
            self._budget.spend(cost.cost_usd, cost.input_tokens + cost.output_tokens)

    def _charge(self, state: _RequestState, outcome: str, cost: Usage) -> None:
        self._count(state, cost)
        if self.role.is_paid:
            self._cache.charge(self._line(state, outcome, cost))

    def _line(self, state: _RequestState, outcome: str, cost: Usage) -> LedgerLine:
        return LedgerLine(
            stage=state.stage,
            role=self.name,
            model=self.role.model or "",
            outcome=outcome,
            n_attempts=cost.n_attempts,
            input_tokens=cost.input_tokens,
            output_tokens=cost.output_tokens,
            cost_usd=cost.cost_usd,
        )

    def _endpoint_error(self, fault: Fault) -> EndpointError:
        where = self.role.base_url or self.role.model
        return EndpointError(f"{self.name}: {where}: {fault.reason}: {fault.detail}")


async def _to_its_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Await what may be paid for: who is stopped meanwhile waits for it all the same."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
