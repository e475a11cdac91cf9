"""Decontamination by id, by names and by sound."""

import json
from pathlib import Path

import polars as pl
import pytest
import soundfile

from pipeline.ingest.recordings import keep_fingerprints
from pipeline.release.benchmarks import decontaminate, read_benchmarks
from schemas.config import ConfigError
from schemas.sections import CurationConfig
from tests.audio import write
from tests.pipeline.release.made_up import Here
from tools.audio import load_mono
from tools.fingerprint import SAMPLE_RATE_HZ, fingerprint
from tools.store import Store

SONGS = {path.stem: path for path in sorted(Path("examples/songs").glob("*.ogg"))}
CARE = CurationConfig()


def read(folder):
    return read_benchmarks(folder, Here(), time_limit_s=60)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Four songs with their fingerprints; `feelings` is there twice, as one recording."""
    rows = [
        {"track_id": name, "recording": name, "uri": f"a/{name}.ogg", "source_id": f"id-{name}",
         "title": name.replace("_", " ").title(), "artist": "Sectoid",
         "fingerprint": fingerprint(load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ))}
        for name, path in SONGS.items()
    ]  # fmt: skip
    rows.append(rows[1] | {"track_id": "again", "recording": "feelings", "uri": "a/other.mp3",
                           "source_id": None, "title": None, "fingerprint": None})  # fmt: skip
    tracks = pl.DataFrame(rows)
    store = Store(str(tmp_path_factory.mktemp("store")))
    return store, tracks.drop("fingerprint"), keep_fingerprints(store, tracks)


def held(corpus, items):
    store, tracks, paths = corpus
    found = decontaminate(store, tracks, items, paths, CARE, Here(), time_limit_s=60)
    return {tuple(row) for row in found.select("track_id", "benchmark", "split", "by").iter_rows()}


def test_lists_are_matched_by_id_and_by_names(corpus, tmp_path):
    (tmp_path / "caps.csv").write_text(
        "id,split\nid-feelings,train\nmetal_madness,eval\nnone,test\n"
    )
    line = {"title": "WAR of freedom!", "artist": "sectoid", "benchmark": "alt", "split": "dev"}
    other = {"title": "Feelings", "artist": "Somebody else"}
    (tmp_path / "names.jsonl").write_text(json.dumps(line) + "\n" + json.dumps(other) + "\n")
    assert held(corpus, read(tmp_path)) == {
        ("feelings", "caps", "train", "id"),
        ("again", "caps", "train", "id"),
        ("metal_madness", "caps", "test", "id"),
        ("war_of_freedom", "alt", "validation", "title and artist"),
    }


def test_ten_seconds_of_a_song_are_recognised_by_sound(corpus, tmp_path):
    folder = tmp_path / "clips/test"
    folder.mkdir(parents=True)
    clip, rate = soundfile.read(SONGS["feelings"], start=20 * 44100, frames=12 * 44100)
    write(folder / "x1.mp3", clip, rate)
    text = fingerprint(load_mono(SONGS["metal_madness"], sample_rate_hz=SAMPLE_RATE_HZ))
    pl.DataFrame({"fingerprint": [text], "split": [None]}).write_parquet(tmp_path / "fp.parquet")
    assert held(corpus, read(tmp_path)) == {
        ("feelings", "clips", "test", "fingerprint"),
        ("again", "clips", "test", "fingerprint"),
        ("metal_madness", "fp", None, "fingerprint"),
    }


def test_the_comparison_is_made_once(corpus, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("id\nid-feelings\n")
    items = read(tmp_path)
    first = held(corpus, items)

    def compare(*_):
        raise AssertionError("it was made before")

    monkeypatch.setattr("pipeline.release.benchmarks._by_id", compare)
    assert held(corpus, items) == first


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "ytid\nx\n", "none of the columns"),
        ("a.jsonl", "{broken\n", "cannot be read"),
        ("a.csv", "fingerprint\nAQ\n", "too short"),
        ("a.wav", "no sound", "undecodable"),
    ],
)
def test_what_cannot_be_compared_is_an_error(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=message):
        read(tmp_path)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        read(tmp_path / "none")
