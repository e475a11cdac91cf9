import os
import shutil
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.config import ConfigError, load_config
from tests.chaos.proxy import Proxy
from tools.store import Store, StoreError


@pytest.fixture(params=["local", "memory", "s3"])
def store(request, tmp_path):
    if request.param == "s3":
        return Store(request.getfixturevalue("s3_store"))
    return Store("memory://" if request.param == "memory" else str(tmp_path / "store"))


def test_what_was_put_is_never_overwritten(store):
    assert store.put("a/b.json", b"one")
    assert not store.put("a/b.json", b"two")
    assert store.get("a/b.json") == b"one"


def test_list_is_sorted_and_below_the_prefix(store):
    for path in ("commits/b", "commits/a", "data/x"):
        store.put(path, b"")
    assert store.list("commits") == ["commits/a", "commits/b"]
    assert store.list("nothing") == []


def test_a_missing_object_is_a_file_not_found_error(store):
    with pytest.raises(FileNotFoundError):
        store.get("none")


def test_a_store_that_cannot_be_written_says_so(tmp_path):
    store = Store(str(tmp_path / "store"))
    (tmp_path / "store/a").write_text("a file where a folder is needed")
    with pytest.raises(StoreError, match="a/b cannot be written"):
        store.put("a/b", b"x")


def test_one_of_many_writers_wins(store):
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda number: store.put("commit", bytes([number])), range(8)))
    assert won.count(True) == 1
    assert store.get("commit") == bytes([won.index(True)])


def test_what_is_published_is_whole_and_its_last_file_comes_last(store):
    with store.staging("x") as folder:
        (folder / "a").mkdir()
        (folder / "a/rows").write_bytes(b"1")
        (folder / "manifest.json").write_bytes(b"{}")
        store.put("r/a/rows", b"other bytes")
        assert not store.publish(folder, "r", "manifest.json")
        assert store.list("r") == ["r/a/rows"]
        assert store.publish(folder, "s", "manifest.json")
        assert store.list("s") == ["s/a/rows", "s/manifest.json"]
    assert not folder.exists()


def test_entries_have_sizes_and_what_is_deleted_is_gone(store):
    store.put("data/x", b"123")
    assert [(each.path, each.size_bytes) for each in store.entries("data")] == [("data/x", 3)]
    store.delete("data/x")
    assert store.list("data") == []


def test_a_bucket_that_is_missing_is_told_in_one_line(s3_server):
    store = Store("s3://nowhere/store")
    with pytest.raises(StoreError, match=r"^s3://nowhere/store: a cannot be written: no bucket$"):
        store.put("a", b"")
    with pytest.raises(
        StoreError, match=r"^s3://nowhere/store: a cannot be listed: .*NoSuchBucket.$"
    ):
        store.list("a")


def test_a_server_that_is_down_and_a_scheme_that_is_unknown_are_told(monkeypatch, s3_server):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"^s3://b/store: a cannot be read: [^\n?]*$"):
        Store("s3://b/store").get("a")
    with pytest.raises(StoreError, match=r"cannot be opened: .*Unable to recognise URL"):
        Store("s4://b/store")


def test_what_stands_already_is_no_conflict(store):
    assert store.put("a", b"one")
    assert store.put("a", b"one")


def test_bytes_and_names_are_on_the_disk_before_put_returns(tmp_path, monkeypatch):
    store, done = Store(str(tmp_path / "store")), []
    real_fsync, real_link = os.fsync, os.link

    def fsync(handle):
        done.append(("flushed", os.readlink(f"/proc/self/fd/{handle}")))
        real_fsync(handle)

    def link(source, target):
        done.append(("named", str(target)))
        real_link(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    store.put("data/s/x", b"1")
    what = [(kind, Path(path).relative_to(tmp_path).as_posix()) for kind, path in done]
    named = what.index(("named", "store/data/s/x"))
    assert what[named + 1] == ("flushed", "store/data/s")
    assert {("flushed", "store"), ("flushed", "store/data")} <= set(what[:named])
    (whole,) = (path for kind, path in what[:named] if path.endswith(".part"))
    assert whole.startswith("store/staging/")
    assert list((tmp_path / "store/staging").iterdir()) == []


def test_a_store_that_is_a_file_or_gone_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"^[^\n]*/file: the folder cannot be opened: [^\n]*$"):
        Store(str(tmp_path / "file"))
    store = Store(str(tmp_path / "store"))
    store.put("a", b"x")
    shutil.rmtree(tmp_path / "store")
    with pytest.raises(StoreError, match=r"^[^\n]*/store: b cannot be written: the store is gone$"):
        store.put("b", b"x")
    with pytest.raises(StoreError, match=r"^[^\n]*/store: a is missing$"):
        store.get("a")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "location",
    [
        "s3://ann:hunter2@bucket/x",
        "s3://ann:hun/ter2@bucket/x",
        "s4://ann:hunter2@b",
        "az://container/x?sig=hunter2",
        "s3://[ann:hunter2@b",
    ],
)
def test_a_password_in_a_url_is_refused_and_never_shown(location, tmp_path):
    with pytest.raises(StoreError, match="holds no password") as refused:
        Store(location)
    config = tmp_path / "corpus.yaml"
    config.write_text(f"name: a\nstore: '{location}'\nsource: {{folder: audio}}\n")
    with pytest.raises(ConfigError, match=r"corpus.yaml:2: store: .* holds no password") as told:
        load_config(config)
    for error in (refused, told):
        shown = "".join(traceback.format_exception(error.value))
        assert "hunter2" not in shown
        assert "ter2" not in shown


def test_secrets_of_the_endpoint_are_not_shown(monkeypatch, s3_server):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://ann:hunter2@127.0.0.1:9")
    with pytest.raises(StoreError) as told:
        Store("s3://b/store").get("a")
    assert "hunter2" not in str(told.value)


def test_a_lost_answer_is_no_conflict(monkeypatch, s3_server, s3_store):
    lost = iter([True])
    with Proxy(s3_server, lambda method, _: method == "PUT" and next(lost, False)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert Store(s3_store).put("a", b"one")
        assert not Store(s3_store).put("a", b"two")
    assert next(lost, None) is None, "an answer was lost"


def test_an_object_whose_every_answer_was_lost_stands(monkeypatch, s3_server, s3_store):
    with Proxy(s3_server, lambda method, _: method == "PUT") as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert Store(s3_store).put("a", b"one")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    assert Store(s3_store).get("a") == b"one"
