"""Kills of drivers and workers at moments spread over a build's work.

Each round builds a small corpus from nothing by the command and kills once: the driver, a worker
at work, an idle one, all workers, or the fork server they come from. After any kill but the
driver's that build must go on to its end; after the driver's a second one must. The content must
be that of a build which nobody disturbed, and no process may be left over.

A moment is drawn between the first worker and the last file of an undisturbed build, in even
shares, and told by events (the first worker, each file of the store) rather than by the clock, so
it stays within the work however busy the machine is.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.audio import clicks, write
from tests.chaos.campaign import Campaign
from tests.processes import Process, processes_with
from tests.serving import prefect_server

ROUNDS = 50
WHOM = ("driver", "busy worker", "idle worker", "all workers", "fork server")
CONFIG = """\
name: killed
store: store
source: {folder: ../audio}
ingest: {partition_size: 1}
execution: {workers: 2}
"""
N_SONGS = 4
N_DRAWS = 3
"""A build that ended before there was anyone to kill is begun again, so often."""
LOOK_S = 0.05
"""Between looks at a build: one costs milliseconds of a core that it could use (ours)."""
LIMIT_S = 1800.0
"""Of one build: seconds on an idle machine, minutes on a busy one; more is a build that hangs."""
_PARTIMENTO = Path(sys.executable).parent / "partimento"


@dataclass(frozen=True)
class Moment:
    """So long after so many events of a build."""

    n_events: int
    offset_s: float


class Driver:
    """A build under way, in a folder of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "corpus.yaml").write_text(CONFIG)
        self._store, self._mark = folder / "store", f"KILLED_IN={folder}"
        self._said = (folder / "said.txt").open("w+")
        self._process = subprocess.Popen(
            [_PARTIMENTO, "build", folder / "corpus.yaml"],
            env=environment | {"KILLED_IN": str(folder)},
            stdout=self._said,
            stderr=self._said,
        )

    def is_running(self) -> bool:
        return self._process.poll() is None

    def n_events(self) -> int:
        """The first worker, and every file of the store but the cache of answers."""
        files = [path for path in self._store.rglob("*.*") if not path.name.startswith("answers")]
        return len(files) + bool(files or self._workers()[1])

    def kill(self, whom: str) -> bool:
        """Kill such processes; False where there is none now."""
        if whom == "driver":
            victims = [self._process.pid]
        else:
            servers, workers = self._workers()
            if whom == "fork server":
                victims = [each.pid for each in servers]
            else:
                kind = whom.split()[0]
                time.sleep(0.1)
                later = {each.pid: each for each in self._workers()[1]}
                pairs = [(each, later[each.pid]) for each in workers if each.pid in later]
                victims = [a.pid for a, b in pairs if kind in ("all", _what_it_does(a, b))]
                victims = victims if kind == "all" else victims[:1]
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        return bool(victims)

    def end(self) -> tuple[int, str]:
        """Wait for its end; the status, and what it said."""
        status = self._process.wait(LIMIT_S)
        self._said.seek(0)
        return status, self._said.read()

    def left_over(self) -> list[Process]:
        """Processes that outlive it, after some seconds in which they may notice."""
        for _ in range(300):
            if not (left := processes_with(self._mark)):
                return []
            time.sleep(0.1)
        return left

    def _workers(self) -> tuple[list[Process], list[Process]]:
        found = processes_with(self._mark)
        servers = [
            each
            for each in found
            if each.parent == self._process.pid and "multiprocessing.forkserver" in each.command
        ]
        pids = {each.pid for each in servers}
        return servers, [each for each in found if each.parent in pids]


def run(rounds: int, seed: int) -> Campaign:
    """Kill so many builds, and see what becomes of them."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, prefect_server(Path(name) / "server") as url:
        folder, draw = Path(name), random.Random(seed)
        (folder / "audio").mkdir()
        for number in range(N_SONGS):
            samples = clicks(90 + 10 * number, 4.0, 22050, seed=number)
            write(folder / "audio" / f"song{number}.flac", samples, 22050)
        environment = os.environ | {"PREFECT_API_URL": url, "PREFECT_HOME": str(folder / "client")}
        times_s, content = _undisturbed(folder / "undisturbed", environment)
        for number in range(rounds):
            whom, share = WHOM[number % len(WHOM)], (number + draw.random()) / rounds
            moment = _moment(times_s, share)
            outcome, fault = _kill_one(folder / "killed", environment, whom, moment, content)
            said = f"seed {seed}, round {number}: {whom} at {share:.0%} of the work: {outcome}"
            print(said, file=sys.stderr, flush=True)
            outcomes[f"{whom}: {outcome}"] += 1
            if fault:
                faults.append(f"{said}: {fault}")
    return Campaign("kills", rounds, dict(sorted(outcomes.items())), faults)


def _undisturbed(folder: Path, environment: dict[str, str]) -> tuple[list[float], str]:
    """When its events came, and the content of such a build."""
    driver, times_s = Driver(folder, environment), []
    while driver.is_running():
        times_s += [time.monotonic()] * (driver.n_events() - len(times_s))
        time.sleep(LOOK_S)
    status, said = driver.end()
    if status:
        raise RuntimeError(f"the undisturbed build failed:\n{said}")
    return times_s, _content_of(said)


def _moment(times_s: list[float], share: float) -> Moment:
    at_s = times_s[0] + share * (times_s[-1] - times_s[0])
    n_events = sum(time_s <= at_s for time_s in times_s)
    return Moment(n_events, at_s - times_s[n_events - 1])


def _kill_one(
    folder: Path, environment: dict[str, str], whom: str, moment: Moment, content: str
) -> tuple[str, str]:
    """What came of a kill, and what should not have happened."""
    for _ in range(N_DRAWS):
        shutil.rmtree(folder, ignore_errors=True)
        driver = Driver(folder, environment)
        was_killed = _kill_at(driver, whom, moment)
        try:
            status, said = driver.end()
            if whom == "driver" and was_killed:
                if left := driver.left_over():
                    return "left over", f"{left}"
                driver = Driver(folder, environment)
                status, said = driver.end()
        except subprocess.TimeoutExpired:
            return "waits for ever", f"no end in {LIMIT_S:g} s"
        if status:
            return "failed", said
        if _content_of(said) != content:
            return "other content", said
        if left := driver.left_over():
            return "left over", f"{left}"
        if was_killed:
            return "same content", ""
    return "ended first", ""


def _kill_at(driver: Driver, whom: str, moment: Moment) -> bool:
    while driver.is_running() and driver.n_events() < moment.n_events:
        time.sleep(LOOK_S)
    time.sleep(moment.offset_s)
    while driver.is_running():
        if driver.kill(whom):
            return True
    return False


def _what_it_does(before: Process, after: Process) -> str:
    is_busy = "R" in (before.state, after.state) or after.cpu_ticks > before.cpu_ticks
    return "busy" if is_busy else "idle"


def _content_of(said: str) -> str:
    found = re.search(r"content ([0-9a-f]{64})", said)
    return found[1] if found else said
