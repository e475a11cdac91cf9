"""Lines of conversations."""

import io
import json
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.release.conversations import ConversationWriter, conversation_lines

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(texts, texts, texts, st.none() | st.floats(0, 1000)), max_size=5))
def test_any_text_comes_back_from_its_line(rows: list[tuple[str, str, str, float | None]]) -> None:
    schema = {
        "sound": pl.String,
        "prompt": pl.String,
        "completion": pl.String,
        "heard_start_s": pl.Float64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        row_id=pl.format("row {}", pl.int_range(pl.len())),
        heard_s=pl.lit(30.0),
        **dict.fromkeys(("about_start_s", "about_end_s", "heard_end_s"), pl.lit(None)),
    )
    sink = io.BytesIO()
    conversation_lines(frame).write_csv(sink, include_header=False, quote_style="never")
    lines = sink.getvalue().decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [
        {
            "id": f"row {number}", "sound": sound, "duration": 30.0,
            "about_start_s": None, "about_end_s": None,
            "heard_start_s": start_s, "heard_end_s": None,
            "conversations": [
                {"from": "human", "value": f"<sound>\n{prompt}"},
                {"from": "gpt", "value": completion},
            ],
        }
        for number, (sound, prompt, completion, start_s) in enumerate(rows)
    ]  # fmt: skip


def test_files_end_at_the_size_of_a_shard_and_know_how_many_they_are(tmp_path: Path) -> None:
    row = {"row_id": "a", "sound": "a.ogg", "heard_s": 1.0, "about_start_s": None,
           "about_end_s": None, "heard_start_s": None, "heard_end_s": None}  # fmt: skip
    rows = pl.DataFrame([row | {"prompt": "What?", "completion": "x" * 700_000}])
    with ConversationWriter(tmp_path, "qa", 1) as writer:
        for split in ("train", "train", "test", "train"):
            writer.write(rows, split)
        paths = writer.close()
    found = {path.name: path.read_text().count("\n") for path in paths}
    assert found == {
        "qa-train-00000-of-00002.jsonl": 2,
        "qa-train-00001-of-00002.jsonl": 1,
        "qa-test-00000-of-00001.jsonl": 1,
    }
