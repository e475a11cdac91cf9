"""Listings and folders whose files lie in buckets, on the web and in tars."""

import io
import json
import tarfile

import polars as pl
import pytest

from pipeline.ingest.elsewhere import _ASKED_AT_ONCE
from schemas.config import ConfigError
from tests.audio import tone, write
from tests.buckets import put_object
from tests.chaos.proxy import Proxy
from tests.scanning import scan_source
from tests.web import WebFiles
from tools.remote import objects


@pytest.fixture(autouse=True)
def _fresh():
    objects._bucket.cache_clear()
    yield
    objects._bucket.cache_clear()


@pytest.fixture
def bucket(s3_store):
    return s3_store.removesuffix("/store")


def tar_of(members):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return sink.getvalue()


def by_uri(rows, *columns):
    return {row["uri"]: tuple(row[name] for name in columns) for row in rows.to_dicts()}


def listing_of(folder, uris):
    path = folder / "list.jsonl"
    path.write_text("".join(json.dumps({"uri": uri}) + "\n" for uri in uris))
    return {"listing": str(path)}


def test_every_uri_of_a_listing_has_a_size_or_a_reason(bucket, tmp_path):
    put_object(f"{bucket}/in/a.wav", b"12345")
    put_object(f"{bucket}/in/s.tar", tar_of({"x/b.wav": b"123", "../c.wav": b"1"}))
    (tmp_path / "local.tar").write_bytes(tar_of({"d.wav": b"1234"}))
    (tmp_path / "real.tar#name.wav").write_bytes(b"12")
    with WebFiles(tmp_path) as web:
        wanted = {
            f"{bucket}/in/a.wav": (5, None),
            f" {bucket}/in/none.wav ": (None, "missing"),
            f"{bucket}/in/s.tar#x/b.wav": (3, None),
            f"{bucket}/in/s.tar#x/none.wav": (None, "missing"),
            f"{bucket}/in/none.tar#x.wav": (None, "missing"),
            "local.tar#d.wav": (4, None),
            "none.tar#d.wav": (None, "missing"),
            "real.tar#name.wav": (2, None),
            f"{web.url}/local.tar#d.wav": (4, None),
            f"{web.url}/none.wav": (None, "missing"),
            "https://example.org/a.wav": (None, "host_not_allowed"),
            "ftp://example.org/a.wav": (None, "not_local"),
        }
        source = listing_of(tmp_path, wanted) | {"hosts": (web.host,)}
        found = scan_source(source, cache=tmp_path / "cache")
        again = scan_source(source, cache=tmp_path / "cache")
    assert by_uri(found, "size_bytes", "reason") == {
        uri.strip(): fate for uri, fate in wanted.items()
    }
    assert found.equals(again)


