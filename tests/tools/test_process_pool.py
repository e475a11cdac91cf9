import ctypes
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tools.errors import RefusedError, StoppedError, UnreachableError
from tools.process_pool import Failure, ProcessPool

# A deadline, not a duration: what is tested here is that nothing waits for ever.
pytestmark = pytest.mark.timeout(280)


def double(number):
    return 2 * number


def misbehave(what):
    if what == "segfault":
        ctypes.string_at(0)
    if what == "exit":
        os._exit(3)
    if what == "hang":
        time.sleep(3600)
    if what == "refuse":
        raise RefusedError("too_odd", "details")
    if what == "raise":
        raise KeyError("x")
    if what == "no store":
        raise UnreachableError("the store is down")
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


def test_what_is_out_of_reach_is_told_to_who_waits_and_is_no_item_s_fault(pool):
    with pytest.raises(UnreachableError, match=r"^the store is down$"):
        list(pool.map(misbehave, ["a", "no store", "b"], time_limit_s=10))
    assert [outcome for _, outcome in pool.map(misbehave, ["a"], time_limit_s=10)] == ["a"]


def thread_limit(_):
    return os.environ["OMP_NUM_THREADS"]


def test_workers_are_told_to_use_one_thread(pool):
    assert [out for _, out in pool.map(thread_limit, [1], time_limit_s=10)] == ["1"]


SCRIPT = """
import numpy as np
from tools.process_pool import ProcessPool

def threads(_):
    import threadpoolctl
    return [each["num_threads"] for each in threadpoolctl.threadpool_info()]

if __name__ == "__main__":
    with ProcessPool(1) as pool:
        print([out for _, out in pool.map(threads, [1], time_limit_s=60)])
"""


