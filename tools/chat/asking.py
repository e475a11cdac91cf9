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
                   fails if the endpoint refuses all alike and never answered. What overflows
                   the context is asked with less material, if the stage can do with less
unusable answer    asked again, once showing the model its error; `max_answers` in all
=================  =========================================================================
"""

import asyncio
import math
import random
import time
from dataclasses import replace
from functools import partial

from schemas.dialect import Dialect, FormLevel
from schemas.roles import RoleConfig, RoleName, SoundWay
from tools.chat.answer_cache import AnswerCache
from tools.chat.engine import AttemptOptions, Engine, SoundForm
from tools.chat.faults import BadRequestFault, Fault, LastingFault, PassingFault, UnusableFault
from tools.chat.hearing import Sound, why_deaf
from tools.chat.output_limit import first_limit, next_limit, spent_on_thoughts
from tools.chat.probe import PROBE, dialect_key, find_dialect, find_times, known_dialect
from tools.chat.quota import Quota
from tools.chat.reading import read_kept
from tools.chat.request import Answer, AnswerError, ChatRequest, Clip, EndpointError, Reply
from tools.chat.sending import RequestState, Sender
from tools.chat.sound import formats_to_try, sound_form
from tools.chat.tokens import prompt_bytes

_SIMPLER: dict[FormLevel, FormLevel] = {
    "json_schema": "json_object",
    "json_object": "prompt",
    "tools": "prompt",
}
_FIRST_WAIT_S, _DOUBLINGS, _LONGEST_WAIT_S = 0.5, 4, 60.0
_CHECK_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_MOST_PROBES = 3
"""Ours: a server that failed a small request so often by its own word cannot do what it asks."""
_OTHERS_ANSWERED_S = 0.1
_PREPARED = 2
"""Requests that are in memory with their clips, for each that may be under way."""
_SIGN_OF_LIFE = ChatRequest("Answer briefly.", "Say yes.")


class Asker:
    """Asks one role's engine.

    Parameters
    ----------
    name : RoleName
    role : RoleConfig
    engine : Engine
    quota : Quota
    cache : AnswerCache
    """

    def __init__(
        self,
        name: RoleName,
        role: RoleConfig,
        engine: Engine,
        quota: Quota,
        cache: AnswerCache,
    ) -> None:
        self.name, self.role = name, role
        self._engine, self._quota, self._cache = engine, quota, cache
        self._sender = Sender(name, role, quota, cache)
        self._entry = asyncio.Semaphore(_PREPARED * role.concurrency)
        self._dialect, self._has_answered_in_form = known_dialect(cache, role), False
        self._under_way: dict[str, asyncio.Future[Answer]] = {}
        self._broken: EndpointError | None = None
        self._thinks = False
        self._overflowed_bytes = math.inf

    async def ask(self, request: ChatRequest, stage: str, partition: str | None = None) -> Answer:
        """Ask until there is an answer.

        Parameters
        ----------
        request : ChatRequest
        stage : str
            Whom the cost is charged to.
        partition : str, optional
            With which the answer is logged.

        Returns
        -------
        Answer
            From the cache, if it was bought before. Where the question overflows the model's
            context, to a shorter one, if there is one.

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
        try:
            return await self._ask(request, stage, partition)
        except AnswerError as error:
            if error.reason != "context_overflow" or request.shorter is None:
                raise
        return await self.ask(request.shorter(), stage, partition)

    async def _ask(self, request: ChatRequest, stage: str, partition: str | None) -> Answer:
        if not self.role.is_paid:
            state = self._state(replace(request, refuses=None), stage, "", partition)
            return await self._until_answered(state)
        key = request.key(self.role)
        if (kept := self._cache.find(key)) is not None:
            return Answer(read_kept(kept.text, request.form), kept.model, kept.usage)
        if key in self._under_way:
            return await asyncio.shield(self._under_way[key])
        if request.shorter is not None and self._is_too_long(request):
            raise AnswerError("context_overflow", "one that was no longer overflowed")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._under_way[key] = answer
        try:
            state = self._state(request, stage, key, partition)
            answer.set_result(await self._until_answered(state))
        except Exception as error:
            answer.set_exception(error)
        finally:
            answer.cancel()  # those who wait too; nothing where it is done
            del self._under_way[key]
        return answer.result()

    async def check(self) -> None:
        """Make sure that the model can be asked, and how; waits for a server that comes up.

        Raises
        ------
        EndpointError
            If it cannot.
        BudgetReachedError
            If the budget does not allow to ask how.
        """
        await self._check_engine()
        is_known = self._cache.find_dialect(dialect_key(self.role)) is not None
        if self.role.is_endpoint and not is_known:
            await self.learn_dialect()

    async def learn_dialect(self) -> Dialect:
        """Find out how the endpoint is asked, and keep it.

        Raises
        ------
        EndpointError
            If it takes nothing, or cannot be asked.
        BudgetReachedError
            If the budget does not allow it.
        """
        try:
            if self.role.engine == "openai/transcriptions":
                self._dialect = await find_times(self.probe)
            else:
                self._dialect = await find_dialect(self.probe, self.role)
        except Fault as fault:
            raise self._endpoint_error(fault) from None
        self._cache.keep_dialect(dialect_key(self.role), self._dialect)
        return self._dialect

    async def probe(
        self,
        request: ChatRequest,
        dialect: Dialect | None = None,
        sound: SoundForm | None = None,
    ) -> Reply:
        """The reply to a request as it is, of whatever use; nothing is kept of it.

        Raises
        ------
        Fault
            If there is none; what passes is waited out, as long as the role's patience lasts.
        """
        options = AttemptOptions(dialect or self._dialect, self.role.sampling.max_output_tokens)
        state = RequestState(request, PROBE, options, outcome=PROBE)
        attempt = await self._engine.prepare(request, sound or self._sound)
        until_s = time.monotonic() + self.role.patience_s
        while state.reply is None:
            try:
                await self._sender.once(attempt, state)
            except UnusableFault as fault:
                return fault.reply
            except PassingFault as fault:
                state.n_waits += 1
                state.n_passing += fault.may_be_request
                wait_s = max(_own_wait_s(state), fault.retry_after_s or 0.0)
                if state.n_passing == _MOST_PROBES or time.monotonic() + wait_s > until_s:
                    raise
                await asyncio.sleep(wait_s)
        return state.reply

    async def prove_hearing(self, sounds: dict[Sound, Clip]) -> str:
        """Make sure that the model hears, by known sounds.

        Returns
        -------
        str
            The format that it heard them in.

        Raises
        ------
        EndpointError
            If it does not, or cannot be asked.
        BudgetReachedError
            If the budget does not allow to ask.
        """
        for audio_format in formats_to_try(self.role, self._dialect):
            # The known sounds are on no disk that the server reads.
            way: SoundWay = "url" if self._sound.way == "url" else "bytes"
            form = replace(self._sound, audio_format=audio_format, way=way)
            try:
                why = await why_deaf(partial(self.probe, sound=form), sounds)
            except Fault as fault:
                raise self._endpoint_error(fault) from None
            if why is None:
                return audio_format
        raise EndpointError(
            f"{self.name}: {self._where}: {self.role.model} does not hear: {why}. Take a model "
            "and a server that take `input_audio`; `hearing_probe: false` trusts this one"
        )

    def send_sound_as(self, audio_format: str) -> None:
        """Note the format in which sound is heard, where the config leaves it open."""
        if self.role.audio_format in ("auto", "lossless"):
            values = {**self._dialect.model_dump(), "audio_format": audio_format}
            self._dialect = Dialect.model_validate(values)
            self._cache.keep_dialect(dialect_key(self.role), self._dialect)

    async def _check_engine(self) -> None:
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
        while is_end and self._sender.n_sent and self._sender.breaker.is_suspected(is_end=True):
            await asyncio.sleep(_OTHERS_ANSWERED_S)
        if not self._sender.breaker.is_suspected(is_end=is_end):
            return
        has_answered = self._sender.breaker.has_answered_before
        options = self._first_options(_SIGN_OF_LIFE)
        if has_answered and await self._is_alive(stage, options):
            return
        error = self._sender.breaker.error()
        if not is_end:
            self._broken = error
        raise error

    async def close(self) -> None:
        """Let go of the engine."""
        await self._engine.close()

    def _state(
        self, request: ChatRequest, stage: str, key: str, partition: str | None
    ) -> RequestState:
        options = self._first_options(request)
        return RequestState(request, stage, options, key, partition)

    async def _until_answered(self, state: RequestState) -> Answer:
        request = state.request
        async with self._entry:
            if self._broken is not None:
                raise self._broken
            try:
                attempt = await self._engine.prepare(request, self._sound)
            except BadRequestFault as fault:
                raise AnswerError(fault.reason, fault.detail) from None
            except LastingFault as fault:
                raise self._endpoint_error(fault) from None
            while True:
                try:
                    answer = await self._sender.once(attempt, state)
                except UnusableFault as fault:
                    self._after_unusable(fault, state)
                except Fault as fault:
                    await self._after_fault(fault, state)
                else:
                    if request.form is not None and not self._has_answered_in_form:
                        self._dialect, self._has_answered_in_form = state.options.dialect, True
                    return answer
                if self._broken is not None:
                    raise self._broken

    async def _after_fault(self, fault: Fault, state: RequestState) -> None:
        if isinstance(fault, LastingFault):
            if fault.reason == "forbidden" and await self._is_alive(state.stage, state.options):
                raise AnswerError(fault.reason, fault.detail, state.raw)
            raise self._endpoint_error(fault)
        if isinstance(fault, PassingFault):
            await self._wait_out(fault, state)
            return
        if fault.reason == "context_overflow" and state.options.repair is not None:
            state.options = replace(state.options, repair=None)
            return
        dialect = state.options.dialect
        simpler = _SIMPLER.get(dialect.form)
        if fault.reason != "bad_request" or state.request.form is None or simpler is None:
            if fault.reason == "context_overflow" and state.request.shorter is not None:
                self._overflowed_bytes = min(
                    self._overflowed_bytes, prompt_bytes(state.request, state.options)
                )
            elif isinstance(fault, BadRequestFault):
                self._sender.breaker.refused(fault)
                await self.require_answers(state.stage, is_end=False)
            raise AnswerError(fault.reason, fault.detail, state.raw)
        state.options = replace(state.options, dialect=dialect.model_copy(update={"form": simpler}))

    async def _wait_out(self, fault: PassingFault, state: RequestState) -> None:
        now_s = time.monotonic()
        if self._sender.silent_since_s is None:
            self._sender.silent_since_s = now_s
        state.n_waits += 1
        state.n_passing += fault.reason != "rate_limited"
        silent_s = now_s - self._sender.silent_since_s
        is_out_of_patience = silent_s + (fault.retry_after_s or 0.0) > self.role.patience_s
        if is_out_of_patience or state.n_passing >= self.role.max_attempts:
            was_alive = state.was_alive
            state.was_alive = await self._is_alive(state.stage, state.options)
            # Answers before and after it: the fault is the request's own, not an outage's last.
            if was_alive and state.was_alive:
                raise AnswerError(fault.reason, fault.detail, state.raw)
            if is_out_of_patience and not state.was_alive:
                raise self._endpoint_error(fault)
        own_s = _own_wait_s(state)
        # The longer nothing at all is answered, the more rarely it is tried.
        wait_s = min(_LONGEST_WAIT_S, max(own_s, silent_s)) * random.uniform(0.5, 1.0)
        if fault.retry_after_s is not None:
            self._quota.pause(max(fault.retry_after_s, wait_s))
        elif fault.reason == "rate_limited":
            self._quota.pause(wait_s)
        else:
            await asyncio.sleep(wait_s)

    async def _is_alive(self, stage: str, options: AttemptOptions) -> bool:
        """Whether the endpoint answers others: then the fault is the request's own."""
        options = replace(options, repair=None)
        sign = RequestState(_SIGN_OF_LIFE, stage, options, outcome="sign_of_life")
        try:
            attempt = await self._engine.prepare(_SIGN_OF_LIFE, self._sound)
            await self._sender.once(attempt, sign)
        except UnusableFault:
            return True
        except Fault:
            return False
        return True

    def _after_unusable(self, fault: UnusableFault, state: RequestState) -> None:
        state.n_answers += 1
        if state.n_answers >= self.role.max_answers:
            raise AnswerError(fault.reason, fault.detail, fault.reply.said)
        repair, most = None, state.options.max_output_tokens
        if fault.is_whole and not state.was_repaired:
            repair, state.was_repaired = (fault.reply.said, fault.detail), True
        if fault.reason == "cut_off":
            self._thinks |= spent_on_thoughts(fault.reply, most)
            most = next_limit(state.request, self.role, most, fault.reply)
        state.options = replace(
            state.options, repair=repair, max_output_tokens=most, n_before=state.n_answers
        )

    def _is_too_long(self, request: ChatRequest) -> bool:
        """Whether a request with no more text overflowed the model's context."""
        return prompt_bytes(request, self._first_options(request)) >= self._overflowed_bytes

    def _first_options(self, request: ChatRequest) -> AttemptOptions:
        thinks = self._dialect.thinks or self._thinks
        return AttemptOptions(self._dialect, first_limit(request, self.role, thinks=thinks))

    def _endpoint_error(self, fault: Fault) -> EndpointError:
        return EndpointError(f"{self.name}: {self._where}: {fault.reason}: {fault.detail}")

    @property
    def _sound(self) -> SoundForm:
        return sound_form(self.role, self._dialect)

    @property
    def _where(self) -> str:
        return self.role.base_url or str(self.role.model)


def _own_wait_s(state: RequestState) -> float:
    return float(_FIRST_WAIT_S * 2 ** min(state.n_waits - 1, _DOUBLINGS))
