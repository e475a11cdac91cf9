"""Vacuum deletes nothing that a build or a release under way may still name."""

import os
from datetime import timedelta

import pytest

from pipeline.corpus.corpus import Corpus
from pipeline.release import vacuum
from pipeline.release.create import create_release
from pipeline.release.vacuum import find_orphans, remove
from tests.pipeline.release.made_up import Here, build, listing, make_config
from tools.store import DamagedError, Store


def test_vacuum_beside_a_resumed_build_loses_nothing(tmp_path, monkeypatch):
    """A writer died a day ago; the resumed build commits the same shard while vacuum works."""
    config = make_config(tmp_path)
    store = build(config, listing(4))
    (record,) = (tmp_path / "store/commits/describe").iterdir()
    (left,) = (tmp_path / "store/data/describe").iterdir()
    record.unlink()
    for path in (tmp_path / "store/data").rglob("*.parquet"):
        os.utime(path, (1, 1))
    look = vacuum._referred

    def meanwhile(store):
        kept = look(store)
        build(config, listing(4))
        return kept

    monkeypatch.setattr(vacuum, "_referred", meanwhile)
    found = find_orphans(store, older_than=timedelta(hours=24))
    remove(store, found)
    assert [each.path for each in found] == [left.relative_to(tmp_path / "store").as_posix()]
    assert Corpus.open(config).pending == []
    assert create_release(config, "v1", Here()).datasets[0].n_rows == 4


def test_vacuum_spares_a_release_that_is_being_sent(tmp_path):
    store = build(make_config(tmp_path), listing(4))
    for place in ("releases/v1", "staging/release-v1"):
        store.put(f"{place}/tracks/first", b"sent two days ago")
        os.utime(tmp_path / "store" / place / "tracks/first", (1, 1))
        assert len(find_orphans(store, older_than=timedelta(hours=24))) == 1
        store.put(f"{place}/tracks/second", b"sent now")
        assert find_orphans(store, older_than=timedelta(hours=24)) == []


def test_vacuum_knows_no_orphans_where_a_record_is_damaged(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    (record,) = (tmp_path / "store/commits/describe").iterdir()
    record.write_bytes(b"")
    with pytest.raises(DamagedError, match=f"commits/describe/{record.name}"):
        find_orphans(store, older_than=timedelta(0))


def test_what_is_young_in_an_object_store_is_left(s3_store):
    store = Store(s3_store)
    store.put("data/describe/p000000-dead-beef.parquet", b"written now")
    assert find_orphans(store, older_than=timedelta(hours=1)) == []
    assert len(find_orphans(store, older_than=timedelta(0))) == 1
    assert store.list("staging") == [], "nothing is left of the clock"


def test_vacuum_takes_the_empty_folders_of_what_was_killed_before_its_first_file(tmp_path):
    store = build(make_config(tmp_path), listing(4))
    left = tmp_path / "store/staging/release-v1"
    (left / "tracks").mkdir(parents=True)
    os.utime(left, (1, 1))
    assert find_orphans(store, older_than=timedelta(hours=24)) == [], "what is in it is young"
    os.utime(left / "tracks", (1, 1))
    (found,) = find_orphans(store, older_than=timedelta(hours=24))
    assert (found.path, found.why) == ("staging/release-v1/", "an empty folder")
    remove(store, [found])
    assert not left.exists()


def test_vacuum_leaves_the_folder_that_a_release_has_just_begun(tmp_path):
    store = build(make_config(tmp_path), listing(4))
    left = tmp_path / "store/staging/release-v1/tracks/first"
    store.put("staging/release-v1/tracks/first", b"sent two days ago")
    os.utime(left, (1, 1))
    with store.staging("release-v2") as begun:
        remove(store, find_orphans(store, older_than=timedelta(hours=24)))
        assert begun.is_dir()
        assert not left.parent.parent.exists()
