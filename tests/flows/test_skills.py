"""Builds of MF-Skills: several models, a changed threshold, new tracks, what the UI shows."""

import subprocess

import polars as pl
import pytest

from tests.audio import clicks, write
from tests.flows.conftest import BIN, latest_artifacts
from tests.flows.test_build import files_of
from tests.model_server import read_log
from tests.serving import model_server

CONFIG = """\
name: skills
store: store
source:
  folder: audio
ingest:
  partition_size: 2
segment:
  window_s: 1.0
judge:
  min_clear: {min_clear}
execution:
  workers: 2
"""
STAGES = ("question", "lint", "dedup", "harden", "judge")


def song(folder, number):
    path = folder / f"audio/song{number}.flac"
    write(path, clicks(90 + 10 * number, 4.0, 22050, seed=number), 22050)


@pytest.fixture(scope="module")
def described(tmp_path_factory, environment):
    """Four songs in two partitions, built up to `describe`."""
    folder = tmp_path_factory.mktemp("described")
    (folder / "audio").mkdir()
    for number in range(4):
        song(folder, number)
    (folder / "corpus.yaml").write_text(CONFIG.format(min_clear=3))
    command = [BIN / "partimento", "build", folder / "corpus.yaml", "--until", "describe"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture
def corpus(described, tmp_path):
    subprocess.run(["cp", "-r", f"{described}/.", tmp_path], check=True)
    return tmp_path / "corpus.yaml"


def roles(url, *names):
    fields = "model=m,audio_sample_rate_hz=8000"
    return [word for name in names for word in ("--role", f"{name}={url},{fields}")]


def rows_of(corpus, stage, what="data"):
    return pl.read_parquet(corpus.parent / "store" / what / stage / "*.parquet")


def commits_of(corpus, stage):
    return {p for p in files_of(corpus.parent / "store") if p.startswith(f"commits/{stage}/")}


def test_every_candidate_is_accounted_for(corpus, partimento, server_url, tmp_path):
    log = tmp_path / "log"
    with model_server("--log", log) as url:
        players = roles(url, "writer", "blind", "judge", "judge_2")
        built = partimento("build", corpus, "--until", "judge", *players)
        assert built.returncode == 0, built.stderr
        n_asked = len(read_log(log))
        pairs, verdicts = rows_of(corpus, "question"), rows_of(corpus, "judge")
        assert set(pairs["authorship"].struct.field("model")) == {"m"}
        ballots = verdicts["ballots"].explode().struct
        assert set(ballots.field("judge")) == {"judge", "judge_2"}
        assert rows_of(corpus, "blind")["n_right"].drop_nulls().len() > 0
        refused = [rows_of(corpus, "question", "rejected")]
        seen = set(pairs["qa_id"]) | set(refused[0]["row_id"])
        accepted = set(verdicts.filter(pl.col("decision") == "accepted")["row_id"])
        refused += [
            rows_of(corpus, stage, "rejected")
            for stage in STAGES[1:]
            if (corpus.parent / "store/rejected" / stage).exists()
        ]
        ids = [row_id for frame in refused for row_id in frame["row_id"]]
        assert len(ids) == len(set(ids)), "refused once"
        assert not set(ids) & accepted
        captions = set(rows_of(corpus, "describe")["track_id"])
        assert set(ids) | accepted == seen | captions

        corpus.write_text(CONFIG.format(min_clear=5))
        before = {stage: commits_of(corpus, stage) for stage in STAGES}
        stricter = partimento("build", corpus, "--until", "judge", *players)
        assert stricter.returncode == 0, stricter.stderr
        assert len(read_log(log)) == n_asked, "a threshold asks nothing"
    for stage in STAGES:
        assert len(commits_of(corpus, stage) - before[stage]) == (2 if stage == "judge" else 0)
    assert "not_clear" in stricter.stdout
    assert "MF-Skills" in stricter.stdout
    by_key = latest_artifacts(server_url, "skills-mf-skills-")
    wanted = {"skills", "funnel", "balance", "plot"}
    assert {f"skills-mf-skills-{each}" for each in wanted} <= set(by_key)
    assert by_key["skills-mf-skills-plot"]["data"].startswith("data:image/png")


@pytest.mark.slow
def test_new_tracks_cost_only_themselves(corpus, partimento):
    first = partimento("build", corpus)
    assert first.returncode == 0, first.stderr
    before = {stage: commits_of(corpus, stage) for stage in STAGES}
    song(corpus.parent, 7)
    grown = partimento("build", corpus)
    assert grown.returncode == 0, grown.stderr
    for stage in STAGES:
        assert before[stage] < commits_of(corpus, stage)
        assert len(commits_of(corpus, stage)) == 3
    name = next((corpus.parent / "audio").iterdir()).name
    shown = partimento("show", corpus, name)
    assert "pairs, by builtin/facts" in shown.stdout
    assert "accepted" in shown.stdout
    seen = partimento("preview", corpus, "--stage", "judge", "--n", 1)
    assert "<data>" in seen.stdout, seen.stderr
    planned = partimento("plan", corpus, "--role", "judge_2=builtin/facts")
    assert "judge_2" in planned.stdout
