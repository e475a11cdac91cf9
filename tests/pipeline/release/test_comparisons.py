"""Rows of two sounds in a release: what keeps them together, and what readers get of them."""

import json
import tarfile
from types import SimpleNamespace

import polars as pl
import pytest

from pipeline.release.conversations import conversation_lines
from pipeline.release.create import create_release
from pipeline.release.datasets import COMPARISONS
from pipeline.release.diff import diff_releases
from pipeline.release.export import export_release
from pipeline.release.folder import find_release
from pipeline.release.texts import to_released
from pipeline.release.verify import check_sounds, verify_release
from schemas.arrow import from_table
from schemas.ingest import IngestConfig
from schemas.release import ReleasedComparison
from schemas.sections import CompareConfig, ReleaseConfig
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here, build, comparison, listing, make_config
from tests.pipeline.release.test_texts import released, tracks
from tools.sound.inspection import inspect

NAME = "mf-skills/comparisons"


def finish(rows, listed, config=None):
    return released(COMPARISONS, "compare", rows, listed, config or ReleaseConfig())


def rows_of(texts):
    return from_table(to_released(texts.kept, COMPARISONS.row), ReleasedComparison)


def test_both_sounds_stand_in_the_row_each_as_it_is_heard():
    made = [
        comparison("a", "b", 0, heard=(10.0, 40.0), other=(5.0, 35.0)),
        comparison("a", "b", 1, heard=(0.0, 100.0), other=(0.0, 60.0)),
    ]
    stretch, whole = rows_of(finish(made, tracks(a=100.0, b=60.0)))
    assert [each.model_dump() for each in stretch.sounds] == [
        {"track_id": "a", "heard_start_s": 10.0, "heard_end_s": 40.0, "n_audio_tokens": 750},
        {"track_id": "b", "heard_start_s": 5.0, "heard_end_s": 35.0, "n_audio_tokens": 750},
    ]
    assert (stretch.track_id, stretch.heard_start_s, stretch.n_audio_tokens) == ("a", 10.0, 1500)
    assert stretch.prompt == "Which is faster?\n(A) A\n(B) B\n(C) C\n(D) D"
    assert (stretch.completion, stretch.gold_answer) == ("A", "A")
    assert [(each.heard_start_s, each.heard_end_s) for each in whole.sounds] == [(None, None)] * 2
    assert [each.n_audio_tokens for each in whole.sounds] == [2500, 1500]
    assert whole.n_audio_tokens == 4000


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"split": "test"}, "other_split"),
        ({"split": "validation"}, "other_split"),
        ({"left_out": "duplicate"}, "other_left_out"),
        ({"lane": "blocked", "left_out": "lane"}, "other_left_out"),
        ({}, None),
    ],
)
def test_a_row_goes_where_its_other_recording_may_not_go_with_it(other, reason):
    listed = tracks(a=100.0, b=60.0)
    is_other = pl.col("track_id") == "b"
    listed = listed.with_columns(
        pl.when(is_other).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in other.items()
    )
    texts = finish([comparison("a", "b")], listed)
    assert len(texts.kept) == (reason is None)
    assert texts.left_out["reason"].to_list() == ([] if reason is None else [reason])
    assert all(detail == "with b" for detail in texts.left_out["detail"])


def test_a_recording_that_is_gone_takes_its_comparisons_along():
    texts = finish([comparison("a", "gone")], tracks(a=100.0))
    assert texts.left_out["reason"].to_list() == ["other_left_out"]


@pytest.mark.parametrize(
    "lanes", [("commercial", "research_only"), ("research_only", "commercial")]
)
def test_the_stricter_lane_is_the_rows(lanes):
    listed = tracks(a=100.0, b=60.0).with_columns(lane=pl.Series(lanes))
    (row,) = rows_of(finish([comparison("a", "b")], listed))
    assert row.lane == "research_only"


@pytest.mark.parametrize(("policy", "n_kept"), [("drop", 0), ("truncate", 0), ("keep", 1)])
def test_two_sounds_over_the_context_are_not_cut(policy, n_kept):
    made = [comparison("a", "b", heard=(0.0, 300.0), other=(0.0, 300.0))]
    config = ReleaseConfig(context_tokens=8000, over_context=policy)
    texts = finish(made, tracks(a=300.0, b=300.0), config)
    assert (len(texts.kept), texts.n_truncated) == (n_kept, 0)
    assert texts.left_out["reason"].to_list() == ["over_context"] * (1 - n_kept)


