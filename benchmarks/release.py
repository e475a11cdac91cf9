"""Release against pyarrow: `python -m benchmarks.release [--rows N] [--rounds N]`.

A made-up corpus: synthetic captions of many tracks, in stage shards as a build writes them. The
baseline is pyarrow reading the same shards and rewriting their rows with the same options (zstd,
content-defined chunking, page index, the same size of row groups). Ours joins tracks, lanes and
splits, counts tokens, leaves out, and writes released rows; then also conversations, checksums,
statistics, plots, card and manifest. Sides take turns, each in a process of its own, so that its
memory is its own too. Shards have rows for thousands of captions a track, so that what grows is
the rows.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from pipeline.ingest.corpus import SOURCES_SCHEMA, place
from pipeline.ingest.snapshots import take_snapshot
from pipeline.plan import steps
from pipeline.release.writer import PARQUET, ROW_GROUP_BYTES
from pipeline.shards import now
from pipeline.stage import Executor
from schemas.arrow import arrow_schema
from schemas.captions import RichCaption
from schemas.config import CorpusConfig, load_config
from schemas.digest import digest
from schemas.shards import Commit
from tools.store import Store

TRACKS_PER_PARTITION = 64
ROWS_PER_PARTITION = 20_000
WORDS = [
    "the",
    "bass",
    "moves",
    "in",
    "steady",
    "eighth",
    "notes",
    "under",
    "bright",
    "guitars",
    "while",
    "drums",
    "keep",
    "a",
    "driving",
    "backbeat",
    "and",
    "the",
    "chords",
    "turn",
    "from",
    "tonic",
    "to",
    "subdominant",
    "before",
    "the",
    "chorus",
    "lifts",
    "with",
    "layered",
    "voices",
]


def main() -> None:
    """Run both sides in turns and print the ratio, and ours over more and more rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=["pyarrow", "ours"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(run_side(options.side, options.folder)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        compare(Path(name), options.rows, options.rounds)


def compare(folder: Path, n_rows: int, rounds: int) -> None:
    """Print the ratio on all rows, then our memory on a tenth, a third and all of them."""
    for size in (n_rows // 10, n_rows // 3):
        place_ = folder / str(size)
        make_corpus(place_, size)
        found = in_process("ours", place_)
        print(f"{size} rows: ours {found['total_s']:.1f} s, peak {found['peak_mb']:.0f} MB")
        shutil.rmtree(place_)
    make_corpus(folder / "all", n_rows)
    taken: dict[str, list[dict[str, float]]] = {"pyarrow": [], "ours": []}
    for _ in range(rounds):
        for side, runs in taken.items():
            runs.append(in_process(side, folder / "all"))
            print(side, runs[-1])
    base = median(each["total_s"] for each in taken["pyarrow"])
    rows_s = median(each["rows_s"] for each in taken["ours"])
    total_s = median(each["total_s"] for each in taken["ours"])
    print(f"{n_rows} rows, medians of {rounds}: pyarrow {base:.1f} s")
    print(f"rows and conversations: {rows_s:.1f} s, {base / rows_s:.2f}x of pyarrow")
    print(f"the whole release: {total_s:.1f} s, {base / total_s:.2f}x of pyarrow")
    print(f"peak memory: {max(each['peak_mb'] for each in taken['ours']):.0f} MB")


def in_process(side: str, folder: Path) -> dict[str, float]:
    """One side's numbers, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.release", "--side", side, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_side(side: str, folder: Path) -> dict[str, float]:
    """Time one side; what it wrote is removed."""
    config = load_config(folder / "corpus.yaml")
    start_s = time.perf_counter()
    rows_s = rewrite(folder) if side == "pyarrow" else release(config)
    total_s = time.perf_counter() - start_s
    for name in ("rewritten", "store/releases"):
        shutil.rmtree(folder / name, ignore_errors=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows_s": round(rows_s, 2), "total_s": round(total_s, 2), "peak_mb": round(peak_mb)}


def rewrite(folder: Path) -> float:
    """What pyarrow does with the same rows."""
    start_s = time.perf_counter()
    (folder / "rewritten").mkdir()
    writer = None
    held, held_bytes = [], 0
    import pyarrow as pa

    for path in sorted((folder / "store/data/describe").iterdir()):
        table = pq.read_table(path)
        if writer is None:
            target = folder / "rewritten/rows.parquet"
            writer = pq.ParquetWriter(target, table.schema, **PARQUET)
        held.append(table)
        held_bytes += table.nbytes
        if held_bytes >= ROW_GROUP_BYTES:
            writer.write_table(pa.concat_tables(held))
            held, held_bytes = [], 0
    if writer is not None:
        if held:
            writer.write_table(pa.concat_tables(held))
        writer.close()
    return time.perf_counter() - start_s


def release(config: CorpusConfig) -> float:
    """Our release; how long the rows took."""
    from pipeline.release import create
    from pipeline.release.assemble import Assembly

    taken = []
    whole = Assembly.write

    def timed(self: Assembly, progress):  # type: ignore[no-untyped-def]
        start_s = time.perf_counter()
        found = whole(self, progress)
        taken.append(time.perf_counter() - start_s)
        return found

    Assembly.write = timed  # type: ignore[method-assign]
    create.create_release(config, "benchmark", _nobody())
    return taken[0]


def _nobody() -> Executor:
    from tools.process_pool import ProcessPool

    return ProcessPool(1)


def make_corpus(folder: Path, n_rows: int) -> None:
    """Write stage shards with so many captions."""
    (folder / "audio").mkdir(parents=True)
    (folder / "corpus.yaml").write_text(
        f"name: synthetic\nstore: store\nsource: {{folder: audio}}\n"
        f"ingest: {{partition_size: {TRACKS_PER_PARTITION}}}\n"
    )
    config = load_config(folder / "corpus.yaml")
    store = Store(config.store)
    n_partitions = max(1, n_rows // ROWS_PER_PARTITION)
    sources = place(
        _sources(n_partitions * TRACKS_PER_PARTITION),
        pl.DataFrame(schema=SOURCES_SCHEMA),
        partition_size=TRACKS_PER_PARTITION,
    )
    snapshot = take_snapshot(store, None, sources, config.ingest)
    rng = np.random.default_rng(0)
    for step in steps(snapshot, config):
        name = step.partition.partition
        ids = sources.filter(partition=name)["track_id"].to_list()
        if step.stage.name == "describe":
            _write(store, step.address, name, ids, n_rows // n_partitions, rng)
        else:
            _commit(store, step.stage.name, step.address, name, "none", len(ids), 0)


def _sources(n_tracks: int) -> pl.DataFrame:
    numbers = [f"{number:07d}" for number in range(n_tracks)]
    return pl.DataFrame(
        {
            "uri": [f"{each}.ogg" for each in numbers],
            "artist": [f"artist {number // 4}" for number in range(n_tracks)],
            "licence": ["CC-BY-4.0"] * n_tracks,
            "size_bytes": range(n_tracks),
            "mtime_ns": [0] * n_tracks,
            "track_id": [digest(each)[:32] for each in numbers],
            "duration_s": [200.0] * n_tracks,
            "sample_rate_hz": [44100] * n_tracks,
            "n_channels": [2] * n_tracks,
            "format": ["OGG"] * n_tracks,
            "subtype": ["VORBIS"] * n_tracks,
            "peak_dbfs": [-1.0] * n_tracks,
        },
        schema_overrides=SOURCES_SCHEMA,
    ).select(
        *(pl.col(n) if n in _GIVEN else pl.lit(None, kind).alias(n)
          for n, kind in SOURCES_SCHEMA.items() if n not in ("partition", "is_present"))
    )  # fmt: skip


_GIVEN = (
    "uri", "artist", "licence", "size_bytes", "mtime_ns", "track_id", "duration_s",
    "sample_rate_hz", "n_channels", "format", "subtype", "peak_dbfs",
)  # fmt: skip


def _write(
    store: Store, address: str, name: str, ids: list[str], n: int, rng: np.random.Generator
) -> None:
    words = np.array(WORDS)
    texts = [" ".join(words[rng.integers(0, len(words), 180)]) for _ in range(n)]
    author = {"role": "writer", "engine": "openai", "model": "m", "prompt": "describe@1",
              "prompt_hash": "0" * 64}  # fmt: skip
    schema = arrow_schema(RichCaption)
    rows = [
        {
            "track_id": ids[number % len(ids)],
            "instruction": "Describe this track in full detail.",
            "caption": text,
            "parts": {"low_level": "a", "instrumentation": "b", "lyrics": None, "form": "c",
                      "theory": None, "mood": "d"},
            "n_words": 180,
            "withheld": [],
            "authorship": author,
            "usage": {"n_attempts": 1, "input_tokens": 1, "output_tokens": 1, "cost_usd": 0.0,
                      "is_estimated": False},
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    import pyarrow as pa

    path = f"data/describe/{name}-{address}.parquet"
    target = Path(store.location) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), target, **PARQUET)
    _commit(store, "describe", address, name, path, len(ids), n)


def _commit(
    store: Store, stage: str, address: str, partition: str, path: str, n_in: int, n_rows: int
) -> None:
    commit = Commit(
        stage=stage, partition=partition, address=address, n_in=n_in, n_accepted=n_in,
        n_rejected=0, n_rows=n_rows, reasons={}, unmeasured={}, content_hash="0" * 64,
        rows_path=path, rejected_path=None, sha256="", seconds=0.0, created_at=now(),
    )  # fmt: skip
    record = commit.model_dump_json().encode()
    store.put(f"commits/{stage}/{partition}-{address}.json", record)


if __name__ == "__main__":
    main()
