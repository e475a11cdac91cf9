"""Builds of MF-Think against a scripted reasoner and checker: real server, faults, kills."""

import signal
import subprocess
import time
from collections import Counter

import numpy as np
import polars as pl
import pytest

from pipeline.engine.plan import steps
from pipeline.engine.shards import write_shard
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.stage import StageResult
from pipeline.stages import STAGES
from schemas.config import load_config
from schemas.quality import Quality
from schemas.thinking import parse_thought
from schemas.usage import Usage
from tests.audio import write
from tests.flows.conftest import BIN, latest_artifacts
from tests.flows.test_build import content_of
from tests.model_server import read_log
from tests.pipeline.stages.questions import pair_of, rich_of, song_of
from tests.pipeline.stages.test_describe import caption_of
from tests.pipeline.stages.thoughts import question_of
from tests.serving import model_server
from tools.store import Store

CONFIG = """\
name: {name}
store: store
source:
  folder: audio
ingest:
  partition_size: {partition_size}
factcheck:
  max_rewrites: 2
select:
  share: 1.0
  max_skill_share: 1.0
execution:
  workers: 2
"""
FATES = {
    "rrr": "accepted",
    "rrrw.rrrr": "accepted",
    "rrw": "wrong_share",
    "rrm.rm.rr": "accepted",
    "rrrw.rrrx": "not_gold",
    "rrrrrrrwww.rrr": "accepted",
    "-": "no_steps",
    "rcm": "not_corrected",
    "rrx": "not_gold",
    "rw": "wrong_share",
}
FAULTS = ("429_ms", "500", "503", "reset", "half_body", "broken_json", "html", "empty", "no_json",
          "wrong_type", "missing_field", "refusal")  # fmt: skip
CHAOS = ("--script", "--fault-share", 0.2, "--latency-s", 0.02, "--faults", *FAULTS)
N_AT_ONCE = 16
FIELDS = f"model=m,concurrency={N_AT_ONCE},max_answers=12,max_attempts=20,audio_sample_rate_hz=8000"


def roles(url):
    return [f"--role={name}={url},{FIELDS}" for name in ("reasoner", "checker")]


def accepted_corpus(folder, environment, n_tracks, n_pairs, partition_size, name):
    """A corpus of which all planned pairs are accepted already; gives its config."""
    (folder / "audio").mkdir()
    for number in range(n_tracks):
        noise = np.random.default_rng(number).normal(0, 0.1, 4000)
        write(folder / f"audio/{number}.wav", noise, 8000)
    config = folder / "corpus.yaml"
    config.write_text(CONFIG.format(name=name, partition_size=partition_size))
    command = [BIN / "partimento", "build", config, "--until", "segment"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    loaded = load_config(config)
    store = Store(loaded.store)
    found = pl.read_parquet(folder / "store/data/tracks/*.parquet", include_file_paths="file")
    plans = list(FATES)
    for step in steps(STAGES, latest_snapshot(store), loaded):
        name = step.partition.partition
        ids = found.filter(pl.col("file").str.contains(f"/{name}-"))["track_id"]
        rows = planned_rows(step.stage.name, list(ids), n_pairs, plans)
        if rows is not None:
            row_ids = [str(number) for number in range(len(rows))]
            write_shard(
                store, stage=step.stage.name, partition=name, address=step.address,
                result=StageResult(inputs=row_ids, accepted=row_ids, rows=rows),
                model=step.stage.makes, seconds=0.0,
            )  # fmt: skip
    return config


def planned_rows(stage, track_ids, n_pairs, plans):
    pairs = [
        pair_of(
            n, track_id, question=question_of(f"{track_id}-{n}", plans[n % len(plans)]),
            answer="gold", options=["another", "gold", "a third", "none"],
        )
        for track_id in track_ids
        for n in range(n_pairs)
    ]  # fmt: skip
    verdicts = [
        Quality(
            row_id=pair.qa_id, track_id=pair.track_id, kind="qa", decision="accepted", ballots=[],
            findings=[], blind_tries=None, blind_right=None, usage=Usage(),
        )
        for pair in pairs
    ]  # fmt: skip
    rows = {
        "measure": [song_of(track_id) for track_id in track_ids],
        "transcribe": [],
        "caption": [caption_of(track_id, 0) for track_id in track_ids],
        "describe": [rich_of(track_id) for track_id in track_ids],
        "question": pairs, "judge": verdicts, "lint": [], "dedup": [], "blind": [],
        "harden": [], "refine": [], "retell": [],
    }  # fmt: skip
    return rows.get(stage)


def fates_of(corpus):
    """What became of every pair, by id; fails where one has two outcomes."""
    store = corpus.parent / "store"
    rows = pl.read_parquet(store / "data/factcheck/*.parquet")
    assert rows["row_id"].is_unique().all()
    accepted = rows.filter(pl.col("decision") == "accepted")
    outcomes = [(row_id, "accepted") for row_id in accepted["row_id"]]
    for stage in ("difficulty", "select", "reason", "factcheck"):
        if (store / "rejected" / stage).exists():
            refused = pl.read_parquet(store / "rejected" / stage / "*.parquet")
            outcomes += refused.select("row_id", "reason").rows()
    assert len(outcomes) == len(dict(outcomes)), "one fate each"
    return dict(outcomes)


def build_and_kill(command, environment, log, n_requests):
    """Run a build and kill it after so many more requests."""
    wanted = n_requests + (len(read_log(log)) if log.exists() else 0)
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while len(read_log(log)) < wanted:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check_run(corpus, environment, tmp_path, n_pairs, kills):
    """Kill a build amid faults, go on, and find every sample exactly once; gives what it said."""
    log = tmp_path / "log"
    log.touch()
    with model_server("--log", log, *CHAOS) as url:
        command = [BIN / "partimento", "build", corpus, *roles(url)]
        for n_requests in kills:
            build_and_kill(command, environment, log, n_requests)
        built = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=580
        )
    assert built.returncode == 0, built.stderr
    outcomes = fates_of(corpus)
    expected = {
        row_id: FATES[list(FATES)[int(row_id.rsplit("-q", 1)[1]) % len(FATES)]]
        for row_id in outcomes
    }
    assert outcomes == expected
    tracks = pl.read_parquet(corpus.parent / "store/data/tracks/*.parquet")["track_id"]
    assert len(outcomes) == n_pairs * tracks.n_unique()
    lines = read_log(log)
    outcomes = Counter(line["outcome"] for line in lines)
    assert len(outcomes) > 6, outcomes
    answered = Counter(line["key"] for line in lines if line["outcome"] == "answered")
    n_twice = sum(answered.values()) - len(answered)
    assert n_twice <= 2 * N_AT_ONCE * len(kills), "only what was under way is asked again"
    return built.stdout