def test_conversations_have_lists_of_two_and_a_tag_for_each():
    made = [comparison("a", "b", heard=(10.0, 40.0), other=(0.0, 60.0))]
    kept = finish(made, tracks(a=100.0, b=60.0)).kept.rename({"uri": "sound"})
    (line,) = conversation_lines(kept).to_series().to_list()
    found = json.loads(line)
    assert found["sound"] == ["a.ogg", "b.ogg"]
    assert found["duration"] == [30.0, 60.0]
    assert (found["heard_start_s"], found["heard_end_s"]) == ([10.0, None], [40.0, None])
    assert found["conversations"][0]["value"].startswith("<sound-1>\n<sound-2>\nWhich is faster?")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Four tracks of two seconds, each compared with the next; a release with their sound."""
    folder = tmp_path_factory.mktemp("compared")
    config = make_config(folder, "  audio: flac\n")
    config = config.model_copy(
        update={
            "release": config.release.model_copy(
                update={"validation_share": 0.0, "test_share": 0.0}
            )
        }
    )
    ids = []
    for number in range(4):
        path = folder / f"audio/song{number:03d}.ogg"
        write(path, clicks(100 + number, 2, 22050), 22050, format="OGG")
        ids.append(inspect(path, IngestConfig(max_duration_s=60)).track_id)
    listed = listing(4, duration_s=lambda _: 2.0, track_id=ids.__getitem__)
    build(config, listed)
    create_release(config, "before", Here())
    one, two, *_ = sorted(ids)
    config = config.model_copy(update={"compare": CompareConfig(seed=1)})
    found = build(config, listed, compares=True, refuse={comparison(one, two).qa_id: "judge"})
    create_release(config, "v1", Here())
    return found


def test_a_release_counts_verifies_and_tells_what_is_new(store):
    release = find_release(store, "v1")
    assert list(verify_release(release)) == []
    (dataset,) = (each for each in release.manifest.datasets if each.name == NAME)
    assert (dataset.n_in, dataset.n_rows) == (3, 2)
    assert dataset.left_out == {"judge: refused": 1}
    assert (dataset.config, dataset.n_audio_tokens) == ("comparisons", 2 * 2 * 25)
    card = (release.store.folder / release.prefix / "README.md").read_text()
    assert f"`{NAME}`" in card and "config_name: comparisons" in card
    assert "`sounds` names both" in card
    before = find_release(store, "before")
    assert list(verify_release(before)) == []
    counts = diff_releases(before, release).counts().filter(dataset=NAME)
    assert counts.select("change", "n_rows").rows() == [("came", 2)]


@pytest.mark.parametrize(("split", "n_problems"), [("train", 0), ("test", 1), (None, 1)])
def test_a_sound_in_another_split_or_none_is_found(split, n_problems):
    listed = {"a": "train", "b": split} if split else {"a": "train"}
    kept = finish([comparison("a", "b")], tracks(a=100.0, b=60.0)).kept
    release = SimpleNamespace(frames=lambda *_: [("train", kept)])
    frame = pl.DataFrame({"track_id": list(listed), "split": list(listed.values())})
    assert len(list(check_sounds(release, frame))) == n_problems


def test_readers_of_several_sounds_get_both_and_those_of_one_get_none(store, tmp_path):
    release = find_release(store, "v1")
    export_release(release, "chat", tmp_path / "chat")
    lines = (tmp_path / "chat/comparisons-train.jsonl").read_text().splitlines()
    rows = {
        row["row_id"]: row
        for _, frame in release.frames(NAME)
        for row in frame.iter_rows(named=True)
    }
    assert len(lines) == 2
    for line in map(json.loads, lines):
        ids = [each["track_id"] for each in rows[line["id"]]["sounds"]]
        assert [name.rpartition("/")[2].partition(".")[0] for name in line["audios"]] == ids
        assert line["messages"][0]["content"].startswith("<audio><audio>Which is faster?")
        assert (line["heard_start_s"], line["heard_end_s"]) == ([0.0, 0.5], [1.0, 1.5])
    assert all(
        json.loads(line)["audios"][1:] == []
        for line in (tmp_path / "chat/qa-train.jsonl").read_text().splitlines()
    )
    export_release(release, "nemo", tmp_path / "nemo")
    assert not (tmp_path / "nemo/comparisons-train.jsonl").exists()
    export_release(release, "webdataset", tmp_path / "tars")
    with tarfile.open(next((tmp_path / "tars").glob("train-*.tar"))) as tar:
        words = json.load(tar.extractfile(next(n for n in tar.getnames() if n.endswith("json"))))
    assert NAME not in words and "mf-skills/qa" in words
    export_release(release, "delta", tmp_path / "delta")
    assert (tmp_path / "delta" / NAME / "train/_delta_log").exists()
