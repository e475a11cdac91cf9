import json

from schemas.sections import SourceConfig
from tests.audio import tone, write
from tests.scanning import scan_source

SONG = "[00:01.00]Oh my darling"


def scanned(source, warned=None):
    rows = scan_source(source, None if warned is None else warned.append).to_dicts()
    return {row["uri"]: row for row in rows}


def test_lyrics_beside_a_recording_are_its_own(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.wav", "in/b.wav", "c.wav"):
        write(tmp_path / name, tone(1, 8000), 8000)
    (tmp_path / "a.lrc").write_text(f"\ufeff{SONG}\n", encoding="utf-8")
    (tmp_path / "in/b.lrc").write_text("Oh yeah")
    rows = scanned(SourceConfig(folder=str(tmp_path)))
    assert [rows[name]["lyrics"] for name in ("a.wav", "in/b.wav", "c.wav")] == [
        SONG, "Oh yeah", None
    ]  # fmt: skip
    assert rows["a.lrc"]["reason"] == "not_audio"


def test_the_listing_s_lyrics_come_first(tmp_path):
    for name in ("a.wav", "b.wav"):
        write(tmp_path / name, tone(1, 8000), 8000)
        (tmp_path / name).with_suffix(".lrc").write_text(SONG)
    lines = [{"uri": "a.wav", "lyrics": "One line\nand a second"}, {"uri": "b.wav"}]
    listing = tmp_path / "listing.jsonl"
    listing.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = scanned(SourceConfig(listing=str(listing)))
    assert rows["a.wav"]["lyrics"] == "One line\nand a second"
    assert rows["b.wav"]["lyrics"] == SONG


def test_a_csv_holds_lyrics_of_many_lines(tmp_path):
    write(tmp_path / "a.wav", tone(1, 8000), 8000)
    listing = tmp_path / "listing.csv"
    listing.write_text('uri,lyrics\na.wav,"Oh, my\nsay ""no"""\n')
    assert scanned(SourceConfig(listing=str(listing)))["a.wav"]["lyrics"] == 'Oh, my\nsay "no"'


def test_what_is_no_text_is_passed_over_and_said(tmp_path):
    for name in ("a.wav", "b.wav"):
        write(tmp_path / name, tone(1, 8000), 8000)
    (tmp_path / "a.lrc").write_bytes(b"\xff\xfe\xfa")
    (tmp_path / "b.lrc").write_bytes(b"x" * 300_000)
    warned = []
    rows = scanned(SourceConfig(folder=str(tmp_path)), warned)
    assert rows["a.wav"]["lyrics"] is None and rows["a.wav"]["reason"] is None
    assert len(warned) == 1 and warned[0].startswith("2 files of lyrics are passed over")
