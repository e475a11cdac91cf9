"""What a build says of its steps while Prefect's records of them lag, fail or never come."""

import shutil

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import build as building
from flows.artifacts import StageProgress
from flows.context import Build
from flows.display import Display
from flows.outcomes import StepFailure, told
from pipeline.corpus.answers import open_models
from pipeline.engine.plan import pending, phases, steps
from pipeline.engine.snapshots import latest_snapshot
from pipeline.ingest.scan import root_of
from pipeline.stages import STAGES
from schemas.config import load_config
from tools.process_pool import ProcessPool
from tools.store import Store, StoreError


@pytest.fixture
def no_records(server_url, monkeypatch):
    """A real server whose records of task runs have not arrived yet."""

    def not_yet(*_, **__):
        raise ObjectNotFound(Exception("no such task run yet"))

    monkeypatch.setattr(SyncPrefectClient, "read_task_run", not_yet)
    for each in (building.run_task, building.run_corpus_task):
        monkeypatch.setattr(each, "retries", 0)
    with temporary_settings({PREFECT_API_URL: server_url}):
        yield


@pytest.fixture
def a_build(built_corpus, tmp_path):
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    config = load_config(tmp_path / "corpus" / built_corpus.name)
    with (
        ProcessPool(1) as pool,
        open_models(config, pool, {}) as models,
        Display() as display,
    ):
        yield Build(config, Store(config.store), root_of(config.source), pool, display, models)


def planned(build, names):
    snapshot = latest_snapshot(build.store)
    plan = steps(snapshot, build.config, [stage for stage in STAGES if stage.name in names])
    todo = pending(build.store, plan)
    for name in {step.stage.name for step in todo}:
        build.display.expect(name, len(todo))
    return plan, todo


def run_phases(build, names):
    """What went wrong in each phase, and how far the UI's progress came."""
    plan, todo = planned(build, names)
    told_percents = []

    @flow(validate_parameters=False, persist_result=False)
    def run():
        progress = StageProgress(build.config.name, todo)
        return [building._run_phase(build, phase, plan, progress) for phase in phases(todo)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "flows.artifacts.update_progress_artifact",
            lambda artifact_id, progress: told_percents.append(progress),
        )
        return run(), told_percents


def test_no_failure_is_lost_while_the_records_lag(no_records, a_build, monkeypatch):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(building, "run_step", full)
    (failures,), percents = run_phases(a_build, ("question", "lint"))
    partitions = ["p000000", "p000001"]
    assert failures == [StepFailure("question", each, "the disk is full") for each in partitions]
    assert told(failures) == "question p000000, p000001: the disk is full"
    assert percents == []


def test_progress_of_fast_steps_comes_to_its_end(no_records, a_build):
    (failures,), percents = run_phases(a_build, ("question", "lint"))
    assert failures == []
    assert percents.count(100.0) == 2, "question and lint"


def test_a_failed_corpus_wide_stage_is_told(no_records, a_build):
    (failures,), _ = run_phases(a_build, ("dedup",))
    assert {each.partition for each in failures} == {"p000000", "p000001"}
    assert all(each.stage == "dedup" and "is missing" in each.why for each in failures)


def test_a_step_that_never_ran_is_a_failure(no_records, a_build, monkeypatch):
    """As when Prefect's engine breaks before it calls us."""
    monkeypatch.setattr(building.run_task, "fn", lambda *_: None)
    (failures,), _ = run_phases(a_build, ("question", "lint"))
    assert [each.stage for each in failures] == ["question", "question"]
    assert all(each.why.startswith("never ran") for each in failures)


def test_every_failed_step_is_named():
    failed = [StepFailure("measure", f"p{n:06d}", "full") for n in (0, 1, 2, 3, 7, 9, 10)]
    failed.append(StepFailure("lint", "p000004", "other"))
    assert told(failed) == (
        "measure p000000 to p000003, p000007, p000009, p000010: full\nlint p000004: other"
    )
