import asyncio
import time

from hypothesis import given
from hypothesis import strategies as st

from tools.chat.window import Window


def test_it_doubles_every_round_until_the_first_overload_then_grows_by_one():
    window = Window(64, 10.0)
    sizes = [window.size]
    for _ in range(3):
        for _ in range(window.size):
            window.answered(time.monotonic())
        sizes.append(window.size)
    assert sizes == [4, 8, 16, 32]
    window.overloaded(time.monotonic())
    assert window.size == 16
    for _ in range(17):
        window.answered(time.monotonic())
    assert window.size == 17


def test_all_of_a_round_that_fails_halves_it_once():
    window, sent_s = Window(64, 10.0), time.monotonic()
    for _ in range(4):
        window.overloaded(sent_s)
    assert window.size == 2


def test_a_late_answer_is_no_reason_to_grow():
    window = Window(64, 10.0)
    window.answered(time.monotonic() - 6.0)
    assert window.size == 4


@given(st.integers(1, 99), st.lists(st.booleans(), max_size=99))
def test_it_stays_between_one_and_the_configs_bound(most, outcomes):
    window = Window(most, 10.0)
    for is_answered in outcomes:
        (window.answered if is_answered else window.overloaded)(time.monotonic())
        assert 1 <= window.size <= most


def test_no_more_are_under_way_than_it_allows():
    window, under_way, seen = Window(3, 10.0), [], []

    async def work(number):
        async with window.slot():
            under_way.append(number)
            seen.append(len(under_way))
            await asyncio.sleep(0)
            under_way.remove(number)

    async def main():
        await asyncio.gather(*map(work, range(20)))

    asyncio.run(main())
    assert (len(seen), max(seen)) == (20, 3)


def test_one_who_is_cancelled_while_waiting_takes_no_place():
    window = Window(1, 10.0)

    async def main():
        async with window.slot():
            waiting = asyncio.create_task(window.slot().__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5), window.slot():
            return True

    assert asyncio.run(main())
