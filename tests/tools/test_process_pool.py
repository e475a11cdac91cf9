import ctypes
import os
import time
from functools import partial

import pytest

from tools.errors import RefusedError
from tools.process_pool import Failure, ProcessPool


def double(number):
    return 2 * number


def misbehave(what):
    if what == "segfault":
        ctypes.string_at(0)
    if what == "exit":
        os._exit(3)
    if what == "hang":
        time.sleep(60)
    if what == "refuse":
        raise RefusedError("too_odd", "details")
    if what == "raise":
        raise KeyError("x")
    return what


@pytest.fixture(scope="module")
def pool():
    with ProcessPool(workers=2) as pool:
        yield pool


def test_results_come_in_order(pool):
    assert list(pool.map(double, range(20), time_limit_s=10)) == [(i, 2 * i) for i in range(20)]


def test_a_crash_a_hang_and_an_exception_cost_one_item_each(pool):
    items = ["a", "segfault", "b", "hang", "exit", "c", "refuse", "raise", "d"]
    outcomes = dict(pool.map(misbehave, items, time_limit_s=2))
    assert [outcomes[name] for name in "abcd"] == list("abcd")
    assert outcomes["segfault"] == Failure("crashed", "the worker process was ended by SIGSEGV")
    assert outcomes["exit"] == Failure("crashed", "the worker process exited with status 3")
    assert outcomes["hang"] == Failure("timed_out", "took longer than 2 s")
    assert outcomes["refuse"] == Failure("too_odd", "details")
    assert outcomes["raise"] == Failure("failed", "KeyError: 'x'")


def thread_limit(_):
    return os.environ["OMP_NUM_THREADS"]


def test_workers_are_told_to_use_one_thread(pool):
    assert [out for _, out in pool.map(thread_limit, [1], time_limit_s=10)] == ["1"]


def test_leaving_the_loop_early_cancels_the_rest(pool):
    start_s = time.monotonic()
    for _ in pool.map(partial(time.sleep), [0.01] + [5] * 20, time_limit_s=10):
        break
    assert dict(pool.map(double, [1], time_limit_s=30)) == {1: 2}
    assert time.monotonic() - start_s < 25
