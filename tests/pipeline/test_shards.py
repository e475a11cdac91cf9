import pytest

from pipeline.shards import committed, read_commit, read_rows, write_shard
from pipeline.stage import StageResult
from schemas.provenance import Rejection
from schemas.record import Record
from tools.store import Store


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
