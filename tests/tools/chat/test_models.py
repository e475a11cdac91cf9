"""All roles of a build behind one door: stopping, checking, and how much is held in memory."""

import asyncio
import threading
import time

import pytest

from schemas.roles import RoleConfig, RolesConfig
from tests.model_server import read_log
from tests.serving import model_server
from tests.tools.chat.conftest import request
from tools.chat.answer_cache import AnswerCache
from tools.chat.asking import Asker
from tools.chat.budget import Budget
from tools.chat.limiter import Limiter
from tools.chat.models import BudgetLimits, Models, ask_all
from tools.chat.quota import OwnQuota
from tools.chat.request import Answer, Reply
from tools.errors import StoppedError
from tools.process_pool import ProcessPool
from tools.store import StoreError


@pytest.fixture
def models_of(tmp_path):
    """Models whose writer is an endpoint."""

    def make(url, **fields):
        role = RoleConfig(engine="openai", base_url=url, model="m", **fields)
        return Models(
            RolesConfig(writer=role), cache=AnswerCache(tmp_path / "b.sqlite"),
            budget_limits=BudgetLimits(),
            clip_workers=ProcessPool(1), keys={}, time_limit_s=10.0, builtin={},
        )  # fmt: skip

    return make


@pytest.mark.parametrize("n_steps", [1, 3])
def test_what_is_under_way_is_kept_when_a_build_is_stopped(models_of, tmp_path, n_steps):
    log, outcomes, raised = tmp_path / "log", {}, []
    steps = [[(str(n), request(n)) for n in range(20 * s, 20 * s + 20)] for s in range(n_steps)]

    def ask(models, pairs):
        try:
            models.ask("writer", "describe", pairs, outcomes.__setitem__)
        except Exception as error:
            raised.append(error)

    with model_server("--log", log, "--latency-s", 1.0) as url:
        with models_of(url, concurrency=4) as models:
            threads = [threading.Thread(target=ask, args=[models, pairs]) for pairs in steps]
            for thread in threads:
                thread.start()
            while not (log.exists() and len(read_log(log)) == 4):
                time.sleep(0.02)
            models.stop()
            for thread in threads:
                thread.join()
            with pytest.raises(StoppedError):
                models.ask("writer", "describe", steps[0], outcomes.__setitem__)
        assert [type(error) for error in raised] == [StoppedError] * n_steps
        assert len(read_log(log)) == 4
        with models_of(url) as models:
            for pairs in steps:
                models.ask("writer", "describe", pairs, outcomes.__setitem__)
    assert len(read_log(log)) == 20 * n_steps, "the answers that were under way are in the cache"
    assert all(isinstance(each, Answer) for each in outcomes.values())


def test_waiting_for_a_limit_ends_at_once_when_a_build_is_stopped(models_of):
    pairs = [(str(n), request(n)) for n in range(5)]
    with model_server() as url, models_of(url, requests_per_minute=1) as models:
        threading.Timer(0.5, models.stop).start()
        start_s = time.monotonic()
        with pytest.raises(StoppedError):
            models.ask("writer", "describe", pairs, lambda *_: None)
    assert time.monotonic() - start_s < 200, "the limit would let it end after four minutes"


@pytest.mark.parametrize("options", [[], ["--models-as-html"]])
def test_any_list_of_models_is_a_sign_of_life(models_of, options):
    with model_server(*options) as url, models_of(url) as models:
        models.check("writer")


def test_two_builds_do_not_ask_with_one_book(models_of):
    with model_server() as url, models_of(url) as first, models_of(url) as second:
        first.check("writer")
        with pytest.raises(StoreError, match="another build"):
            second.check("writer")


class Counting:
    """An engine that counts the requests that are ready, and so hold their sound in memory."""

    def __init__(self):
        self.n_ready = self.n_most = 0

    async def prepare(self, *_):
        self.n_ready += 1
        self.n_most = max(self.n_most, self.n_ready)

        async def attempt(_):
            await asyncio.sleep(0.01)
            self.n_ready -= 1
            return Reply("words", "stop", "m", 1, 1)

        return attempt


def test_few_clips_are_in_memory_however_many_steps_ask(tmp_path):
    engine = Counting()
    role = RoleConfig(engine="openai", base_url="http://127.0.0.1:1", model="m", concurrency=3)
    budget = Budget(None, None, spent_usd=0.0, spent_tokens=0)
    quota = OwnQuota(role, Limiter(None, None), budget)
    asker = Asker("writer", role, engine, quota, AnswerCache(tmp_path / "b.sqlite"))
    answered = []

    def keep(row_id, _):
        answered.append(row_id)

    async def main():
        steps = [[(f"{s}-{n}", request(9 * s + n, form=None)) for n in range(9)] for s in range(9)]
        await asyncio.gather(*(ask_all(asker, "s", pairs, keep) for pairs in steps))

    asyncio.run(main())
    assert len(answered) == 81
    assert 3 <= engine.n_most <= 6
