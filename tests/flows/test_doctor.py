"""What `doctor` tells of a corpus: its store and its endpoints."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import doctor
from flows.cli import app
from flows.doctor_cli import _impatient
from schemas.config import CorpusConfig, load_config
from tests.serving import model_server
from tools.checks import Check


@pytest.fixture
def config(built_corpus, tmp_path, monkeypatch):
    """A copy of a built corpus, on a machine that lacks nothing."""
    monkeypatch.setattr(doctor, "checks", lambda: [Check("python", True, "3.11")])
    shutil.copytree(Path(load_config(built_corpus).store), tmp_path / "store")
    for name in ("corpus.yaml", "listing.csv", "audio"):
        (tmp_path / name).symlink_to(built_corpus.parent / name)
    copy = tmp_path / "own.yaml"
    copy.write_text(built_corpus.read_text())
    return copy


def run(*words):
    done = CliRunner().invoke(app, ["doctor", *map(str, words), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_whole_store_is_a_clean_bill(config):
    status, told = run(config)
    assert status == 0
    assert [each["name"] for each in told["checks"]] == ["python"]
    by_name = {each["name"]: each for each in told["store"]}
    looked_at = {"store", "commits", "snapshots", "files", "releases", "orphans", "clock", "space"}
    looked_at |= {"answers", "other records"}
    assert by_name.keys() == looked_at
    assert all(each["is_ok"] for each in by_name.values())


def test_damage_is_a_status_and_a_line(config):
    shard = next((config.parent / "store/data/measure").iterdir())
    shard.write_bytes(shard.read_bytes()[:-1])
    status, told = run(config)
    assert status == 1
    (wrong,) = [each for each in told["store"] if not each["is_ok"]]
    assert shard.name in wrong["found"] and "delete commits/measure/" in wrong["found"]
    table = CliRunner().invoke(app, ["doctor", str(config)])
    assert table.exit_code == 1 and "bad" in table.stdout


def test_every_role_is_tried_though_one_lacks_its_key(config):
    with model_server() as url:
        roles = (
            "--role", f"writer={url},model=m", "--role",
            f"reasoner={url},model=m,api_key_env=PARTIMENTO_NO_KEY", "--role",
            "judge=http://127.0.0.1:9/v1,model=m,patience_s=1",
        )  # fmt: skip
        status, told = run(config, *roles)
    assert status == 1
    problems = {each["role"]: each["problem"] for each in told["endpoints"]}
    assert problems["writer"] is None
    assert "PARTIMENTO_NO_KEY is not set" in problems["reasoner"]
    assert problems["judge"]


def test_the_doctor_does_not_wait_as_long_as_a_build():
    roles = {"writer": {"engine": "openai", "base_url": "http://h/v1", "model": "m"}}
    given = CorpusConfig(name="x", store="s", source={"folder": "."}, roles=roles)
    assert given.roles.writer.patience_s > 100
    assert _impatient(given).roles.writer.patience_s <= 20
