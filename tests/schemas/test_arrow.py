from typing import Annotated, Literal

import pyarrow as pa
import pytest
from pydantic import Field

from schemas.arrow import arrow_schema, from_table, to_table
from schemas.facts import MusicFacts
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.tracks import Track


class Part(Record):
    at_s: float
    name: str | None


class Row(Record):
    row_id: str
    count: int
    kind: Literal["a", "b"]
    chance: Annotated[float, Field(ge=0)] | None
    part: Part | None
    parts: list[Part]


def test_types_follow_the_model():
    schema = arrow_schema(Row)
    part = pa.struct(
        [
            pa.field("at_s", pa.float64(), nullable=False),
            pa.field("name", pa.string(), nullable=True),
        ]
    )
    assert schema.field("row_id") == pa.field("row_id", pa.string(), nullable=False)
    assert schema.field("kind").type == pa.string()
    assert schema.field("chance") == pa.field("chance", pa.float64(), nullable=True)
    assert schema.field("part") == pa.field("part", part, nullable=True)
    assert schema.field("parts").type.value_type == part


def test_rows_survive_the_round_trip():
    rows = [
        Row(
            row_id="1", count=2, kind="a", chance=None, part=None, parts=[Part(at_s=0.5, name=None)]
        ),
        Row(row_id="2", count=3, kind="b", chance=0.5, part=Part(at_s=1.0, name="x"), parts=[]),
    ]
    assert from_table(to_table(rows, Row), Row) == rows


def test_an_unknown_type_is_named():
    class Bad(Record):
        value: complex

    with pytest.raises(TypeError, match=r"Bad\.value: no Arrow type"):
        arrow_schema(Bad)


@pytest.mark.parametrize("model", [Track, MusicFacts, Rejection])
def test_descriptions_become_column_metadata(model):
    schema = arrow_schema(model)
    for name, info in model.model_fields.items():
        if info.description:
            assert schema.field(name).metadata[b"description"].decode() == info.description
