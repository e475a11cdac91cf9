"""Sets that others made: their layouts, and which track a text is about."""

import json

import polars as pl
import pytest

from pipeline.engine.brought import texts_address, write_texts
from pipeline.engine.shards import committed, read_commit, read_rows
from pipeline.ingest.text_layouts import entries
from pipeline.ingest.texts import Brought, read_texts, texts_by_partition
from schemas.config import ConfigError
from schemas.provenance import Rejection
from schemas.sections import SourceConfig, TextsConfig
from schemas.texts import BroughtText
from tests.scanning import root_at
from tools.store import Store

LONG = " ".join(["It begins softly and then the drums come in with a steady pulse."] * 3)
OPTIONS = ("A flute", "A harp")
# A row, then its texts: kind, prompt, text, options.
LAYOUTS = [
    ({"uri": "a", "caption": " A\tsong. "}, [("caption", None, "A song.", None)]),
    ({"ytid": "x", "start_s": "0", "caption": "A song.", "aspect_list": "['pop']"},
     [("caption", None, "A song.", None)]),
    ({"fname": "x", "caption_writing": "One.", "caption_summary": "Two.",
      "caption_attribute_prediction": "Guessed."},
     [("caption", None, "One.", None), ("caption", None, "Two.", None)]),
    ({"location": "data/x.wav", "main_caption": "One.", "alt_caption": ""},
     [("caption", None, "One.", None)]),
    ({"id": 17, "texts": ["One.", "Two.", 3.5, None]},
     [("caption", None, "One.", None), ("caption", None, "Two.", None)]),
    ({"audio_path": "x", "question": "Who leads?", "answer": "A flute", "distractors": ["A harp"]},
     [("qa", "Who leads?", "A flute", OPTIONS)]),
    ({"id": "x", "question": "Who leads?", "choices": ["A. A flute", "B. A harp"], "answer": "A"},
     [("qa", "Who leads?", "A flute", OPTIONS)]),
    ({"id": "x", "question": "Who leads?", "answer": "A flute."},
     [("qa", "Who leads?", "A flute.", None)]),
    ({"id": "x", "question": "Who leads?", "answer": None}, []),
    ({"audio_name": "x.mp3", "conversation": [{"from": "human", "value": "Who leads?"},
                                              {"from": "gpt", "value": "A flute."}]},
     [("qa", "Who leads?", "A flute.", None)]),
    ({"sound": "x.wav", "conversations": [
        {"from": "human", "value": "<sound>\nWho leads?\n(A) A flute\n(B) A harp"},
        {"from": "gpt", "value": "(B) A harp"},
        {"from": "human", "value": "Describe the music."}, {"from": "gpt", "value": LONG}]},
     [("qa", "Who leads?", "A harp", OPTIONS), ("caption", "Describe the music.", LONG, None)]),
    ({"audio": "x", "messages": [{"role": "user", "content": "Describe it."},
                                 {"role": "assistant", "content": "Soft."}]},
     [("qa", "Describe it.", "Soft.", None)]),
    ({"sound": "x", "conversations": [{"from": "gpt", "value": "Who asked?"}, "?"]}, []),
    ({"caption": ["nested", ["deep"]], "id": None}, [("caption", None, "nested", None)]),
    ({"caption": "hid\u200bden\u202e words"}, [("caption", None, "hidden words", None)]),
    ({"title": "no text"}, []),
]  # fmt: skip
TRACKS = pl.DataFrame(
    {
        "uri": ["audio/one.wav", "audio/two.wav", "live/two.wav", "copy/one.wav", "bad.wav"],
        "source_id": ["17", None, "yt-2", None, "99"],
        "track_id": [c * 32 for c in "abc"] + ["a" * 32, None],
        "partition": ["p000000", "p000000", "p000001", None, None],
    }
)


@pytest.mark.parametrize(("row", "texts"), LAYOUTS)
def test_a_row_is_read_as_its_set_has_it(row, texts):
    assert [each[1:5] for each in entries(row)] == texts


