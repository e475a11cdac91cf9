"""The recipes of CONTRIBUTING.md, and how they are applied to a tree."""

import re
from dataclasses import dataclass

from tests.blocks import BLOCK, ROOT


@dataclass(frozen=True)
class Recipe:
    """A section of the document; its blocks as (kind, path, text)."""

    title: str
    blocks: list[tuple[str, str, str]]

    @property
    def tests(self):
        return [path for _, path, _ in self.blocks if "/test_" in path]

    @property
    def code(self):
        return [path for _, path, _ in self.blocks if path.endswith(".py")]

    @property
    def typed(self):
        """New modules; what is changed is typed by `make lint`."""
        new = [path for kind, path, _ in self.blocks if kind == "python"]
        return [path for path in new if path not in self.tests]


def recipes():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^### ", text, flags=re.MULTILINE)
    return [
        Recipe(section.partition("\n")[0], [(*head.split(), body) for head, body in found])
        for section in sections
        if (found := BLOCK.findall(section))
    ]


def apply(recipe, tree):
    """Write a recipe's files and changes into a tree."""
    for kind, name, text in recipe.blocks:
        path = tree / name
        if kind == "diff":
            path.write_text(changed(path.read_text(), text), encoding="utf-8")
        else:
            assert not path.exists(), f"{name} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def changed(text, diff):
    """A text after a change; each of its parts, between `@@`, must fit one place exactly."""
    for part in diff.split("@@\n"):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"fits {text.count(before)} places:\n{before}"
        text = text.replace(before, after)
    return text
