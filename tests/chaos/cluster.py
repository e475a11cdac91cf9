"""Kills on a Ray cluster of two nodes, with a bad object store and models that misbehave.

Each round builds a small corpus from nothing: by the command, on two Ray nodes, into a bucket whose
server loses one answer in fifty and refuses one request in fifty (503), with a server behind three
roles that fails one request in ten. At a moment drawn over the build's work one is killed: the
driver, a Ray worker at a step, a worker process in it, an actor that asks models, a whole node, or
the Prefect server; or the driver gets a Ctrl-C, finds its disk full, or is joined by a second
build of the corpus, which may be refused; or for a hundred requests, or until the build has
failed, the store is down (503), slow, or takes the credentials for expired (403). If that build
fails, the next must go on to the end. The content must be that of a local build which nobody
disturbed, and every prompt be answered once, but for what was under way or not yet logged where
something died: those are counted.
"""

import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.audio import clicks, write
from tests.chaos.campaign import Campaign
from tests.chaos.proxy import Proxy
from tests.model_server import read_log
from tests.processes import Process, processes_with
from tests.serving import model_server, prefect_server, s3_environment, s3_server

ROUNDS = 24
_MODES = {"store down": 503, "slow store": None, "expired credentials": 403}
WHOM = (
    "driver",
    "Ray worker",
    "worker process",
    "asker",
    "node",
    "Prefect server",
    "Ctrl-C",
    *_MODES,
    "full disk",
    "second build",
)
N_SONGS = 4
CONCURRENCY = 4
MOST_TWICE = 40
"""What two askers of three roles have under way, and may have bought since they last logged."""
LIMIT_S = 1800.0
_LOOK_S = 0.1
_SHARE = 0.02
_N_BAD = 100
_SLOW_S = 1.0
_MOST_BYTES = 4096
_MARK = "CHAOS_CLUSTER"
_PARTIMENTO = Path(sys.executable).parent / "partimento"
_FAULTS = ("--fault-share", "0.1", "--faults", "429", "500", "reset", "no_json")


class Bucket:
    """How the store's server behaves: badly now and then, and for so many requests very badly."""

    def __init__(self, url: str, fate: random.Random) -> None:
        self.url, self._fate = url, fate
        self.mode, self.n_bad = "", 0

    def refusal(self, _method: str, _path: str) -> int | None:
        """What a request is answered instead of being served."""
        if self.n_bad > 0:
            self.n_bad -= 1
            if self.mode == "slow store":
                time.sleep(_SLOW_S)
            return _MODES[self.mode]
        return 503 if self._fate.random() < _SHARE else None

    def is_lost(self, _method: str, _path: str) -> bool:
        """Whether a request is served, and its answer lost."""
        return self._fate.random() < _SHARE


