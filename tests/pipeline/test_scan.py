import json

import polars as pl
import pytest

from pipeline.ingest.scan import scan
from schemas.config import ConfigError
from schemas.sections import SourceConfig
from tests.audio import tone, write

LINES = [
    {"uri": "a.wav", "title": "A, the first", "licence": "CC-BY-4.0", "source_id": "17"},
    {"uri": "none.wav", "title": "B", "licence": None, "source_id": "18"},
    {"uri": None, "title": "C", "licence": None, "source_id": "19"},
    {"uri": "a.wav", "title": "again", "licence": None, "source_id": "20"},
]


@pytest.fixture(params=["csv", "jsonl", "parquet"])
def listing(request, tmp_path):
    write(tmp_path / "a.wav", tone(1, 8000), 8000)
    path = tmp_path / f"listing.{request.param}"
    if request.param == "csv":
        pl.DataFrame(LINES).write_csv(path)
    elif request.param == "jsonl":
        path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    else:
        pl.DataFrame(LINES).write_parquet(path)
    return path


def test_every_line_is_kept_with_its_words_or_a_reason(listing):
    rows = scan(SourceConfig(listing=str(listing))).to_dicts()
    assert len(rows) == len(LINES)
    by_id = {row["source_id"]: row for row in rows if row["source_id"]}
    assert by_id["17"]["title"] == "A, the first"
    assert by_id["17"]["licence"] == "CC-BY-4.0"
    assert by_id["17"]["reason"] is None
    assert by_id["17"]["size_bytes"] > 0
    assert by_id["18"]["reason"] == "missing"
    assert by_id["20"]["reason"] == "duplicate_uri"
    assert [row["uri"] for row in rows if row["reason"] == "no_uri"] == ["line 3"]


def test_numbers_in_a_listing_become_text(tmp_path):
    write(tmp_path / "a.wav", tone(1, 8000), 8000)
    pl.DataFrame({"uri": ["a.wav"], "source_id": [17]}).write_parquet(tmp_path / "x.parquet")
    (row,) = scan(SourceConfig(listing=str(tmp_path / "x.parquet"))).to_dicts()
    assert row["source_id"] == "17"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "path,title\nx,y\n", "no column `uri`"),
        ("a.txt", "a.wav\n", "neither of .csv"),
        ("a.jsonl", "{broken\n", "cannot be read"),
        ("a.parquet", "no parquet", "cannot be read"),
        ("a.csv", "", "cannot be read"),
    ],
)
def test_a_listing_that_cannot_be_used_is_an_error(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=message):
        scan(SourceConfig(listing=str(tmp_path / name)))


def test_a_missing_folder_or_listing_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        scan(SourceConfig(folder=str(tmp_path / "none")))
    with pytest.raises(ConfigError, match="cannot be read"):
        scan(SourceConfig(listing=str(tmp_path / "none.csv")))


def test_folders_are_searched_to_the_bottom(tmp_path):
    (tmp_path / "x/y").mkdir(parents=True)
    write(tmp_path / "x/y/a.wav", tone(1, 8000), 8000)
    (tmp_path / "x/cover.jpg").write_bytes(b"")
    rows = scan(SourceConfig(folder=str(tmp_path))).select("uri", "reason").rows()
    assert rows == [("x/cover.jpg", "not_audio"), ("x/y/a.wav", None)]


def test_an_empty_folder_is_an_empty_frame(tmp_path):
    assert scan(SourceConfig(folder=str(tmp_path))).is_empty()


def test_folders_behind_links_are_read_once_and_loops_end(tmp_path):
    root, far = tmp_path / "music", tmp_path / "far"
    (far / "in").mkdir(parents=True)
    write(far / "in/b.wav", tone(1, 8000), 8000)
    root.mkdir()
    write(root / "a.wav", tone(1, 8000), 8000)
    (root / "own").mkdir()
    write(root / "own/c.wav", tone(1, 8000), 8000)
    (root / "link").symlink_to(far)
    (root / "link_again").symlink_to(far / "in")
    (root / "alias").symlink_to(root / "own")
    (root / "own/loop").symlink_to(root)
    (far / "back").symlink_to(far)
    rows = scan(SourceConfig(folder=str(root)))
    assert rows["uri"].to_list() == ["a.wav", "link/in/b.wav", "own/c.wav"]
    assert rows["reason"].null_count() == 3
