"""Answers in the store: found by whoever goes on, from a local cache or a lost node's."""

import pytest

from pipeline.engine.answer_log import NO_SCOPE, AnswerLog, keep_ledger, read_ledgers
from schemas.ledger import BoughtAnswer, LedgerLine
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.store import DamagedError, Store, StoreError


def bought(key):
    return BoughtAnswer(key=key, text=f"says {key}", model="m", usage=Usage(n_attempts=1))


def line(stage="describe", usd=0.25):
    return LedgerLine(
        stage=stage, role="writer", model="m", outcome="answered", n_attempts=1,
        input_tokens=100, output_tokens=10, cost_usd=usd,
    )  # fmt: skip


@pytest.fixture
def store():
    return Store("memory://")


def test_what_one_bought_another_finds_and_pays_nothing(store):
    ours = AnswerCache(None)
    for key in "abc":
        ours.keep(bought(key), line(), "p000001/describe")
    ours.keep(bought("z"), line(), "p000002/describe")
    assert AnswerLog(store, ours).flush() == 4
    assert AnswerLog(store, ours).flush() == 0, "each is logged once"
    theirs = AnswerCache(None)
    AnswerLog(store, theirs).take("p000001/describe")
    assert [theirs.find(key) == bought(key) for key in "abcz"] == [True, True, True, False]
    assert theirs.ledger() == []
    assert AnswerLog(store, theirs).flush() == 0, "what is in the log is not logged again"


def test_answers_of_no_step_are_found_too(store):
    ours = AnswerCache(None)
    ours.keep(bought("a"), line())
    AnswerLog(store, ours).flush()
    theirs = AnswerCache(None)
    AnswerLog(store, theirs).take(NO_SCOPE)
    assert theirs.find("a") == bought("a")


def test_a_failed_step_logs_what_it_bought_and_memory_is_let_go(store):
    cache = AnswerCache(None)
    log = AnswerLog(store, cache)
    with pytest.raises(RuntimeError), log.at_work("p000001/describe"):
        cache.keep(bought("a"), line(), "p000001/describe")
        with log.at_work("p000001/describe"):
            pass
        assert cache.find("a"), "somebody is still at work"
        raise RuntimeError
    assert cache.find("a") is None
    with log.at_work("p000001/describe"):
        assert cache.find("a") == bought("a")


class Full(Store):
    is_full = True

    def put(self, path, data):
        if self.is_full:
            raise StoreError("the disk is full")
        return super().put(path, data)


def test_a_store_that_cannot_be_written_loses_no_answer():
    store, cache = Full("memory://"), AnswerCache(None)
    log = AnswerLog(store, cache)
    with pytest.raises(StoreError), log.at_work("p000001/describe"):
        cache.keep(bought("a"), line(), "p000001/describe")
    store.is_full = False
    assert log.flush() == 1


def test_a_damaged_page_is_told(store):
    ours = AnswerCache(None)
    ours.keep(bought("a"), line(), "p000001/describe")
    AnswerLog(store, ours).flush()
    (path,) = store.list("answers")
    damaged = store.get(path).replace(b"says a", b"says b")
    store.delete(path)
    store.put(path, damaged)
    with pytest.raises(DamagedError, match="changed since"):
        AnswerLog(store, AnswerCache(None)).take("p000001/describe")


def test_the_last_note_of_every_build_counts(store):
    keep_ledger(store, "one", 0, [line(usd=0.25)])
    keep_ledger(store, "one", 1, [line(usd=0.5)])
    keep_ledger(store, "two", 0, [line(usd=0.25), line("judge", 1.0)])
    assert len(store.list("ledger")) == 2
    costs = {each.stage: each.cost_usd for each in read_ledgers(store)}
    assert costs == {"describe": 0.75, "judge": 1.0}
    assert AnswerCache(None, read_ledgers(store)).spent().usd == 1.75
