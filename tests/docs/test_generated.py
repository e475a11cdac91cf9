import re

import pytest

from flows.dictionary import MARK, documents
from pipeline.stages import STAGES
from schemas.config import CorpusConfig
from schemas.record import Record
from tests.blocks import ROOT

DOCUMENTS = documents()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_are_those_of_the_models(path):
    told = path.read_text(encoding="utf-8")
    assert told.count(MARK) == 1
    assert told == DOCUMENTS[path], f"{path.name} is stale: run `make docs`"


def test_every_section_and_every_table_is_there():
    configuration, dictionary = (ROOT / "docs" / path.name for path in DOCUMENTS)
    for name in CorpusConfig.model_fields:
        assert f"| `{name}` |" in configuration.read_text()
    for stage in STAGES:
        if stage.config is not Record:
            assert f"\n## `{stage.name}`\n" in configuration.read_text()
        assert f"\n## {stage.name}: {stage.makes.__name__}\n" in dictionary.read_text()


@pytest.mark.parametrize(
    "name, line",
    [
        ("configuration", "| `silence_dbfs` | float | -60.0 | ≤ 0 | Windows whose RMS"),
        ("configuration", "| `max_bit_error_rate` | float | 0.2 | > 0, < 0.35 | Of fing"),
        ("configuration", "| `votes` | `majority`, `all`, `any` | majority |  | Which judges"),
        ("configuration", "| `store` | str | none: it is needed |  | Folder or URL"),
        ("configuration", "| `sampling` | [Sampling](#sampling) | its defaults |  | How answers"),
        ("dictionary", "| `rms_dbfs` | double | null | RMS level; null for digital silence. |"),
        ("dictionary", "| `chords` | list of [Chord](#chord) | null |"),
    ],
)
def test_lines_whose_truth_is_known(name, line):
    assert f"\n{line}" in (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_a_document_leads_somewhere(path):
    text = path.read_text(encoding="utf-8")
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