def test_a_script_that_has_imported_numpy_gets_no_more_threads(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[[1]]"


def test_leaving_the_loop_early_cancels_the_rest(pool):
    for _ in pool.map(partial(time.sleep), [0.01] + [1] * 600, time_limit_s=60):
        break  # those that are left take longer than the deadline
    assert dict(pool.map(double, [1], time_limit_s=60)) == {1: 2}


class Hall:
    """A folder in which items say that they are at work, and are told to end."""

    def __init__(self, folder):
        self.folder = folder

    def work(self, name):
        """Stay at work until told to end; gives how often it was tried."""
        tries = self.folder / f"{name}.tries"
        with tries.open("a") as file:
            file.write(f"{os.getpid()}\n")
        while not (self.folder / "end").exists():
            time.sleep(0.01)
        return len(tries.read_text().splitlines())

    def pids(self, name, n_tries=1):
        """The processes that were at work on an item, when it was tried so often."""
        tries = self.folder / f"{name}.tries"
        while not (tries.exists() and tries.read_text().count("\n") >= n_tries):
            time.sleep(0.01)
        return [int(pid) for pid in tries.read_text().splitlines()]

    def end(self):
        (self.folder / "end").touch()


@pytest.fixture
def hall(tmp_path):
    return Hall(tmp_path)


def kill(pid):
    """End a process, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    while _is_running(pid):
        time.sleep(0.01)


def _is_running(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def fork_server():
    return multiprocessing.forkserver._forkserver._forkserver_pid


def warm_workers(pool, hall):
    """The processes of a pool of two, all idle."""
    futures = [pool.submit(hall.work, name, time_limit_s=60) for name in ("left", "right")]
    pids = hall.pids("left") + hall.pids("right")
    hall.end()
    assert [future.result() for future in futures] == [1, 1]
    return pids


@pytest.mark.parametrize("pause_s", [0.0, 0.5])
@pytest.mark.parametrize("who", ["one", "all", "fork server"])
def test_the_death_of_idle_workers_costs_nothing(hall, who, pause_s):
    with ProcessPool(workers=2) as pool:
        pids = warm_workers(pool, hall)
        for pid in {"one": pids[:1], "all": pids, "fork server": [fork_server()]}[who]:
            kill(pid)
        time.sleep(pause_s)  # whether the death was noticed meanwhile or not
        outcomes = [outcome for _, outcome in pool.map(double, range(20), time_limit_s=60)]
    assert outcomes == [2 * number for number in range(20)]


@pytest.mark.parametrize("who", ["one", "all", "fork server"])
def test_an_item_whose_worker_was_killed_gets_another(hall, who):
    with ProcessPool(workers=2) as pool:
        futures = [pool.submit(hall.work, name, time_limit_s=60) for name in "abcd"]
        a, b = hall.pids("a") + hall.pids("b")
        for pid in {"one": [a], "all": [a, b], "fork server": [fork_server()]}[who]:
            kill(pid)
        hall.pids("a", n_tries=2)
        hall.end()
        assert [future.result() for future in futures] == [2, 1 if who == "one" else 2, 1, 1]


def test_an_item_that_ends_two_workers_is_at_fault(hall):
    with ProcessPool(workers=2) as pool:
        bad, good = (pool.submit(hall.work, name, time_limit_s=60) for name in ("bad", "good"))
        for n_tries in (1, 2):
            kill(hall.pids("bad", n_tries)[-1])
        assert bad.result() == Failure("crashed", "the worker process was ended by SIGKILL")
        hall.end()
        assert good.result() == 1


def die_at_first(folder, number):
    """Every fourth item ends its worker when it is first tried."""
    if number % 4 == 0:
        try:
            (folder / str(number)).touch(exist_ok=False)
        except FileExistsError:
            return number
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_stages_that_share_a_pool_survive_the_deaths_of_each_other(tmp_path):
    def stage(name):
        folder = tmp_path / name
        folder.mkdir()
        found = pool.map(partial(die_at_first, folder), range(8), time_limit_s=60)
        return [outcome for _, outcome in found]

    with ProcessPool(workers=2) as pool, ThreadPoolExecutor(3) as stages:
        for outcomes in stages.map(stage, "abc"):
            assert outcomes == list(range(8))


def test_who_waits_when_all_is_stopped_is_told(hall):
    def stage():
        return list(pool.map(hall.work, range(5), time_limit_s=60))

    with ThreadPoolExecutor(2) as stages, pytest.raises(StoppedError), ProcessPool(2) as pool:
        waiting = [stages.submit(stage), stages.submit(stage)]
        pids = hall.pids(0)
        pool.stop()
        for each in waiting:
            with pytest.raises(StoppedError):
                each.result()
        pool.submit(double, 1, time_limit_s=60).result()
    assert not any(map(_is_running, pids))


class Odd:
    """Goes out of a process, but not into another."""

    def __reduce__(self):
        return int, ("odd",)


def give(what):
    return threading.Lock() if what == "lock" else Odd() if what == "odd" else what


def test_what_cannot_travel_costs_its_item(pool):
    outcomes = dict(pool.map(give, ["a", "lock", "odd", "b"], time_limit_s=60))
    assert outcomes["a"] == "a" and outcomes["b"] == "b"
    assert {outcomes["lock"].reason, outcomes["odd"].reason} == {"failed"}
    (_, outcome), (_, other) = pool.map(type, [Odd(), 1], time_limit_s=60)
    assert outcome.reason == "failed" and other is int


def large(number):
    return bytes([number]) * 5_000_000


def test_large_results_come_whole(pool):
    found = Counter(
        outcome == large(number) for number, outcome in pool.map(large, range(20), time_limit_s=60)
    )
    assert found == {True: 20}


class Late:
    """An item that never comes to be unpacked."""

    def __reduce__(self):
        return time.sleep, (600,)


def test_an_item_that_does_not_arrive_is_told_so(pool, monkeypatch):
    monkeypatch.setattr("tools.worker.ARRIVAL_LIMIT_S", 1.0)
    ((_, outcome),) = pool.map(double, [Late()], time_limit_s=60)
    assert outcome == Failure("timed_out", "took longer than 1 s to arrive in its worker")
    assert [each for _, each in pool.map(double, [2], time_limit_s=60)] == [4]


def pid_of(_item):
    return os.getpid()


def test_a_worker_takes_what_is_about_the_same_thing_one_after_another(hall):
    with ProcessPool(workers=2) as pool:
        busy = [pool.submit(hall.work, name, time_limit_s=60) for name in ("left", "right")]
        hall.pids("left"), hall.pids("right")
        calls = [
            (song, pool.submit(pid_of, song, time_limit_s=60, about=song))
            for _stage in range(5)
            for song in "abcdef"
        ]
        hall.end()
        pids = {song: {call.result() for each, call in calls if each == song} for song in "abcdef"}
        assert [future.result() for future in busy] == [1, 1]
    assert sum(len(found) > 1 for found in pids.values()) <= 1, "only the last one has helpers"


def test_what_is_about_nothing_is_taken_in_order(hall):
    order = hall.folder / "order"
    with ProcessPool(workers=1) as pool:
        busy = pool.submit(hall.work, "one", time_limit_s=60)
        hall.pids("one")
        about = [None, "song", None, "song", None]
        calls = [
            pool.submit(partial(note, order), number, time_limit_s=60, about=each)
            for number, each in enumerate(about)
        ]
        hall.end()
        assert [call.result() for call in (busy, *calls)] == [1, None, None, None, None, None]
    assert order.read_text().split() == ["0", "1", "3", "2", "4"]


def note(path, item):
    with path.open("a") as file:
        file.write(f"{item}\n")