def run(rounds: int, seed: int) -> Campaign:
    """Kill so many times, and see what becomes of the builds."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, _bucket(draw) as bucket:
        folder = Path(name)
        (folder / "audio").mkdir()
        for number in range(N_SONGS):
            samples = clicks(90 + 10 * number, 4.0, 22050, seed=number)
            write(folder / "audio" / f"song{number}.flac", samples, 22050)
        content, _ = _built(folder, "here", None, bucket, None, draw)
        for number in range(rounds):
            whom = WHOM[number % len(WHOM)]
            with _cluster() as cluster:
                found, said = _built(folder, f"r{number}", cluster, bucket, whom, draw)
            is_same = found.partition(" ")[0] == content
            outcome = found.partition(" ")[2] if is_same else "other content"
            print(f"seed {seed}, round {number}: {whom}: {outcome}", file=sys.stderr, flush=True)
            outcomes[f"{whom}: {outcome}"] += 1
            if not is_same:
                print(said, file=sys.stderr, flush=True)
                faults.append(f"seed {seed}, round {number}: {whom}: {found}: {said[-2000:]}")
    return Campaign("cluster", rounds, dict(sorted(outcomes.items())), faults)


def _built(
    folder: Path, name: str, cluster: Any, bucket: "Bucket", whom: str | None, draw: random.Random
) -> tuple[str, str]:
    """Content of a build in which somebody is killed, with how it went; and what it said."""
    log, home = folder / f"{name}.log", folder / f"{name}.prefect"
    n_builds, n_events = 0, draw.randint(1, 90)
    with model_server("--log", log, "--script", "--latency-s", "0.1", *_FAULTS) as url:
        config = folder / f"{name}.yaml"
        config.write_text(yaml.safe_dump(_config(name, url, cluster)))
        while n_builds < 3:
            n_builds += 1
            bucket.n_bad = 0  # who starts again has mended what was wrong
            with prefect_server(home.with_suffix(f".{n_builds}")) as api:
                environment = os.environ | {"PREFECT_API_URL": api, "PREFECT_HOME": str(home)}
                driver = subprocess.Popen(
                    [_PARTIMENTO, "build", config, "--until", "judge"],
                    env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                )  # fmt: skip
                if whom is not None and n_builds == 1:
                    while driver.poll() is None and _n_objects(bucket.url, name) < n_events:
                        time.sleep(_LOOK_S)
                    if whom == "second build":
                        _build_too(config, environment)
                    else:
                        _kill(whom, driver, cluster, api, bucket)
                said, _ = driver.communicate(timeout=LIMIT_S)
            if driver.returncode == 0:
                break
    found = re.search(r"content ([0-9a-f]{64})", said)
    if cluster is None:
        return (found[1] if found else said), said
    answered = Counter(each["key"] for each in read_log(log) if each["outcome"] == "answered")
    n_twice = sum(answered.values()) - len(answered)
    if n_twice > MOST_TWICE:
        return f"{n_twice} paid twice", said
    how = f"same content, {n_builds} builds, {n_twice} paid twice"
    return f"{found[1] if found else said} {how}", said


def _build_too(config: Path, environment: dict[str, str]) -> None:
    """Build the same corpus beside who does; that may be refused, but in words."""
    second = subprocess.run(
        [_PARTIMENTO, "build", config, "--until", "judge"],
        env=environment, capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    if "Traceback" in second.stdout + second.stderr:
        raise RuntimeError(second.stdout + second.stderr)


def _kill(
    whom: str, driver: "subprocess.Popen[str]", cluster: Any, api: str, bucket: "Bucket"
) -> None:
    if whom in _MODES:
        bucket.mode, bucket.n_bad = whom, _N_BAD
        return
    if whom == "full disk":  # the kernel refuses to write more into a file, as a full disk does
        with suppress(ProcessLookupError):
            resource.prlimit(driver.pid, resource.RLIMIT_FSIZE, (_MOST_BYTES, _MOST_BYTES))
        return
    while driver.poll() is None:
        if whom == "node":
            cluster.remove_node(cluster.chaos_nodes.pop(), allow_graceful=False)
            return
        pids = [driver.pid] if whom in ("driver", "Ctrl-C") else _pids(whom, api)
        if pids:
            os.kill(pids[0], signal.SIGINT if whom == "Ctrl-C" else signal.SIGKILL)
            return
        time.sleep(_LOOK_S)


def _pids(whom: str, api: str) -> list[int]:
    if whom == "Prefect server":
        port = api.partition("127.0.0.1:")[2].partition("/")[0]
        everyone = processes_with("PREFECT_SERVER_ANALYTICS_ENABLED=false")
        return [each.pid for each in everyone if f"--port {port}" in each.command]
    ours = processes_with(f"{_MARK}=1")
    return [each.pid for each in ours if _is(whom, each, {each.pid: each for each in ours})]


def _is(whom: str, process: Process, all_of: dict[int, Process]) -> bool:
    if whom == "asker":
        return process.command.startswith("ray::AskingActor")
    if whom == "Ray worker":
        return bool(re.match(r"ray::[a-z_]+-p\d", process.command))
    server = all_of.get(process.parent)
    return (
        "multiprocessing" in process.command
        and server is not None
        and "forkserver" in server.command
    )


def _config(name: str, url: str, cluster: Any) -> dict[str, Any]:
    role = {
        "engine": "openai", "base_url": url, "model": "m", "time_limit_s": 5.0,
        "audio_sample_rate_hz": 8000, "max_answers": 12, "max_attempts": 20,
        "concurrency": CONCURRENCY, "usd_per_million_output_tokens": 1.0,
    }  # fmt: skip
    size = {"cpus": 1, "memory_gb": 0.5}
    execution: dict[str, Any] = {"workers": 1, "budget_usd": 9.0, "answers": "answers"}
    if cluster is not None:
        execution |= {
            "placement": "ray",
            "ray_address": cluster.address,
            "resources": {"default": size, "models": size | {"actors": 2}},
        }
    return {
        "name": name.replace("_", "-"),
        "store": f"s3://chaos/{name}",
        "source": {"folder": "audio"},
        "ingest": {"partition_size": 1},
        "execution": execution,
        "roles": dict.fromkeys(("captioner", "writer", "judge"), role),
    }


def _n_objects(s3: str, name: str) -> int:
    said = httpx.get(f"{s3}/chaos", params={"list-type": "2", "prefix": f"{name}/"}, timeout=60)
    return said.text.count("<Key>")


@contextmanager
def _cluster() -> Iterator[Any]:
    """Two nodes of a core each beside a head that works on nothing."""
    from ray.cluster_utils import Cluster

    os.environ[_MARK] = "1"
    cluster: Any = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    try:
        cluster.chaos_nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
        cluster.wait_for_nodes()
        yield cluster
    finally:
        del os.environ[_MARK]
        cluster.shutdown()


@contextmanager
def _bucket(draw: random.Random) -> Iterator[Bucket]:
    """An S3 server; the environment's endpoint is a proxy that loses and refuses."""
    with s3_server() as url:
        httpx.put(f"{url}/chaos", timeout=None).raise_for_status()
        bucket = Bucket(url, random.Random(draw.random()))
        proxied = Proxy(url, bucket.is_lost, refusal=bucket.refusal)
        with proxied as proxy, s3_environment(proxy.url):
            yield bucket
