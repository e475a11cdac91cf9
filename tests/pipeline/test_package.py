import subprocess
import sys

import pytest

import pipeline
from tests.blocks import ROOT

HEAVY = ("tools", "essentia", "madmom", "polars", "pyarrow", "openai", "prefect")
BLOCKED = f"""
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Blocker())
"""


def run(code):
    command = [sys.executable, "-c", BLOCKED + code]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_checks_of_texts_load_no_tool():
    done = run("import pipeline.lint; print(len(pipeline.lint.__all__))")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_the_block_of_that_test_blocks():
    done = run("import pipeline; pipeline.build")
    assert done.returncode != 0
    assert "is blocked" in done.stderr


@pytest.mark.parametrize("name", pipeline.__all__)
def test_every_name_is_there(name):
    assert getattr(pipeline, name).__name__ == name


def test_another_name_is_none():
    with pytest.raises(AttributeError, match="'pipeline' has no attribute 'biuld'"):
        pipeline.biuld  # noqa: B018
