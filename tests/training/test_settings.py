"""Every setting is documented, with its default, and explained on the command line."""

import re
import sys
from pathlib import Path

import pytest

from training.command import settings, stage_command
from training.config import GrpoConfig, SftConfig
from training.evaluate import EvaluateConfig
from training.weights import skeleton

DOCS = Path(__file__).parents[2] / "docs" / "training.md"
ROW = re.compile(r"^\| (`[a-z_.`, ]+`) \|([^|]*)\| [^|]+ \|$", re.MULTILINE)
KINDS = {
    "sft": SftConfig,
    "grpo": GrpoConfig,
    "evaluate": EvaluateConfig,
}


def documented():
    """Defaults by setting, as the tables of settings state them."""
    found = {}
    for names, defaults in ROW.findall(DOCS.read_text(encoding="utf-8")):
        names = [name.strip("`") for name in names.split(", ")]
        defaults = defaults.strip().split(", ") if len(names) > 1 else [defaults.strip()]
        found |= dict(zip(names, defaults, strict=True))
    return found


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_setting_has_a_row_with_its_default(kind):
    rows = documented()
    # Judge and endpoint are roles, which docs/models.md explains.
    roles = ("judge.", "endpoint.")
    own = {name: default for name, default, _ in settings(kind) if not name.startswith(roles)}
    assert {name: rows.get(name) for name in own} == own


def test_no_row_is_of_a_setting_that_is_gone():
    known = {name for kind in KINDS.values() for name, *_ in settings(kind)}
    known |= {"judge", "endpoint"}
    of_settings = DOCS.read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    stated = {
        name for names, _ in ROW.findall(of_settings) for name in re.findall("`(.+?)`", names)
    }
    assert stated <= known


@pytest.mark.parametrize("name", KINDS)
def test_help_explains_every_setting(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["-", "--help"])
    with pytest.raises(SystemExit):
        stage_command(name, KINDS[name], print)
    shown = capsys.readouterr().out
    for setting, default, meaning in settings(KINDS[name]):
        assert meaning, setting
        line = next(each for each in shown.splitlines() if each.split()[:1] == [setting])
        assert default in line
        assert line.endswith(meaning)


def test_a_wrong_setting_is_explained_with_its_meaning(tmp_path, monkeypatch):
    (tmp_path / "sft.yaml").write_text("model: {path: m}\noutput: o\nwarmup_ratio: 2\n")
    monkeypatch.setattr(sys, "argv", ["-", str(tmp_path / "sft.yaml")])
    with pytest.raises(SystemExit, match=r"sft.yaml:3: warmup_ratio: .* \(Share of steps it rises"):
        stage_command("sft", SftConfig, print)


def test_what_cannot_be_used_ends_in_one_line(tmp_path, monkeypatch):
    model, rows = f"model: {{path: {tmp_path}}}", "{release: r, dataset: mf-think}"
    (tmp_path / "sft.yaml").write_text(
        f"{model}\noutput: {tmp_path}/out\nsources: [{rows}]\nlearning_rate: 1\nmax_steps: 1\n"
    )
    monkeypatch.setattr(sys, "argv", ["-", str(tmp_path / "sft.yaml")])
    with pytest.raises(SystemExit, match=r"there is no config\.json; is it a model's folder\?$"):
        stage_command("sft", SftConfig, lambda config: skeleton(tmp_path, None, "sdpa"))
