import json

import polars as pl
import pytest

from schemas.config import ConfigError
from schemas.sections import SourceConfig
from tests.audio import tone, write
from tests.scanning import scan_source

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
    rows = scan_source(SourceConfig(listing=str(listing))).to_dicts()
    assert len(rows) == len(LINES)
    by_id = {row["source_id"]: row for row in rows if row["source_id"]}
    assert by_id["17"]["title"] == "A, the first"
    assert by_id["17"]["licence"] == "CC-BY-4.0"
    assert by_id["17"]["reason"] is None
    assert by_id["17"]["size_bytes"] > 0
    assert by_id["18"]["reason"] == "missing"
    assert by_id["20"]["reason"] == "duplicate_uri"
    place = {".csv": "line 4", ".jsonl": "line 3", ".parquet": "row 3"}[listing.suffix]
    assert [row["uri"] for row in rows if row["reason"] == "no_uri"] == [place]


def test_numbers_in_a_listing_become_text(tmp_path):
    write(tmp_path / "a.wav", tone(1, 8000), 8000)
    pl.DataFrame({"uri": ["a.wav"], "source_id": [17]}).write_parquet(tmp_path / "x.parquet")
    (row,) = scan_source(SourceConfig(listing=str(tmp_path / "x.parquet"))).to_dicts()
    assert row["source_id"] == "17"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "path,title\nx,y\n", "no column `uri`"),
        ("a.txt", "a.wav\n", "neither of .csv"),
        ("a.jsonl", "{broken\n", "no line can be read; line 1, character 2: no JSON"),
        ("a.jsonl", '[{"uri": "a.wav"}]\n', "no line can be read; line 1, .* is no object"),
        ("a.jsonl", '{"uri": "\\ud83d"}\n', "no line can be read; line 1, character"),
        ("a.parquet", "no parquet", "no Parquet that can be read"),
        ("a.csv", "", "it is empty"),
        ("a.csv", 'uri,title\na.wav,"One\nb.wav,Two\n', "line 2: a quoted field does not end"),
        ("a.csv", 'uri,title\na,"One\nb,"Two"\nc,Three\n', "line 2: a quoted field does not end"),
        ("a.csv", "uri,license,Licence\na,b,c\n", "two columns give the licence"),
        (
            "a.csv",
            "uri,title\na.wav,One\na.wav,Caf\udce9\n",
            "line 3, character 10, after (.|\\n)*iconv",
        ),
    ],
)
def test_a_listing_that_cannot_be_used_is_an_error(tmp_path, name, text, message):
    (tmp_path / name).write_text(text, errors="surrogateescape")
    with pytest.raises(ConfigError, match=message):
        scan_source(SourceConfig(listing=str(tmp_path / name)))


def test_a_missing_folder_or_listing_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        scan_source(SourceConfig(folder=str(tmp_path / "none")))
    with pytest.raises(ConfigError, match="cannot be read"):
        scan_source(SourceConfig(listing=str(tmp_path / "none.csv")))


def test_folders_are_searched_to_the_bottom(tmp_path):
    (tmp_path / "x/y").mkdir(parents=True)
    write(tmp_path / "x/y/a.wav", tone(1, 8000), 8000)
    (tmp_path / "x/cover.jpg").write_bytes(b"")
    rows = scan_source(SourceConfig(folder=str(tmp_path))).select("uri", "reason").rows()
    assert rows == [("x/cover.jpg", "not_audio"), ("x/y/a.wav", None)]


def test_an_empty_folder_is_an_empty_frame(tmp_path):
    assert scan_source(SourceConfig(folder=str(tmp_path))).is_empty()


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
    rows = scan_source(SourceConfig(folder=str(root)))
    assert rows["uri"].to_list() == ["a.wav", "link/in/b.wav", "own/c.wav"]
    assert rows["reason"].null_count() == 3


def scanned(folder, name, text, **files):
    """Rows of a listing beside which there are these files, and what is said of it."""
    for each in files.values():
        (folder / each).touch()
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    said = []
    rows = scan_source(SourceConfig(listing=str(folder / name)), said.append).to_dicts()
    return [{k: v for k, v in row.items() if v is not None} for row in rows], said


HEADER = "uri, Title ,artist,license,mood,source_id\n"
LINE = 'a.wav , 12" mix ,"Me, you",CC BY 4.0,sad,7.0\n'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", (HEADER + LINE).encode()),
        ("a.csv", (HEADER + LINE).encode("utf-8-sig")),
        ("a.csv", (HEADER + "\n" + LINE.replace("\n", ",,\n")).replace("\n", "\r\n").encode()),
        ("a.csv", (HEADER + LINE).replace("Me, you", "Me; you").replace(",", ";").encode()),
        (
            "a.tsv",
            (HEADER + LINE).replace("Me, you", "Me\tyou").replace(",", "\t").encode("utf-16"),
        ),
    ],
)
def test_tables_of_all_programs_are_read_and_a_foreign_column_is_named_once(tmp_path, name, data):
    (row,), said = scanned(tmp_path, name, data, a="a.wav")
    assert row.pop("mtime_ns") > 0
    artist = row.pop("artist")
    assert artist.startswith("Me") and artist.endswith("you")
    assert row == {
        "uri": "a.wav", "title": '12" mix', "licence": "CC BY 4.0", "source_id": "7",
        "size_bytes": 0,
    }  # fmt: skip
    assert len(said) == 1
    assert "nothing is taken from `mood`" in said[0]


