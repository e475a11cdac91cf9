"""The accounts of a build on a cluster, without a cluster: they are an object like any other."""

import asyncio
from types import SimpleNamespace

import pytest

from flows.accounts import Accounts
from flows.askers import Askers
from pipeline.engine.answer_log import read_ledgers
from pipeline.engine.store_format import open_store
from schemas.config import CorpusConfig
from schemas.ledger import LedgerLine, Spending
from schemas.sections import StepResources
from schemas.usage import Usage
from tools.store import StoreError


def line(usd):
    return LedgerLine(
        stage="describe", role="writer", model="m", outcome="answered", n_attempts=1,
        input_tokens=100, output_tokens=10, cost_usd=usd,
    )  # fmt: skip


@pytest.fixture
def accounts(tmp_path):
    role = {
        "engine": "openai", "base_url": "http://127.0.0.1:1", "model": "m",
        "usd_per_million_output_tokens": 1.0,
    }  # fmt: skip
    values = {"name": "c", "store": str(tmp_path), "source": {"folder": "."}}
    config = CorpusConfig.model_validate(values | {"roles": {"writer": role}})
    return Accounts(config, Spending(usd=0.0, tokens=0))


def spent(tmp_path):
    return sum(each.cost_usd for each in read_ledgers(open_store(str(tmp_path))))


def test_whoever_notes_last_the_last_note_holds_the_sums_of_all(accounts, tmp_path):
    async def main():
        notes = [accounts.note(f"asker{n % 4}", [line(float(n))]) for n in range(40)]
        await asyncio.gather(*notes)

    asyncio.run(main())
    assert spent(tmp_path) == 36.0 + 37.0 + 38.0 + 39.0, "of each its latest ledger"
    assert len(open_store(str(tmp_path)).list("ledger")) == 1


def test_who_takes_the_place_of_a_lost_asker_finds_its_requests_counted(accounts, tmp_path):
    async def main():
        await accounts.join("models-0", "first")
        await accounts.note("first", [line(1.0)])
        await accounts.hold("first", "writer", Usage(output_tokens=500_000, cost_usd=0.5))
        await accounts.join("models-0", "second")
        await accounts.note("second", [line(2.0)])

    asyncio.run(main())
    assert spent(tmp_path) == 3.5


def test_an_actor_that_cannot_log_is_told_and_all_are_ended(monkeypatch):
    def fails(_work, _time_limit_s=None):
        raise StoreError("the disk is full")

    killed = []
    errors = SimpleNamespace(RayError=ConnectionError)
    ray = SimpleNamespace(exceptions=errors, kill=killed.append)
    actors = [SimpleNamespace(close=SimpleNamespace(remote=lambda: "work")) for _ in range(2)]
    monkeypatch.setattr("flows.askers.result_of", fails)
    askers = Askers(ray, {"models": StepResources()})
    askers._actors = {"models": actors}
    with pytest.raises(StoreError, match="full"):
        askers.close()
    assert killed == actors
    assert not askers._all
