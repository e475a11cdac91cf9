"""Commits of a large corpus in an object store: read one by one once, then by the page."""

import pytest

from pipeline.engine import commit_pages
from pipeline.engine.commit_pages import read_commits
from pipeline.engine.records import to_json
from schemas.shards import Commit
from tools.store import DamagedError, MissingError, Store


class Counting(Store):
    n_read = 0

    def get(self, path):
        self.n_read += 1
        return super().get(path)


def commit(number):
    return Commit(
        stage="beats", partition=f"p{number:06d}", address="abc", n_in=1, n_accepted=1,
        n_rejected=0, n_rows=1, reasons={}, unmeasured={}, content_hash="h", rows_path="r",
        rejected_path=None, sha256="s", seconds=1.0, created_at="2026-01-01T00:00:00+00:00",
    )  # fmt: skip


@pytest.fixture
def store(monkeypatch):
    """A store with ten commits, of which four are few and six fill a page."""
    monkeypatch.setattr(commit_pages, "_FEW", 4)
    monkeypatch.setattr(commit_pages, "_MOST_ON_A_PAGE", 6)
    found = Counting("memory://")
    for number in range(10):
        each = commit(number)
        found.put(f"commits/beats/{each.partition}-abc.json", to_json(each))
    return found


def names(*numbers):
    return [("beats", f"p{number:06d}", "abc") for number in numbers]


def test_the_second_look_reads_pages(store):
    order = [9, *range(9)]
    first = read_commits(store, names(*order))
    assert store.n_read == 10
    assert read_commits(store, names(*order)) == first == [commit(number) for number in order]
    assert store.n_read == 12, "two pages"


def test_what_is_new_is_read_from_its_record(store):
    read_commits(store, names(*range(8)))
    store.n_read = 0
    assert read_commits(store, names(*range(10)))[-1] == commit(9)
    assert store.n_read == 4, "two pages and two records"


def test_few_are_read_as_they_are(store):
    read_commits(store, names(1, 2))
    assert store.list("commit-pages") == []


def test_a_shard_without_a_record_is_not_there(store):
    with pytest.raises(MissingError):
        read_commits(store, names(10))


def test_a_damaged_page_is_told_with_the_way_out(store):
    read_commits(store, names(*range(6)))
    (path,) = store.list("commit-pages")
    data = store.get(path)
    store.delete(path)
    store.put(path, data[:-1] + b"x")
    with pytest.raises(DamagedError, match="delete it, it holds copies"):
        read_commits(store, names(*range(6)))