JSON_LINES = """\
{"uri": "a.wav", "artist": ["A", "B"], "source_id": 17.0, "title": 1999, "mood": 1}
{"uri": "b.wav", "artist": {"name": "A"}, "source_id": 18.0}
{"uri": "c.wav", "art

{"uri": "a.wav", "license": "CC0", "source_id": NaN, "genre": "Ma\u0301li", "title": "  "}
"""


def test_values_of_json_are_read_and_a_bad_line_costs_itself(tmp_path):
    rows, said = scanned(tmp_path, "a.jsonl", JSON_LINES, a="a.wav")
    first, second, *bad = rows
    assert (first["artist"], first["source_id"], first["title"]) == ("A, B", "17", "1999")
    assert (second["reason"], second["genre"], second["licence"]) == (
        "duplicate_uri",
        "Máli",
        "CC0",
    )
    assert not {"title", "source_id"} & second.keys()
    assert [each["uri"] for each in bad] == ["line 2", "line 3"]
    assert {each["reason"] for each in bad} == {"bad_line"}
    assert bad[0]["detail"] == """line 2, column `artist`: '{"name": "A"}' is no text"""
    assert bad[1]["detail"].startswith("line 3, character 21: no JSON: EOF while parsing")
    assert len(said) == 1


def test_a_bad_line_of_a_csv_is_named_by_line_and_column_and_costs_itself(tmp_path):
    text = 'uri,title\na.wav,One,extra\nb.wav,"Two" or "2"\na.wav,Three\na.wav\n'
    rows, _ = scanned(tmp_path, "a.csv", text, a="a.wav")
    good, short, *bad = rows
    assert good["title"] == "Three"
    assert short["reason"] == "duplicate_uri"
    assert [each["reason"] for each in bad] == ["bad_line", "bad_line"]
    assert bad[0]["detail"].startswith("line 2, after the last column, `title`: 'extra' is a field")
    assert bad[1]["detail"].startswith("line 3, column `title`: a quote ends before the field")


def test_lists_and_floats_of_parquet_are_read_and_objects_are_named(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame(
        {"uri": ["a.wav", "b.wav"], "artist": [["A", "B"], None], "source_id": [17.0, float("nan")]}
    )
    frame.write_parquet(path)
    first, second = scan_source(SourceConfig(listing=str(path))).to_dicts()
    assert (first["artist"], first["source_id"]) == ("A, B", "17")
    assert (second["artist"], second["source_id"]) == (None, None)
    frame.with_columns(artist=pl.struct("artist")).write_parquet(path)
    with pytest.raises(ConfigError, match="column `artist` holds objects"):
        scan_source(SourceConfig(listing=str(path)))


NFC, NFD = "Caf\u00e9.wav", "Cafe\u0301.wav"


@pytest.mark.parametrize(
    ("written", "on_disk"),
    [
        ("a b.wav", "a b.wav"),
        ("a.wav  ", "a.wav"),
        ("a%20b.wav", "a b.wav"),
        ("a%20b.wav", "a%20b.wav"),
        ("file://{folder}/a%5Fb.wav", "{folder}/a_b.wav"),
        ("file://localhost{folder}/a_b.wav", "{folder}/a_b.wav"),
        (NFC, NFD),
        (NFD, NFC),
        ("Caf%C3%A9.wav", NFD),
    ],
)
def test_a_file_is_found_by_any_spelling_of_its_name(tmp_path, written, on_disk):
    (tmp_path / on_disk.format(folder=tmp_path)).touch()
    (row,), _ = scanned(tmp_path, "l.csv", f"uri\n{written.format(folder=tmp_path)}\n")
    assert "reason" not in row
    assert row["uri"] == on_disk.format(folder=tmp_path)


def test_what_is_on_no_disk_is_said_to_be_so(tmp_path):
    text = "uri\nftp://a.org/x.wav\nhttps://a.org/x.wav\nfile:///none.wav\na\0b\n"
    rows, _ = scanned(tmp_path, "l.csv", text)
    reasons = {row["uri"]: (row["reason"], row["detail"]) for row in rows}
    assert reasons["ftp://a.org/x.wav"][0] == "not_local"
    assert "fetch the file" in reasons["ftp://a.org/x.wav"][1]
    words = "a.org is not in `source.hosts`"
    assert reasons["https://a.org/x.wav"] == ("host_not_allowed", words)
    assert reasons["file:///none.wav"] == ("missing", "there is no such file")
    assert reasons["a\0b"][0] == "unreadable"
