"""A build and a release whose store is an object store."""

import re

import pytest

from tests.audio import clicks, write
from tools.store import Store

CONFIG = """\
name: songs
store: {store}
source:
  folder: audio
execution:
  workers: 1
  answers: answers
curation:
  unknown_licence: research_only
"""


def content_of(output):
    return re.search(r"content ([0-9a-f]{64})", output)[1]


@pytest.mark.slow
def test_a_corpus_in_an_object_store_is_that_of_a_folder(partimento, s3_store, tmp_path):
    (tmp_path / "audio").mkdir()
    for number in range(2):
        samples = clicks(90 + 10 * number, 6.0, 22050, seed=number)
        write(tmp_path / f"audio/song{number}.flac", samples, 22050)
    here, there = tmp_path / "here.yaml", tmp_path / "there.yaml"
    here.write_text(CONFIG.format(store="store"))
    there.write_text(CONFIG.format(store=s3_store))

    local, remote = partimento("build", here), partimento("build", there)
    assert remote.returncode == 0, remote.stderr
    assert content_of(remote.stdout) == content_of(local.stdout)

    made = partimento("release", "create", "v1", there)
    assert made.returncode == 0, made.stderr
    assert f"{s3_store}/releases/v1" in made.stdout
    checked = partimento("release", "verify", "v1", there)
    assert "as they were written" in checked.stdout
    assert "2 tracks" in partimento("release", "list", there).stdout

    store = Store(s3_store)
    store.put("releases/v2/tracks/train-00000.parquet", b"an interrupted upload")
    assert "v2" not in partimento("release", "list", there).stdout
    refused = partimento("release", "verify", "v2", there)
    assert refused.returncode == 1
    assert "has no release 'v2'" in refused.stderr
    store.delete("releases/v2/tracks/train-00000.parquet")

    path = next(each for each in store.list("releases/v1/tracks") if "train" in each)
    data = bytearray(store.get(path))
    data[len(data) // 2] ^= 1
    store.delete(path)
    store.put(path, bytes(data))
    checked = partimento("release", "verify", "v1", there)
    assert checked.returncode == 1
    assert path.removeprefix("releases/v1/") in checked.stderr


def test_a_store_that_is_not_there_is_told_in_one_line(partimento, s3_server, tmp_path):
    (tmp_path / "audio").mkdir()
    config = tmp_path / "corpus.yaml"
    config.write_text(CONFIG.format(store="s3://nowhere/store"))
    for command in ("status", "build", "plan"):
        failed = partimento(command, config)
        assert failed.returncode == 1
        assert "bucket" in failed.stderr.lower().splitlines()[-1]
        assert "Traceback" not in failed.stderr
