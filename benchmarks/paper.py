"""A large corpus on paper: what is measured of one song, multiplied.

    python -m benchmarks.paper STORE [--songs 3000000] [--nodes 10 100] [--cores 32]

STORE is a finished build, of which bytes and rows of a song are read; the other unit costs stand
here, each with the command that measured it. Printed: core-hours, requests, tokens, terabytes,
objects, and hours of a build by each resource that could be the first to be too small.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from rich.console import Console
from rich.table import Table

from pipeline.engine.store_format import open_store
from pipeline.stages import STAGES
from pipeline.views.cluster import CPU_MS_PER_S

SONG_S = 240.0
PARTITION_SIZE = 64
OBJECTS_PER_STEP = 2.2
"""Rows and commit of each step, and the rejections of some."""
READS_PER_SONG = 7
"""Of a song's file, where no node has it in its cache: inspection, the stages that hear together,
`transcribe`, and the four stages that send clips."""
FILE_MB = 9.6
"""A song at 320 kbit/s."""
REQUESTS, SOUND_TOKENS, TEXT_TOKENS, OUTPUT_TOKENS, SENT_MB = 23.8, 21_000, 20_600, 6_700, 10.2
"""Of a song of four minutes: `python -m benchmarks.cost` (docs/cost.md), sound and bytes in
proportion to the length, all else as it is for excerpts."""
BOOKKEEPING_MS = 0.038
"""A track and stage: `python -m benchmarks.scale --tracks 1000000`."""
PREFECT_MS, PREFECT_KB = 8.3, 17.0
"""A task run against `prefect server start` (docs/performance.md)."""
FLUSHES_PER_STEP = 12
"""Pages of answers of an asking step that is under way for a minute."""
PUT_USD_PER_MILLION = 5.0
"""List price of many object stores."""
TOKENS_PER_GPU_S = (500, 2_000)
"""Out, of all requests under way together: two assumptions, not measured; yours depend on models,
and on the sound and text that come in, three times as many tokens each."""


@dataclass(frozen=True)
class Paper:
    """Sums for so many songs."""

    songs: int
    store_mb_per_song: float

    @property
    def n_partitions(self) -> float:
        """Of `PARTITION_SIZE` songs."""
        return self.songs / PARTITION_SIZE

    @property
    def n_steps(self) -> float:
        """Ingest's own included."""
        return self.n_partitions * (len(STAGES) + 1)

    @property
    def core_hours(self) -> float:
        """Of ingest and of all that hears."""
        return self.songs * SONG_S * sum(CPU_MS_PER_S.values()) / 1000 / 3600

    @property
    def n_pages(self) -> float:
        """Of answers in the log."""
        asking = sum(stage.asks is not None for stage in STAGES)
        return self.n_partitions * asking * FLUSHES_PER_STEP


def main() -> None:
    """Print what so many songs take, and the hours by each resource."""
    options = _options()
    paper = Paper(options.songs, _megabytes_per_song(options.store))
    console = Console(width=120)
    console.print(_amounts(paper))
    console.print(_hours(paper, options.nodes, options.cores))


def _megabytes_per_song(location: str) -> float:
    """What a song takes in a store, its share of the last partition's overhead included."""
    store = open_store(location)
    n_bytes = sum(each.size_bytes for each in store.entries("") if "answers" not in each.path)
    n_songs = len(pl.read_parquet(f"{location}/data/tracks/*.parquet", columns=["track_id"]))
    return n_bytes / n_songs / 1e6


def _amounts(paper: Paper) -> Table:
    table = Table("of", f"{paper.songs:,} songs of {SONG_S:g} s")
    n_objects = paper.n_steps * OBJECTS_PER_STEP + paper.n_pages
    rows = {
        "partitions; steps": f"{paper.n_partitions:,.0f}; {paper.n_steps:,.0f}",
        "core-hours, ingest and all that hears": f"{paper.core_hours:,.0f}",
        "GPU-hours, where a GPU writes so many tokens/s": "; ".join(
            f"{paper.songs * OUTPUT_TOKENS / each / 3600:,.0f} ({each:,})"
            for each in TOKENS_PER_GPU_S
        ),
        "requests": f"{paper.songs * REQUESTS / 1e6:,.1f} million",
        "tokens of sound; of text in; out": "; ".join(
            f"{paper.songs * each / 1e9:,.1f}"
            for each in (SOUND_TOKENS, TEXT_TOKENS, OUTPUT_TOKENS)
        )
        + " thousand million",
        "TB sent to models": f"{paper.songs * SENT_MB / 1e6:,.1f}",
        "TB of audio; read from its store": (
            f"{paper.songs * FILE_MB / 1e6:,.1f}; "
            f"at most {paper.songs * FILE_MB * READS_PER_SONG / 1e6:,.0f}"
        ),
        "TB of the corpus's own store": f"{paper.songs * paper.store_mb_per_song / 1e6:,.2f}",
        "objects in it": f"{n_objects / 1e6:,.1f} million, of which {paper.n_pages / 1e6:,.1f} "
        f"are pages of answers ({n_objects / 1e6 * PUT_USD_PER_MILLION:,.0f} USD to put)",
        "GB of Prefect's database": f"{paper.n_steps * PREFECT_KB / 1e6:,.0f}",
    }
    for name, amount in rows.items():
        table.add_row(name, amount)
    return table


def _hours(paper: Paper, nodes: Sequence[int], n_cores: int) -> Table:
    table = Table("hours by", *(f"{n} nodes" for n in nodes))
    table.add_row(f"cores, {n_cores} a node", *(_h(paper.core_hours / n / n_cores) for n in nodes))
    bookkeeping_h = paper.songs * (len(STAGES) + 1) * BOOKKEEPING_MS / 3.6e6
    table.add_row("the driver's bookkeeping", *(_h(bookkeeping_h) for _ in nodes))
    table.add_row("Prefect's records", *(_h(paper.n_steps * PREFECT_MS / 3.6e6) for _ in nodes))
    for per_s in TOKENS_PER_GPU_S:
        hours = paper.songs * OUTPUT_TOKENS / per_s / 3600
        name = f"models, a GPU a node that writes {per_s:,} tokens/s"
        table.add_row(name, *(_h(hours / n) for n in nodes))
    return table


def _h(hours: float) -> str:
    return f"{hours:,.1f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--songs", type=int, default=3_000_000)
    parser.add_argument("--nodes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--cores", type=int, default=32)
    return parser.parse_args()


if __name__ == "__main__":
    main()
