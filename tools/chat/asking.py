"""Ask until there is an answer: limits, budget, faults by their kind, repairs, the book.

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
from tools.chat.book import Book
from tools.chat.breaker import Breaker
from tools.chat.budget import Budget
from tools.chat.engine import Attempt, Engine, Manner
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
class _Course:
    """How a request has fared so far."""

    request: ChatRequest
    stage: str
    manner: Manner
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
    book : Book
    budget : Budget
    """

    def __init__(
        self,
        name: RoleName,
        role: RoleConfig,
        engine: Engine,
        limiter: Limiter,
        book: Book,
        budget: Budget,
    ) -> None:
        self.name, self.role = name, role
        self._engine, self._limiter, self._book, self._budget = engine, limiter, book, budget
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
            From the book, if it was bought before.

        Raises
        ------
        AnswerError
            If there is no usable answer to this request.
        EndpointError
            If the endpoint cannot be used, or refuses whatever it is asked.
        BudgetReachedError
            If the budget does not allow another request.
        StoreError
            If the book cannot be written.
        """
        if not self.role.is_paid:
            return await self._until_answered(request, stage, "")
        key = request.key(self.role)
        if (kept := self._book.find(key)) is not None:
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
        manner = Manner(self._level, self.role.sampling.max_output_tokens)
        if self._breaker.has_answered_before and await self._is_alive(stage, manner):
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
            for line in self._book.ledger()
        )
        where = f"{self.name}: {self.role.base_url or self.role.model}"
        return Breaker(where, has_answered_before=has_answered)

    async def _until_answered(self, request: ChatRequest, stage: str, key: str) -> Answer:
        async with self._entry:
            manner = Manner(self._level, self.role.sampling.max_output_tokens)
            course = _Course(request, stage, manner, key)
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
                    return await self._once(attempt, course)
                except UnusableFault as fault:
                    self._after_unusable(fault, course)
                except Fault as fault:
                    await self._after_fault(fault, course)
                if self._broken is not None:
                    raise self._broken

    async def _once(self, attempt: Attempt, course: _Course) -> Answer:
        """One attempt within all limits."""
        is_limited = self.role.is_paid and self._budget.is_limited
        async with AsyncExitStack() as held:
            if is_limited and not self._estimate.has_seen(course.request):
                # One at a time until the server has counted one: the estimate may be too low.
                await held.enter_async_context(self._scout)
                if self._estimate.has_seen(course.request):
                    await held.aclose()
            most = self._estimate.most(course.request, course.manner)
            n_tokens = most.input_tokens + most.output_tokens
            await held.enter_async_context(self._slots)
            if is_limited:
                await held.enter_async_context(self._budget.hold(most.cost_usd, n_tokens))
            reservation = await self._limiter.reserve(n_tokens)
            return await _to_its_end(self._sent(attempt, course, most, reservation))

    async def _sent(
        self, attempt: Attempt, course: _Course, most: Usage, reservation: Reservation
    ) -> Answer:
        """Send a request; whatever comes of it is charged, and a good answer kept."""
        self._n_sent += 1
        try:
            reply = await attempt(course.manner)
        except Fault as fault:
            may_cost = isinstance(fault, PassingFault) and fault.may_cost
            self._charge(course, fault.reason, most if may_cost else Usage(n_attempts=1))
            raise
        finally:
            self._n_sent -= 1
        self._breaker.answered()
        course.raw = reply.said
        self._silent_since_s = None
        cost = self._estimate.count(course.request, course.manner, reply)
        self._limiter.reconcile(reservation, cost.input_tokens + cost.output_tokens)
        try:
            value = read_reply(reply, course.request.form)
        except UnusableFault as fault:
            self._charge(course, fault.reason, cost)
            raise
        if course.request.form is not None and not self._has_answered_in_form:
            self._level, self._has_answered_in_form = course.manner.form_level, True
        if not course.key:
            self._charge(course, course.outcome, cost)
            return Answer(value, reply.model, course.usage)
        self._count(course, cost)
        answer = Answer(value, reply.model, course.usage)
        line = self._line(course, course.outcome, cost)
        self._book.keep(course.key, answer_text(value), answer.model, answer.usage, line)
        return answer

    async def _after_fault(self, fault: Fault, course: _Course) -> None:
        if isinstance(fault, LastingFault):
            if fault.reason == "forbidden" and await self._is_alive(course.stage, course.manner):
                raise AnswerError(fault.reason, fault.detail, course.raw)
            raise self._endpoint_error(fault)
        if isinstance(fault, PassingFault):
            await self._wait_out(fault, course)
            return
        simpler = _LEVELS[_LEVELS.index(course.manner.form_level) + 1 :]
        if fault.reason != "bad_request" or course.request.form is None or not simpler:
            if isinstance(fault, BadRequestFault):
                self._breaker.refused(fault)
                await self.require_answers(course.stage, is_end=False)
            raise AnswerError(fault.reason, fault.detail, course.raw)
        course.manner = replace(course.manner, form_level=simpler[0])

    async def _wait_out(self, fault: PassingFault, course: _Course) -> None:
        now_s = time.monotonic()
        if self._silent_since_s is None:
            self._silent_since_s = now_s
        course.n_waits += 1
        course.n_passing += fault.reason != "rate_limited"
        if course.n_passing >= self.role.max_attempts and await self._is_alive(
            course.stage, course.manner
        ):
            raise AnswerError(fault.reason, fault.detail, course.raw)
        silent_s = now_s - (self._silent_since_s or now_s)
        own_s = _FIRST_WAIT_S * 2 ** min(course.n_waits - 1, _DOUBLINGS)
        # The longer nothing at all is answered, the more rarely it is tried.
        wait_s = min(_LONGEST_WAIT_S, max(own_s, silent_s)) * random.uniform(0.5, 1.0)
        if silent_s + (fault.retry_after_s or 0.0) > self.role.patience_s:
            if await self._is_alive(course.stage, course.manner):
                raise AnswerError(fault.reason, fault.detail, course.raw)
            raise self._endpoint_error(fault)
        if fault.retry_after_s is not None:
            self._limiter.pause(max(fault.retry_after_s, wait_s))
        elif fault.reason == "rate_limited":
            self._limiter.pause(wait_s)
        else:
            await asyncio.sleep(wait_s)

    async def _is_alive(self, stage: str, manner: Manner) -> bool:
        """Whether the endpoint answers others: then the fault is the request's own."""
        manner = replace(manner, repair=None)
        sign = _Course(_SIGN_OF_LIFE, stage, manner, outcome="sign_of_life")
        try:
            await self._once(await self._engine.prepare(_SIGN_OF_LIFE), sign)
        except UnusableFault:
            return True
        except Fault:
            return False
        return True

    def _after_unusable(self, fault: UnusableFault, course: _Course) -> None:
        course.n_answers += 1
        if course.n_answers >= self.role.max_answers:
            raise AnswerError(fault.reason, fault.detail, fault.reply.said)
        repair, most = None, course.manner.max_output_tokens
        if fault.reason == "invalid" and not course.was_repaired:
            repair, course.was_repaired = (fault.reply.text, fault.detail), True
        if fault.reason == "cut_off":
            most = min(2 * most, _MOST_OUTPUT * self.role.sampling.max_output_tokens)
        course.manner = replace(course.manner, repair=repair, max_output_tokens=most)

    def _count(self, course: _Course, cost: Usage) -> None:
        course.usage += cost
        if self.role.is_paid:
            self._budget.spend(cost.cost_usd, cost.input_tokens + cost.output_tokens)

    def _charge(self, course: _Course, outcome: str, cost: Usage) -> None:
        self._count(course, cost)
        if self.role.is_paid:
            self._book.charge(self._line(course, outcome, cost))

    def _line(self, course: _Course, outcome: str, cost: Usage) -> LedgerLine:
        return LedgerLine(
            stage=course.stage,
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
