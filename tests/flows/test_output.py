"""What commands print: in any encoding, with and without a terminal, at any width."""

import io
import os
import pty
import subprocess
import tomllib
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner

from flows import display, doctor
from flows.cli import app
from flows.command import render
from flows.display import Display
from flows.doctor import Check
from tests.flows.conftest import BIN

ID, PATH = "9f" * 32, "/music/" + "a-long-folder/" * 8 + "song.wav"


def run(*words, **variables):
    command = [BIN / "partimento", *map(str, words)]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    return subprocess.run(
        command, env=environment | variables, capture_output=True, text=True, timeout=300
    )


def in_a_terminal(*words, **variables):
    """Status and output of a command whose output is a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **variables}
    process = subprocess.Popen(
        [BIN / "partimento", *map(str, words)], env=environment, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(60), b"".join(parts).decode()


@pytest.mark.parametrize("width", ["80", "40", "200"])
@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_table_keeps_words_whole_at_any_width(monkeypatch, width, is_terminal):
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setattr(os, "isatty", lambda _: is_terminal)
    table = Table("row", "reason", "detail", "words", title="refused")
    table.add_row(ID, "undecodable_or_worse", f"it is at {PATH}", "la la " * 80)
    text = render(table)
    for word in (ID, PATH, "undecodable_or_worse", "detail", "refused"):
        assert word in text
    assert text.count("la") == 160


def test_a_word_without_an_end_is_folded_and_none_of_it_lost(monkeypatch):
    monkeypatch.setattr(os, "isatty", lambda _: False)
    table = Table("a", "b")
    table.add_row("x" * 100_000, "y")
    assert render(table).count("x") == 100_000


def test_ids_and_paths_can_be_copied_from_a_narrow_terminal_without_colours(built_corpus):
    status, said = in_a_terminal("rejects", "list", built_corpus, NO_COLOR="1")
    assert status == 0
    assert "audio/broken.wav" in said and "undecodable" in said
    assert "\x1b" not in said
    status, said = in_a_terminal("status", "none.yaml", NO_COLOR="1")
    assert (status, said.strip()) == (1, "none.yaml: cannot be read: No such file or directory")


def test_letters_that_the_output_lacks_are_shown_by_their_codes(built_corpus, tmp_path):
    folder = tmp_path / "音"
    words = ("report", built_corpus, "--tracks", 0, "--to", folder)
    made = run(*words, PYTHONIOENCODING="latin-1")
    assert made.returncode == 0, made.stderr
    assert "\\u97f3/report.html" in made.stdout
    assert (folder / "report.html").is_file()


def test_a_reader_that_goes_ends_a_command_without_a_word(built_corpus):
    command = f"{BIN}/partimento show {built_corpus} audio/one.flac | head -c 1 > {os.devnull}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300)
    assert done.stderr == ""


def test_the_doctor_speaks_to_stdout(monkeypatch):
    found = [Check("Chordino plugin", False, "nowhere", remedy="pip install chord-extractor")]
    monkeypatch.setattr(doctor, "checks", lambda: found)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "pip install chord-extractor" in done.stdout


def test_progress_without_a_terminal_is_a_line_now_and_then(monkeypatch):
    said = io.StringIO()
    monkeypatch.setattr(display, "console", Console(file=said))
    now_s = iter(range(0, 10_000, 4))
    monkeypatch.setattr(display.time, "monotonic", lambda: next(now_s))
    with Display() as shown:
        shown.expect("measure", 10)
        for _ in range(10):
            shown.advance("measure", 1)
    lines = said.getvalue().split("\n")[:-1]
    assert 2 <= len(lines) < 10
    assert lines[-1] == "measure 10/10"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["build", "{config}", "--until", "nothing"], "there is no such stage, only segment"),
        (["rejects", "list", "{config}", "--stage", "nothing"], "there is no such stage"),
        (["batch", "collect", "{config}", "/none", "--stage", "describe"], "/none: No such file"),
        (["release", "verify", "../../x", "{config}"], "'../../x' is no name of a release"),
        (["status", "{config}", "--role", "writer=http://a:b/v1,model=m"], "port that is no num"),
        (["status", "{folder}"], "Is a directory"),
        (["status", "{folder}/list.yaml"], "expected a mapping of fields"),
        (["status", "{folder}/empty.yaml"], "expected a mapping of fields"),
        (["status", "{folder}/open.yaml"], "line 2, column 1: cannot be read as YAML"),
        (["status", "{folder}/latin1.yaml"], "cannot be read as YAML"),
        (["status", "{folder}/deep.yaml"], "cannot be read as YAML"),
    ],
)
def test_odd_input_is_answered_in_one_line(built_corpus, tmp_path, words, message):
    files = {"list": b"- a\n", "empty": b"", "open": b"a: [\n", "latin1": b"a: \xe9\n"}
    for name, text in (files | {"deep": b"[" * 5000}).items():
        (tmp_path / f"{name}.yaml").write_bytes(text)
    given = [each.format(config=built_corpus, folder=tmp_path) for each in words]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 1
    assert not done.exception or isinstance(done.exception, SystemExit)
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_doctor_names_the_extra_that_installs_a_package():
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for package, extra in doctor._EXTRAS.items():
        assert any(each.startswith(package) for each in extras[extra]), package
    assert set(doctor._EXTRAS.values()) == extras.keys() - {"dev"}
