"""All models of a build: one event loop in a thread of its own, which every step asks."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from schemas.dialect import Dialect
from schemas.ledger import Spending
from schemas.roles import RoleConfig, RoleName, RolesConfig
from tools.chat.answer_cache import AnswerCache
from tools.chat.asking import Asker
from tools.chat.budget import Budget
from tools.chat.builtin import BuiltinAnswers, BuiltinEngine
from tools.chat.endpoint import EndpointEngine
from tools.chat.engine import Engine
from tools.chat.faults import BadRequestFault
from tools.chat.hearing import Sound, known_sounds
from tools.chat.musicflamingo import Flamingo, MusicFlamingoEngine
from tools.chat.quota import OwnQuotas, Quota
from tools.chat.request import Answer, AnswerError, ChatRequest, Clip
from tools.chat.signed_clips import SignedClips
from tools.chat.sound import SoundParts
from tools.chat.transcriptions import TranscriptionEngine
from tools.errors import StoppedError
from tools.process_pool import Failure

T = TypeVar("T")
Pair = tuple[str, ChatRequest]
Done = Callable[[str, Answer | AnswerError], None]


class ClipWorkers(Protocol):
    """Where clips are decoded: a pool of processes."""

    def submit(
        self, function: Callable[[T], Any], item: T, *, time_limit_s: float
    ) -> "Future[Any | Failure]":
        """See `tools.process_pool.ProcessPool.submit`."""
        ...


@dataclass(frozen=True)
class BudgetLimits:
    """What may be spent in all; None is no limit."""

    usd: float | None = None
    tokens: int | None = None

    def budget(self, spent: Spending) -> Budget:
        """The budget of which so much is spent, or may be on the way."""
        return Budget(self.usd, self.tokens, spent_usd=spent.usd, spent_tokens=spent.tokens)


class Quotas(Protocol):
    """Where every role's quota is."""

    def of(self, name: RoleName, role: RoleConfig) -> Quota:
        """A role's quota."""
        ...


