"""What a build says of its steps while Prefect's records of them lag, fail or never come."""

import shutil

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import runner
from flows.building import Shown
from flows.display import Display
from pipeline.corpus.build import run_phase
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.outcomes import StepFailure, in_words
from pipeline.corpus.workers import at_work
from pipeline.engine.plan import phases
from schemas.config import load_config
from tools.store import StoreError


@pytest.fixture
def no_records(server_url, monkeypatch):
    """A real server whose records of task runs have not arrived yet."""

    def not_yet(*_, **__):
        raise ObjectNotFound(Exception("no such task run yet"))

    monkeypatch.setattr(SyncPrefectClient, "read_task_run", not_yet)
    for each in (runner.run_task, runner.run_corpus_task):
        monkeypatch.setattr(each, "retries", 0)
    with temporary_settings({PREFECT_API_URL: server_url}):
        yield


@pytest.fixture
def corpus(built_corpus, tmp_path):
    """A corpus that is built up to `describe`."""
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    return Corpus.open(load_config(tmp_path / "corpus" / built_corpus.name))


def run_phases(corpus, names):
    """What went wrong in each phase, and how far the UI's progress came."""
    todo = [step for step in corpus.pending if step.stage.name in names]
    percents, tasks = [], runner.Tasks(corpus.config.name)

    @flow(validate_parameters=False, persist_result=False)
    def run(workers):
        for name in names:
            workers.observer.expect(name, len(todo))
        workers.observer.planned(todo)
        return [
            run_phase(workers, tasks, phase, corpus.steps) for phase in phases(corpus.stages, todo)
        ]

    with pytest.MonkeyPatch.context() as patch, Display() as display:
        patch.setattr(
            "flows.artifacts.update_progress_artifact",
            lambda artifact_id, progress: percents.append(progress),
        )
        observer = Shown(corpus.config.name, display, tasks, "build")
        with at_work(corpus.config, corpus.store, observer, {}) as workers:
            return run(workers), percents


def test_no_failure_is_lost_while_the_records_lag(no_records, corpus, monkeypatch):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr("pipeline.corpus.placement.run_step", full)
    (failures,), percents = run_phases(corpus, ("question", "lint"))
    partitions = ["p000000", "p000001"]
    assert failures == [StepFailure("question", each, "the disk is full") for each in partitions]
    assert in_words(failures) == "question p000000, p000001: the disk is full"
    assert percents == []


def test_progress_of_fast_steps_comes_to_its_end(no_records, corpus):
    texts = ("retell", "refine", "question", "compare", "lint")
    (failures,), percents = run_phases(corpus, texts)
    assert failures == []
    assert percents.count(100.0) == len(texts)


def test_a_failed_corpus_wide_stage_is_told(no_records, corpus):
    (failures,), _ = run_phases(corpus, ("dedup",))
    assert {each.partition for each in failures} == {"p000000", "p000001"}
    assert all(each.stage == "dedup" and "is missing" in each.why for each in failures)


def test_a_step_that_never_ran_is_a_failure(no_records, corpus, monkeypatch):
    """As when Prefect's engine breaks before it calls us."""
    monkeypatch.setattr(runner.run_task, "fn", lambda *_: None)
    (failures,), _ = run_phases(corpus, ("question", "lint"))
    assert [each.stage for each in failures] == ["question", "question"]
    assert all(each.why.startswith("never ran") for each in failures)
