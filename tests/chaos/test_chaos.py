"""The command that runs campaigns; what each finds is in its own test."""

import subprocess
import sys

import pytest

from tests.chaos import __main__ as chaos
from tests.chaos.campaign import Campaign


def a_module(monkeypatch, name, run):
    module = type(sys)(f"tests.chaos.{name}")
    module.ROUNDS, module.run = 3, run
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def campaigns(monkeypatch):
    def good(rounds, seed):
        return Campaign("good", rounds, {"healed": rounds})

    def bad(rounds, seed):
        return Campaign("bad", rounds, {"lost": rounds}, [f"seed {seed}: a row [lost]"])

    a_module(monkeypatch, "good", good)
    a_module(monkeypatch, "bad", bad)
    monkeypatch.setattr(chaos, "CAMPAIGNS", ("good", "bad"))


def test_a_fault_is_told_and_ends_with_status_1(campaigns, capsys):
    assert chaos.main(["--seed", "7"]) == 1
    told = capsys.readouterr().out
    assert "3 healed" in told and "3 lost" in told
    assert "bad: seed 7: a row [lost]" in told


def test_only_what_is_named_runs_and_as_often_as_asked(campaigns, capsys):
    assert chaos.main(["good", "--rounds", "good=5", "--rounds", "2"]) == 0
    told = capsys.readouterr().out
    assert "5 healed" in told and "lost" not in told


@pytest.mark.parametrize("arguments", [["none"], ["--rounds", "x"], ["--rounds", "none=2"]])
def test_what_cannot_run_is_said(arguments):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *arguments], capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert "kills" in ended.stderr and "Traceback" not in ended.stderr
