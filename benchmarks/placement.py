"""Throughput of a Ray cluster against the local pool: the same songs, the same cores.

    python -m benchmarks.placement [--excerpts 64] [--rounds 3] [--workers 1 2]

Excerpts of half a minute of the four example songs are built up to `measure`, ingest included:
by N local worker processes, and by N tasks of one core each on a cluster of one node with N cores.
Ray's workers are warm: a build of other excerpts comes first; the local pool starts anew with each
build, some seconds. Rounds alternate; the ratio is of medians, of wall time and of the CPU time
that all processes took.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import ray
import soundfile
from ray.cluster_utils import Cluster
from rich.console import Console
from rich.table import Table

from flows.placement import OnRay
from pipeline.corpus.build import build
from pipeline.corpus.placement import Local, Placement
from schemas.config import CorpusConfig
from schemas.sections import ExecutionConfig, StepResources

SONGS = Path(__file__).parents[1] / "examples/songs"
EXCERPT_S = 30.0
PARTITION_SIZE = 16
Timed = tuple[float, float]


def main() -> None:
    """Time both for each number of workers, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--excerpts", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    table = Table(
        "workers", "local s", "Ray s", "Ray/local", "local CPU s", "Ray CPU s", "CPU ratio"
    )
    for n_workers in options.workers:
        local, there = compare(n_workers, options.excerpts, options.rounds)
        wall, cpu = (statistics.median(each) for each in zip(*local, strict=True))
        ray_wall, ray_cpu = (statistics.median(each) for each in zip(*there, strict=True))
        table.add_row(
            str(n_workers),
            f"{wall:.1f}",
            f"{ray_wall:.1f}",
            f"{wall / ray_wall:.2f}",
            f"{cpu:.1f}",
            f"{ray_cpu:.1f}",
            f"{cpu / ray_cpu:.2f}",
        )
    Console(width=110).print(table)


def compare(n_workers: int, n_excerpts: int, n_rounds: int) -> tuple[list[Timed], list[Timed]]:
    """Wall and CPU seconds of each round, of the local pool and of the cluster."""
    with tempfile.TemporaryDirectory() as folder:
        songs, warm = Path(folder, "songs"), Path(folder, "warm")
        cut(songs, n_excerpts, first=0)
        cut(warm, n_workers * PARTITION_SIZE, first=200)
        cluster = Cluster(
            initialize_head=True, head_node_args={"num_cpus": n_workers, "include_dashboard": False}
        )
        try:
            here = ExecutionConfig(workers=n_workers)
            there = ExecutionConfig(
                placement="ray",
                ray_address=cluster.address,
                resources={"default": StepResources(cpus=1, memory_gb=0.5)},
                workers=1,
            )
            placed = OnRay(there)
            sides: list[tuple[ExecutionConfig, Placement]] = [(here, Local()), (there, placed)]
            found: tuple[list[Timed], list[Timed]] = ([], [])
            numbers = itertools.count()
            for number in range(n_rounds):
                order = (0, 1) if number % 2 else (1, 0)
                for side in order:
                    execution, placement = sides[side]
                    store = Path(folder, f"store{next(numbers)}")
                    if side == 1 and number == 0:
                        run(warm, store.with_name("warmed"), execution, placement)
                    work = partial(run, songs, store, execution, placement)
                    found[side].append(timed(work))
            return found
        finally:
            ray.shutdown()
            cluster.shutdown()


def cut(folder: Path, n_excerpts: int, *, first: int) -> None:
    """Write excerpts, no two alike."""
    folder.mkdir()
    songs = sorted(SONGS.glob("*.ogg"))
    for number in range(first, first + n_excerpts):
        song = songs[number % len(songs)]
        with soundfile.SoundFile(song) as file:
            last = file.frames - int(EXCERPT_S * file.samplerate)
            file.seek((number * 7919 * file.samplerate // 10) % last)
            samples = file.read(int(EXCERPT_S * file.samplerate))
            soundfile.write(folder / f"{number:03d}.flac", samples, file.samplerate)


def run(songs: Path, store: Path, execution: ExecutionConfig, placement: Placement) -> None:
    """Build a folder of songs up to `measure`."""
    values = {
        "name": "timed",
        "store": str(store),
        "source": {"folder": str(songs)},
        "ingest": {"partition_size": PARTITION_SIZE},
        "curation": {"acoustic_duplicates": "keep"},
    }
    config = CorpusConfig.model_validate(values).model_copy(update={"execution": execution})
    build(config, until="measure", placement=placement)


def timed(work: Callable[[], None]) -> Timed:
    """Wall seconds, and CPU seconds of all processes of this session that live at the end."""
    before, start_s = _cpu_s(), time.perf_counter()
    work()
    return time.perf_counter() - start_s, _cpu_s() - before


def _cpu_s() -> float:
    """Of this process, its children, and of those that ended; of Ray's too, which are children."""
    whole = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        whole += times.user + times.system + times.children_user + times.children_system
    return whole


if __name__ == "__main__":
    main()
