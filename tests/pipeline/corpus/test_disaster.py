"""What is lost or damaged is told, what the line says heals it, and nothing is paid for twice."""

import re
import shutil
import subprocess
from pathlib import Path
from unittest.mock import Mock

import pytest

from pipeline.corpus.build import build
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.retry import retry
from pipeline.release.examine import examine_store
from schemas.config import load_config, with_roles
from tests.model_server import read_log
from tests.serving import model_server
from tests.small_corpus import LAST_STAGE
from tools.store import StoreError

N_TRACKS_OF_THE_FIRST = 2
"""Of the partition that commits are taken from."""


@pytest.fixture(scope="module")
def asked(built_corpus, tmp_path_factory):
    """A corpus whose captions a model wrote: its config, content, and the model's log."""
    folder = tmp_path_factory.mktemp("asked")
    shutil.copytree(built_corpus.parent, folder, dirs_exist_ok=True)
    log = folder / "requests.jsonl"
    with model_server("--log", log) as url:
        writer = {"writer": {"engine": "openai", "base_url": url, "model": "m"}}
        config = with_roles(load_config(folder / "corpus.yaml"), writer)
        corpus = build(config, until=LAST_STAGE)
        assert {row["role"] for row in corpus.frame("describe")["authorship"]} == {"writer"}
        yield config, corpus.content_hash, log


@pytest.fixture
def config(asked, tmp_path):
    """The same with a store of its own; what the model was asked until now."""
    config, _, _ = asked
    shutil.copytree(config.store, tmp_path / "store")
    return config.model_copy(update={"store": str(tmp_path / "store")})


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def newest(config, pattern):
    return max(Path(config.store).glob(pattern), key=lambda path: path.stat().st_mtime_ns)


def commit_of(config, stage):
    corpus = Corpus.open(config)
    found = next(each for each in corpus.commits if each.stage == stage)
    name = f"commits/{stage}/{found.partition}-{found.address}.json"
    return Path(config.store) / name, Path(config.store) / found.rows_path


def said(config):
    """What the doctor says is wrong with the store."""
    checks = examine_store(config, lambda _: None, lambda _: None)
    return "\n".join(each.found for each in checks if not each.is_ok)


def heals(config, asked, n_asked=0):
    """Whether a build ends in the same content, with so many requests that were paid for."""
    _, content, log = asked
    before = len(read_log(log))
    assert build(config, until=LAST_STAGE).content_hash == content
    assert len(read_log(log)) - before == n_asked
    assert said(config) == ""


@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("stage", ["tracks", "measure", "describe"])
def test_a_damaged_commit(config, asked, stage, damage):
    record, _ = commit_of(config, stage)
    damage(record)
    name = record.relative_to(config.store).as_posix()
    words = f"{name} [^:]*: delete it and run `partimento build`"
    assert re.search(words, said(config))
    with pytest.raises(StoreError, match=words):
        Corpus.open(config).check_files()
    record.unlink()
    heals(config, asked)


@pytest.mark.parametrize("stage", ["tracks", "describe"])
def test_a_lost_commit(config, asked, stage):
    record, _ = commit_of(config, stage)
    record.unlink()
    if stage == "tracks":  # of any other the plan says that it is not done
        assert f"{record.name} is missing: restore it from a copy, or run" in said(config)
        with pytest.raises(StoreError, match=r"is missing: restore it .* `partimento build`"):
            Corpus.open(config).check_files()
    else:
        assert next(step.key for step in Corpus.open(config).pending)[0] == "describe"
    heals(config, asked)


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
@pytest.mark.parametrize("stage", ["tracks", "describe"])
def test_a_damaged_or_lost_shard(config, asked, stage, damage):
    record, rows = commit_of(config, stage)
    damage(rows)
    words = re.search(rf"{rows.name} .* or delete (commits/{stage}/\S+) and run", said(config))
    assert Path(config.store) / words[1] == record
    (Path(config.store) / words[1]).unlink()
    heals(config, asked)


