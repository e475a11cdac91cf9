"""Each recipe of CONTRIBUTING.md in a copy of the tree, with the test that it brings."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.blocks import ROOT
from tests.recipes.recipes import apply, changed, recipes

RECIPES = recipes()
TREE = ("schemas", "tools", "pipeline", "training", "tests")


@pytest.fixture
def tree(tmp_path):
    """A copy of what a recipe may change, with its settings."""
    for name in TREE:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def types(tmp_path_factory):
    """What mypy knows of the modules that no recipe changes: it looks at the others only."""
    folder = tmp_path_factory.mktemp("types")
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", folder, dirs_exist_ok=True)
    return folder


def run(tree, *command):
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-m", *map(str, command)]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: each.title)
def test_a_recipe_works_as_it_is_written(tree, types, recipe):
    apply(recipe, tree)
    status, told = run(tree, "pytest", "-p", "no:cacheprovider", "-n", 0, *recipe.tests)
    assert status == 0, told
    assert "passed" in told
    for check in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        status, told = run(tree, "ruff", *check, *recipe.code)
        assert status == 0, told
    if recipe.typed:
        status, told = run(tree, "mypy", "--cache-dir", types, *recipe.typed)
        assert status == 0, told


def test_without_its_changes_a_recipe_fails(tree):
    """What the recipe's test tests is the recipe."""
    drift = next(each for each in RECIPES if "lint check" in each.title)
    apply(drift, tree)
    linter = ROOT / "pipeline" / "lint" / "linter.py"
    shutil.copy(linter, tree / "pipeline" / "lint" / "linter.py")
    status, told = run(tree, "pytest", "-p", "no:cacheprovider", "-n", 0, *drift.tests)
    assert status == 1, told


def test_the_recipes_are_those_that_were_promised():
    assert [each.title for each in RECIPES] == [
        "A stage that asks a model",
        "A MIR tool",
        "A model role",
        "A lint check",
        "A benchmark reader",
    ]
    assert all(each.tests for each in RECIPES)


def test_a_change_that_does_not_fit_is_noticed():
    assert changed("a\nb\nc\n", " a\n+x\n b\n@@\n-c\n+d\n") == "a\nx\nb\nd\n"
    with pytest.raises(AssertionError, match="fits 0 places"):
        changed("a\nb\n", " b\n+x\n c\n")
