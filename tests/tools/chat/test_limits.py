import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.chat import limiter as limits
from tools.chat.budget import Budget
from tools.chat.limiter import Limiter
from tools.chat.request import BudgetReachedError


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, monkeypatch):
        self.now_s = 1000.0
        monkeypatch.setattr(limits.time, "monotonic", lambda: self.now_s)
        monkeypatch.setattr(limits.asyncio, "sleep", self.sleep)

    async def sleep(self, seconds):
        self.now_s += max(seconds, 1e-6)


@settings(max_examples=60, deadline=None)
@given(
    tokens=st.lists(st.integers(1, 120), min_size=1, max_size=60),
    actual=st.integers(0, 100),
    rpm=st.none() | st.integers(1, 10),
    tpm=st.none() | st.integers(50, 300),
)
def test_no_minute_holds_more_than_allowed(tokens, actual, rpm, tpm):
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock(patch)
        let_go = []

        async def main():
            limiter = Limiter(rpm, tpm)
            for each in tokens:
                reservation = await limiter.reserve(each)
                let_go.append([clock.now_s, each])
                clock.now_s += 0.3
                if actual <= each:
                    limiter.reconcile(reservation, actual)
                    let_go[-1][1] = actual

        asyncio.run(main())
    assert len(let_go) == len(tokens)
    for at_s, _ in let_go:
        minute = [n for other_s, n in let_go if 0 <= other_s - at_s < 60]
        assert rpm is None or len(minute) <= rpm
        assert tpm is None or sum(minute) <= tpm or len(minute) == 1


def test_late_reconciling_does_not_count_a_request_twice(monkeypatch):
    clock = Clock(monkeypatch)

    async def main():
        limiter = Limiter(None, 100)
        old = await limiter.reserve(90)
        clock.now_s += 100
        await limiter.reserve(90)
        limiter.reconcile(old, 10)
        start_s = clock.now_s
        await limiter.reserve(20)
        return clock.now_s - start_s

    assert asyncio.run(main()) >= 60, "the old one's surplus was not given back a second time"


def test_a_pause_holds_everybody(monkeypatch):
    clock = Clock(monkeypatch)

    async def main():
        for limiter in (Limiter(None, None), Limiter(100, None)):
            start_s = clock.now_s
            limiter.pause(7.0)
            limiter.pause(2.0)
            await limiter.reserve(1)
            assert clock.now_s - start_s >= 7.0

    asyncio.run(main())


def test_requests_go_in_the_order_in_which_they_ask():
    async def main():
        limiter = Limiter(3, None, window_s=-0.95)
        order = []

        async def go(number):
            await limiter.reserve(1)
            order.append(number)

        await asyncio.gather(*(go(number) for number in range(12)))
        return order

    assert asyncio.run(main()) == list(range(12))


def test_a_budget_waits_for_what_is_under_way_before_it_says_no():
    async def main():
        budget = Budget(1.0, None, spent_usd=0.2, spent_tokens=0)
        events = []

        async def first():
            async with budget.hold(0.7, 10):
                await asyncio.sleep(0.05)
                budget.spend(0.1, 10)
                events.append("first")

        async def second():
            await asyncio.sleep(0.01)
            async with budget.hold(0.7, 10):
                budget.spend(0.1, 10)
                events.append("second")

        await asyncio.gather(first(), second())
        assert events == ["first", "second"]
        with pytest.raises(BudgetReachedError, match=r"budget_usd 1: 0\.4000 spent"):
            async with budget.hold(0.7, 10):
                pass

    start_s = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - start_s < 5


def test_a_failed_attempt_gives_its_hold_back():
    async def main():
        budget = Budget(None, 100, spent_usd=0.0, spent_tokens=0)
        for _ in range(5):
            with pytest.raises(ValueError, match="planned"):
                async with budget.hold(0.0, 90):
                    raise ValueError("planned")
        async with budget.hold(0.0, 100):
            pass

    asyncio.run(main())
