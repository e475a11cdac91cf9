import asyncio

import pytest
from pydantic import Field

from schemas.record import Record
from schemas.roles import RoleConfig
from tools.chat.answer_cache import AnswerCache
from tools.chat.asking import Asker
from tools.chat.budget import Budget
from tools.chat.endpoint import EndpointEngine
from tools.chat.faults import BadRequestFault
from tools.chat.limiter import Limiter
from tools.chat.models import ask_all
from tools.chat.quota import OwnQuota
from tools.chat.request import ChatRequest
from tools.chat.sound import SoundParts
from tools.chat.transcriptions import TranscriptionEngine
from tools.errors import RefusedError

ENGINES = {"openai": EndpointEngine, "openai/transcriptions": TranscriptionEngine}


class Form(Record):
    title: str = Field(min_length=1)
    text: str | None


async def hear(function, clip):
    try:
        return function(clip)
    except RefusedError as error:
        raise BadRequestFault(error.reason, error.detail) from None


def request(number=0, form=Form):
    return ChatRequest("You write.", f"Write number {number}.", form=form, prompt="write")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr("tools.chat.asking._FIRST_WAIT_S", 0.02)


@pytest.fixture
def ask(tmp_path):
    """Ask many requests of a role; gives outcomes by row id. Counts what is left in the cache."""

    def run(url, requests, *, key=None, window_s=60.0, budget=(None, None), **fields):
        values = {"engine": "openai", "base_url": url, "model": "m", "time_limit_s": 1.0}
        role = RoleConfig(**{**values, **fields})
        outcomes = {}
        run.cache = cache = AnswerCache(tmp_path / "answers.sqlite")
        spent = cache.spent()
        budget_limits = Budget(*budget, spent_usd=spent.usd, spent_tokens=spent.tokens)

        async def main():
            engine = ENGINES[role.engine](role, SoundParts(hear), key)
            rpm, tpm = role.requests_per_minute, role.tokens_per_minute
            limiter = Limiter(rpm, tpm, window_s=window_s)
            asker = Asker("writer", role, engine, OwnQuota(role, limiter, budget_limits), cache)
            try:
                await ask_all(asker, "describe", requests.items(), outcomes.__setitem__)
            finally:
                await asker.close()

        run.outcomes = outcomes
        asyncio.run(main())
        return outcomes

    return run


@pytest.fixture
def request_of():
    return request


@pytest.fixture
def role_of():
    values = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"}
    return lambda **fields: RoleConfig(**{**values, **fields})