def test_objects_of_one_folder_are_listed_and_not_asked_for_one_by_one(
    bucket, s3_server, tmp_path, monkeypatch
):
    names = [f"{number % 7}/{number:03}.wav" for number in range(3 * _ASKED_AT_ONCE)]
    for name in names:
        put_object(f"{bucket}/deep/{name}", name.encode())
    asked = []
    uris = [f"{bucket}/deep/{name}" for name in [*names, "7/none.wav"]]
    with Proxy(s3_server, lambda *request: asked.append(request)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        found = by_uri(scan_source(listing_of(tmp_path, uris)), "size_bytes", "reason")
    assert [found[uri] for uri in uris] == [(len(name), None) for name in names] + [
        (None, "missing")
    ]
    assert [method for method, _ in asked] == ["GET", "HEAD"], "one listing, one that was not in it"


def test_a_prefix_is_listed_with_lyrics_and_tars(bucket, tmp_path):
    put_object(f"{bucket}/m/a.wav", b"12345")
    put_object(f"{bucket}/m/a.lrc", "\ufeffOh my\n".encode())
    put_object(f"{bucket}/m/b.wav", b"123")
    put_object(f"{bucket}/m/b.lrc", b"\xff\xfe")
    put_object(f"{bucket}/m/s.tar", tar_of({"k.x.wav": b"1", "k.json": b'{"Title": " T "}'}))
    put_object(f"{bucket}/m/bad.tar", b"no tar")
    put_object(f"{bucket}/mm/c.wav", b"1")
    warned = []
    rows = scan_source({"folder": f"{bucket}/m"}, warned.append, tmp_path / "cache")
    assert by_uri(rows, "size_bytes", "reason", "lyrics", "title") == {
        "a.wav": (5, None, "Oh my", None),
        "a.lrc": (9, "not_audio", None, None),
        "b.wav": (3, None, None, None),
        "b.lrc": (2, "not_audio", None, None),
        "s.tar#k.x.wav": (1, None, None, "T"),
        "s.tar#k.json": (16, "not_audio", None, None),
        "bad.tar": (None, "bad_tar", None, None),
    }
    assert len(warned) == 1 and "b.wav: it is no UTF-8" in warned[0]
    assert rows.equals(scan_source({"folder": f"{bucket}/m"}, cache=tmp_path / "cache"))
    lost = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    for path in lost:
        path.write_bytes(path.read_bytes()[:40])
    assert rows.equals(scan_source({"folder": f"{bucket}/m"}, cache=tmp_path / "cache"))


def test_a_folder_s_tars_are_its_members_and_what_is_wrong_in_them(tmp_path):
    music = tmp_path / "music"
    music.mkdir()
    write(music / "a.wav", tone(1, 8000), 8000)
    song = (music / "a.wav").read_bytes()
    members = {
        "b.wav": song,
        "b.json": b'{"title": ["x", "y"], "licence": 7, "artist": null}',
        "b.lrc": b"Oh",
        "b.txt": b"a caption, not the words",
        "c.wav": song,
        "c.json": b"[]",
        "/d.wav": song,
    }
    (music / "s.TAR").write_bytes(tar_of(members))
    (music / "cut.tar").write_bytes(tar_of({"e.wav": song, "f.wav": song})[: 2 * len(song)])
    (music / "z.tar.gz").write_bytes(b"\x1f\x8b")
    warned = []
    rows = scan_source({"folder": str(music)}, warned.append, tmp_path / "cache")
    fates = dict(rows.select("uri", "reason").iter_rows())
    assert fates == {
        "a.wav": None,
        "s.TAR#b.wav": None,
        "s.TAR#b.json": "not_audio",
        "s.TAR#b.lrc": "not_audio",
        "s.TAR#b.txt": "not_audio",
        "s.TAR#c.wav": None,
        "s.TAR#c.json": "not_audio",
        "s.TAR#/d.wav": "unsafe_name",
        "cut.tar#e.wav": None,
        "cut.tar#f.wav": "truncated",
        "cut.tar": "bad_tar",
        "z.tar.gz": "not_audio",
    }
    (b,) = rows.filter(uri="s.TAR#b.wav").to_dicts()
    assert (b["title"], b["licence"], b["artist"], b["lyrics"]) == ("x, y", "7", None, "Oh")
    assert warned == ["1 files of words are passed over, e.g. s.TAR#c.json: it is no object: {...}"]


def test_a_place_that_cannot_be_listed_is_an_error_in_words(bucket, tmp_path):
    put_object(f"{bucket}/odd/a.wav", b"1")
    for source, words in (
        ({"folder": "s3://no-such-bucket/x"}, "s3://no-such-bucket/x: there is no such bucket"),
        ({"folder": "https://example.org/x"}, "for files elsewhere write a `listing`"),
        ({"listing": f"{bucket}/none.csv"}, "none.csv: there is no such object"),
        ({"listing": f"{bucket}/odd/a.wav"}, f"{bucket}/odd/a.wav is neither of .csv"),
        ({"listing": "https://example.org/a.csv"}, "example.org is not in `source.hosts`"),
    ):
        with pytest.raises(ConfigError, match=words.replace("{", r"\{")):
            scan_source(source, cache=tmp_path)


def test_no_password_stands_in_a_source():
    with pytest.raises(ValueError, match="holds no password"):
        scan_source({"folder": "s3://key:secret@bucket/x"})


def test_a_listing_elsewhere_says_what_it_is_called(bucket, tmp_path):
    put_object(f"{bucket}/l/list.csv", b"uri,mood\n../m/a.wav,\n../../out.wav,\n")
    put_object(f"{bucket}/m/a.wav", b"12")
    warned = []
    rows = scan_source({"listing": f"{bucket}/l/list.csv"}, warned.append)
    assert by_uri(rows, "size_bytes", "reason") == {
        "../m/a.wav": (2, None),
        "../../out.wav": (None, "missing"),
    }
    assert warned[0].startswith(f"{bucket}/l/list.csv: nothing is taken from `mood`")
    assert isinstance(rows, pl.DataFrame)
