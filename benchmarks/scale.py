"""What the bookkeeping of a large corpus costs: a simulated listing, stages that do nothing.

    python -m benchmarks.scale --tracks 10000 100000 [--stages 10] [--partition-size 256]

Each size is built by a process of its own; then it is looked at twice: nothing is left, and every
commit is read. "first" is wall time a track and stage, "look" what the end of a build takes to tell
its content, "again" the start of a finished build; memory is the process's own peak.

The store is a folder; `--latency-ms 20` puts it behind an S3 server (moto) whose every answer comes
so late.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl
from pydantic import create_model
from rich.console import Console
from rich.table import Table

from pipeline.corpus.build import run_phase
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.threads import Threads
from pipeline.corpus.workers import Observer, at_work
from pipeline.engine.plan import pending, phases, steps
from pipeline.engine.snapshots import latest_snapshot, take_snapshot
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from pipeline.engine.store_format import prepare_store
from pipeline.ingest.placement import place
from schemas.config import CorpusConfig
from schemas.record import Record
from schemas.shards import Snapshot
from tools.store import Store


class Noted(Record):
    """A row that says nothing."""

    track_id: str


def main() -> None:
    """Build each size in a process of its own, and print the table."""
    options = _options()
    if options.one:
        print(json.dumps(measure(options.tracks[0], options)))
        return
    columns = (
        "tracks",
        "partitions",
        "steps",
        "ingest s",
        "plan s",
        "first ms",
        "look s",
        "again s",
        "MB",
    )
    table = Table(*columns)
    for n_tracks in options.tracks:
        found = _apart(n_tracks, options)
        table.add_row(*(str(found[name]) for name in columns))
    Console(width=110).print(table)


def measure(n_tracks: int, options: argparse.Namespace) -> dict[str, float]:
    """Ingest, plan and build so many tracks; then open the finished corpus."""
    stages = [_stage(number) for number in range(options.stages)]
    where = _s3(options.latency_ms) if options.latency_ms else _folder()
    with where as location:
        config = CorpusConfig.model_validate(
            {
                "name": "simulated",
                "store": location,
                "source": {"folder": "."},
                "ingest": {"partition_size": options.partition_size},
            }
        )
        store = prepare_store(location)
        start_s = time.perf_counter()
        placed = place(
            _listing(n_tracks),
            pl.DataFrame(schema=SOURCES_SCHEMA),
            partition_size=options.partition_size,
        )
        snapshot = take_snapshot(store, None, placed, config.ingest)
        del placed
        ingested_s = time.perf_counter()
        plan = steps(stages, snapshot, config)
        todo = pending(store, plan)
        planned_s = time.perf_counter()
        with at_work(config, store, Observer(), {}) as workers:
            for phase in phases(stages, todo):
                failures = run_phase(workers, Threads(), phase, plan)
                assert not failures, failures
        built_s = time.perf_counter()
        del plan, todo
        _look(config, store, snapshot, stages)
        looked_s = time.perf_counter()
        _look(config, store, snapshot, stages)
        done_s = time.perf_counter()
    return {
        "tracks": n_tracks,
        "partitions": len(snapshot.partitions),
        "steps": len(snapshot.partitions) * len(stages),
        "ingest s": round(ingested_s - start_s, 1),
        "plan s": round(planned_s - ingested_s, 1),
        "first ms": round(1000 * (built_s - planned_s) / (n_tracks * len(stages)), 3),
        "look s": round(looked_s - built_s, 1),
        "again s": round(done_s - looked_s, 1),
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _look(config: CorpusConfig, store: Store, snapshot: Snapshot, stages: Sequence[Stage]) -> None:
    corpus = Corpus(config, store, latest_snapshot(store) or snapshot, stages)
    assert not corpus.pending
    assert len(corpus.content_hash) == 64


def _stage(number: int) -> Stage:
    def run(batch: Batch, _config: Record, context: StageContext) -> StageResult:
        ids = [each.track.track_id for each in batch.tracks]
        context.progress(len(ids))
        return StageResult(inputs=ids, accepted=ids, rows=[model(track_id=each) for each in ids])

    model = create_model(f"Noted{number}", __base__=Noted)
    return Stage(
        name=f"stage{number:02d}", version="1", makes=model, reads=(), config=Record, run=run
    )


def _listing(n_tracks: int) -> pl.DataFrame:
    """Sources as they are after inspection."""
    ids = [hashlib.sha256(str(n).encode()).hexdigest()[:32] for n in range(n_tracks)]
    known = {
        "uri": pl.Series([f"{each[:2]}/{each}.flac" for each in ids]),
        "track_id": pl.Series(ids),
        "title": pl.Series([f"Song {n}" for n in range(n_tracks)]),
    }
    fixed = {
        "size_bytes": 9_000_000, "mtime_ns": 1, "duration_s": 240.0, "sample_rate_hz": 44100,
        "n_channels": 2, "format": "FLAC", "subtype": "PCM_16", "peak_dbfs": -1.0,
        "licence": "CC-BY-4.0",
    }  # fmt: skip
    return pl.DataFrame(known).with_columns(
        **{name: pl.lit(value) for name, value in fixed.items()},
        **{
            name: pl.lit(None, kind)
            for name, kind in SOURCES_SCHEMA.items()
            if name not in {*known, *fixed, "partition", "is_present"}
        },
    )


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@contextmanager
def _s3(latency_ms: float) -> Iterator[str]:
    """A bucket of a server in a process of its own, behind a proxy that answers late."""
    import httpx

    from tests.chaos.proxy import Proxy

    def late(_method: str, _path: str) -> bool:
        time.sleep(latency_ms / 1000)
        return False

    port = 5555
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    os.environ.update(
        AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret", AWS_REGION="us-east-1",
        AWS_ALLOW_HTTP="true",
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                httpx.put(f"{url}/scale", timeout=None).raise_for_status()
                break
            except httpx.HTTPError:  # until it listens
                time.sleep(0.2)
        with Proxy(url, late) as proxy:
            os.environ["AWS_ENDPOINT_URL"] = proxy.url
            yield "s3://scale/store"
    finally:
        server.kill()
        server.wait()


def _apart(n_tracks: int, options: argparse.Namespace) -> dict[str, float]:
    command = [
        sys.executable, "-m", "benchmarks.scale", "--one", "--tracks", str(n_tracks),
        "--stages", str(options.stages), "--partition-size", str(options.partition_size),
        "--latency-ms", str(options.latency_ms),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--partition-size", type=int, default=256)
    parser.add_argument(
        "--latency-ms", type=float, default=0.0, help="of an S3 server; 0: a folder"
    )
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
