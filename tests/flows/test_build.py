"""Whole builds, by the command, against a real Prefect server."""

import json
import re
import signal
import subprocess
import time

import numpy as np
import polars as pl
import pytest

from pipeline.corpus.corpus import Corpus
from pipeline.engine.snapshots import latest_snapshot, read_sources
from schemas.config import load_config
from tests.audio import clicks, tone, write
from tests.flows.conftest import BIN, latest_artifacts
from tests.hostile import ACCEPTED, make_hostile_folder
from tests.processes import processes_with
from tests.small_corpus import LAST_STAGE, write_songs
from tools.store import Store

CONFIG = """\
name: {name}
store: store
source:
  folder: audio
ingest:
  partition_size: {partition_size}
execution:
  workers: 2
"""
N_KILLS = 5


@pytest.fixture
def corpus(tmp_path):
    """Six four-second songs in three partitions."""

    def make(name="songs", partition_size=2, n_songs=6):
        audio = tmp_path / "audio"
        audio.mkdir()
        for number in range(n_songs):
            samples = clicks(90 + 10 * number, 4.0, 22050, seed=number)
            write(audio / f"song{number}.flac", samples, 22050)
        config = tmp_path / "corpus.yaml"
        config.write_text(CONFIG.format(name=name, partition_size=partition_size))
        return config

    return make


def content_of(output):
    return re.search(r"content ([0-9a-f]{64})", output)[1]


def files_of(store):
    return sorted(str(path.relative_to(store)) for path in store.rglob("*") if path.is_file())


def test_a_build_grows_and_never_works_twice(corpus, partimento, server_url, tmp_path):
    config = corpus()
    first = partimento("build", config)
    assert first.returncode == 0, first.stderr
    assert "server at http://127.0.0.1" in first.stderr
    before = files_of(tmp_path / "store")

    again = partimento("build", config)
    assert content_of(again.stdout) == content_of(first.stdout)
    assert files_of(tmp_path / "store") == before

    (tmp_path / "audio/song0.flac").rename(tmp_path / "audio/renamed.flac")
    write(tmp_path / "audio/new.flac", clicks(100, 4.0, 22050, seed=99), 22050)
    grown = partimento("build", config)
    assert grown.returncode == 0, grown.stderr
    new = set(files_of(tmp_path / "store")) - set(before)
    measured = {path for path in new if path.startswith("data/measure")}
    assert len(measured) == 1, "only the new partition is measured: a renamed file is known"
    assert content_of(grown.stdout) != content_of(first.stdout)

    (tmp_path / "audio/song1.flac").unlink()
    shrunk = partimento("build", config)
    assert "1 tracks left the listing" in shrunk.stdout

    check_artifacts(server_url, "songs")


def test_an_orchestrator_changes_no_row(built_corpus, partimento, tmp_path):
    config = write_songs(tmp_path)
    built = partimento("build", config, "--until", LAST_STAGE)
    assert built.returncode == 0, built.stderr
    assert content_of(built.stdout) == Corpus.open(load_config(built_corpus)).content_hash


def check_artifacts(server_url, name):
    found = list(latest_artifacts(server_url, f"{name}-").values())
    kinds = {each["key"]: each["type"] for each in found}
    for stage in ("tracks", "segment", "measure"):
        assert kinds[f"{name}-{stage}-counts"] == "table"
        assert kinds[f"{name}-{stage}-summary"] == "markdown"
        assert kinds[f"{name}-{stage}-plot"] == "image"
    for stage in ("measure", "key-network"):
        assert kinds[f"{name}-{stage}-counts"] == "table"
        assert kinds[f"{name}-{stage}-progress"] == "progress"
    progress = next(each for each in found if each["key"] == f"{name}-measure-progress")
    assert float(progress["data"]) == 100.0


def test_every_hostile_file_is_accounted_for(partimento, tmp_path):
    outcomes = make_hostile_folder(tmp_path / "audio")
    assert len(outcomes) >= 30
    config = tmp_path / "corpus.yaml"
    config.write_text(CONFIG.format(name="hostile", partition_size=16))
    built = partimento("build", config)
    assert built.returncode == 0, built.stderr

    store = Store(str(tmp_path / "store"))
    snapshot = latest_snapshot(store)
    sources = read_sources(store, snapshot)
    reasons = dict(sources.select("uri", pl.col("reason").fill_null(ACCEPTED)).iter_rows())
    assert reasons == outcomes
    assert snapshot.n_sources == len(outcomes) == snapshot.n_tracks + sum(snapshot.reasons.values())

    listed = partimento("rejects", "list", config, "--stage", "ingest")
    for reason in set(outcomes.values()) - {ACCEPTED}:
        assert reason in listed.stdout
    assert r"bad\xff\xfe.wav" in listed.stdout or r"bad\\xff\\xfe.wav" in listed.stdout
    short = partimento("show", config, "half_second.wav")
    assert "too_short" in short.stdout
    assert partimento("show", config, "nothing").returncode == 1


