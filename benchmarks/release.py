"""Release against pyarrow: `python -m benchmarks.release [--rows N] [--rounds N]`.

A made-up corpus: synthetic captions in stage shards, as a build writes them, hundreds a track, so
that what grows is the rows. Four sides take turns, each in a process of its own:

- "pyarrow" reads the shards and rewrites their rows with the same options (zstd, content-defined
  chunking, page index, row groups as large);
- "rows", against it, is the part of ours that writes Parquet: verdicts, tracks, lanes and splits
  are joined, tokens counted;
- "plain" is pyarrow again, and the same texts as conversations by `json`, and checksums;
- "ours", against it, is a whole release: also statistics, plots, the card and the manifest.

Each process first does the same with one partition, so that imports are not counted. Wall and CPU
seconds are printed, since neighbours on a machine change the one and not the other.
"""

import argparse
import hashlib
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
from typing import Any
from unittest.mock import patch

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine.plan import Step, steps
from pipeline.engine.shards import now, write_table
from pipeline.engine.snapshots import take_snapshot
from pipeline.engine.sources import SOURCES_SCHEMA
from pipeline.ingest.placement import place
from pipeline.release.assemble import Assembly
from pipeline.release.benchmarks import MATCH_SCHEMA
from pipeline.release.conversations import ConversationWriter
from pipeline.release.create import create_release
from pipeline.release.lineage import open_released
from pipeline.release.tokens import estimate_text_tokens
from pipeline.release.tracks import plan_tracks
from pipeline.release.writer import PARQUET, ROW_GROUP_BYTES
from pipeline.stages import STAGES
from schemas.arrow import arrow_schema
from schemas.captions import Authorship, CaptionParts
from schemas.config import CorpusConfig, load_config
from schemas.digest import digest
from schemas.shards import Commit
from schemas.usage import Usage
from tools.process_pool import ProcessPool
from tools.store import Store

SIDES = ("pyarrow", "rows", "plain", "ours")
PAIRS = (("rows", "pyarrow"), ("ours", "plain"), ("ours", "pyarrow"))
WARM_UP = "warm-up"
WORDS_PER_CAPTION = 180
TRACKS_PER_PARTITION = 64
ROWS_PER_PARTITION = 20_000
WORDS = (
    "the bass moves in steady eighth notes under bright guitars while drums keep a driving backbeat"
)


def main() -> None:
    """Run the sides in turns and print the ratios, and ours over more and more rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.side:
        run_side(options.side, options.folder.parent / WARM_UP)
        print(json.dumps(run_side(options.side, options.folder)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        make_corpus(Path(name) / WARM_UP, ROWS_PER_PARTITION)
        compare(Path(name), options.rows, options.rounds)


def compare(folder: Path, n_rows: int, rounds: int) -> None:
    """Print our memory on a tenth, a third and all of the rows, and the ratios on all."""
    for size in (n_rows // 10, n_rows // 3):
        make_corpus(folder / str(size), size)
        found = in_process("ours", folder / str(size))
        print(f"{size} rows: ours {found['wall_s']:.1f} s, peak {found['peak_mb']:.0f} MB")
        shutil.rmtree(folder / str(size))
    make_corpus(folder / "all", n_rows)
    taken: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(rounds):
        for side, runs in taken.items():
            runs.append(in_process(side, folder / "all"))
            print(side, runs[-1], flush=True)
    for side, baseline in PAIRS:
        pairs = list(zip(taken[baseline], taken[side], strict=True))
        ratios = [
            f"{name} {median(theirs[name] / ours[name] for theirs, ours in pairs):.2f}x"
            for name in ("wall_s", "cpu_s")
        ]
        print(f"{side} against {baseline}, {n_rows} rows, {rounds} rounds: {', '.join(ratios)}")
    print(f"peak memory: {max(each['peak_mb'] for each in taken['ours']):.0f} MB")


def in_process(side: str, folder: Path) -> dict[str, float]:
    """One side's numbers, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.release", "--side", side, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_side(side: str, folder: Path) -> dict[str, float]:
    """Time one side; what it wrote is removed."""
    config = load_config(folder / "corpus.yaml")
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    if side in ("pyarrow", "plain"):
        rewrite(folder, with_conversations=side == "plain")
    else:
        release(config, only_rows=side == "rows")
    taken = {"wall_s": time.perf_counter() - start_s, "cpu_s": time.process_time() - start_cpu_s}
    for name in ("rewritten", "store/releases"):
        shutil.rmtree(folder / name, ignore_errors=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: round(value, 2) for name, value in (*taken.items(), ("peak_mb", peak_mb))}


