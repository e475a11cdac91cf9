"""Ask until there is an answer: limits, budget, faults by their kind, repairs, the book.

=================  =========================================================================
fault              what is done
=================  =========================================================================
passing            waits (Retry-After holds for the whole endpoint), asks again; after
                   `max_attempts` the row is refused if the endpoint answers others, and
                   the step fails if it answers nothing for `patience_s`
lasting            the step fails: key, model, quota
bad request        the form is asked for in a simpler way, else the row is refused
unusable answer    asked again, once showing the model its error; `max_answers` in all
=================  =========================================================================
"""

import asyncio
import random
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import get_args

from schemas.ledger import LedgerLine
from schemas.roles import FormLevel, RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.book import Book
from tools.chat.budget import Budget
from tools.chat.engine import Attempt, Engine, Manner
from tools.chat.faults import BadRequestFault, Fault, LastingFault, PassingFault, UnusableFault
from tools.chat.limiter import Limiter
from tools.chat.reading import answer_text, read_kept, read_reply
from tools.chat.request import Answer, AnswerError, ChatRequest, EndpointError, Reply
from tools.chat.tokens import TokenEstimate

_LEVELS: tuple[FormLevel, ...] = get_args(FormLevel)
_FIRST_WAIT_S, _DOUBLINGS, _LONGEST_WAIT_S = 0.5, 4, 60.0
_CHECK_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_MOST_OUTPUT = 4
_SIGN_OF_LIFE = ChatRequest("Answer briefly.", "Say yes.", plain=lambda _: "yes")


@dataclass
class _Course:
    """How a request has fared so far."""

    request: ChatRequest
    stage: str
    manner: Manner
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
        self._level = role.form
        self._estimate = TokenEstimate(role)
        self._silent_since_s: float | None = None
        self._under_way: dict[str, asyncio.Future[Answer]] = {}

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
            If the endpoint cannot be used.
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

    async def close(self) -> None:
        """Let go of the engine."""
        await self._engine.close()

    async def _until_answered(self, request: ChatRequest, stage: str, key: str) -> Answer:
        manner = Manner(self._level, self.role.sampling.max_output_tokens)
        course = _Course(request, stage, manner)
        try:
            attempt = await self._engine.prepare(request)
        except BadRequestFault as fault:
            raise AnswerError(fault.reason, fault.detail) from None
        except LastingFault as fault:
            raise self._endpoint_error(fault) from None
        while True:
            try:
                reply, cost = await self._once(attempt, course)
            except Fault as fault:
                self._charge(course, fault.reason, Usage(n_attempts=1))
                await self._after_fault(fault, course)
                continue
            try:
                value = read_reply(reply, request.form)
            except UnusableFault as fault:
                self._charge(course, fault.reason, cost)
                self._after_unusable(fault, course)
                continue
            if request.form is not None:
                self._level = course.manner.form_level
            answer = Answer(value, reply.model, course.usage)
            if key:
                line = self._line(course, "answered", cost)
                self._book.keep(key, answer_text(value), answer.model, answer.usage, line)
            return answer

    async def _once(self, attempt: Attempt, course: _Course) -> tuple[Reply, Usage]:
        """One attempt within all limits, and what it cost."""
        most = self._estimate.most(course.request, course.manner)
        n_tokens = most.input_tokens + most.output_tokens
        is_limited = self._budget.is_limited
        budget = self._budget.hold(most.cost_usd, n_tokens) if is_limited else nullcontext()
        async with self._slots, budget:
            reservation = await self._limiter.reserve(n_tokens)
            course.usage += Usage(n_attempts=1)
            reply = await attempt(course.manner)
            cost = self._estimate.count(course.request, course.manner, reply)
            course.usage += cost.model_copy(update={"n_attempts": 0})
            self._limiter.reconcile(reservation, cost.input_tokens + cost.output_tokens)
            self._budget.spend(cost.cost_usd, cost.input_tokens + cost.output_tokens)
        self._silent_since_s = None
        return reply, cost

    async def _after_fault(self, fault: Fault, course: _Course) -> None:
        if isinstance(fault, LastingFault):
            raise self._endpoint_error(fault)
        if isinstance(fault, PassingFault):
            await self._wait_out(fault, course)
            return
        simpler = _LEVELS[_LEVELS.index(course.manner.form_level) + 1 :]
        if fault.reason != "bad_request" or course.request.form is None or not simpler:
            raise AnswerError(fault.reason, fault.detail, usage=course.usage)
        course.manner = replace(course.manner, form_level=simpler[0])

    async def _wait_out(self, fault: PassingFault, course: _Course) -> None:
        now_s = time.monotonic()
        if self._silent_since_s is None:
            self._silent_since_s = now_s
        course.n_waits += 1
        course.n_passing += fault.reason != "rate_limited"
        if course.n_passing >= self.role.max_attempts and await self._is_alive(course):
            raise AnswerError(fault.reason, fault.detail, usage=course.usage)
        silent_s = now_s - (self._silent_since_s or now_s)
        own_s = _FIRST_WAIT_S * 2 ** min(course.n_waits - 1, _DOUBLINGS)
        # The longer nothing at all is answered, the more rarely it is tried.
        wait_s = min(_LONGEST_WAIT_S, max(own_s, silent_s)) * random.uniform(0.5, 1.0)
        if silent_s + (fault.retry_after_s or 0.0) > self.role.patience_s:
            if await self._is_alive(course):
                raise AnswerError(fault.reason, fault.detail, usage=course.usage)
            raise self._endpoint_error(fault)
        if fault.retry_after_s is not None:
            self._limiter.pause(max(fault.retry_after_s, wait_s))
        elif fault.reason == "rate_limited":
            self._limiter.pause(wait_s)
        else:
            await asyncio.sleep(wait_s)

    async def _is_alive(self, course: _Course) -> bool:
        """Whether the endpoint answers others: then the fault is the request's own."""
        manner = replace(course.manner, repair=None)
        sign = _Course(_SIGN_OF_LIFE, course.stage, manner)
        try:
            attempt = await self._engine.prepare(_SIGN_OF_LIFE)
            _, cost = await self._once(attempt, sign)
        except Fault:
            self._charge(sign, "sign_of_life", Usage(n_attempts=1))
            return False
        self._charge(sign, "sign_of_life", cost)
        return True

    def _after_unusable(self, fault: UnusableFault, course: _Course) -> None:
        course.n_answers += 1
        if course.n_answers >= self.role.max_answers:
            raise AnswerError(fault.reason, fault.detail, fault.reply.text, course.usage)
        repair, most = None, course.manner.max_output_tokens
        if fault.reason == "invalid" and not course.was_repaired:
            repair, course.was_repaired = (fault.reply.text, fault.detail), True
        if fault.reason == "cut_off":
            most = min(2 * most, _MOST_OUTPUT * self.role.sampling.max_output_tokens)
        course.manner = replace(course.manner, repair=repair, max_output_tokens=most)

    def _charge(self, course: _Course, outcome: str, cost: Usage) -> None:
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