def test_null_facts_have_reasons(partimento, tmp_path):
    audio = tmp_path / "audio"
    audio.mkdir()
    write(audio / "silence.wav", np.zeros(5 * 8000), 8000)
    write(audio / "tone.wav", tone(12, 44100), 44100)
    write(audio / "drums.mp3", clicks(120, 20, 48000), 48000)
    config = tmp_path / "corpus.yaml"
    config.write_text(CONFIG.format(name="nulls", partition_size=16))
    assert partimento("build", config).returncode == 0
    frame = pl.read_parquet(tmp_path / "store/data/measure/*.parquet").join(
        pl.read_parquet(tmp_path / "store/data/tracks/*.parquet"), on="track_id"
    )
    rows = {row["uri"]: row for row in frame.to_dicts()}
    for uri, row in rows.items():
        null = {name for name, value in row.items() if value is None} & {
            "beats", "tempo", "metre", "key", "key_sections", "chords", "progressions", "loudness",
            "sections", "quality", "instruments", "voice", "tonic", "tuning",
        }  # fmt: skip
        # A scale is null beside a key, sections beside a metre, and patterns, without a word.
        missing = {each["field"] for each in row["unmeasured"]}
        assert null == missing - {"scale", "metre_sections", "time_line", "cross_rhythm"}, uri
    assert {m["reason"] for m in rows["silence.wav"]["unmeasured"]} == {"silent"}
    assert {m["reason"] for m in rows["tone.wav"]["unmeasured"]} >= {
        "beatless",
        "no_clear_key",
        "too_short",
    }
    assert rows["drums.mp3"]["tempo"]["bpm"] == pytest.approx(120, rel=0.0025)
    assert rows["drums.mp3"]["metre"]["beats_per_bar"] == 4


@pytest.mark.slow
def test_killed_again_and_again(corpus, partimento, environment, tmp_path):
    config, store = corpus(name="killed", partition_size=1), tmp_path / "store"
    expected = content_of(partimento("build", config).stdout)
    n_files = len(files_of(store))
    store.rename(tmp_path / "undisturbed")

    random = np.random.default_rng()
    n_killed = 0
    for _ in range(N_KILLS):
        process = subprocess.Popen(
            [BIN / "partimento", "build", config],
            env={**environment, "KILLED_BY": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        n_wanted = len(files_of(store)) + random.integers(1, n_files // N_KILLS)
        while process.poll() is None and len(files_of(store)) < n_wanted:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.1))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            n_killed += 1
        process.wait()
    resumed = partimento("build", config)
    assert resumed.returncode == 0, resumed.stderr
    assert content_of(resumed.stdout) == expected
    assert n_killed >= 2
    assert_none_left(f"KILLED_BY={tmp_path}")


def assert_none_left(marker):
    """No worker outlives its build: each would hold memory and a core for nothing."""
    while processes_with(marker):
        time.sleep(0.2)


def test_a_bad_config_says_what_to_mend(partimento, tmp_path):
    config = tmp_path / "corpus.yaml"
    config.write_text("name: x\nstore: s\nsource: {folder: none}\n")
    built = partimento("build", config)
    assert built.returncode == 1
    assert "source.folder" in built.stderr
    assert "Traceback" not in built.stderr
    config.write_text("name: x\nstore: s\nsource: {folder: .}\nsegments: {}\n")
    assert "corpus.yaml:4: segments" in partimento("build", config).stderr


def test_doctor_finds_what_is_needed(partimento):
    found = partimento("doctor")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "nnls-chroma:chordino" in found.stdout + found.stderr


def test_commits_name_what_they_hold(corpus, partimento, tmp_path):
    config = corpus(name="commits", partition_size=3)
    assert partimento("build", config).returncode == 0
    for path in (tmp_path / "store/commits/measure").iterdir():
        commit = json.loads(path.read_text())
        assert commit["n_in"] == commit["n_accepted"] + commit["n_rejected"] == 3
        assert pl.read_parquet(tmp_path / "store" / commit["rows_path"]).height == commit["n_rows"]
