import pytest

from tools.store import Store, StoreError


@pytest.fixture(params=["local", "memory"])
def store(request, tmp_path):
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
