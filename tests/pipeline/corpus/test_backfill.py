"""A part of a build, done as the whole would do it."""

import shutil
from datetime import date, timedelta

import pytest

from pipeline.corpus import placement
from pipeline.corpus.backfill import Range, backfill, choose_partitions, rested_on
from pipeline.corpus.build import BuildError, build
from pipeline.corpus.corpus import Corpus
from pipeline.engine.records import to_json
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.store_format import open_store
from pipeline.stages import STAGES
from schemas.config import ConfigError, load_config
from tests.pipeline.corpus.test_build import Events, addresses, files_of
from tests.pipeline.release.made_up import build as make
from tests.pipeline.release.made_up import listing, make_config
from tests.small_corpus import LAST_STAGE, write_songs

FIRST, SECOND = "p000000", "p000001"


@pytest.fixture
def ingested(tmp_path):
    """Config of two partitions of which only segments are built."""
    config = load_config(write_songs(tmp_path))
    build(config, until="segment")
    return config


@pytest.fixture
def described(built_corpus, tmp_path):
    shutil.copytree(built_corpus.parent, tmp_path / "corpus")
    return load_config(tmp_path / "corpus" / built_corpus.name)


def test_one_partition_of_one_stage_then_the_rest_is_the_whole(ingested, described):
    events = Events()
    part = backfill(ingested, "describe", Range(first=SECOND, last=SECOND), observer=events)
    done = {(each.stage, each.partition) for each in events.commits}
    assert ("describe", SECOND) in done and ("measure", SECOND) in done
    assert {partition for _, partition in done} == {SECOND}
    assert part.by_partition()[FIRST].keys() == {"tracks", "segment"}
    assert part.snapshot.number == 1, "a backfill takes nothing in"
    whole = build(ingested, until=LAST_STAGE)
    assert whole.content_hash == Corpus.open(described).content_hash


def test_a_backfill_done_again_does_nothing(ingested):
    first = backfill(ingested, "measure", Range())
    before, events = files_of(ingested), Events()
    again = backfill(ingested, "measure", Range(), observer=events)
    assert (events.commits, files_of(ingested)) == ([], before)
    assert addresses(again.commits) == addresses(first.commits)


def test_what_is_out_of_the_stage_is_not_run(ingested):
    events = Events()
    backfill(ingested, "loudness", Range(), observer=events)
    assert {each.stage for each in events.commits} == {"loudness"}


def test_a_corpus_wide_stage_rests_on_all_partitions_up_to_the_last(tmp_path):
    config = make_config(tmp_path)
    make(config, listing(12))
    corpus = Corpus.open(config)
    order = [each.partition for each in corpus.snapshot.partitions]
    assert len(order) == 3
    chosen = rested_on(corpus.steps, STAGES, "judge", [order[1]])
    partitions = {}
    for step in chosen:
        partitions.setdefault(step.stage.name, []).append(step.partition.partition)
    assert partitions["judge"] == partitions["blind"] == [order[1]]
    assert partitions["dedup"] == partitions["question"] == partitions["lint"] == order[:2]
    assert "reason" not in partitions
    keys = [step.key for step in chosen]
    assert keys == [step.key for step in corpus.steps if step.key in keys], "in the plan's order"


def test_partitions_are_chosen_by_name_and_by_day(described, tmp_path):
    store = open_store(described.store)
    today = date.fromisoformat(latest_snapshot(store).created_at[:10])
    assert choose_partitions(store, Range()) == [FIRST, SECOND]
    assert choose_partitions(store, Range(first=SECOND)) == [SECOND]
    assert choose_partitions(store, Range(last=FIRST)) == [FIRST]
    assert choose_partitions(store, Range(ingested_from=today, ingested_to=today)) == [
        FIRST,
        SECOND,
    ]
    for empty in (Range(ingested_from=today + timedelta(1)), Range(first=SECOND, last=FIRST)):
        with pytest.raises(ConfigError, match="no partition of 2 lies within"):
            choose_partitions(store, empty)
    with pytest.raises(ConfigError, match="'p9', only p000000 to p000001"):
        choose_partitions(store, Range(last="p9"))
    with pytest.raises(BuildError, match="nothing is built yet"):
        choose_partitions(open_store(str(tmp_path / "none")), Range())


def test_the_day_of_a_partition_is_that_of_its_first_snapshot(described):
    store = open_store(described.store)
    snapshot = latest_snapshot(store)
    later = snapshot.model_copy(
        update={"number": snapshot.number + 1, "created_at": "2999-01-02T00:00:00+00:00"}
    )
    store.put(f"snapshots/{later.number:06d}.json", to_json(later))
    with pytest.raises(ConfigError, match="lies within"):
        choose_partitions(store, Range(ingested_from=date(2999, 1, 1)))


def test_what_was_refused_for_a_reason_is_sent_again(ingested):
    built = backfill(ingested, "measure", Range())
    reasons = {
        what.rpartition(": ")[2]: commit.partition
        for commit in built.commits
        for what in commit.unmeasured
        if commit.stage == "measure"
    }
    reason, partition = next(iter(reasons.items()))
    events = Events()
    sent = backfill(ingested, "measure", Range(reasons=[reason]), observer=events)
    assert partition in {each.partition for each in events.commits}
    assert {each.stage for each in events.commits} == {"measure"}
    assert sent.snapshot.number == built.snapshot.number + 1


def test_a_backfill_that_was_ended_is_gone_on_with(ingested, monkeypatch):
    """What was sent again and not done since is not sent a second time."""
    built = backfill(ingested, "measure", Range())
    reason = next(
        what.rpartition(": ")[2]
        for commit in built.commits
        for what in commit.unmeasured
        if commit.stage == "measure"
    )
    with monkeypatch.context() as broken:
        broken.setattr(placement, "run_step", fail)
        with pytest.raises(BuildError, match="the disk is full"):
            backfill(ingested, "measure", Range(reasons=[reason]))
    number = latest_snapshot(open_store(ingested.store)).number
    ended = backfill(ingested, "measure", Range(reasons=[reason]))
    assert ended.snapshot.number == number
    assert not [step for step in ended.pending if step.stage.name == "measure"]


def fail(*_):
    raise OSError("the disk is full")


def test_a_stage_that_there_is_not_is_told(ingested):
    with pytest.raises(ConfigError, match="there is no stage 'none'"):
        backfill(ingested, "none", Range())
