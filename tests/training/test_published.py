"""Data sets of others, each read in the form that it is published in."""

from itertools import islice

import pytest

from tests.training.published_sets import ANSWERS, FILES, NAMES, WRITERS, write_set
from tests.training.test_packing import config_of, first, skipped
from training.command import UnusableError
from training.config import SourceConfig
from training.published import READERS, read_published
from training.rows import epoch_rows


def test_every_set_that_a_config_can_name_has_a_reader_and_is_tested():
    assert set(NAMES) == set(READERS) == set(WRITERS) == set(ANSWERS)


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_read_as_published(tmp_path, name):
    items = list(read_published(name, write_set(tmp_path / name, name)))
    assert [each["conversations"][1]["value"] for each in items] == ANSWERS[name]
    ids = [each["id"] for each in items]
    assert len(set(ids)) == len(ids)
    for each in items:
        assert (tmp_path / name / each["sound"]).is_file()
        question, answer = each["conversations"]
        assert (question["from"], answer["from"]) == ("human", "gpt")
        assert len(question["value"].removeprefix("<sound>\n")) > 10
        assert "<Object>" not in question["value"]


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_heard_and_learned_from(tiny, tmp_path, name):
    folder = write_set(tmp_path / name, name)
    source = SourceConfig(published=name, folder=str(folder))
    config = config_of(tiny, tmp_path, source, shuffle_rows=1)
    heard = first(config, len(ANSWERS[name]))
    assert not (tmp_path / "out/skipped").exists() or not skipped(config)
    said = sorted(each.row.messages[1]["content"] for each in heard)
    assert said == sorted(ANSWERS[name])
    assert all(len(sound) > 0 for each in heard for sound in each.sounds)
    assert epoch_rows([source]) == len(ANSWERS[name])


def test_clips_of_stems_are_heard_where_they_are(tmp_path):
    items = read_published("musdb18_hq", write_set(tmp_path / "m", "musdb18_hq"))
    heard = [(each["heard_start_s"], each["heard_end_s"]) for each in islice(items, 2)]
    assert heard == [(0.0, 10.0), (10.0, 20.0)]


@pytest.mark.parametrize(
    ("name", "path", "column"),
    [
        ("musicbench", "MusicBench_train.json", "location"),
        ("musicqa", "FinetuneMusicQA.json", "audio_name"),
        ("music_avqa", "avqa-train.json", "anser"),
        ("musiccaps", "musiccaps-public.csv", "is_audioset_eval"),
        ("nsynth", "examples.json", "instrument_family_str"),
        ("fma", "fma_metadata/tracks.csv", "genre_top"),
    ],
)
def test_a_column_that_is_missing_is_named(tmp_path, name, path, column):
    file = write_set(tmp_path / name, name) / path
    file.write_text(file.read_text().replace(column, "other"))
    with pytest.raises(UnusableError, match=column):
        list(read_published(name, tmp_path / name))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_named(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=FILES[name]):
        list(read_published(name, tmp_path))
