"""The command line itself: help, names, completion, loudness, JSON, configs to begin with."""

import json
import os
import pty
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from flows.cli import app
from pipeline.corpus.corpus import Corpus
from pipeline.stages import STAGES
from pipeline.views.status import read_status
from pipeline.views.summary import summarise
from schemas.config import load_config
from schemas.roles import RolesConfig
from tests.flows.conftest import BIN

INIT = ("init", "--name", "mine", "--source")


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def complete(line):
    """What bash is offered at the end of a line."""
    words = line.split(" ")
    asked = {
        "_PARTIMENTO_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [BIN / "partimento"], env=os.environ | asked, capture_output=True, text=True, timeout=300
    )
    return done.stdout.split()


def test_the_version_is_that_of_the_package():
    said = run("--version")
    assert said.exit_code == 0
    assert said.stdout.split()[0] == "partimento" and said.stdout.split()[1][0].isdigit()


@pytest.mark.parametrize("words", [["build"], ["rejects", "list"], ["release", "diff"], []])
def test_help_has_a_short_name_everywhere(words):
    short, long = run(*words, "-h"), run(*words, "--help")
    assert short.exit_code == 0
    assert short.stdout == long.stdout


def test_help_lists_stages_and_roles(monkeypatch):
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    told = run("build", "-h").stdout
    for name in [*(stage.name for stage in STAGES), *RolesConfig.model_fields]:
        assert name in told
    words = run("preview", "-h").stdout.replace(",", " ").replace(".", " ").split()
    for stage in STAGES:
        assert (stage.name in words) == (stage.asks is not None), stage.name


def test_names_are_completed(built_corpus):
    assert set(complete("partimento build x.yaml --until ch")) == {
        "chroma",
        "chords",
        "chord_network",
    }
    assert complete("partimento rejects list x.yaml --stage ing") == ["ingest"]
    assert complete("partimento build x.yaml --role wri") == ["writer="]
    assert "describe" in complete("partimento preview x.yaml --stage d")
    assert "dedup" not in complete("partimento preview x.yaml --stage d")


@pytest.mark.parametrize("words", [["-q", "status"], ["status", "-q"]])
def test_quiet_answers_are_the_same(built_corpus, words):
    assert run(*words, built_corpus).stdout == run("status", built_corpus).stdout


def test_where_an_error_arose_is_told_to_those_who_ask(tmp_path):
    assert "Traceback" not in run("status", tmp_path / "none.yaml").stderr
    told = run("status", tmp_path / "none.yaml", "-v").stderr
    assert "Traceback" in told and "load_config" in told


def test_an_unknown_key_is_answered_with_where_it_belongs(tmp_path):
    config = tmp_path / "corpus.yaml"
    config.write_text(
        "name: x\nstore: s\nsource: {folder: .}\nroles:\n  writer:\n"
        "    engine: openai\n    base_url: http://h/v1\n    model: m\n"
        "    api_key: secret\n    temperature: 0.1\nworkers: 3\n"
    )
    said = run("validate", config)
    assert said.exit_code == 1
    assert ":9: roles.writer.api_key: there is no such key: is `api_key_env` meant?" in said.stderr
    assert ":10: roles.writer.temperature: " in said.stderr
    assert "is `sampling.temperature` meant?" in said.stderr
    assert ":11: workers: there is no such key: is `execution.workers` meant?" in said.stderr
    assert "secret" not in said.stderr
    role = run("validate", config, "--role", "wrter=builtin/facts")
    assert role.exit_code == 1


def test_a_role_that_is_none_is_answered_with_the_nearest(built_corpus):
    said = run("plan", built_corpus, "--role", "wrter=builtin/facts")
    assert "there is no role 'wrter' (`writer`?), only captioner" in said.stderr


def test_validate_says_what_a_config_asks_for(built_corpus, tmp_path):
    said = run("validate", built_corpus)
    assert said.exit_code == 0 and "small, " in said.stdout and "models: none" in said.stdout
    config = tmp_path / "c.yaml"
    config.write_text("name: x\nstore: s\nsource: {folder: .}\nstages: {none: {}}\n")
    assert run("validate", config).exit_code == 1
    writer = "writer=http://h/v1,model=m,api_key_env=PARTIMENTO_NO_KEY"
    said = run("validate", built_corpus, "--role", writer)
    assert said.exit_code == 0 and "models: writer (m)" in said.stdout
    assert "the variable PARTIMENTO_NO_KEY is not set" in said.stderr


