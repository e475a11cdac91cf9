"""Builds of a small corpus in threads of this process, without an orchestrator."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipeline.corpus import placement
from pipeline.corpus import steps as running
from pipeline.corpus.build import BuildError, build
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.workers import Observer
from pipeline.stages import STAGES
from schemas.config import ConfigError, load_config
from tests.small_corpus import LAST_STAGE, write_songs
from tools.store import StoreError

TEXTS = {"retell", "refine", "question", "compare"}


class Events(Observer):
    """What a build told."""

    def __init__(self):
        self.expected, self.advanced = Counter(), Counter()
        self.todo, self.commits, self.warnings = [], [], []

    def expect(self, stage, n_tracks):
        self.expected[stage] += n_tracks

    def advance(self, stage, n_tracks):
        self.advanced[stage] += n_tracks

    def planned(self, todo):
        self.todo += todo

    def done(self, commit):
        self.commits.append(commit)

    def warn(self, words):
        self.warnings.append(words)


def files_of(config):
    """Files of a store, and when they were written; the answer cache is written as it is read."""
    files = Path(config.store).rglob("*")
    return {
        each: each.stat().st_mtime_ns
        for each in files
        if each.is_file() and not each.name.startswith("answers.sqlite")
    }


def addresses(commits):
    return {(each.stage, each.partition, each.address) for each in commits}


def content_of(corpus, stage):
    commits = [each for each in corpus.commits if each.stage == stage]
    return {(each.partition, each.address): each.content_hash for each in commits}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A corpus that was built from nothing with all its stages, and what was told meanwhile."""
    events = Events()
    config = load_config(write_songs(tmp_path_factory.mktemp("whole")))
    return build(config, observer=events), events


@pytest.fixture
def described(built_corpus, tmp_path):
    """Config of a corpus that is built up to `describe`."""
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    return load_config(tmp_path / "corpus" / built_corpus.name)


def test_a_build_does_every_step_and_tells_of_each(whole):
    corpus, events = whole
    assert corpus.pending == []
    assert len(corpus.steps) == 2 * len(STAGES)
    assert [step.key for step in events.todo] == [step.key for step in corpus.steps]
    told = [each for each in corpus.commits if each.stage != "tracks"]
    assert len(events.commits) == len(told)
    assert addresses(events.commits) == addresses(told)
    assert events.expected == {"ingest": 4} | {stage.name: 3 for stage in STAGES}
    assert events.advanced == events.expected
    (warning,) = events.warnings
    assert "lyrics will be null (no_model)" in warning


def test_a_step_is_done_after_those_that_it_reads(whole):
    _, events = whole
    done_at = {each.address: each.created_at for each in events.commits}
    for step in events.todo:
        assert all(done_at[each] <= done_at[step.address] for each in step.upstream)


def test_every_row_is_about_a_track(whole):
    corpus, _ = whole
    ids = set(corpus.tracks["track_id"])
    for stage in STAGES:
        assert {row.track_id for row in corpus.rows(stage.makes)} <= ids, stage.name


def test_a_second_build_does_nothing(whole):
    corpus, _ = whole
    before, events = files_of(corpus.config), Events()
    again = build(corpus.config, observer=events)
    assert (events.todo, events.commits) == ([], [])
    assert events.expected == {"ingest": 0}
    assert files_of(corpus.config) == before
    assert again.content_hash == corpus.content_hash


def test_a_build_goes_on_from_where_another_ended(described, whole):
    events = Events()
    corpus = build(described, until="lint", observer=events)
    assert {step.stage.name for step in events.todo} == TEXTS | {"lint"}
    for stage in ("tracks", "measure", LAST_STAGE, "question", "lint"):
        assert content_of(corpus, stage) == content_of(whole[0], stage)
    assert {step.stage.name for step in corpus.pending} == {
        stage.name for stage in STAGES[1 + [s.name for s in STAGES].index("lint") :]
    }


def test_a_step_that_fails_is_named_and_what_is_done_is_kept(described, whole, monkeypatch):
    run_step = placement.run_step

    def full(step, *arguments):
        if step.key == ("question", "p000001"):
            raise StoreError("the disk is full")
        return run_step(step, *arguments)

    monkeypatch.setattr(placement, "run_step", full)
    events = Events()
    with pytest.raises(BuildError) as failed:
        build(described, until="lint", observer=events)
    said, *named = str(failed.value).splitlines()
    assert said.startswith("1 of 10 steps failed; run again")
    assert named == ["question p000001: the disk is full"], "not lint: it only waited"
    kept = {("question", "p000000"), ("lint", "p000000")}
    kept |= {
        (stage, p) for stage in ("retell", "refine", "compare") for p in ("p000000", "p000001")
    }
    assert {(each.stage, each.partition) for each in events.commits} == kept
    corpus = failed.value.corpus
    assert addresses(events.commits) <= addresses(corpus.commits)
    assert Corpus.open(described).content_hash == corpus.content_hash

    monkeypatch.undo()
    events = Events()
    build(described, until="lint", observer=events)
    assert [step.key for step in events.todo] == [("question", "p000001"), ("lint", "p000001")]
    for stage in ("question", "lint"):
        assert content_of(Corpus.open(described), stage) == content_of(whole[0], stage)


def test_after_a_corpus_wide_stage_that_fails_nothing_is_begun(described, monkeypatch):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(running, "run_across", full)
    events = Events()
    with pytest.raises(BuildError) as failed:
        build(described, until="blind", observer=events)
    _, named = str(failed.value).splitlines()
    assert named == "dedup p000000, p000001: the disk is full"
    assert {each.stage for each in events.commits} == TEXTS | {"lint"}


def test_an_interrupt_ends_the_work_at_once(tmp_path):
    class Interrupts(Events):
        def done(self, commit):
            super().done(commit)
            raise KeyboardInterrupt

    config, events = load_config(write_songs(tmp_path)), Interrupts()
    with pytest.raises(KeyboardInterrupt):
        build(config, until="measure", observer=events)
    assert len(events.commits) == 1
    left = {step.key for step in Corpus.open(config).pending}
    assert {("measure", "p000000"), ("measure", "p000001")} <= left, "none is begun"


def test_what_cannot_be_built_is_told_before_any_step(tmp_path):
    config = load_config(write_songs(tmp_path))
    with pytest.raises(ConfigError, match="there is no stage 'meassure', only segment, "):
        build(config, until="meassure")
    (tmp_path / "listing.csv").write_text("uri\naudio/broken.wav\n")
    with pytest.raises(BuildError, match=r"none of 1 files is a track \(1 undecodable\)") as failed:
        build(config)
    assert failed.value.corpus is None
    assert not list(Path(config.store).glob("commits/*"))
