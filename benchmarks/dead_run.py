"""How long a run that died without a word keeps the next run of its deployment waiting.

python -m benchmarks.dead_run process           # its process is killed, its worker lives
python -m benchmarks.dead_run machine           # both are
python -m benchmarks.dead_run machine --no-automation

On the server of PREFECT_API_URL. A corpus of made-up sound is deployed, its first build killed
(SIGKILL) while it hears, and a second one asked for.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from flows.alerts import remove_alerts
from tests.audio import clicks, write

CONFIG = """\
name: {name}
store: store
source: {{folder: audio}}
ingest: {{partition_size: 2}}
execution: {{workers: 1}}
"""
BIN = Path(sys.executable).parent
AT_WORK_S = 40.0
"""After which it is killed: by then it has given a sign of life (every 30 s)."""


def make(folder: Path, name: str) -> Path:
    """Write a corpus that takes minutes; give its config."""
    (folder / "audio").mkdir()
    for number in range(12):
        write(folder / f"audio/{number}.flac", clicks(90 + number, 60.0, 22050), 22050)
    config = folder / "corpus.yaml"
    config.write_text(CONFIG.format(name=name))
    return config


class Deployment:
    """The build of a corpus, on a server."""

    def __init__(self, name: str) -> None:
        self._api = os.environ["PREFECT_API_URL"]
        self._id = httpx.get(f"{self._api}/deployments/name/build/{name}").json()["id"]

    def start(self) -> str:
        """Ask for a run; give its id."""
        body = {"parameters": {"until": "measure"}, "state": {"type": "SCHEDULED"}}
        made = httpx.post(f"{self._api}/deployments/{self._id}/create_flow_run", json=body)
        return str(made.raise_for_status().json()["id"])

    def state(self, run: str) -> str:
        """What a run is said to be."""
        return str(httpx.get(f"{self._api}/flow_runs/{run}", timeout=60).json()["state_type"])


def start_worker(pool: str) -> subprocess.Popen[bytes]:
    """A worker of a pool, and of nothing else."""
    command = [BIN / "prefect", "worker", "start", "--pool", pool]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)


def kill(process: psutil.Process) -> None:
    """A process and all that it started."""
    for each in [process, *process.children(recursive=True)]:
        if each.is_running():
            each.kill()


def measure(name: str, config: Path, *, with_worker: bool, automation: bool) -> tuple[float, float]:
    """Seconds from the kill until the first run is known as dead, and until the next is begun."""
    deploy = [BIN / "partimento", "deploy", config, "--pool", name]
    subprocess.run(deploy, check=True, stdout=subprocess.DEVNULL)
    if not automation:
        remove_alerts(name)
    deployment, worker = Deployment(name), start_worker(name)
    try:
        first = deployment.start()
        while deployment.state(first) != "RUNNING":
            time.sleep(1)
        time.sleep(AT_WORK_S)
        for each in [psutil.Process(worker.pid)] if with_worker else _runs(worker):
            kill(each)
        killed_s, second = time.monotonic(), deployment.start()
        if with_worker:
            worker.wait()
            worker = start_worker(name)
        dead_s = float("inf")
        while deployment.state(second) in ("SCHEDULED", "PENDING"):
            if deployment.state(first) == "CRASHED" and dead_s == float("inf"):
                dead_s = time.monotonic() - killed_s
            time.sleep(1)
        return dead_s, time.monotonic() - killed_s
    finally:
        kill(psutil.Process(worker.pid))
        worker.wait()
        remove = [BIN / "partimento", "deploy", config, "--remove"]
        subprocess.run(remove, check=True, stdout=subprocess.DEVNULL)


def _runs(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(worker.pid).children()


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["process", "machine"])
    parser.add_argument("--no-automation", action="store_true")
    given = parser.parse_args()
    name = f"dead-{given.what}-{'without' if given.no_automation else 'with'}"
    with tempfile.TemporaryDirectory() as folder:
        dead_s, begun_s = measure(
            name,
            make(Path(folder), name),
            with_worker=given.what == "machine",
            automation=not given.no_automation,
        )
    known = "never" if dead_s == float("inf") else f"after {dead_s:.0f} s"
    print(f"{name}: known as dead {known}, the next run began after {begun_s:.0f} s")


if __name__ == "__main__":
    main()
