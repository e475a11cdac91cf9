"""Slots, limits and budget of several processes that ask."""

import asyncio

import pytest

from schemas.roles import RoleConfig, RolesConfig
from schemas.usage import Usage
from tools.chat.budget import Budget
from tools.chat.request import BudgetReachedError
from tools.chat.shared_quotas import LOST, SharedQuotas

MOST = Usage(input_tokens=60, output_tokens=40, cost_usd=0.4)


def quotas(usd=None, **fields):
    values = {"engine": "openai", "base_url": "http://127.0.0.1:1", "model": "m", **fields}
    budget = Budget(usd, None, spent_usd=0.0, spent_tokens=0)
    return SharedQuotas(RolesConfig(writer=RoleConfig(**values)), budget)


async def is_waiting(work):
    for _ in range(20):
        await asyncio.sleep(0)
    return not work.done()


def test_all_processes_together_have_the_slots_of_the_role():
    async def main():
        shared = quotas(concurrency=2)
        first = await shared.hold("a", "writer", MOST)
        await shared.hold("b", "writer", MOST)
        third = asyncio.ensure_future(shared.hold("c", "writer", MOST))
        assert await is_waiting(third)
        await shared.release(first, 90)
        await third

    asyncio.run(main())


def test_all_processes_together_have_one_budget():
    async def main():
        shared = quotas(usd=1.0, concurrency=9)
        held = [await shared.hold(asker, "writer", MOST) for asker in "ab"]
        third = asyncio.ensure_future(shared.hold("c", "writer", MOST))
        assert await is_waiting(third)
        shared.spend("writer", MOST)
        await shared.release(held[0], 90)
        assert await is_waiting(third), "0.4 of it are spent, 0.4 are held"
        shared.spend("writer", MOST)
        await shared.release(held[1], 90)
        with pytest.raises(BudgetReachedError, match=r"0\.8000 spent"):
            await third

    asyncio.run(main())


def test_what_a_lost_process_had_under_way_counts_as_spent_and_frees_its_slots():
    async def main():
        shared = quotas(usd=1.0, concurrency=2)
        lost = await shared.hold("lost", "writer", MOST)
        await shared.hold("b", "writer", MOST)
        third = asyncio.ensure_future(shared.hold("c", "writer", Usage(cost_usd=0.1)))
        late = asyncio.ensure_future(shared.hold("lost", "writer", Usage(cost_usd=0.1)))
        assert await is_waiting(third)
        (line,) = await shared.lose("lost")
        assert (line.stage, line.role, line.outcome, line.cost_usd) == (LOST, "writer", LOST, 0.4)
        await third
        await shared.release(lost, 90)  # it is not counted twice where its word comes late
        assert await is_waiting(late), "the slots are full"
        assert await shared.lose("b")
        await late
        assert not await shared.lose("lost"), "what is gone holds nothing more"

    asyncio.run(main())


def test_a_request_that_the_budget_refuses_keeps_no_slot():
    async def main():
        shared = quotas(usd=0.5, concurrency=1)
        with pytest.raises(BudgetReachedError):
            await shared.hold("a", "writer", Usage(cost_usd=0.9))
        await shared.hold("a", "writer", MOST)

    asyncio.run(main())


def test_a_pause_holds_for_all_processes():
    async def main():
        shared = quotas(concurrency=9)
        shared.pause("writer", 3600.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await shared.hold("b", "writer", MOST)

    asyncio.run(main())
