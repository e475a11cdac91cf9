import json
import subprocess
import sys

import pytest

from pipeline.engine.shards import committed, read_commit, read_rows, write_shard
from pipeline.engine.stage import StageResult
from schemas.digest import digest
from schemas.provenance import Rejection
from schemas.record import Record
from tools.store import DamagedError, MissingError, Store


class Row(Record):
    row_id: str
    value: int
    uri: str = ""


def refused(row_id, reason="odd"):
    return Rejection(row_id=row_id, stage="s", reason=reason, detail="because")


def write(store, result, address="abc"):
    return write_shard(
        store,
        stage="s",
        partition="p000000",
        address=address,
        result=result,
        model=Row,
        seconds=1.0,
    )


def test_a_shard_holds_rows_rejections_and_counts():
    store = Store("memory://")
    rows = [Row(row_id="a", value=1), Row(row_id="a", value=2)]
    rejected = [refused("b"), refused("c"), refused("d", "loud")]
    commit = write(store, StageResult(["a", "b", "c", "d"], ["a"], rows, rejected))
    assert (commit.n_in, commit.n_accepted, commit.n_rejected, commit.n_rows) == (4, 1, 3, 2)
    assert commit.reasons == {"loud": 1, "odd": 2}
    assert read_rows(store, commit.rows_path, Row) == rows
    assert read_rows(store, commit.rejected_path, Rejection) == rejected
    assert committed(store, "s") == {("p000000", "abc")}
    assert read_commit(store, "s", "p000000", "abc") == commit


@pytest.mark.parametrize(
    "result",
    [
        StageResult(["a", "b"], ["a"]),
        StageResult(["a"], ["a", "a"]),
        StageResult(["a"], ["a"], [], [refused("a")]),
        StageResult(["a"], ["a"], [], [refused("x")]),
    ],
    ids=["lost", "twice", "both", "from nowhere"],
)
def test_in_must_equal_accepted_plus_rejected(result):
    store = Store("memory://")
    with pytest.raises(ValueError, match=r"in != accepted \+ rejected"):
        write(store, result)
    assert committed(store, "s") == set()


def test_the_first_commit_stands():
    store = Store("memory://")
    first = write(store, StageResult(["a"], ["a"], [Row(row_id="a", value=1)]))
    second = write(store, StageResult(["a"], ["a"], [Row(row_id="a", value=2)]))
    assert second == first
    assert read_rows(store, second.rows_path, Row) == [Row(row_id="a", value=1)]


def test_a_place_is_no_content():
    store = Store("memory://")
    here = write(store, StageResult(["a"], ["a"], [Row(row_id="a", value=1, uri="x")]))
    there = write(store, StageResult(["a"], ["a"], [Row(row_id="a", value=1, uri="y")]), "def")
    assert here.content_hash == there.content_hash


def test_files_left_by_a_killed_writer_do_no_harm(tmp_path):
    store = Store(str(tmp_path))
    rows = [Row(row_id="a", value=1)]
    commit = write(store, StageResult(["a"], ["a"], rows))
    (tmp_path / "commits/s/p000000-abc.json").unlink()
    assert committed(store, "s") == set()
    (tmp_path / commit.rows_path).write_bytes(b"")
    again = write(store, StageResult(["a"], ["a"], rows))
    assert read_rows(store, again.rows_path, Row) == rows
    assert again.content_hash == commit.content_hash


@pytest.fixture
def shard(tmp_path):
    """A store, the commit of a shard with a rejection, and the folder."""
    store = Store(str(tmp_path))
    rows = [Row(row_id="a", value=1)]
    return store, write(store, StageResult(["a", "b"], ["a"], rows, [refused("b")])), tmp_path


def test_a_changed_file_is_never_read_as_rows(shard):
    store, commit, folder = shard
    for path, model in ((commit.rows_path, Row), (commit.rejected_path, Rejection)):
        data = (folder / path).read_bytes()
        other = bytearray(data)
        other[len(other) // 2] ^= 1
        for changed in (bytes(other), data[: len(data) // 2], b""):
            (folder / path).write_bytes(changed)
            with pytest.raises(DamagedError, match=rf"{path} .* delete commits/s/p000000-abc.json"):
                read_rows(store, path, model)
        (folder / path).unlink()
        with pytest.raises(MissingError, match=rf"{path} is missing: .*`partimento build`"):
            read_rows(store, path, model)


def test_a_file_with_the_rows_of_another_is_not_read(shard):
    store, commit, folder = shard
    other = write(store, StageResult(["c"], ["c"], [Row(row_id="c", value=3)]), address="def")
    (folder / commit.rows_path).write_bytes((folder / other.rows_path).read_bytes())
    with pytest.raises(DamagedError, match="SHA-256"):
        read_rows(store, commit.rows_path, Row)


def test_the_way_out_makes_the_very_same_rows(shard):
    store, commit, folder = shard
    (folder / commit.rows_path).write_bytes(b"")
    (folder / "commits/s/p000000-abc.json").unlink()
    rows = [Row(row_id="a", value=1)]
    again = write(store, StageResult(["a", "b"], ["a"], rows, [refused("b")]))
    assert again.content_hash == commit.content_hash
    assert read_rows(store, again.rows_path, Row) == rows


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "", r"is no record \(0 bytes\)"),
        (lambda text: "{", "is no record"),
        (lambda text: "[]", "is no record"),
        (lambda text: text.replace('"n_in": 2', '"n_in": 3'), "was changed since it was written"),
        (
            lambda text: with_field(text, "n_new"),
            r"has fields \(n_new\), .* Use a newer",
        ),
    ],
)
def test_a_changed_record_is_told_by_its_name(shard, change, words):
    store, _, folder = shard
    path = folder / "commits/s/p000000-abc.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(DamagedError, match=rf"commits/s/p000000-abc.json {words}.*: delete it"):
        read_commit(store, "s", "p000000", "abc")


def with_field(text, name):
    """A record as a newer version would write it, with its checksum."""
    fields = json.loads(text) | {name: 1}
    del fields["checksum"]
    return json.dumps(fields | {"checksum": digest(fields)})


def test_a_record_of_before_there_were_checksums_is_read(shard):
    store, commit, folder = shard
    path = folder / "commits/s/p000000-abc.json"
    path.write_text(commit.model_dump_json(exclude={"rows_bytes", "rejected_bytes"}))
    read = read_commit(store, "s", "p000000", "abc")
    assert read == commit.model_copy(update={"rows_bytes": None, "rejected_bytes": None})


READS = """
import os, sys
from pathlib import Path
from pipeline.engine import shards

data = Path(sys.argv[1]).read_bytes()
shards.read_bytes = lambda *_: data  # without a store, which has threads of its own
before = len(os.listdir("/proc/self/task"))
for _ in range(20):
    shards.read_table(None, "rows")
print(len(os.listdir("/proc/self/task")) - before)
"""


def test_reading_a_shard_leaves_no_thread_behind(tmp_path):
    """One of Arrow's would hold the bytes, and abort a process that ends meanwhile."""
    store = Store(str(tmp_path))
    commit = write(store, StageResult(["a"], ["a"], [Row(row_id="a", value=1)], []))
    command = [sys.executable, "-c", READS, tmp_path / commit.rows_path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
