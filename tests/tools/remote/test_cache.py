"""A folder of bounded size that several processes use at once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serving import ROOT
from tools.errors import RefusedError, UnreachableError
from tools.remote import cache
from tools.remote.cache import FileCache


@pytest.fixture(autouse=True)
def _nothing_added(monkeypatch):
    monkeypatch.setattr(cache, "_added", {})


def add(cache, name, n_bytes=100):
    with cache.adding(lambda file: (file.write(b"x" * n_bytes), name)[1]):
        pass


def names(cache):
    return {path.name for path in Path(cache.folder).rglob("*") if path.is_file()}


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    some = FileCache(str(tmp_path), 400)
    for name in ("aaaa", "bbbb", "cccc", "dddd"):
        add(some, name)
    with some.held("aaaa") as path:
        assert path.read_bytes() == b"x" * 100
    add(some, "eeee")
    assert names(some) == {"aaaa", "dddd", "eeee"}, "down to 7/8 of the bound"
    with some.held("bbbb") as path:
        assert path is None


def test_what_is_in_use_stays_and_what_is_new_is_in_use(tmp_path):
    some = FileCache(str(tmp_path), 150)
    with some.adding(lambda file: (file.write(b"x" * 100), "aaaa")[1]) as (name, path):
        with some.held("aaaa") as held:
            add(some, "bbbb")
            assert (name, path, held.exists()) == ("aaaa", held, True)
        add(some, "cccc", 200)
        assert path.exists()
    add(some, "dddd")
    assert names(some) == {"dddd"}


def test_a_file_that_is_there_is_left_as_it_is(tmp_path):
    some = FileCache(str(tmp_path), 1000)
    add(some, "aaaa", 10)
    inode = (tmp_path / "aa" / "aaaa").stat().st_ino
    with some.adding(lambda file: (file.write(b"y" * 10), "aaaa")[1]) as (_, path):
        assert path.read_bytes() == b"x" * 10
    assert path.stat().st_ino == inode
    some.discard("aaaa")
    assert names(some) == set()


@pytest.mark.parametrize("error", [RefusedError("changed"), UnreachableError("down"), ValueError()])
def test_what_cannot_be_written_leaves_nothing(tmp_path, error):
    some = FileCache(str(tmp_path), 1000)

    def write(file):
        file.write(b"half")
        raise error

    with pytest.raises(type(error)), some.adding(write):
        pass
    assert names(some) == set()


def test_a_folder_that_cannot_be_written_ends_the_work_with_words(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UnreachableError, match=r"file/in cannot be written: .*Not a directory"):
        add(FileCache(str(tmp_path / "file" / "in"), 1000), "aaaa")


def test_what_a_killed_process_left_goes_when_it_is_old(tmp_path):
    some = FileCache(str(tmp_path), 150)
    old, young = tmp_path / "old.part", tmp_path / "young.part"
    for path in (old, young):
        path.write_bytes(b"half of a song")
    os.utime(old, (time.time() - 3600,) * 2)
    add(some, "aaaa")
    assert not old.exists() and young.exists(), "another process may be about to lock it"


def test_bytes_come_back_as_they_were_or_not_at_all(tmp_path):
    some = FileCache(str(tmp_path), 1000)
    assert some.get_bytes("aaaa") is None
    some.put_bytes("aaaa", b"words")
    assert some.get_bytes("aaaa") == b"words"
    path = tmp_path / "aa" / "aaaa"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert some.get_bytes("aaaa") is None
    assert not path.exists()


HAMMER = """
import random, sys
from tools.remote.cache import FileCache
cache, draw = FileCache(sys.argv[1], 20_000), random.Random(int(sys.argv[2]))
for _ in range(400):
    name = f"{draw.randrange(40):04}"
    wanted = name.encode() * 250
    with cache.held(name) as path:
        if path is not None:
            assert path.read_bytes() == wanted, name
            continue
    with cache.adding(lambda file: (file.write(wanted), name)[1]) as (found, path):
        assert (found, path.read_bytes()) == (name, wanted)
"""


def test_processes_that_add_use_and_remove_at_once_never_see_half_a_file(tmp_path):
    command = [sys.executable, "-c", HAMMER, str(tmp_path)]
    processes = [subprocess.Popen([*command, str(seed)], cwd=ROOT) for seed in range(4)]
    assert [each.wait() for each in processes] == [0] * 4
    total = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert 0 < total <= 20_000
