from concurrent.futures import ThreadPoolExecutor

import pytest

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
