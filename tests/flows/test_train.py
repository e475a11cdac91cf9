"""The programs of training, as commands of a folder that has a `training/` of its own."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.flows.conftest import BIN

PROGRAMS = ("sft", "grpo", "start", "plan", "evaluate")


def run(*command, **where):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **where)


def test_a_folder_with_a_training_of_its_own_is_not_imported(tmp_path):
    (tmp_path / "training").mkdir()
    (tmp_path / "training/__init__.py").write_text("raise AssertionError('not this one')")
    found = run(BIN / "partimento", "train", "sft", "--help", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("usage: partimento train sft")


@pytest.mark.parametrize("program", PROGRAMS)
def test_options_are_the_programs_own(program):
    shown = CliRunner().invoke(app, ["train", program, "--help"])
    assert (shown.exit_code, shown.stdout[:40].split()[:4]) == (
        0,
        ["usage:", "partimento", "train", program],
    )
    wrong = CliRunner().invoke(app, ["train", program, "--no-such"])
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith(f"usage: partimento train {program}")


def test_what_a_plan_is_told_reaches_it_in_order(tmp_path):
    (tmp_path / "sft.yaml").write_text("output: o\nwarmup_ratio: 2\n")
    found = CliRunner().invoke(
        app, ["train", "plan", str(tmp_path / "sft.yaml"), "--gpus", "8", "--mfu", "0.4"]
    )
    assert found.exit_code == 1
    assert "sft.yaml:2: warmup_ratio" in str(found.exception)


def test_the_command_line_imports_nothing_of_training():
    code = "import sys, flows.cli; sys.exit(bool({'training', 'torch'} & sys.modules.keys()))"
    found = run(sys.executable, "-c", code)
    assert found.returncode == 0, found.stderr


def test_a_missing_extra_is_told_in_a_line():
    code = "import sys; sys.modules['torch'] = None; from flows.cli import app; app()"
    found = run(sys.executable, "-c", code, "train", "sft", "config.yaml")
    assert found.returncode == 1
    assert found.stderr == "torch is not installed: uv pip install -e '.[train]'\n"