@pytest.mark.parametrize("damage", [flip, cut])
def test_a_damaged_snapshot(config, asked, damage):
    path = newest(config, "snapshots/*")
    damage(path)
    words = f"snapshots/{path.name} .*, or delete it: the next build goes on from the one before"
    assert re.search(words, said(config))
    with pytest.raises(StoreError, match=words):
        build(config, until=LAST_STAGE)
    path.unlink()
    heals(config, asked)


def test_a_lost_snapshot(config, asked):
    newest(config, "snapshots/*").unlink()
    assert "no snapshot names the tracks of p000000, p000001: one was lost" in said(config)
    heals(config, asked)


def test_a_lost_snapshot_of_a_retry_is_taken_again_and_finds_its_shards(config, asked):
    stage, reason = next(
        (each.stage, what.rpartition(": ")[2])
        for each in Corpus.open(config).commits
        for what in each.unmeasured
        if each.stage != "tracks"
    )
    retry(config, stage, [reason])
    content = build(config, until=LAST_STAGE).content_hash
    records = set(Path(config.store).glob("commits/*/*"))
    newest(config, "snapshots/*").unlink()
    before = len(read_log(asked[2]))
    retry(config, stage, [reason])
    assert build(config, until=LAST_STAGE).content_hash == content
    assert set(Path(config.store).glob("commits/*/*")) == records, "nothing is made anew"
    assert len(read_log(asked[2])) == before


@pytest.mark.parametrize("damage", [flip, Path.unlink])
def test_a_damaged_or_lost_list_of_sources(config, asked, damage):
    damage(newest(config, "data/sources/*"))
    named = re.search(r"those of `(grep -l \S+ snapshots/\*)`", said(config))
    with pytest.raises(StoreError, match="or delete the snapshots that name it"):
        build(config, until=LAST_STAGE)
    done = subprocess.run(
        named[1], shell=True, cwd=config.store, capture_output=True, text=True, check=True
    )
    for name in done.stdout.split():
        (Path(config.store) / name).unlink()
    heals(config, asked)


@pytest.mark.parametrize("kind", ["builds", "estimates"])
def test_a_damaged_record_of_a_build(config, asked, kind):
    path = newest(config, f"{kind}/*")
    flip(path)
    assert re.search(f"{kind}/{path.name} (was changed|is no record) .*: delete it", said(config))
    path.unlink()
    heals(config, asked)


def scribble(path):
    """Damage to all pages but that of the schema."""
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def no_database(path):
    path.write_bytes(b"x" * path.stat().st_size)


@pytest.mark.parametrize("damage", [cut, scribble, no_database])
def test_damaged_answers_are_taken_away_by_what_the_line_says(config, asked, damage):
    answers = Path(config.store) / "answers.sqlite"
    damage(answers)
    way_out = re.search(r"go on without it: `(mkdir .*?)`", said(config))
    commit_of(config, "describe")[0].unlink()
    with pytest.raises(StoreError, match=f"{answers}: .*or go on without it: `mkdir "):
        build(config, until=LAST_STAGE)
    subprocess.run(way_out[1], shell=True, check=True)
    assert not answers.exists()
    heals(config, asked, n_asked=N_TRACKS_OF_THE_FIRST)


def test_lost_answers_cost_nothing_while_shards_stand(config, asked):
    (Path(config.store) / "answers.sqlite").unlink()
    words = "the file is gone or an older copy: restore it, or go on .delete (estimates/[^ ]+) if"
    told = re.search(words, said(config))
    (Path(config.store) / told[1]).unlink()
    heals(config, asked)


def test_a_build_says_that_its_budget_counts_from_nothing(config):
    (Path(config.store) / "answers.sqlite").unlink()
    commit_of(config, "describe")[0].unlink()
    observer = Mock()
    build(config, until=LAST_STAGE, observer=observer)
    warned = [call.args[0] for call in observer.warn.call_args_list]
    assert any("the budget counts from what is known" in each for each in warned)
    assert said(config) == "", "what was spent is known again from here"


def test_a_restored_copy_is_the_same_corpus_elsewhere(config, asked, tmp_path):
    shutil.copytree(config.store, tmp_path / "copy")
    shutil.rmtree(config.store)
    moved = config.model_copy(update={"store": str(tmp_path / "copy")})
    assert Corpus.open(moved).content_hash == asked[1]
    heals(moved, asked)
