"""Whatever is done to a store, the doctor sees it; a store as it was made is whole."""

import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.release.examine import examine_store
from schemas.config import load_config
from tools.store import Store


@pytest.fixture
def store(built_corpus, tmp_path):
    """A copy of a built store."""
    shutil.copytree(Path(load_config(built_corpus).store), tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def examine(built_corpus, store):
    def look():
        config = load_config(built_corpus).model_copy(update={"store": str(store)})
        expected, read = [], []
        found = examine_store(config, expected.append, read.append)
        assert sum(read) == sum(expected)
        return {each.name: each for each in found}

    return look


def one(store, pattern):
    return sorted(store.glob(pattern))[0]


def test_a_store_as_it_was_made_is_whole(store, examine):
    found = examine()
    assert all(each.is_ok for each in found.values()), found
    assert "form 2" in found["store"].found
    n_records = len(list(store.glob("commits/*/*.json")))
    assert found["commits"].found == f"{n_records} records"
    files = [*store.glob("data/*/*.parquet"), *store.glob("rejected/*/*.parquet")]
    n_bytes = sum(each.stat().st_size for each in files)
    assert found["files"].found.startswith(f"{len(files)} files, {n_bytes} bytes")
    assert "0 s between" in found["clock"].found
    assert {"store", "space"} <= found.keys()


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("pattern", "damage", "check", "words"),
    [
        ("data/measure/*", flip, "files", "was changed since it was written"),
        ("data/sources/*", flip, "files", "was changed since it was written"),
        ("data/tracks/*", Path.unlink, "files", "delete commits/tracks/"),
        ("commits/segment/*", flip, "commits", "commits/segment/"),
        ("commits/segment/*", lambda path: path.write_text(""), "commits", "is no record"),
        ("snapshots/*", flip, "snapshots", "snapshots/0000"),
    ],
)
def test_damage_is_named(store, examine, pattern, damage, check, words):
    damage(one(store, pattern))
    found = examine()
    assert words in found[check].found
    assert [each.name for each in found.values() if not each.is_ok] == [check]


def test_a_record_that_was_made_to_name_another_file_is_found(store, examine):
    first, second = sorted(store.glob("data/measure/*"))[:2]
    record = store / "commits/measure" / f"{'-'.join(second.name.split('-')[:2])}.json"
    fields = json.loads(record.read_text())
    fields["rows_path"] = str(first.relative_to(store))
    record.write_text(json.dumps(fields))
    assert not examine()["commits"].is_ok, "the record has a checksum of its own"
    del fields["checksum"]
    record.write_text(json.dumps(fields))
    assert "is another than its commit record names" in examine()["files"].found


def test_what_nothing_refers_to_is_an_orphan_once_it_is_old(store, examine):
    path = store / "data/measure/p000000-0123456789abcdef-01234567-0123456789abcdef.parquet"
    path.write_bytes(b"x" * 100)
    assert examine()["orphans"].is_ok
    os.utime(path, (1, 1))
    found = examine()["orphans"]
    assert not found.is_ok and not found.is_needed
    assert found.found.startswith("1 files") and "100 bytes" in found.found


def test_a_newer_form_is_refused_in_a_line(store, examine):
    (store / "format.json").unlink()
    assert "form 1" in examine()["store"].found
    (store / "format.json").write_text('{"format": 3}')
    (found,) = examine().values()
    assert not found.is_ok and "newer Partimento" in found.found


def test_a_clock_that_is_off_and_a_full_disk_are_told(examine, monkeypatch):
    real = Store.entries

    def late(self, prefix):
        for each in real(self, prefix):
            moved = each.modified_at.replace(year=each.modified_at.year - 1)
            yield type(each)(each.path, each.size_bytes, moved)

    monkeypatch.setattr(Store, "entries", late)
    monkeypatch.setattr(
        "pipeline.release.examine.shutil.disk_usage", lambda _: shutil._ntuple_diskusage(9, 8, 1)
    )
    found = examine()
    assert not found["clock"].is_ok and "NTP" in found["clock"].remedy
    assert not found["space"].is_ok
