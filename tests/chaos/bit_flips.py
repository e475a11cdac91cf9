"""Single bits of the files of a built store, flipped: an error names the file, or nothing changed.

The store has all that a store has: shards, rejections, commits, snapshots, sources, fingerprints,
what benchmarks hold, verdicts of people, a release, the record of a build, the cache of answers.
After each flip all that could rest on the file is read as the commands read it.
"""

import random
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.corpus.last_build import as_built, record_build
from pipeline.corpus.models import open_answer_cache
from pipeline.engine.plan import finished, pending, steps, track_commits
from pipeline.engine.shards import read_frame, read_rows
from pipeline.engine.snapshots import (
    read_snapshot,
    read_sources,
    snapshot_paths,
    take_snapshot,
    try_again,
)
from pipeline.engine.store_format import open_store, prepare_store
from pipeline.ingest.recordings import keep_fingerprints
from pipeline.release.benchmarks import ITEM_SCHEMA, decontaminate
from pipeline.release.create import create_release
from pipeline.release.folder import RELEASES, find_release
from pipeline.release.lineage import ReleaseError, open_released
from pipeline.release.verify import verify_release
from pipeline.review.verdicts import keep_verdict, read_verdicts
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.ledger import BoughtAnswer, LedgerLine
from schemas.review import HumanVerdict
from schemas.tracks import Track
from schemas.usage import Usage
from tests.chaos.campaign import Campaign
from tests.pipeline.release.made_up import Here, build, listing, make_config, pair, track_id
from tools.store import StoreError

ROUNDS = 8_000
ANSWERS = {f"{n:064x}": f"An answer, number {n}." for n in range(20)}
ITEMS = pl.DataFrame([("b", "test", "song001", None, None, None)], schema=ITEM_SCHEMA, orient="row")


def run(rounds: int, seed: int) -> Campaign:
    """Flip so many bits, each in a file drawn by chance, one at a time."""
    chance = random.Random(seed)
    outcomes, faults = Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        config = make_store(Path(folder))
        root = Path(config.store)
        files = sorted(path for path in root.rglob("*") if path.stat().st_size and path.is_file())
        true = {kind: read(config, kind) for kind in ("corpus", RELEASES, "answers")}
        for _ in range(rounds):
            path = chance.choice(files)
            data = path.read_bytes()
            bit = chance.randrange(8 * len(data))
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            name = path.relative_to(root).as_posix()
            outcome = _outcome(config, name, true)
            path.write_bytes(data)
            outcomes[outcome.partition(":")[0]] += 1
            if not outcome.startswith(("told", "harmless", "asked again")):
                faults.append(f"seed {seed}, {name}, bit {bit}: {outcome}")
    return Campaign("bit flips", rounds, dict(outcomes), faults)


def make_store(folder: Path) -> CorpusConfig:
    """A small store that has files of every kind."""
    config = make_config(folder)
    prepare_store(config.store)
    store = build(config, listing(4), refuse={track_id("song001.ogg"): "lint"})
    snapshot = read_snapshot(store, snapshot_paths(store)[-1])
    prints = pl.DataFrame({"track_id": ["a", "b"], "fingerprint": ["AQ", "AR"]})
    sources = read_sources(store, snapshot).with_columns(title=pl.lit("changed"))
    paths = keep_fingerprints(store, prints)
    snapshot = take_snapshot(store, snapshot, sources, config.ingest, paths)
    try_again(store, snapshot, "describe", {"p000000"})
    build(config, listing(4), refuse={pair(track_id("song002.ogg")).qa_id: "judge"})
    for n in range(3):
        row = track_id(f"song{n:03d}.ogg")
        keep_verdict(store, HumanVerdict(
            stage="describe", row_id=row, track_id=row, text_hash="h", reviewer="Ann",
            verdict="accept", is_blind=True, made_at="2026-01-01T00:00:00+00:00",
        ))  # fmt: skip
    with closing(open_answer_cache(config)) as cache:
        for key, text in ANSWERS.items():
            line = LedgerLine(
                stage="describe", role="writer", model="m", outcome="ok", n_attempts=1,
                input_tokens=1, output_tokens=1, cost_usd=0.1,
            )  # fmt: skip
            usage = Usage(cost_usd=0.1)
            cache.keep(BoughtAnswer(key=key, text=text, model="m", usage=usage), line)
    record_build(store, config, None)
    create_release(config, "v1", Here())
    _matches(config)
    return config


def read(config: CorpusConfig, kind: str) -> Any:
    """All that a store holds of a kind."""
    if kind == RELEASES:
        release = find_release(open_store(config.store), "v1")
        if problems := verify_release(release):
            raise ReleaseError("; ".join(problems))
        return release.manifest, [
            [(split, rows.rows()) for split, rows in release.frames(each.name)]
            for each in release.manifest.datasets
        ]
    if kind == "answers":
        with closing(open_answer_cache(config)) as cache:
            return [cache.find(key) for key in ANSWERS]
    corpus = open_released(config, allow_partial=True)
    snapshots = [read_snapshot(corpus.store, each) for each in snapshot_paths(corpus.store)]
    makes: dict[str, Any] = {stage.name: stage.makes for stage in STAGES} | {"tracks": Track}
    commits = {
        commit.rows_path: commit
        for each in snapshots
        for plan in (steps(STAGES, each, config),)
        for commit in (
            *track_commits(corpus.store, each),
            *finished(corpus.store, plan, pending(corpus.store, plan)),
        )
    }
    return (
        snapshots,
        [read_sources(corpus.store, each).rows() for each in snapshots],
        commits,
        [read_rows(corpus.store, path, makes[each.stage]) for path, each in commits.items()],
        corpus.rejections(),
        [read_frame(corpus.store, path).rows() for path in corpus.snapshot.fingerprints],
        read_verdicts(corpus.store),
        _matches(config).rows(),
        as_built(config),
    )


def _matches(config: CorpusConfig) -> pl.DataFrame:
    corpus = open_released(config, allow_partial=True)
    known = corpus.sources.filter(pl.col("partition").is_not_null())
    return decontaminate(corpus.store, known, ITEMS, (), config.curation, Here(), time_limit_s=60.0)


def _outcome(config: CorpusConfig, name: str, true: dict[str, Any]) -> str:
    kind = name.partition("/")[0]
    kind = {RELEASES: RELEASES, "answers.sqlite": "answers"}.get(kind, "corpus")
    named = name.removeprefix(f"{RELEASES}/v1/")
    try:
        found = read(config, kind)
    except (StoreError, ReleaseError) as error:
        words = str(error)
        return f"told: {words}" if named in words else f"told without the file's name: {words}"
    except Exception as error:
        return f"traceback: {type(error).__name__}: {error}"
    if _same(found, true[kind]):
        return "harmless: what is read is the same"
    if kind == "answers" and all(f in (None, t) for f, t in zip(found, true[kind], strict=True)):
        return "asked again: an answer is not found"
    return "silent: what is read is something else"


def _same(found: Any, true: Any) -> bool:
    return repr(found) == repr(true)
