"""Time and memory of counting a corpus of 100,000 tracks for the report.

The baseline reads the same shards whole, without counting anything.

    python -m benchmarks.report [--tracks 100000]
"""

import argparse
import resource
import time
from typing import Any

import numpy as np
import polars as pl

from pipeline.engine.shards import read_table, write_shard
from pipeline.engine.stage import StageResult
from pipeline.views.report.coverage import coverage
from pipeline.views.report.tallies import distributions
from schemas.facts import Beat, Chord, KeySection, Metre, MusicFacts, Tempo
from tools.store import Store

PARTITION_SIZE = 64
DURATION_S = 210.0


def facts(rng: np.random.Generator, number: int) -> MusicFacts:
    """Facts of the size of a pop song's."""
    bpm = float(rng.uniform(60, 200))
    labels = rng.choice(["C", "A:min", "F:maj7", "G:7", "D:min7"], 110)
    sure: dict[str, Any] = {"p_right": 0.98, "q_value": 0.01}
    return MusicFacts(
        track_id=f"{number:032x}",
        duration_s=DURATION_S,
        beats=[
            Beat(time_s=60 * i / bpm, bar_position=1 + i % 4)
            for i in range(int(DURATION_S * bpm / 60))
        ],
        tempo=Tempo(bpm=bpm, stability=1.0, levels=[], sections=[], **sure),
        metre=Metre(beats_per_bar=int(rng.integers(3, 5)), others=[], **sure),
        key=None,
        key_sections=[
            KeySection(tonic="C", mode="major", others=[], start_s=0.0, end_s=DURATION_S, **sure)
        ],
        scale=None,
        chords=[
            Chord(start_s=1.9 * i, end_s=1.9 * (i + 1), label=str(label), roman="I", **sure)
            for i, label in enumerate(labels)
        ],
        progressions=None,
        loudness=None,
        unmeasured=[],
        provenance=[],
    )


def main() -> None:
    """Print seconds, the ratio, and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=100_000)
    n_tracks = parser.parse_args().tracks
    rng = np.random.default_rng(0)
    rows = [facts(rng, number) for number in range(PARTITION_SIZE)]
    ids = [row.track_id for row in rows]
    store = Store("memory://")
    commit = write_shard(
        store, stage="measure", partition="p000000", address="00",
        result=StageResult(ids, ids, list(rows)), model=MusicFacts, seconds=0.0,
    )  # fmt: skip
    # One shard, read again and again: its bytes and rows are those of any other.
    commits = [commit] * (n_tracks // PARTITION_SIZE)
    start_s = time.perf_counter()
    for each in commits:
        pl.from_arrow(read_table(store, each.rows_path))
    whole_s = time.perf_counter() - start_s
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start_s = time.perf_counter()
    distributions(store, commits)
    counted_s = time.perf_counter() - start_s
    tracks = pl.DataFrame(
        {
            "track_id": [f"{number:032x}" for number in range(n_tracks)],
            "duration_s": np.full(n_tracks, DURATION_S),
            "culture": rng.choice(["Mali", "Chile", "Japan", ""], n_tracks),
        }
    )
    start_s = time.perf_counter()
    coverage(tracks, "culture", tracks["track_id"].head(n_tracks // 2), least_tracks=10)
    cover_s = time.perf_counter() - start_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n_tracks} tracks in {len(commits)} shards of {len(store.get(commit.rows_path))} bytes")
    print(
        f"counted in {counted_s:.1f} s; read whole in {whole_s:.1f} s: {whole_s / counted_s:.2f}x"
    )
    print(f"coverage of one field in {cover_s:.2f} s")
    print(f"peak memory {peak_mb:.0f} MB, {peak_mb - before_mb:.0f} MB of it while counting")


if __name__ == "__main__":
    main()
