"""Matching by sound against the plain way: `python -m benchmarks.fingerprints [SONG ...]`.

Speed: made-up recordings of four minutes, 1,000 new ones against more and more known ones, from
the store's files to the matches. The baseline unpacks all known ones with numpy and joins them
with the new ones in polars (`benchmarks.plain_matches`); ours is what ingest runs, on one core and
on two. The recordings are stretches of real music's items at many pitches, with some bits turned;
how often unrelated ones share an item is printed beside the same of real music.

Recall: real songs, degraded; how many of them each side knows again. By default the example songs
and the pieces of the tests.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl

from benchmarks import plain_matches
from benchmarks.degraded import CLIPS, DEGRADED, packed
from pipeline.engine.shards import read_frame
from pipeline.ingest.recordings import keep_fingerprints, match_files
from schemas.sections import CurationConfig
from tests.pipeline.release.made_up import Here
from tests.tools.test_audio_matching import FILES, heard
from tools.audio import load_mono
from tools.audio_matching import find_matches, index
from tools.process_pool import ProcessPool
from tools.store import Store

CARE = CurationConfig()
LIMITS = {"max_bit_error_rate": CARE.max_bit_error_rate, "min_overlap": CARE.min_overlap}
N_NEW = 1000
N_ITEMS = 1920
STRETCH_ITEMS = 20
TURNED_SHARE = 0.07
PITCHES = np.arange(-12, 13) * 0.77
"""Semitones; no two variants of a song have the same chroma."""
SHORT_ITEMS = 59


def main() -> None:
    """Print both halves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("songs", nargs="*", type=Path, default=FILES)
    parser.add_argument("--known", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    options = parser.parse_args()
    songs = {path.stem: load_mono(path, sample_rate_hz=44100) for path in options.songs}
    variants = {
        (name, round(float(pitch), 2)): heard(samples, round(44100 * 2 ** (pitch / 12)))
        for name, samples in songs.items()
        for pitch in PITCHES
    }
    compare_recall(songs)
    compare_false_matches(variants)
    compare_speed(np.concatenate(list(variants.values())), shared_share(variants), options.known)


def compare_recall(songs: dict[str, np.ndarray]) -> None:
    """Known again, of each kind of degraded sound: by the plain way, and by ours."""
    known = {name: heard(samples) for name, samples in songs.items()}
    sums = np.zeros(5, int)
    print("degraded: known again by the plain way, by ours, of; lost, gained")
    for kind, degrade in DEGRADED.items():
        for length, cut in CLIPS.items():
            queries = {
                f"{name}/{number}": items
                for name, samples in songs.items()
                for number, part in enumerate(cut(samples))
                if (items := degrade(part)) is not None
            }
            plain, ours = (right(side(queries, known)) for side in (by_plain, by_ours))
            row = (len(plain), len(ours), len(queries), len(plain - ours), len(ours - plain))
            sums += row
            print(f"  {kind}, {length}: {row}", flush=True)
    print(f"  all: {tuple(map(int, sums))}")


def by_plain(queries: dict[str, np.ndarray], known: dict[str, np.ndarray]) -> Any:
    """Matches of the plain way."""
    return plain_matches.find_matches(queries, known, **LIMITS)


def by_ours(queries: dict[str, np.ndarray], known: dict[str, np.ndarray]) -> Any:
    """Matches of ours."""
    return find_matches(list(index(queries.items())), index(known.items()), **LIMITS)


def right(matches: Any) -> set[str]:
    """Queries that were taken for their own song; another song is an error."""
    if wrong := [each for each in matches if each.query.split("/")[0] != each.known]:
        raise AssertionError(wrong)
    return {each.query for each in matches}


def compare_false_matches(variants: dict[Any, np.ndarray]) -> None:
    """Clips of some seconds against all variants of other songs: nothing should match."""
    rng = np.random.default_rng(0)
    n_pairs, counts = 0, np.zeros(2, int)
    for song in {name for name, _ in variants}:
        clips = {
            f"{pitch}/{number}": items[start : start + SHORT_ITEMS]
            for (name, pitch), items in variants.items()
            if name == song
            for number, start in enumerate(rng.integers(0, len(items) - SHORT_ITEMS, 20))
        }
        others = {f"{key}": items for key, items in variants.items() if key[0] != song}
        n_pairs += len(clips) * len(others)
        counts += len(by_plain(clips, others)), len(by_ours(clips, others))
    print(f"clips of 10 s taken for another song: {counts} (plain, ours) of {n_pairs} pairs")


def shared_share(variants: dict[Any, np.ndarray]) -> float:
    """How often an item of one song is that of another."""
    songs: dict[str, list[np.ndarray]] = {}
    for (name, _), items in variants.items():
        songs.setdefault(name, []).append(items)
    counted = {name: _counts(np.concatenate(parts)) for name, parts in songs.items()}
    pairs = [_hits(counted[one], counted[other]) for one, other in combinations(counted, 2)]
    hits, tried = np.sum(pairs, axis=0)
    return float(hits / tried)


def _counts(items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.unique(items, return_counts=True)


def _hits(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> tuple[float, float]:
    _, mine, theirs = np.intersect1d(one[0], other[0], return_indices=True)
    hits = float((one[1][mine] * other[1][theirs]).sum())
    return hits, float(one[1].sum()) * float(other[1].sum())


def made_up(pool: np.ndarray, n: int, seed: int) -> Iterator[np.ndarray]:
    """Recordings of unrelated music, `N_ITEMS` each."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        starts = rng.integers(0, len(pool) - STRETCH_ITEMS, N_ITEMS // STRETCH_ITEMS)
        turned = rng.random((len(starts), 32)) < TURNED_SHARE
        turns = np.packbits(turned, axis=1).view(np.uint32)
        yield (pool[starts[:, None] + np.arange(STRETCH_ITEMS)] ^ turns).ravel()


def compare_speed(pool: np.ndarray, real_share: float, sizes: list[int]) -> None:
    """Seconds of each side, and their ratio, at growing sizes."""
    one, other = (np.concatenate(list(made_up(pool, 1000, seed))) for seed in (1, 2))
    hits, tried = _hits(_counts(one), _counts(other))
    print(
        f"unrelated recordings share one item in 2^{-np.log2(hits / tried):.1f}, real ones in "
        f"2^{-np.log2(real_share):.1f}"
    )
    with tempfile.TemporaryDirectory() as folder, ProcessPool(2) as pool_of_two:
        store = Store(folder)
        (new,) = keep(store, pool, N_NEW, "new", 0)
        paths = keep(store, pool, max(sizes), "known", 3)
        warm = keep(store, pool, 10, "warm", 4)
        for executor in (Here(), pool_of_two):
            list(match_files(store, new, warm * 2, CARE, executor, time_limit_s=900))
        for size in sizes:
            some = paths[: -(-size // PER_FILE)]
            sides = {
                "ours": partial(ours, store, new, some, Here()),
                "ours, 2 workers": partial(ours, store, new, some, pool_of_two),
                "plain": partial(plain, store, new, some),
            }
            print(f"{N_NEW} new, {size} known:", {name: timed(do) for name, do in sides.items()})


PER_FILE = 10_000


def keep(store: Store, pool: np.ndarray, n: int, name: str, seed: int) -> list[str]:
    """Write made-up fingerprints as ingest does; their paths."""
    texts = (packed(items) for items in made_up(pool, n, seed))
    frame = pl.DataFrame({"fingerprint": list(texts)}).with_row_index("number")
    frame = frame.with_columns(track_id=pl.format(name + "{}", "number"))
    parts = frame.iter_slices(PER_FILE)
    return [path for part in parts for path in keep_fingerprints(store, part)]


def ours(store: Store, new: str, paths: list[str], executor: Any) -> int:
    """Matches, as ingest finds them."""
    return len(list(match_files(store, new, paths, CARE, executor, time_limit_s=900)))


def plain(store: Store, new: str, paths: list[str]) -> int:
    """Matches, as ingest found them."""
    n = 0
    queries = unpacked(store, new)
    for path in paths:
        n += len(plain_matches.find_matches(queries, unpacked(store, path), **LIMITS))
    return n


def unpacked(store: Store, path: str) -> dict[str, np.ndarray]:
    """Sub-fingerprints of a file by track id."""
    rows = read_frame(store, path).iter_rows()
    return {name: plain_matches.unpack(text) for name, text in rows}


def timed(do: Callable[[], int]) -> str:
    """Wall and CPU seconds (of this process), and the number of matches."""
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    n = do()
    wall_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    return f"{wall_s:.2f} s, CPU {cpu_s:.2f} s, {n} matches"


if __name__ == "__main__":
    main()
