"""A copy by the lines of the documentation while a build runs, and what is built of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.corpus.build import build
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.workers import Observer
from pipeline.release.examine import examine_store
from schemas.config import load_config, with_roles
from tests.blocks import ROOT
from tests.buckets import put_folder
from tests.model_server import read_log
from tests.serving import model_server
from tests.small_corpus import LAST_STAGE

PAGE = (ROOT / "docs/operations.md").read_text()
SCRIPT = re.search(r"^```sh backup\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


class CopiesAtFirstCaption(Observer):
    """Makes a copy of a store when the first captions are committed, as others would."""

    def __init__(self, store, copy):
        self._places = {"STORE": str(store), "COPY": str(copy)}
        self.n_copies = 0

    def done(self, commit):
        if commit.stage == "describe" and not self.n_copies:
            self.n_copies += 1
            subprocess.run(["sh", "-ec", SCRIPT], env={**os.environ, **self._places}, check=True)


@pytest.fixture
def writer(tmp_path):
    """The role of a model, and its log."""
    log = tmp_path / "requests.jsonl"
    with model_server("--log", log) as url:
        yield {"writer": {"engine": "openai", "base_url": url, "model": "m"}}, log


def problems(config):
    found = examine_store(config, lambda _: None, lambda _: None)
    return [each.found for each in found if not each.is_ok]


@pytest.fixture
def config(built_corpus, writer, tmp_path):
    """A corpus whose facts are measured and whose captions a model is yet to write."""
    given = load_config(built_corpus)
    shutil.copytree(given.store, tmp_path / "store")
    given = given.model_copy(update={"store": str(tmp_path / "store")})
    return with_roles(given, writer[0])


def test_a_copy_of_a_running_build_goes_on_elsewhere(config, writer, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    observer = CopiesAtFirstCaption(config.store, copy)
    whole = build(config, until=LAST_STAGE, observer=observer)
    assert observer.n_copies == 1
    moved = config.model_copy(update={"store": str(copy)})
    assert problems(moved) == []
    left = [step.key for step in Corpus.open(moved).pending if step.stage.name == LAST_STAGE]
    assert left in ([], [(LAST_STAGE, "p000000")], [(LAST_STAGE, "p000001")])
    assert build(moved, until=LAST_STAGE).content_hash == whole.content_hash
    prompts = [each["key"] for each in read_log(writer[1]) if each["outcome"] == "answered"]
    assert len(prompts) - len(set(prompts)) <= 2, "only what was under way is asked twice"


def test_a_copy_in_a_bucket_is_the_same_corpus(config, writer, s3_store, tmp_path):
    whole = build(config, until=LAST_STAGE)
    (tmp_path / "answers").mkdir()
    shutil.copy(Path(config.store) / "answers.sqlite", tmp_path / f"answers/{config.name}.sqlite")
    put_folder(s3_store, Path(config.store))
    execution = config.execution.model_copy(update={"answers": str(tmp_path / "answers")})
    moved = config.model_copy(update={"store": s3_store, "execution": execution})
    assert Corpus.open(moved).content_hash == whole.content_hash
    before = len(read_log(writer[1]))
    assert build(moved, until=LAST_STAGE).content_hash == whole.content_hash
    assert len(read_log(writer[1])) == before
    assert problems(moved) == []
