"""What documents name is there: commands, their options, and the files that they link to."""

import re

import pytest
from typer.main import get_command

from flows.cli import app
from tests.blocks import BLOCK, ROOT

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
# A command ends where a sentence, a span of code or a comment does.
COMMAND = re.compile(r"\bpartimento (?P<words>[a-z][^`#\n|;:()…]*)")
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def commands_of(path):
    text = path.read_text(encoding="utf-8").replace("\\|", "|")
    spans = re.findall(r"`(partimento [^`]+)`|^ {4}(partimento .*(?:\\\n.*)*)", text, re.MULTILINE)
    for span in ("".join(each).replace("\\\n", " ") for each in spans):
        yield from (found["words"].split() for found in COMMAND.finditer(span))


def unknown(words):
    """The first word or option that the command line does not know; None if it knows all."""
    command = get_command(app)
    for place, word in enumerate(words):
        if not hasattr(command, "commands"):
            return unknown_option(command, words[place:])
        if not re.fullmatch(r"[a-z]+", word):
            return None
        if word not in command.commands:
            return word
        command = command.commands[word]
    return None


def unknown_option(command, words):
    if command.context_settings.get("ignore_unknown_options"):
        return None  # `train` hands them on to programs of training
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    named = (word.split("=")[0] for word in words if word.startswith("--"))
    return next((name for name in named if name not in known), None)


@each_document
def test_commands_and_their_options_are_there(path):
    wrong = {" ".join(words): found for words in commands_of(path) if (found := unknown(words))}
    assert not wrong


def test_this_finds_commands_and_what_is_wrong_with_them():
    found = [" ".join(words) for words in commands_of(ROOT / "README.md")]
    assert "build examples/corpus.yaml" in found
    assert any(each.startswith("rejects retry CONFIG --stage S") for each in found)
    assert unknown(["biuld", "CONFIG"]) == "biuld"
    assert unknown(["rejects", "again"]) == "again"
    assert unknown(["build", "CONFIG", "--untli", "describe"]) == "--untli"
    assert unknown(["build", "CONFIG", "--until", "describe"]) is None


@each_document
def test_links_lead_to_files(path):
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert not [link for link in links if not (path.parent / link).exists()]
