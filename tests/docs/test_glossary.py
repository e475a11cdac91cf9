import re

import pytest

from tests.blocks import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
FLOORS = ("schemas", "tools", "pipeline", "flows", "training")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for floor in FLOORS for path in (ROOT / floor).rglob("*.py")
)
SPELT = sorted({*re.findall(r"`([^`]+)`", GLOSSARY)} - {"code", "partimento batch"})


@pytest.mark.parametrize("word", SPELT)
def test_what_is_spelt_as_code_is_in_the_sources(word):
    assert re.search(rf"(?<![\w-]){re.escape(word.rstrip('/'))}(?![\w-])", SOURCES)


def test_a_term_is_told_once():
    terms = re.findall(r"^\| (?!term|---)([^|]+) \|", GLOSSARY, re.MULTILINE)
    assert len(terms) > 30
    assert len(terms) == len(set(terms))
