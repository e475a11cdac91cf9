"""What the example of a real model fetches is what it means."""

import hashlib
import runpy

import pytest
import yaml

from tests.blocks import ROOT

SCRIPT = runpy.run_path(str(ROOT / "examples" / "with-a-model" / "run.py"), run_name="script")
CONFIG = yaml.safe_load((ROOT / "examples" / "with-a-model" / "corpus.yaml").read_text())


def test_other_bytes_are_not_taken_for_the_weights(tmp_path, monkeypatch):
    weights = tmp_path / "model.gguf"
    weights.write_bytes(b"GGUF")
    known = {"N_BYTES": 4, "SHA256": hashlib.sha256(b"GGUF").hexdigest()}
    for name, value in known.items():
        monkeypatch.setitem(SCRIPT["check"].__globals__, name, value)
    SCRIPT["check"](weights)
    for other in (b"GGUG", b"GGUF "):
        weights.write_bytes(other)
        with pytest.raises(ValueError, match="not the known weights"):
            SCRIPT["check"](weights)


def test_the_config_asks_the_server_of_the_script():
    roles = CONFIG["roles"].values()
    assert {each["base_url"] for each in roles} == {f"http://127.0.0.1:{SCRIPT['PORT']}/v1"}
    assert {each["model"] for each in roles} == {SCRIPT["MODEL"]}
