"""How long a finished build takes to start in object storage: lists of commits, and their pages.

    python -m benchmarks.finished_start [--partitions 3907] [--stages 11] [--latency-ms 20]

An S3 server (moto) holds a commit record for each stage and partition, as of a million tracks in
partitions of 256, and pages of them, as the end of a build leaves them; each of its answers comes
late. Timed are the lists that say what is finished, and the reading of all records.
"""

import argparse
import time
from typing import Any

from pipeline.engine import commit_pages
from pipeline.engine.records import to_json
from pipeline.engine.shards import committed
from schemas.shards import Commit
from tests.chaos.proxy import Proxy
from tests.serving import s3_environment, s3_server
from tools.store import Store

_ACCOUNT = "123456789012"


def main() -> None:
    """Fill a bucket, and print what its start takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--partitions", type=int, default=3907)
    parser.add_argument("--stages", type=int, default=11)
    parser.add_argument("--latency-ms", type=float, default=20.0)
    options = parser.parse_args()
    with s3_server() as url:
        _measure(url, options.partitions, options.stages, options.latency_ms)


def _measure(url: str, n_partitions: int, n_stages: int, latency_ms: float) -> None:
    from moto.s3.models import s3_backends

    backend: Any = s3_backends[_ACCOUNT]["aws"]
    backend.create_bucket("scale", "us-east-1")
    commits = [_commit(s, p) for s in range(n_stages) for p in range(n_partitions)]
    for each in commits:
        name = f"{each.partition}-{each.address}.json"
        backend.put_object("scale", f"store/commits/{each.stage}/{name}", to_json(each))

    def late(_method: str, _path: str) -> bool:
        time.sleep(latency_ms / 1000)
        return False

    with Proxy(url, late) as proxy, s3_environment(proxy.url):
        store = Store("s3://scale/store")
        for page in commit_pages._pages(commits):
            commit_pages._write_page(store, page)
        start_s = time.perf_counter()
        n_done = sum(len(committed(store, f"stage{stage:02d}")) for stage in range(n_stages))
        listed_s = time.perf_counter()
        names = [(each.stage, each.partition, each.address) for each in commits]
        n_read = len(commit_pages.read_commits(store, names))
        read_s = time.perf_counter()
    print(
        f"{n_done} listed in {listed_s - start_s:.1f} s, {n_read} read in {read_s - listed_s:.1f} s"
    )


def _commit(stage: int, partition: int) -> Commit:
    name = f"p{partition:06d}"
    return Commit(
        stage=f"stage{stage:02d}", partition=name, address="0" * 32, n_in=256, n_accepted=256,
        n_rejected=0, n_rows=256, reasons={}, unmeasured={}, content_hash="0" * 64,
        rows_path=f"data/stage{stage:02d}/{name}-x.parquet", rejected_path=None, sha256="0" * 64,
        seconds=1.0, created_at="2026-01-01T00:00:00+00:00",
    )  # fmt: skip


if __name__ == "__main__":
    main()
