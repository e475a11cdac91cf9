"""What the page on models says to paste into a config is a config."""

import re

import pytest
import yaml

from schemas.config import CorpusConfig
from tests.blocks import ROOT, blocks_of

PAGE = "docs/models.md"
BLOCKS = [text for kind, text in blocks_of(PAGE) if kind == "yaml"]
SERVERS = ("llama.cpp", "transformers serve", "vLLM", "OpenAI", "Gemini", "Mistral")
REST = {"name": "mine", "store": "store", "source": {"folder": "music"}}


def test_there_is_one_for_each_kind_of_server():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    recipes = re.split(r"^## ", text, flags=re.MULTILINE)
    (page,) = (each for each in recipes if each.startswith("Recipes\n"))
    for name in SERVERS:
        (recipe,) = re.findall(rf"^### {re.escape(name)}\n(.*?)(?=^### |\Z)", page, re.M | re.S)
        assert recipe.count("```yaml") == 1
        assert re.match(r"\s*(Run|Not run here)\b", recipe), f"{name}: was it run?"


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_what_is_pasted_is_a_config(text):
    config = CorpusConfig.model_validate(REST | yaml.safe_load(text))
    paid = [role for role in config.roles.configured.values() if role.is_paid]
    assert paid
    for role in paid:
        assert role.base_url is None or not role.base_url.endswith("/")
        assert (role.api_key_env is not None) == (role.base_url or "").startswith("https")
