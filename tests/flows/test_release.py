"""Releases by the command, of a corpus that was built by it."""

import json
import subprocess
from pathlib import Path

import polars as pl
import pytest
import soundfile

from tests.audio import clicks, write
from tests.flows.conftest import BIN

CONFIG = """\
name: released
store: store
source:
  listing: audio/listing.csv
curation:
  benchmarks: benchmarks
release:
  validation_share: 0.2
  test_share: 0.2
execution:
  workers: 2
"""
SONG = Path("examples/songs/feelings.ogg")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, environment):
    """Five songs, a transcode of one of them, a blocked file, and a benchmark that holds one."""
    folder = tmp_path_factory.mktemp("released")
    audio = folder / "audio"
    audio.mkdir()
    lines = ["uri,artist,licence,culture"]
    for number in range(4):
        write(audio / f"song{number}.flac", clicks(90 + 9 * number, 4, 22050, seed=number), 22050)
        licence = "CC-BY-4.0" if number else ""
        lines.append(f"song{number}.flac,artist {number},{licence},Wales")
    write(audio / "secret.flac", clicks(140, 4, 22050), 22050)
    lines.append("secret.flac,nobody,All rights reserved,")
    sound, rate = soundfile.read(SONG, frames=15 * 44100)
    write(audio / "feelings.flac", sound, rate)
    write(audio / "feelings_again.mp3", sound[2 * rate :], rate)
    lines += [f"{name},Sectoid,MIT,Spain" for name in ("feelings.flac", "feelings_again.mp3")]
    (audio / "listing.csv").write_text("\n".join(lines) + "\n")
    (folder / "benchmarks/quiz/test").mkdir(parents=True)
    write(folder / "benchmarks/quiz/test/q1.ogg", sound[3 * rate : 13 * rate], rate, format="OGG")
    (folder / "corpus.yaml").write_text(CONFIG)
    command = [BIN / "partimento", "build", folder / "corpus.yaml"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder / "corpus.yaml"


def succeeds(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_json(partimento, corpus, manifest):
    told = json.loads(succeeds(partimento("release", "diff", "v1", "v2", corpus, "--json")))
    assert sum(each["n_rows"] for each in told["counts"] if each["change"] == "came") > 0
    told = json.loads(succeeds(partimento("release", "list", corpus, "--json")))
    assert [each["name"] for each in told["releases"]] == ["v1", "v2"]
    assert told["releases"][0]["n_files"] == len(manifest["files"])
    told = json.loads(succeeds(partimento("release", "verify", "v1", corpus, "--json")))
    assert (told["problems"], told["n_files"]) == ([], len(manifest["files"]))


def test_two_releases_of_one_corpus(corpus, partimento, tmp_path):
    store = corpus.parent / "store"
    listed = succeeds(partimento("rejects", "list", corpus, "--stage", "ingest"))
    assert "acoustic_duplicate" in listed
    assert "blocked_licence" in listed

    made = succeeds(partimento("release", "create", "v1", corpus))
    assert "1 unknown_licence" in made
    first = store / "releases/v1"
    manifest = json.loads((first / "manifest.json").read_text())
    n_rows = {each["config"]: each["n_rows"] for each in manifest["datasets"]}
    assert n_rows["tracks"] == 4
    assert n_rows["captions"] > 0
    assert n_rows["qa"] > 0
    assert manifest["ingest_reasons"] == {"acoustic_duplicate": 1, "blocked_licence": 1}
    (check,) = manifest["benchmarks"]
    assert (check["benchmark"], check["split"], check["n_tracks"]) == ("quiz", "test", 1)
    tested = pl.read_parquet(first / "tracks/test-*.parquet").filter(lane="eval_only")
    assert tested["artist"].to_list() == ["Sectoid"]
    assert "Spain" not in pl.read_parquet(first / "tracks/train-*.parquet")["culture"].to_list()
    assert manifest["tools"]["madmom"] == "0.16.1"
    assert [each["stage"] for each in manifest["stages"][1:4]] == ["beats", "loudness", "chroma"]

    again = partimento("release", "create", "v1", corpus)
    assert again.returncode == 1
    assert "never change" in again.stderr

    allowed = corpus.with_name("allowed.yaml")
    allowed.write_text(
        corpus.read_text().replace("curation:", "curation:\n  unknown_licence: research_only")
    )
    succeeds(partimento("release", "create", "v2", allowed))
    listed = succeeds(partimento("release", "list", corpus))
    assert "v1" in listed
    assert "v2" in listed
    diff = succeeds(partimento("release", "diff", "v1", "v2", corpus, "--rows", "5"))
    assert "no longer left out: unknown_licence" in diff
    check_json(partimento, corpus, manifest)
    by_folder = partimento("release", "diff", first, store / "releases/v2")
    assert "no longer left out: unknown_licence" in succeeds(by_folder)

    assert "as they were written" in succeeds(partimento("release", "verify", "v1", corpus))
    (shard,) = (first / "mf-skills/captions").glob("train-*")
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    broken = partimento("release", "verify", first)
    assert broken.returncode == 1
    assert "its bytes have changed" in broken.stderr

    exported = partimento(
        "release", "export", "v2", corpus, "--to", "delta", "--folder", tmp_path / "delta"
    )
    assert "captions" in succeeds(exported)
    assert "0 files" in succeeds(partimento("release", "vacuum", corpus))
    hasty = partimento("release", "vacuum", corpus, "--older-than-h", "0")
    assert hasty.returncode == 2
    assert "--older-than-h" in hasty.stderr and "24" in hasty.stderr


def test_what_is_missing_is_said(corpus, partimento, tmp_path):
    missing = partimento("release", "verify", "none", corpus)
    assert missing.returncode == 1
    assert "has no release 'none'" in missing.stderr
    assert "it has no manifest.json" in partimento("release", "verify", tmp_path).stderr
    other = partimento(
        "release", "create", "v9", corpus, "--role", "writer=http://127.0.0.1:9/v1,model=m"
    )
    assert "are not done; run `partimento build`" in other.stderr
