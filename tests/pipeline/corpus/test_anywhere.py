"""The same songs from a folder, a bucket, the web and tars are the same corpus."""

import json
import tarfile

import pytest

from pipeline.engine.run import read_batch, run_stage
from pipeline.engine.stage import StageContext, section
from pipeline.ingest.scan import scan
from schemas.config import ConfigError, load_config
from tests.audio import clicks, write
from tests.buckets import delete_object, put_folder, put_object
from tests.build_apart import build_apart
from tests.inline import Inline, build_inline
from tests.web import WebFiles
from tools.errors import StoreError
from tools.remote import objects

LAST = "segment"
SONGS = {"one.wav": 90, "two.flac": 110, "three.ogg": 130}
LYRICS = "[00:01.00]Oh my darling"


@pytest.fixture(scope="module")
def songs(tmp_path_factory):
    """A folder of three songs, one with lyrics beside it."""
    folder = tmp_path_factory.mktemp("songs") / "music"
    folder.mkdir()
    for seed, (name, bpm) in enumerate(SONGS.items()):
        write(folder / name, clicks(bpm, 4.0, 22050, seed=seed), 22050)
    (folder / "two.lrc").write_text(LYRICS)
    return folder


@pytest.fixture(scope="module")
def from_folder(songs):
    return corpus_of(songs.parent, "local", f"folder: {songs}")


@pytest.fixture
def bucket(songs, s3_store):
    """URL of a prefix with the songs."""
    url = s3_store.removesuffix("/store") + "/some/music"
    put_folder(url, songs)
    return url


def write_config(folder, name, source, more=""):
    path = folder / f"{name}.yaml"
    path.write_text(
        f"name: {name}\nstore: {folder}/{name}\nsource:\n  {source}\n"
        f"execution:\n  workers: 2\n  audio_cache: {folder}/cache\n{more}"
    )
    return path


def corpus_of(folder, name, source, more=""):
    return build_inline(load_config(write_config(folder, name, source, more)), LAST)


def write_shard(path, songs):
    """A tar of the songs, and the lyrics."""
    with tarfile.open(path, "w") as tar:
        for each in sorted(songs.iterdir()):
            tar.add(each, each.name)
    return path


def test_a_bucket_gives_the_content_hash_of_a_folder(from_folder, bucket, tmp_path):
    corpus = build_apart(write_config(tmp_path, "bucket", f"folder: {bucket}"), LAST)
    assert corpus.tracks["uri"].to_list() == from_folder.tracks["uri"].to_list()
    assert corpus.content_hash == from_folder.content_hash
    assert corpus.rows_of("two.flac").track.lyrics == LYRICS
    kept = {path.stem for path in (tmp_path / "cache").rglob("*.*")}
    assert set(corpus.tracks["track_id"]) <= kept, "under their ids"


def test_shards_give_the_content_hash_of_a_folder(from_folder, songs, tmp_path):
    (tmp_path / "shards").mkdir()
    write_shard(tmp_path / "shards" / "000.tar", songs)
    corpus = corpus_of(tmp_path, "shard", f"folder: {tmp_path}/shards")
    assert set(corpus.tracks["uri"]) == {f"000.tar#{name}" for name in SONGS}
    assert corpus.content_hash == from_folder.content_hash, "where a file lies is no content"


def test_a_listing_in_a_bucket_names_what_lies_anywhere(from_folder, songs, bucket, tmp_path):
    shard = write_shard(tmp_path / "000.tar", songs)
    put_object(f"{bucket}/deep/000.tar", shard.read_bytes())
    with WebFiles(songs) as web:
        uris = {"deep/000.tar#two.flac", f"{web.url}/one.wav", f"{songs}/three.ogg"}
        lines = [{"uri": uri, "lyrics": LYRICS if "two" in uri else None} for uri in uris]
        listing = "\n".join(json.dumps(line) for line in lines)
        put_object(f"{bucket}/list.jsonl", listing.encode())
        source = f"listing: {bucket}/list.jsonl\n  hosts: [{web.host}]"
        corpus = corpus_of(tmp_path, "mixed", source)
    assert set(corpus.tracks["uri"]) == uris
    assert corpus.content_hash == from_folder.content_hash


def step_again(corpus):
    """Run the last stage's step in this process."""
    (step,) = (each for each in corpus.steps if each.stage.name == LAST)
    context = StageContext(step.stage, Inline(), None, 60.0, lambda _: None)
    batch = read_batch(step, corpus.store, corpus.root, corpus.config)
    return run_stage(batch, section(corpus.config, step.stage), context)


def test_what_a_stage_hears_is_checked_and_what_is_gone_costs_its_row(
    from_folder, bucket, tmp_path, monkeypatch
):
    corpus = corpus_of(tmp_path, "again", f"folder: {bucket}")
    kept = {path.suffix: path for path in (tmp_path / "cache").rglob("*.*")}
    put_object(f"{bucket}/one.wav", b"RIFF, and another song")
    delete_object(f"{bucket}/three.ogg")
    assert len(step_again(corpus).accepted) == 3, "what is kept needs no bucket"

    kept[".flac"].write_bytes(kept[".flac"].read_bytes()[:1000])
    assert len(step_again(corpus).accepted) == 3, "a damaged file is fetched again"

    kept[".wav"].unlink()
    kept[".ogg"].write_bytes(b"")
    names = dict(corpus.tracks.select("track_id", "uri").iter_rows())
    result = step_again(corpus)
    reasons = {names[each.row_id]: each.reason for each in result.rejected}
    assert reasons == {"one.wav": "changed", "three.ogg": "missing"}

    kept[".flac"].unlink()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setitem(objects._RETRIES, "max_retries", 2)
    objects._bucket.cache_clear()
    with pytest.raises(StoreError, match=r"s3://corpora-\d+ cannot be read: .*error"):
        step_again(corpus)
    with pytest.raises(ConfigError, match="source: s3://"):
        scan(corpus.config.source, corpus.root)
    objects._bucket.cache_clear()