class Models:
    """The roles of one build. Roles with the same endpoint share its limits.

    Parameters
    ----------
    roles : RolesConfig
    cache : AnswerCache
    budget_limits : BudgetLimits
    clip_workers : ClipWorkers
    keys : mapping of str to str
        API keys by role.
    time_limit_s : float
        For decoding a clip.
    builtin : BuiltinAnswers
        What `builtin/facts` answers.
    quotas : Quotas, optional
        Shared with other processes; by default this process uses all that the config allows.
    signed : SignedClips or None, optional
        Where clips are put for servers that fetch them.
    """

    def __init__(
        self,
        roles: RolesConfig,
        *,
        cache: AnswerCache,
        budget_limits: BudgetLimits,
        clip_workers: ClipWorkers,
        keys: Mapping[str, str],
        time_limit_s: float,
        builtin: BuiltinAnswers,
        quotas: Quotas | None = None,
        signed: SignedClips | None = None,
    ) -> None:
        self.roles, self.cache = roles, cache
        self._quotas = quotas or OwnQuotas(lambda: budget_limits.budget(cache.pledged()))
        self._clip_workers, self._keys = clip_workers, keys
        self._time_limit_s, self._builtin = time_limit_s, builtin
        self._askers: dict[RoleName, Asker] = {}
        self._flamingos: dict[str, Flamingo] = {}
        self._asking: set[asyncio.Task[Any]] = set()
        self._sounds = SoundParts(self._hear, signed)
        self._heard_as: dict[tuple[Any, ...], str] = {}
        self._is_stopped = False
        self._open = ExitStack()
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> Self:
        self._portal = self._open.enter_context(start_blocking_portal())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._portal is not None
        try:
            self._portal.call(self._close)
        finally:
            # After an error, what is under way is not waited for.
            self._open.__exit__(kind, error, trace)

    def ask(
        self,
        name: RoleName,
        stage: str,
        pairs: Iterable[Pair],
        done: Done,
        partition: str | None = None,
    ) -> None:
        """Ask a role all requests of a step; called from the step's own thread.

        Parameters
        ----------
        name : RoleName
        stage : str
        pairs : iterable of (str, ChatRequest)
            Row ids and requests; drawn as fast as they can be asked.
        done : callable
            ``done(row_id, outcome)`` is called in the models' thread as answers come.
        partition : str, optional
            With which answers are logged.

        Raises
        ------
        EndpointError, BudgetReachedError, StoreError, StoppedError
            When the step must stop. Requests under way are waited for, and their answers kept.
        """
        assert self._portal is not None, "use as a context manager"
        self._portal.call(self._ask, name, stage, pairs, done, partition)

    def check(self, name: RoleName) -> None:
        """Make sure that a role's model can be asked, before anything depends on it.

        Raises
        ------
        EndpointError
            If it cannot: no connection, a wrong key, no such model.
        """
        assert self._portal is not None, "use as a context manager"
        self._portal.call(self._check, name)

    def learn_dialect(self, name: RoleName) -> Dialect:
        """Find out anew how a role's endpoint is asked, and keep it.

        Raises
        ------
        EndpointError
            If it takes nothing, or cannot be asked.
        """
        assert self._portal is not None, "use as a context manager"
        return self._portal.call(self._learn_dialect, name)

    async def _learn_dialect(self, name: RoleName) -> Dialect:
        return await self._asker(name).learn_dialect()

    def prove_hearing(self, name: RoleName) -> None:
        """Make sure that a role's model hears what it is sent; asked once of an endpoint.

        Raises
        ------
        EndpointError
            If it does not: the message says what to do.
        """
        assert self._portal is not None, "use as a context manager"
        role: RoleConfig = getattr(self.roles, name)
        endpoint = (role.base_url, role.model, role.sends_audio_as)
        if role.engine != "openai" or not role.hearing_probe:
            return
        if endpoint not in self._heard_as:
            with TemporaryDirectory() as folder:
                sounds = known_sounds(Path(folder))
                self._heard_as[endpoint] = self._portal.call(self._prove_hearing, name, sounds)
        self._portal.call(self._send_sound_as, name, self._heard_as[endpoint])

    async def _prove_hearing(self, name: RoleName, sounds: dict[Sound, Clip]) -> str:
        return await self._asker(name).prove_hearing(sounds)

    async def _send_sound_as(self, name: RoleName, audio_format: str) -> None:
        self._asker(name).send_sound_as(audio_format)

    async def _check(self, name: RoleName) -> None:
        await self._asker(name).check()

    def stop(self) -> None:
        """Let nothing more be asked; requests under way come to their end in the steps' threads."""
        if self._portal is not None:
            self._portal.call(self._stop)

    async def _stop(self) -> None:
        self._is_stopped = True
        for task in self._asking:
            task.cancel()

    async def _ask(
        self,
        name: RoleName,
        stage: str,
        pairs: Iterable[Pair],
        done: Done,
        partition: str | None,
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._is_stopped:
            raise StoppedError("stopped")
        self._asking.add(task)
        try:
            await ask_all(self._asker(name), stage, pairs, done, partition)
        except asyncio.CancelledError:
            task.uncancel()
            raise StoppedError("stopped; all that was bought is kept") from None
        finally:
            self._asking.discard(task)

    async def _close(self) -> None:
        await self._stop()
        if self._asking:  # their threads may be gone
            await asyncio.wait(self._asking)
        try:
            for asker in self._askers.values():
                await asker.close()
            await self._sounds.close()
        finally:
            self.cache.close()

    def _asker(self, name: RoleName) -> Asker:
        if name not in self._askers:
            role: RoleConfig = getattr(self.roles, name)
            engine = self._engine(name, role)
            if role.is_paid:
                self.cache.claim()
            self._askers[name] = Asker(name, role, engine, self._quotas.of(name, role), self.cache)
        return self._askers[name]

    def _engine(self, name: RoleName, role: RoleConfig) -> Engine:
        if role.engine == "openai":
            return EndpointEngine(role, self._sounds, self._keys.get(name))
        if role.engine == "openai/transcriptions":
            return TranscriptionEngine(role, self._sounds, self._keys.get(name))
        if role.engine == "local/musicflamingo":
            assert role.model is not None
            flamingo = self._flamingos.setdefault(role.model, Flamingo(role.model))
            return MusicFlamingoEngine(role, self._hear, flamingo)
        return BuiltinEngine(self._hear, self._builtin)

    async def _hear(self, function: Callable[[Clip], Any], clip: Clip) -> Any:
        future = self._clip_workers.submit(function, clip, time_limit_s=self._time_limit_s)
        outcome = await asyncio.wrap_future(future)
        if isinstance(outcome, Failure):
            raise BadRequestFault(outcome.reason, outcome.detail)
        return outcome


async def ask_all(
    asker: Asker,
    stage: str,
    pairs: Iterable[Pair],
    done: Done,
    partition: str | None = None,
) -> None:
    """Ask many requests, at most the role's concurrency at once; see `Models.ask`.

    Whoever cancels it waits until those under way have come to their end.
    """
    waiting = iter(pairs)
    stopped: list[Exception] = []
    n_refused = 0

    async def work() -> None:
        nonlocal n_refused
        while not stopped:
            pair = next(waiting, None)
            if pair is None:
                return
            row_id, request = pair
            try:
                outcome = await _outcome(asker, request, stage, partition)
                n_refused += isinstance(outcome, AnswerError)
                done(row_id, outcome)
            except Exception as error:
                stopped.append(error)

    workers = [asyncio.create_task(work()) for _ in range(asker.role.concurrency)]
    try:
        await asyncio.wait(workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    if stopped:
        raise stopped[0]
    if n_refused:
        await asker.require_answers(stage, is_end=True)


async def _outcome(
    asker: Asker, request: ChatRequest, stage: str, partition: str | None
) -> Answer | AnswerError:
    try:
        return await asker.ask(request, stage, partition)
    except AnswerError as error:
        return error
