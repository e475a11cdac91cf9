import re
import tomllib

import pytest

import schemas.release
from pipeline.engine.plan import INGESTED
from pipeline.stages import STAGES
from tests.blocks import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = SETTINGS["tool"]["importlinter"]["contracts"]


def table(first):
    """Rows of the table whose first column is called so, cell by cell."""
    body = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)[1]
    return [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in body.splitlines()]


def names_of(first):
    return [row[0].strip("`") for row in table(first)]


def layers(floor):
    """The layers of a contract, from the top; those beside each other in one string."""
    ours = (each for each in CONTRACTS if each["type"] == "layers")
    return next(each["layers"] for each in ours if each.get("containers") == floor)


def test_the_floors_are_those_of_the_linter():
    assert names_of("floor") == layers(None)


def test_the_rooms_are_those_of_the_linter():
    rooms = [room for layer in layers(["pipeline"]) for room in layer.split(" | ")]
    assert names_of("room of the pipeline") == rooms
    there = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert there == set(rooms), "every room has its layer"


def test_the_picture_has_the_rooms_in_order():
    (line,) = re.findall(r"^ *(release --> .*)$", PAGE, re.MULTILINE)
    boxes = [re.sub(r'^\w+\["(.*)"\]$', r"\1", each) for each in line.split(" --> ")]
    assert boxes == layers(["pipeline"])


def test_the_shards_are_those_of_the_stages():
    rows = {name.strip("`"): (model.strip("`"), reads) for name, model, reads in table("shard")}
    ingested = {name: model.__name__ for model, name in INGESTED.items()}
    assert list(rows) == [*ingested, *(stage.name for stage in STAGES)]
    assert {name: rows.pop(name)[0] for name in ingested} == ingested
    makers = {stage.makes: stage.name for stage in STAGES} | INGESTED
    for stage in STAGES:
        model, reads = rows[stage.name]
        assert model == stage.makes.__name__
        order = [*ingested, *(each.name for each in STAGES)]
        read = sorted((makers[each] for each in stage.reads), key=order.index)
        assert re.findall(r"`(\w+)`", reads) == read
        assert ("sound" in reads) == stage.hears, stage.name
        assert ("of the whole corpus" in reads) == (stage.run_all is not None)


@pytest.mark.parametrize("name", re.findall(r"`(Released\w+)`", PAGE))
def test_the_released_rows_are_there(name):
    assert hasattr(schemas.release, name)