def test_show_finds_by_title(built_corpus):
    by_uri = run("show", built_corpus, "audio/two.wav").stdout
    assert run("show", built_corpus, "Two").stdout == by_uri
    assert run("show", built_corpus, "tHRe").stdout == run("show", built_corpus, "Three").stdout
    assert run("show", built_corpus, "nobody").exit_code == 1
    several = run("show", built_corpus, "t")
    assert several.exit_code == 1 and "tracks match" in several.stderr


def test_status_in_json_has_the_numbers_of_the_corpus(built_corpus):
    corpus = Corpus.open(load_config(built_corpus))
    told = json.loads(run("status", built_corpus, "--json").stdout)
    assert told["content_hash"] == corpus.content_hash
    assert told["n_steps_left"] == len(corpus.pending)
    stages = summarise(corpus)
    assert [each["name"] for each in told["stages"]] == [each.name for each in stages]
    for ours, theirs in zip(stages, told["stages"], strict=True):
        assert theirs["n_in"] == ours.n_in == theirs["n_accepted"] + theirs["n_rejected"]
        assert theirs["reasons"] == ours.reasons
    assert read_status(corpus).refused_share == pytest.approx(
        sum(each.n_rejected for each in stages) / sum(each.n_in for each in stages)
    )


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "{config}"],
        ["rejects", "list", "{config}"],
        ["show", "{config}", "audio/two.wav"],
        ["show", "{config}", "audio/broken.wav"],
        ["release", "list", "{config}"],
        ["doctor"],
    ],
)
def test_answers_in_json_are_json_alone(built_corpus, words):
    said = run(*(word.format(config=built_corpus) for word in words), "--json")
    assert said.exit_code == 0, said.stderr
    assert isinstance(json.loads(said.stdout), dict)
    assert said.stdout.isascii()


def test_json_of_one_track_names_its_rows_by_stage(built_corpus):
    told = json.loads(run("show", built_corpus, "audio/one.flac", "--json").stdout)
    assert told["track"]["uri"] == "audio/one.flac"
    assert told["rows"]["measure"][0]["track_id"] == told["track"]["track_id"]
    refused = json.loads(run("show", built_corpus, "audio/broken.wav", "--json").stdout)
    assert refused["refused_files"][0]["reason"] == "undecodable"


def test_nothing_built_is_json_too(tmp_path):
    config = tmp_path / "corpus.yaml"
    config.write_text("name: x\nstore: s\nsource: {folder: .}\n")
    assert json.loads(run("status", config, "--json").stdout) == {"corpus": "x", "snapshot": None}


def test_init_writes_a_config_that_loads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(
        *INIT, "/music", "--writes", "http://a/v1,model=m", "--hears",
        "http://b/v1,model=h,api_key_env=K,sampling.temperature=0.2",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    config = load_config("corpus.yaml")
    assert (config.name, config.source.folder) == ("mine", "/music")
    assert config.store == str(tmp_path / "build/mine")
    for name in ("writer", "blind", "reasoner"):
        assert getattr(config.roles, name).model == "m"
    for name in ("captioner", "judge", "checker"):
        assert getattr(config.roles, name).api_key_env == "K"
    assert Corpus.find(config) is None
    assert "there already" in run(*INIT, "/music").stderr


def test_what_init_comments_out_are_settings_with_their_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(*INIT, "tracks.csv")
    given = load_config("corpus.yaml")
    assert given.source.listing == str(tmp_path / "tracks.csv")
    text = (tmp_path / "corpus.yaml").read_text()
    _, _, tail = text.partition("with its default:\n")
    settings = yaml.safe_load("\n".join(line.removeprefix("# ") for line in tail.splitlines()))
    whole = yaml.safe_load(text) | settings
    (tmp_path / "whole.yaml").write_text(yaml.safe_dump(whole))
    assert load_config("whole.yaml") == given


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["init"], "--name and --source"),
        (["init", "--name", "No!", "--source", "x"], "Lower case"),
        (["init", "--name", "x", "--source", "y", "--writes", "http://a/v1"], "and `model`"),
    ],
)
def test_an_init_that_cannot_be_leaves_no_file(tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == 1 and message in done.stderr
    assert not list(tmp_path.iterdir())


def test_init_asks_in_a_terminal(tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [BIN / "partimento", "init"], cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    for question, reply in {
        b"Name of": b"asked", b"Folder or": b"/music", b"Where to": b"", b"writes": b"",
        b"hears": b"",
    }.items():  # fmt: skip
        while question not in said.rpartition(b"\n")[2]:
            said += os.read(ours, 4096)
        os.write(ours, reply + b"\n")
    assert process.wait(60) == 0
    os.close(ours)
    assert load_config(tmp_path / "corpus.yaml").name == "asked"
