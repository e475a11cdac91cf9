"""What a corpus says of itself, against the files on its disk."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.corpus.corpus import Corpus, NotBuiltError, TrackNotFoundError
from pipeline.stages import STAGES
from schemas.captions import RichCaption, SegmentCaption
from schemas.config import load_config
from schemas.facts import MusicFacts
from schemas.qa import QaPair
from schemas.quality import Quality
from schemas.tracks import Segment, Track
from tests.pipeline.release.made_up import build, listing, make_config, pair, track_id

MODELS = (Track, Segment, MusicFacts, SegmentCaption, RichCaption)
REFUSED = {
    pair(track_id("song000.ogg")).qa_id: "judge",
    track_id("song001.ogg"): "lint",
    pair(track_id("song005.ogg")).qa_id: "lint",
}


@pytest.fixture(scope="module")
def corpus(built_corpus):
    """Three songs in two partitions, built up to `describe`."""
    return Corpus.open(load_config(built_corpus))


@pytest.fixture
def judged(tmp_path):
    """A made-up corpus in which some texts are refused, and the last stage is not done."""
    config = make_config(tmp_path)
    build(config, listing(6), refuse=REFUSED, skip=("structure",))
    return Corpus.open(config)


def on_disk(corpus, kind, stage):
    """All rows that lie in the files of a stage."""
    files = sorted(Path(corpus.config.store).glob(f"{kind}/{stage}/*.parquet"))
    return pl.concat([pl.read_parquet(each) for each in files])


def test_before_its_first_build_there_is_none(tmp_path):
    config = make_config(tmp_path)
    assert Corpus.find(config) is None
    with pytest.raises(NotBuiltError, match="made-up: nothing is built yet: run `partimento build"):
        Corpus.open(config)
    assert list(Path(config.store).rglob("*")) == [], "to look is not to write"


@pytest.mark.parametrize("model", MODELS)
def test_rows_are_those_of_the_files(corpus, model):
    truth = on_disk(corpus, "data", corpus.stage_of(model))
    assert len(truth) >= 3
    assert corpus.frame(model).equals(truth)
    assert corpus.frame(model, ["track_id"]).equals(truth.select("track_id"))
    assert [row.model_dump(mode="json") for row in corpus.rows(model)] == [
        model.model_validate(row).model_dump(mode="json") for row in truth.to_dicts()
    ]


def test_rows_that_nobody_made_are_told_by_their_stage(corpus):
    assert list(corpus.rows(QaPair)) == []
    with pytest.raises(NotBuiltError, match="small: `question` is not built yet"):
        corpus.frame(QaPair)


def test_a_track_is_found_by_each_of_its_names(corpus):
    (track,) = [each for each in corpus.rows(Track) if each.uri == "audio/two.wav"]
    found = corpus.rows_of("audio/two.wav")
    assert found.track == track
    assert found == corpus.rows_of(track.track_id) == corpus.rows_of(track.track_id[:12])
    assert found == corpus.rows_of("Two") == corpus.rows_of("tWo")
    for model in MODELS[1:]:
        truth = on_disk(corpus, "data", corpus.stage_of(model))
        ours = truth.filter(track_id=track.track_id).to_dicts()
        assert found.of(model) == [model.model_validate(row) for row in ours]
    assert found.one(MusicFacts) == found.of(MusicFacts)[0]
    assert (found.of(QaPair), found.one(QaPair)) == ([], None)
    assert found.without(Segment).of(Segment) == []
    assert found.without(Segment).of(MusicFacts) == found.of(MusicFacts)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("audio/none.wav", "no track"), ("audio/broken.wav", "no track"), ("", "3 tracks match: ")],
)
def test_a_name_of_no_track_or_of_several_is_told(corpus, wanted, words):
    with pytest.raises(TrackNotFoundError, match=words):
        corpus.rows_of(wanted)


def test_many_tracks_are_given_once_each(corpus):
    ids = corpus.tracks["track_id"].to_list()
    assert len(ids) == 3
    found = list(corpus.rows_of_tracks([*ids, ids[0], "unheard of"]))
    assert sorted(each.track.track_id for each in found) == sorted(ids)
    n_segments = sum(len(each.of(Segment)) for each in found)
    assert n_segments == len(on_disk(corpus, "data", "segment"))


def test_a_file_that_ingest_refused_is_a_rejection(corpus):
    (refused,) = corpus.rejections()
    assert (refused.stage, refused.row_id) == ("ingest", "audio/broken.wav")
    assert refused.reason == "undecodable"


def test_rejections_are_those_of_the_files(judged):
    truth = pl.concat([on_disk(judged, "rejected", stage) for stage in ("lint", "judge")])
    found = judged.rejections()
    assert [each.stage for each in found] == ["lint", "judge", "lint"], "by partition"
    assert {each.row_id: each.stage for each in found} == REFUSED
    by_id = {each["row_id"]: each for each in truth.to_dicts()}
    assert {each.row_id: each.model_dump() for each in found} == by_id
    for row in truth.to_dicts():
        found = judged.rows_of(row["row_id"][:32])
        assert [each.model_dump() for each in found.rejected] == [row]
    assert judged.rows_of("song002.ogg").rejected == []


def record_of(folder, stage, partition, at):
    return folder / stage / f"{partition}-{at.address}.json"


def test_pending_are_the_steps_without_a_record(judged):
    folder = Path(judged.config.store) / "commits"
    assert len(judged.steps) == 2 * len(STAGES)
    missing = [step for step in judged.steps if not record_of(folder, *step.key, step).exists()]
    assert judged.pending == missing
    assert {step.stage.name for step in missing} == {"structure"}
    done = {record_of(folder, each.stage, each.partition, each) for each in judged.commits}
    assert done == set(folder.glob("*/*.json"))


def test_what_is_done_is_named_by_partition_and_by_model(judged):
    by_partition = judged.by_partition()
    assert list(by_partition) == ["p000000", "p000001"]
    for partition, commits in by_partition.items():
        assert list(commits) == ["tracks", *(s.name for s in STAGES if s.name != "structure")]
        assert {each.partition for each in commits.values()} == {partition}
    assert judged.commits_of(Quality) == [each["judge"] for each in by_partition.values()]


def test_the_content_is_that_of_the_rows(judged, tmp_path):
    hashes = [judged.content_hash]
    for name, refuse in (("same", REFUSED), ("other", {})):
        (tmp_path / name).mkdir()
        config = make_config(tmp_path / name)
        build(config, listing(6), refuse=refuse, skip=("structure",))
        hashes.append(Corpus.open(config).content_hash)
    assert hashes[0] == hashes[1] != hashes[2]