@pytest.mark.parametrize(
    ("row", "track"),
    [
        ({"uri": "audio/one.wav"}, "a"),
        ({"id": 17}, "a"),
        ({"ytid": "yt-2"}, "c"),
        ({"sound": "/home/them/one.wav"}, "a"),
        ({"fname": "one"}, "a"),
        ({"uri": "copy/one.wav"}, "a"),  # the same bytes
        ({"id": "1", "sound": "one.wav"}, "a"),
        ({"fname": "two"}, None),  # two files have this name
        ({"uri": "live/two.wav"}, "c"),
        ({"id": "99"}, None),  # no track
        ({"caption": "of nothing"}, None),
    ],
)
def test_a_text_is_about_the_one_track_that_it_names(row, track):
    (entry,) = entries({"caption": "A song.", **row} if "caption" not in row else row)
    found, n_unknown = texts_by_partition([Brought(entry, "set")], TRACKS)
    tracks = [each.track_id for texts in found.values() for each in texts()]
    assert tracks == ([track * 32] if track else [])
    assert n_unknown == (track is None)


@pytest.fixture(params=["csv", "jsonl", "json", "parquet"])
def file(request, tmp_path):
    rows = [
        {"uri": "audio/one.wav", "caption": "One.", "licence": ""},
        {"uri": "live/two.wav", "caption": "Two.", "licence": "CC0-1.0"},
        {"uri": "audio/one.wav", "caption": "", "licence": ""},
    ]
    path = tmp_path / f"set.{request.param}"
    if request.param == "csv":
        pl.DataFrame(rows).write_csv(path)
    elif request.param == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows[:2]) + "{no json\n")
    elif request.param == "json":
        path.write_text(json.dumps({"data": rows}))
    else:
        pl.DataFrame(rows).write_parquet(path)
    return path


def test_every_kind_of_file_is_read_and_what_holds_no_text_is_counted(file):
    warnings = []
    sets = [TextsConfig(file=str(file), name="set", licence="CC-BY-4.0")]
    brought = read_texts(sets, root_at(file.parent), warnings.append)
    licences = [(each.entry.text, each.entry.licence) for each in brought]
    assert licences == [("One.", "CC-BY-4.0"), ("Two.", "CC0-1.0")], "a row's own goes first"
    assert len(warnings) == 1 and "1 of 3 rows hold no text" in warnings[0]
    found, _ = texts_by_partition(brought, TRACKS)
    assert {name: [each.text for each in texts()] for name, texts in found.items()} == {
        "p000000": ["One."],
        "p000001": ["Two."],
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "uri,title\nx,y\n", "none of its 1 rows has a caption"),
        ("a.json", "{broken", "a.json: "),
        ("a.txt", "x", "neither of .csv"),
        ("a.parquet", "no parquet", "a.parquet: "),
        ("a.jsonl", "", "none of its 0 rows"),
    ],
)
def test_a_set_that_cannot_be_read_is_named(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    sets = [TextsConfig(file=str(tmp_path / name), name="set")]
    with pytest.raises(ConfigError, match=message):
        read_texts(sets, root_at(tmp_path), print)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_texts([TextsConfig(file=str(tmp_path / "b.csv"), name="b")], root_at(tmp_path), print)


def test_sets_are_told_apart_by_their_names():
    texts = [{"file": "a.csv", "name": "same"}, {"file": "b.csv", "name": "same"}]
    with pytest.raises(ValueError, match="the same name"):
        SourceConfig(folder="/music", texts=texts)


def test_a_text_that_is_there_twice_is_refused_once_and_its_id_is_its_own(tmp_path):
    row = {"uri": "audio/one.wav", "caption": "One."}
    other = {"uri": "audio/one.wav", "caption": "Another."}
    brought = [Brought(entry, "set") for each in (row, other, row) for entry in entries(each)]
    (texts,) = (make() for make in texts_by_partition(brought, TRACKS)[0].values())
    (again,) = (make() for make in texts_by_partition(brought[:1], TRACKS)[0].values())
    assert again[0].text_id == texts[0].text_id, "what else a set holds changes no id"
    store = Store(str(tmp_path))
    write_texts(store, "p000000", texts, ())
    write_texts(store, "p000000", texts, committed(store, "texts"))
    assert committed(store, "texts") == {("p000000", texts_address("p000000", texts))}
    commit = read_commit(store, "texts", "p000000", texts_address("p000000", texts))
    assert read_rows(store, commit.rows_path, BroughtText) == texts[:2]
    (refused,) = read_rows(store, commit.rejected_path, Rejection)
    assert refused.reason == "duplicate_text"
