"""What a page of the review table costs: a caption, a pair and a chain of each of many tracks.

Captions have 450 words, as those of a model have. Each time is [by the wall, of all cores], the
medians of five requests as the server answers them, without HTTP. Memory is the process's most,
with what is read by memory map.

    python -m benchmarks.review_table [--tracks 33400]
"""

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.corpus.corpus import Corpus
from pipeline.review.table import BulkRequest, PageRequest, ReviewTable, RowFilter
from pipeline.stages import STAGES
from tests.pipeline.release.made_up import build, caption, listing, make_config

TRACKS_A_PARTITION = 512
N_WORDS = 450
_WRITTEN = ("describe", "question", "lint", "dedup", "harden", "judge", "reason", "factcheck")
_TEXT = "a slow guitar enters over soft drums while the bass holds C minor and a voice sings"


def made_corpus(folder: Path, n_tracks: int) -> Corpus:
    """A corpus with rows of these stages alone, one text in ten refused by the judge."""
    config = make_config(folder)
    ingest = config.ingest.model_copy(update={"partition_size": TRACKS_A_PARTITION})
    config = config.model_copy(update={"ingest": ingest})
    chance = random.Random(0)
    frame = listing(n_tracks)
    refused = {each: "judge" for each in frame["track_id"] if chance.random() < 0.1}

    def write(track: str) -> Any:
        return caption(track, " ".join(chance.choices(_TEXT.split(), k=N_WORDS)))

    others = [stage.name for stage in STAGES if stage.name not in _WRITTEN]
    build(config, frame, refuse=refused, write=write, skip=others)
    return Corpus.open(config)


def seconds(work: Callable[[], Any], n: int = 5) -> list[float]:
    """Median times of some work, by the wall and of the cores, in s."""
    times = []
    for _ in range(n):
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - start_s, time.process_time() - start_cpu_s))
    return [round(statistics.median(each), 3) for each in zip(*times, strict=True)]


def memory_mb() -> float:
    """The most memory that the process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(corpus: Corpus) -> dict[str, Any]:
    """Times in s, memory in MB."""
    found: dict[str, Any] = {"memory_before_mb": memory_mb()}
    table = ReviewTable(corpus)
    found["layout_s"] = seconds(lambda: found.update(rows=table.facets["n"]), 1)
    found["memory_layout_mb"] = memory_mb()
    bulk = RowFilter(kind="pair")
    n = table.page(PageRequest(kind="pair"))["n"]
    pages = {
        "first_page_s": PageRequest(),
        "last_page_s": PageRequest(offset=found["rows"] - 50),
        "refused_by_mark_s": PageRequest(decision="refused", sort="mark"),
        "words_s": PageRequest(words="bass holds C minor"),
        "sorted_by_title_s": PageRequest(sort="title", descending=True),
    }
    found |= {name: seconds(lambda page=page: table.page(page)) for name, page in pages.items()}
    accept = BulkRequest(reviewer="Ann", verdict="accept", matching=bulk, n=n)
    found |= {"bulk_rows": n, "bulk_accept_s": seconds(lambda: table.take_many(accept), 1)}
    found["page_after_bulk_s"] = seconds(lambda: table.page(PageRequest(said="accept")), 1)
    found["unreviewed_page_s"] = seconds(
        lambda: table.page(PageRequest(said="not_me", reviewer="Ann", sort="verdicts"))
    )
    found["reopened_s"] = seconds(lambda: ReviewTable(corpus).page(PageRequest()), 1)
    found["memory_mb"] = memory_mb()
    return found


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=33_400)
    with tempfile.TemporaryDirectory() as folder:
        corpus = made_corpus(Path(folder), parser.parse_args().tracks)
        for name, value in measure(corpus).items():
            print(json.dumps({name: value}))


if __name__ == "__main__":
    main()
