"""Lines of conversations."""

import io
import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.release.conversations import conversation_lines

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(texts, texts, texts, st.none() | st.floats(0, 1000)), max_size=5))
def test_any_text_comes_back_from_its_line(rows: list[tuple[str, str, str, float | None]]) -> None:
    schema = {
        "sound": pl.String,
        "prompt": pl.String,
        "completion": pl.String,
        "start_s": pl.Float64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        row_id=pl.format("row {}", pl.int_range(pl.len())), heard_s=pl.lit(30.0), end_s=pl.lit(None)
    )
    sink = io.BytesIO()
    conversation_lines(frame).write_csv(sink, include_header=False, quote_style="never")
    lines = sink.getvalue().decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [
        {
            "id": f"row {number}", "sound": sound, "duration": 30.0,
            "start_s": start_s, "end_s": None,
            "conversations": [
                {"from": "human", "value": f"<sound>\n{prompt}"},
                {"from": "gpt", "value": completion},
            ],
        }
        for number, (sound, prompt, completion, start_s) in enumerate(rows)
    ]  # fmt: skip
