"""A disk that is full or closed, and a store that is none: one line, and nothing half written."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
MOST_BYTES = 4096
"""Ours: less than a page or a plot needs; the kernel then refuses to write, as a full disk does."""


def run(*arguments, is_full=False):
    limit = None
    if is_full:
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))  # noqa: E731
    command = [BIN / "partimento", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, preexec_fn=limit, check=False
    )


def told(process):
    """The one line that a command ended with, behind lines of progress."""
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    *progress, line = process.stderr.strip().splitlines()
    assert all(re.fullmatch(r"[\w ]+ \d+/\d+", each) for each in progress), process.stderr
    return line


@pytest.fixture
def config(built_corpus, tmp_path):
    """The built corpus, whose licences are as the listing says: none."""
    path = built_corpus.parent / f"{tmp_path.name}.yaml"
    path.write_text(built_corpus.read_text() + "curation: {unknown_licence: research_only}\n")
    return path


def test_a_full_disk_in_report(config, tmp_path):
    assert "File too large" in told(run("report", config, "--to", tmp_path / "r", is_full=True))


def test_a_full_disk_in_create(config):
    store = config.parent / "store"
    failed = run("release", "create", "full", "--partial", config, is_full=True)
    assert "File too large" in told(failed)
    assert not (store / "releases/full").exists()
    assert list((store / "staging").iterdir()) == []


def test_a_place_that_cannot_be_written(config, tmp_path):
    (tmp_path / "r").write_text("a file")
    assert str(tmp_path / "r") in told(run("report", config, "--to", tmp_path / "r"))


@pytest.mark.parametrize("command", ["status", "plan", "report"])
def test_a_store_that_is_a_file(built_corpus, tmp_path, command):
    (tmp_path / "file").write_text("x")
    path = built_corpus.parent / f"{tmp_path.name}-file.yaml"
    path.write_text(built_corpus.read_text().replace("store: store", f"store: {tmp_path}/file"))
    assert "file: the folder cannot be opened" in told(run(command, path))


def test_a_password_in_the_stores_url_is_in_no_output(built_corpus, tmp_path):
    path = built_corpus.parent / f"{tmp_path.name}-secret.yaml"
    path.write_text(
        built_corpus.read_text().replace("store: store", "store: s3://ann:hunter2@bucket/x")
    )
    for command in ("build", "status", "plan", "report"):
        ended = run(command, path)
        assert "holds no password" in told(ended)
        assert "hunter2" not in ended.stdout + ended.stderr
