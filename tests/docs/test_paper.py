"""The page on the paper: its settings are there, and its config is one."""

import re
from collections.abc import Iterator
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from schemas.config import CorpusConfig
from schemas.roles import RoleName
from tests.blocks import ROOT
from training.config import GrpoConfig, SftConfig
from training.evaluate import EvaluateConfig

PAGE = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8")
CONFIGS = (CorpusConfig, SftConfig, GrpoConfig, EvaluateConfig)
ROWS = [
    re.split(r"\s*\|\s*", line.strip()[1:-1].strip(" "))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| detail")
]


def models_of(annotation) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from models_of(each)


def is_setting(name, models):
    """Whether a dotted name is a field of one of the models, or of what stands in it."""
    first, _, rest = name.partition(".")
    fields = [model.model_fields[first] for model in models if first in model.model_fields]
    if not fields or not rest:
        return bool(fields)
    return is_setting(rest, [found for each in fields for found in models_of(each.annotation)])


def test_every_row_has_five_cells():
    assert len(ROWS) > 60
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize(
    "name",
    sorted({name for row in ROWS for name in re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", row[3])}),
)
def test_what_is_called_a_setting_is_one(name):
    values = {"prose", "numbered", "graded", "yes_no", "asserted", "mentioned"}
    assert name in values or name in get_args(RoleName) or is_setting(name, CONFIGS)


@pytest.mark.parametrize("path", re.findall(r"`(training/[\w/.-]+)`", PAGE))
def test_what_is_called_a_file_is_there(path):
    assert (ROOT / path).exists()


def test_its_config_is_one():
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    given = yaml.safe_load(block) | {"name": "x", "store": "s", "source": {"folder": "."}}
    config = CorpusConfig.model_validate(given)
    assert config.factcheck.verdicts == "yes_no"
