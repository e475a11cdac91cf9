"""The scripts of an example import each other by their plain names."""

import sys
from pathlib import Path

import pytest

FLAMINGO = Path(__file__).parents[2] / "examples" / "small-flamingo"
sys.path.insert(0, str(FLAMINGO))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny model with random weights, and its processor."""
    from tests.tiny_musicflamingo import save_tiny
    from training.config import ModelConfig
    from training.model import load_model, load_processor

    folder = tmp_path_factory.mktemp("tiny")
    save_tiny(folder, window_s=2)
    return load_model(ModelConfig(path=str(folder))).eval(), load_processor(str(folder))