def rewrite(folder: Path, *, with_conversations: bool) -> None:
    """What pyarrow does with the same rows."""
    made = folder / "rewritten"
    made.mkdir()
    writer = None
    held: list[pa.Table] = []
    for path in sorted((folder / "store/data/describe").iterdir()):
        held.append(pq.read_table(path))
        if with_conversations:
            converse(held[-1], made / "conversations.jsonl")
        if writer is None:
            writer = pq.ParquetWriter(made / "rows.parquet", held[0].schema, **PARQUET)
        if sum(each.nbytes for each in held) >= ROW_GROUP_BYTES:
            writer.write_table(pa.concat_tables(held))
            held = []
    if writer is not None:
        if held:
            writer.write_table(pa.concat_tables(held))
        writer.close()
    if with_conversations:
        for path in made.iterdir():
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")


def converse(table: pa.Table, path: Path) -> None:
    """Add rows to a file of conversations."""
    columns = (table[name].to_pylist() for name in ("track_id", "instruction", "caption"))
    with path.open("a", encoding="utf-8") as file:
        for track_id, prompt, completion in zip(*columns, strict=True):
            line = {
                "id": f"{track_id}-caption", "sound": f"{track_id}.ogg", "duration": 200.0,
                "about_start_s": None, "about_end_s": None,
                "conversations": [
                    {"from": "human", "value": f"<sound>\n{prompt}"},
                    {"from": "gpt", "value": completion},
                ],
            }  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def release(config: CorpusConfig, *, only_rows: bool) -> None:
    """Our release, or the part of it that writes Parquet."""
    with ProcessPool(1) as nobody:
        if not only_rows:
            create_release(config, "benchmark", nobody)
            return
        corpus = open_released(config, allow_partial=False)
        matches = pl.DataFrame(schema=MATCH_SCHEMA)
        tracks = plan_tracks(corpus.sources, matches, [], config.curation, config.release)
        with corpus.store.staging("rows") as root, patch.object(ConversationWriter, "write", _skip):
            assembly = Assembly(corpus, tracks, root, root, nobody, estimate_text_tokens)
            assembly.write(lambda _: None)


def _skip(*_: object) -> None:
    """Write no conversations, and hold no rows."""


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
    for step in steps(STAGES, snapshot, config):
        name = step.partition.partition
        ids = sources.filter(partition=name)["track_id"].to_list()
        rows: list[dict[str, Any]] = []
        if step.stage.name == "describe":
            rows = captions(ids, n_rows // n_partitions, rng)
        elif step.stage.name == "judge":
            rows = [verdict(each) for each in ids]
        _write(store, step, rows, len(ids))


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


def captions(ids: list[str], n: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rows of `describe`."""
    words = np.array(WORDS.split())
    author = dict.fromkeys(Authorship.model_fields, "x")
    usage = Usage().model_dump()
    return [
        {
            "track_id": ids[number % len(ids)],
            "instruction": "Describe this track in full detail.",
            "caption": " ".join(words[rng.integers(0, len(words), WORDS_PER_CAPTION)]),
            "parts": dict.fromkeys(CaptionParts.model_fields, "x"),
            "n_words": WORDS_PER_CAPTION,
            "withheld": [],
            "authorship": author,
            "usage": usage,
        }
        for number in range(n)
    ]


def verdict(track_id: str) -> dict[str, Any]:
    """A row of `judge`."""
    return {
        "row_id": track_id, "track_id": track_id, "kind": "caption", "decision": "accepted",
        "ballots": [], "findings": [], "blind_tries": None, "blind_right": None,
        "usage": Usage().model_dump(),
    }  # fmt: skip


def _write(store: Store, step: Step, rows: list[dict[str, Any]], n_in: int) -> None:
    name = f"{step.stage.name}/{step.partition.partition}-{step.address}"
    table = pa.Table.from_pylist(rows, schema=arrow_schema(step.stage.makes))
    path = write_table(store, f"data/{name}", table)
    commit = Commit(
        stage=step.stage.name, partition=step.partition.partition, address=step.address,
        n_in=n_in, n_accepted=n_in, n_rejected=0, n_rows=len(rows), reasons={}, unmeasured={},
        content_hash="0" * 64, rows_path=path, rejected_path=None, sha256="",
        seconds=0.0, created_at=now(),
    )  # fmt: skip
    store.put(f"commits/{name}.json", commit.model_dump_json().encode())


if __name__ == "__main__":
    main()
