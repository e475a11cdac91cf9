"""What it costs that audio lies in a bucket: listing a prefix, and ingest against a local folder.

    python -m benchmarks.elsewhere [--objects 100000] [--songs 32] [--rounds 3]

The bucket is an S3 server (moto) in a process of its own on this machine: what it takes itself is
told apart, by the CPU that our process used. Songs are made up: 60 s of drums and bass, as FLAC.
Ingests of the folder and the bucket alternate, each in one process of its own without workers, so
that its CPU can be told whatever else runs, and into a new store, with an empty cache.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.corpus.ingest import ingest, inspect_batch
from pipeline.corpus.workers import Observer, Workers
from pipeline.engine.store_format import prepare_store
from pipeline.ingest.root import root_of
from pipeline.ingest.scan import scan
from schemas.config import CorpusConfig
from tests.audio import clicks, write
from tests.buckets import put_folder
from tests.inline import Inline

BUCKET = "elsewhere"
_SERVE = f"""
import sys
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
backend = s3_backends["123456789012"]["aws"]
backend.create_bucket("{BUCKET}", "us-east-1")
for number in range(int(sys.argv[1])):
    backend.put_object("{BUCKET}", f"many/{{number % 1000:03}}/{{number:07}}.flac", b"x")
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


def main() -> None:
    """Measure both, and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--songs", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    console = Console(width=100)
    with served(options.objects), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.objects:
            found = apart("scan", f"s3://{BUCKET}/many")
            console.print(
                f"listing {found['n']} objects: {found['wall_s']:.1f} s, of which "
                f"{found['cpu_s']:.1f} s are our CPU; {found['mb']:.0f} MB"
            )
        for seed in range(options.songs):
            song = clicks(80 + seed, 60.0, 44100, seed=seed)
            write(folder / f"{seed:03}.flac", song, 44100)
        put_folder(f"s3://{BUCKET}/songs", folder)
        places = {"folder": str(folder), "bucket": f"s3://{BUCKET}/songs"}
        runs = [
            (place, apart("ingest", where))
            for _ in range(options.rounds)
            for place, where in places.items()
        ]
    table = Table("ingest from", "songs", "CPU s", "s")
    for place in places:
        ours = [run for name, run in runs if name == place]
        each = (", ".join(f"{run[name]:.1f}" for run in ours) for name in ("cpu_s", "wall_s"))
        table.add_row(place, str(ours[0]["n"]), *each)
    console.print(table)


@contextmanager
def served(n_objects: int) -> Iterator[None]:
    """An S3 server with so many objects; the environment is for it."""
    command = [sys.executable, "-c", _SERVE, str(n_objects)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as server:
        assert server.stdout is not None
        os.environ.update(
            AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret", AWS_REGION="us-east-1",
            AWS_ALLOW_HTTP="true", AWS_ENDPOINT_URL=server.stdout.readline().strip(),
        )  # fmt: skip
        try:
            yield
        finally:
            server.kill()


def apart(what: str, where: str) -> dict[str, float]:
    """`measure` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.elsewhere", "--one", what, where]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(what: str, where: str) -> dict[str, float]:
    """Scan or ingest a source once."""
    with tempfile.TemporaryDirectory() as folder:
        config = CorpusConfig.model_validate(
            {
                "name": "elsewhere",
                "store": f"{folder}/store",
                "source": {"folder": where},
                "curation": {"acoustic_duplicates": "keep"},
                "execution": {"audio_cache": f"{folder}/cache"},
            }
        )
        start_s, cpu_before_s = time.perf_counter(), time.process_time()
        if what == "scan":
            n = len(scan(config.source, root_of(config)))
        else:
            parts: Any = (Inline(), Observer(), None, None)
            workers = Workers(config, prepare_store(config.store), root_of(config), *parts)
            n = ingest(workers, inspect_batch).n_tracks
        wall_s, cpu_s = time.perf_counter() - start_s, time.process_time() - cpu_before_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"n": n, "wall_s": wall_s, "cpu_s": cpu_s, "mb": peak_mb}


if __name__ == "__main__":
    main()