@pytest.mark.slow
def test_a_killed_build_among_faults_loses_and_doubles_nothing(
    partimento, environment, server_url, tmp_path
):
    corpus = accepted_corpus(tmp_path, environment, 6, 10, 2, "thoughts")
    said = check_run(corpus, environment, tmp_path, 10, [60])
    assert "MF-Think" in said
    rows = pl.read_parquet(tmp_path / "store/data/factcheck/*.parquet")
    for completion in rows["completion"].drop_nulls():
        assert parse_thought(completion).answer == "gold"
    paid = rows["usage"].struct.field("n_attempts")
    assert paid.sum() > 0, "what a hearing of several chains cost stands with the first of them"
    by_key = latest_artifacts(server_url, "thoughts-mf-think-")
    wanted = {f"thoughts-mf-think-{each}" for each in ("rates", "funnel", "selection", "plot")}
    assert wanted <= set(by_key)
    assert '"rewritten_share": 0.5' in by_key["thoughts-mf-think-rates"]["data"]
    shown = partimento("show", corpus, "0.wav", *roles("http://127.0.0.1:1/v1"))
    assert "thoughts on q01" in shown.stdout
    assert "wrong_share" in shown.stdout


@pytest.mark.slow
def test_a_thousand_samples_with_kills_and_faults(environment, tmp_path):
    chaos, quiet = tmp_path / "chaos", tmp_path / "quiet"
    chaos.mkdir()
    corpus = accepted_corpus(chaos, environment, 20, 50, 5, "thousand")
    subprocess.run(["cp", "-r", chaos, quiet], check=True)
    said = check_run(corpus, environment, tmp_path, 50, [300, 900, 1500])
    with model_server("--script") as url:
        command = [BIN / "partimento", "build", quiet / "corpus.yaml", *roles(url)]
        built = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=580
        )
    assert built.returncode == 0, built.stderr
    assert content_of(built.stdout) == content_of(said)


def test_the_stages_that_are_planned_here_are_those_before_mf_think():
    names = [stage.name for stage in STAGES]
    before = names[names.index("measure") : names.index("difficulty")]
    before.remove("compare")  # asks no model unless it is told to
    assert [name for name in names if planned_rows(name, [], 0, []) is not None] == before
