import json
from collections import Counter
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import fs

from schemas.release import ReleasedComparison, ReleasedProperty, ReleasedQa
from tests.training.released import SONGS, comparison, text, texts_of, write, write_release
from training.config import ModelConfig, SftConfig, SourceConfig
from training.loader import StepLoader
from training.packing import (
    NothingUsableError,
    divided,
    epoch_counts,
    mix,
    open_lanes,
    packed,
    shuffled,
)
from training.rows import epoch_rows


def config_of(tiny, tmp_path, *sources, **fields):
    return SftConfig(
        model=ModelConfig(path=str(tiny)),
        output=str(tmp_path / "out"),
        sources=sources,
        **{"learning_rate": 1e-3, "context_tokens": 2000, "shuffle_rows": 4} | fields,
    )


def of_release(release, dataset="mf-skills/qa", **fields):
    return SourceConfig(release=str(release), dataset=dataset, **fields)


def skipped(config):
    files = sorted((Path(config.output) / "skipped").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


class Item(NamedTuple):
    number: int
    n_tokens: int
    n_windows: int


items = st.lists(st.tuples(st.integers(1, 100), st.integers(1, 9)), min_size=1, max_size=200)


def items_of(sizes):
    return [Item(number, *size) for number, size in enumerate(sizes)]


def numbers(packs):
    return sorted(item.number for pack in packs for item in pack)


@settings(max_examples=50, deadline=None)
@given(items, st.integers(1, 300))
def test_packs_fit_in_tokens_and_windows_and_lose_nothing(sizes, n_packs):
    rows = items_of(sizes)
    packs = packed(rows, 200, 12)
    assert all(sum(item.n_tokens for item in pack) <= 200 for pack in packs)
    assert all(sum(item.n_windows for item in pack) <= 12 for pack in packs)
    assert numbers(packs) == numbers([rows])
    more = divided(packs, n_packs)
    assert len(more) == max(len(packs), min(n_packs, len(rows)))
    assert all(more)
    assert numbers(more) == numbers([rows])


def test_packs_of_songs_are_full():
    rng = np.random.default_rng(0)
    rows = [Item(i, int(n), int(n) // 750) for i, n in enumerate(rng.uniform(3000, 9000, 128))]
    packs = packed(rows, 24576, 40)
    assert np.mean([sum(item.n_tokens for item in pack) for pack in packs]) > 0.9 * 24576


def test_many_short_sounds_do_not_fill_the_encoder():
    """A pack of MF-Think held up to 79 windows: now it is bounded."""
    rows = [Item(i, 300, 1) for i in range(200)]
    assert max(len(pack) for pack in packed(rows, 24576, 10**6)) > 79
    assert max(len(pack) for pack in packed(rows, 24576, 40)) == 40


def test_shuffled_rows_are_the_same_rows_in_another_order():
    out = list(islice(shuffled(iter(range(1000)), 100, np.random.default_rng(0)), 901))
    assert len(set(out)) == 901
    assert out != sorted(out)


class Numbers:
    """A source whose rows are their numbers."""

    def __init__(self, name, n_rows, share=1.0):
        self.name, self.n_all, self.n_rows = name, n_rows, share * n_rows

    def epoch(self, rng):
        yield from ((self.name, int(number)) for number in rng.permutation(self.n_all))


@pytest.mark.parametrize("seed", [0, 1])
def test_an_epoch_has_each_source_in_its_passes(seed):
    sources = [Numbers("a", 10), Numbers("b", 30), Numbers("c", 7)]
    drawn = mix(sources, [2.0, 1.0, 0.5], np.random.default_rng(seed))
    for epoch in range(4):
        seen = Counter(islice(drawn, 20 + 30 + (3 if epoch % 2 == 0 else 4)))
        assert [seen["a", n] for n in range(10)] == [2] * 10
        assert [seen["b", n] for n in range(30)] == [1] * 30
        assert sum(n for (name, _), n in seen.items() if name == "c") == 3 + epoch % 2
    assert next(drawn)[0] in "abc"


def test_a_fraction_of_a_set_is_made_up_for_later():
    drawn = islice(
        mix([Numbers("a", 4), Numbers("b", 8)], [1.0, 0.25], np.random.default_rng(0)), 24
    )
    assert Counter(drawn) == Counter(
        [("a", n) for n in range(4)] * 4 + [("b", n) for n in range(8)]
    )


@given(st.integers(1, 400), st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0]), st.integers(1, 128))
def test_all_lanes_together_have_the_passes_of_a_set_that_all_read(n_rows, passes, n_lanes):
    def counts(lane):
        wanted = np.array([passes * n_rows / n_lanes])
        return [int(n[0]) for n in islice(epoch_counts(wanted, lane / n_lanes), 4)]

    assert sum(sum(counts(lane)) for lane in range(n_lanes)) == pytest.approx(
        4 * passes * n_rows, abs=1
    )


@pytest.mark.parametrize("embedded", [True, False])
def test_rows_of_a_release_join_their_sound_by_track(tiny, tmp_path, embedded):
    release = write_release(tmp_path / "v1", embedded=embedded)
    source = of_release(release, "mf-think", audio_root=None if embedded else str(SONGS))
    rows = first(config_of(tiny, tmp_path, source), 8)
    for heard in rows:
        song = heard.row.row_id.rsplit("-", 1)[0]
        assert song.replace("_", " ") in heard.row.messages[1]["content"]
        expected, rate_hz = soundfile.read(SONGS / f"{song}.ogg", always_2d=True)
        (sound,) = heard.sounds
        assert len(sound) == 12 * 16000
        level = expected[: 12 * rate_hz].mean(axis=1).std()
        assert sound.std() == pytest.approx(level, rel=0.1)


def first(config, n_rows, lane=0, n_lanes=1, n_passed=0):
    """The first rows of a lane."""
    return list(islice(open_lanes(config, [lane], n_lanes)[0].rows(n_passed), n_rows))


def test_lanes_share_the_tracks_and_repeat_themselves(tiny, tmp_path, release):
    config = config_of(tiny, tmp_path, of_release(release), shuffle_rows=1)
    seen = [{h.row.row_id for h in first(config, 12, i, 4)} for i in range(4)]
    assert [len(each) for each in seen] == [1, 1, 1, 1]
    assert len(set.union(*seen)) == 4
    again = [[h.row.row_id for h in first(config, 12, 1, 2)] for _ in range(2)]
    assert again[0] == again[1]


def test_lanes_opened_together_are_those_opened_apart(tiny, tmp_path, release):
    config = config_of(tiny, tmp_path, of_release(release, "mf-think"))
    together = [next(lane.rows(0)).row.row_id for lane in open_lanes(config, [0, 2], 3)]
    assert together == [first(config, 1, lane, 3)[0].row.row_id for lane in (0, 2)]


def test_more_lanes_than_tracks_all_read_all(tiny, tmp_path, release):
    config = config_of(tiny, tmp_path, of_release(release))
    assert len({heard.row.row_id for heard in first(config, 20, 3, 5)}) == 4


@pytest.mark.parametrize("n_devices", [1, 2, 3])
def test_a_step_holds_the_same_rows_on_any_number_of_devices(tiny, tmp_path, release, n_devices):
    config = config_of(tiny, tmp_path, of_release(release, "mf-think"), workers=0)
    config = config.model_copy(update={"global_batch_rows": 6})
    streams = [loader_of(config, rank, n_devices) for rank in range(n_devices)]
    for step in range(3):
        rows = sorted(row for stream in streams for row in next(stream))
        assert rows == sorted(first(config, step + 1, lane, 6)[-1].row.row_id for lane in range(6))


def loader_of(config, rank, n_ranks, positions=None):
    here = SimpleNamespace(rank=rank, n_ranks=n_ranks, device=torch.device("cpu"))
    return iter(StepLoader(config, here, row_id_of, positions))


def row_id_of(_processor, heard):
    return heard.row.row_id


def test_a_stream_goes_on_where_it_was_left_on_another_number_of_devices(tiny, tmp_path):
    """Also behind a row that could not be decoded."""
    release = write_release(tmp_path / "v1")
    songs, truth = sorted(SONGS.glob("*.ogg")), json.loads((SONGS / "truth.json").read_text())
    rows = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    rows[1] = rows[1].model_copy(update={"heard_start_s": 5000.0, "heard_end_s": 5001.0})
    write(release, "mf-skills/qa", ReleasedQa, rows)
    config = config_of(tiny, tmp_path, of_release(release), workers=0)
    config = config.model_copy(update={"global_batch_rows": 2})
    here = SimpleNamespace(
        rank=0, n_ranks=1, device=torch.device("cpu"), gather=lambda value: [value]
    )
    loader = StepLoader(config, here, row_id_of)
    steps = iter(loader)
    for _ in range(3):
        next(steps)
    positions = loader.positions(here)
    assert sum(positions) > 6  # some were passed over
    expected = [next(steps) for _ in range(2)]
    halves = [loader_of(config, rank, 2, positions) for rank in range(2)]
    assert [[row for half in halves for row in next(half)] for _ in range(2)] == expected


def test_more_devices_than_rows_of_a_step_are_refused(tiny, tmp_path, release):
    config = config_of(tiny, tmp_path, of_release(release), workers=0)
    with pytest.raises(ValueError, match="128 rows a step are too few for 200 devices"):
        loader_of(config, 0, 200)


def test_rows_that_cannot_be_used_are_written_down_with_their_reason(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    songs = sorted(SONGS.glob("*.ogg"))
    truth = json.loads((SONGS / "truth.json").read_text())
    rows = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    changes = [
        {"n_audio_tokens": 3000},
        {"heard_start_s": 5000.0, "heard_end_s": 5001.0},
        {"prompt": "<|im_end|>"},
        {},
    ]
    rows = [row.model_copy(update=each) for row, each in zip(rows, changes, strict=True)]
    write(release, "mf-skills/qa", ReleasedQa, rows)
    config = config_of(tiny, tmp_path, of_release(release))
    used = {heard.row.row_id for heard in first(config, 5)}
    assert used == {rows[3].row_id}
    reasons = {each["row_id"]: each["reason"] for each in skipped(config)}
    assert reasons == {
        rows[0].row_id: "over_context",
        rows[1].row_id: "too_short",
        rows[2].row_id: "control_token",
    }


def test_a_run_goes_on_behind_many_rows_that_were_left_out_before(tiny, tmp_path):
    """They are neither counted against it nor written down again."""
    release = write_release(tmp_path / "v1")
    songs, truth = sorted(SONGS.glob("*.ogg")), json.loads((SONGS / "truth.json").read_text())
    rows = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    rows[1:] = [row.model_copy(update={"prompt": "<|im_end|>"}) for row in rows[1:]]
    write(release, "mf-skills/qa", ReleasedQa, rows)
    config = config_of(tiny, tmp_path, of_release(release), shuffle_rows=1)
    (heard,) = first(config, 1, n_passed=60)  # behind about 180 rows that cannot be used
    assert heard.position == 61
    assert heard.row.row_id == rows[0].row_id
    assert len(skipped(config)) < 10


def test_a_sound_that_is_much_shorter_than_its_row_says_is_left_out(tiny, tmp_path):
    path = tmp_path / "conversations.json"
    turns = [{"from": "human", "value": "<sound>\n?"}, {"from": "gpt", "value": "!"}]
    sounds = {"cut": 40.0, "whole": 10.2}
    items = [
        {"id": name, "sound": f"{name}.wav", "duration": said_s, "conversations": turns}
        for name, said_s in sounds.items()
    ]
    path.write_text(json.dumps(items))
    for name in sounds:
        soundfile.write(tmp_path / f"{name}.wav", np.full(160_000, 0.1), 16000)
    source = SourceConfig(conversations=str(path), audio_root=str(tmp_path))
    config = config_of(tiny, tmp_path, source)
    used = {heard.row.row_id for heard in first(config, 3)}
    assert used == {"whole"}
    left_out = skipped(config)[0]
    assert (left_out["row_id"], left_out["reason"]) == ("cut", "cut")
    assert "release.audio: flac" in left_out["detail"]


def test_a_config_that_finds_no_sound_ends_instead_of_going_round_for_ever(tiny, tmp_path):
    release = write_release(tmp_path / "v1", embedded=False)
    config = config_of(tiny, tmp_path, of_release(release, audio_root=str(tmp_path)))
    with pytest.raises(NothingUsableError, match="100 rows in a row"):
        first(config, 1)


def test_every_lane_gets_rows_where_texts_name_few_tracks(tiny, tmp_path):
    """Or one device would end while the others wait for it."""
    release = write_release(tmp_path / "v1", row_group_size=1)
    songs, truth = sorted(SONGS.glob("*.ogg")), json.loads((SONGS / "truth.json").read_text())
    named = [texts_of(song, truth, 12.0)[1][0] for song in (songs[0], songs[2])]
    write(release, "mf-skills/qa", ReleasedQa, named)
    config = config_of(tiny, tmp_path, of_release(release))
    heard = [first(config, 1, lane, 2)[0].row.row_id for lane in range(2)]
    assert heard == [each.row_id for each in named]


def test_a_release_without_shards_is_named(tiny, tmp_path):
    with pytest.raises(FileNotFoundError, match="tracks"):
        first(config_of(tiny, tmp_path, of_release(tmp_path)), 1)


def test_conversations_are_rows_too(tiny, tmp_path):
    tone = 0.1 * np.sin(np.arange(32000) / 10)
    soundfile.write(tmp_path / "a.wav", tone, 16000)
    turn = {"from": "human", "value": "<sound>\nWho sings?"}
    turns = [turn, {"from": "gpt", "value": "A: la."}]
    more = [{"from": "human", "value": "And then?"}, {"from": "gpt", "value": "B: la."}]
    items = [
        {"id": "1", "sound": "a.wav", "duration": 2.0, "conversations": turns + more},
        {"id": "2", "sound": [], "conversations": turns},
        {"id": "3", "conversations": turns},
        {"id": "4", "sound": "a.wav", "conversations": [turn, turn]},
    ]
    path = tmp_path / "asr.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in items))
    source = SourceConfig(conversations=str(path), audio_root=str(tmp_path))
    config = config_of(tiny, tmp_path, source)
    heard = first(config, 1)[0]
    assert [message["role"] for message in heard.row.messages] == ["user", "assistant"] * 2
    assert heard.row.messages[0]["content"] == "Who sings?"
    first(config, 9)
    reasons = {each["row_id"]: each["reason"] for each in skipped(config)}
    assert reasons == {"2": "no_sound", "3": "no_sound", "4": "no_conversation"}


def test_conversations_about_two_sounds_hear_them_in_the_order_of_their_tags(tiny, tmp_path):
    for name, seconds in (("a", 2), ("b", 3)):
        tone = 0.1 * np.sin(np.arange(16000 * seconds) / 10)
        soundfile.write(tmp_path / f"{name}.wav", tone, 16000)

    def item(name, asked, **fields):
        turns = [{"from": "human", "value": asked}, {"from": "gpt", "value": "The other."}]
        return {"id": name, "sound": ["a.wav", "b.wav"], "conversations": turns} | fields

    items = [
        item("1", "<sound-1>\n<sound-2>\nWhich is faster?", duration=[2.0, 3.0]),
        item("2", "<sound-2> <sound-1> Which?", heard_start_s=[0.5, None]),
        item("3", "Which?"),
        item("4", "Is <sound-1> faster than <sound-2>?"),
        item("5", "<sound-1>\nWhich?"),
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in items))
    source = SourceConfig(conversations=str(path), audio_root=str(tmp_path))
    config = config_of(tiny, tmp_path, source)
    heard = {each.row.row_id: each for each in first(config, 9)}
    lengths_s = {name: [len(each) / 16000 for each in row.sounds] for name, row in heard.items()}
    assert lengths_s == {"1": [2.0, 3.0], "2": [3.0, 1.5], "3": [2.0, 3.0]}
    assert heard["2"].starts_s == [0.0, 0.5]
    asked = {name: row.row.messages[0]["content"] for name, row in heard.items()}
    assert asked == {"1": "Which is faster?", "2": "Which?", "3": "Which?"}
    assert heard["1"].row.n_audio_tokens == 125
    reasons = {each["row_id"]: each["reason"] for each in skipped(config)}
    assert reasons == dict.fromkeys("45", "sounds_not_in_front")


@pytest.mark.parametrize("row_group_size", [1, 2])
def test_the_second_sound_of_a_comparison_is_found_in_any_row_group(tiny, tmp_path, row_group_size):
    release = write_release(tmp_path / "v1", row_group_size=row_group_size)
    songs = sorted(SONGS.glob("*.ogg"))
    pairs = [(0, 3), (1, 0), (3, 1)]
    rows = [comparison(songs[one], songs[two]) for one, two in pairs]
    nowhere = rows[0].sounds[1].model_copy(update={"track_id": "nowhere"})
    lost = {"row_id": "lost", "sounds": [rows[0].sounds[0], nowhere]}
    name = "mf-skills/comparisons"
    write(release, name, ReleasedComparison, [*rows, rows[0].model_copy(update=lost)])
    config = config_of(tiny, tmp_path, of_release(release, name), shuffle_rows=1)
    heard = {each.row.row_id: each for each in first(config, 6)}
    assert heard.keys() == {row.row_id for row in rows}
    for row, pair in zip(rows, pairs, strict=True):
        sounds, starts = heard[row.row_id].sounds, heard[row.row_id].starts_s
        assert starts == [1.0, 2.0]
        for sound, song, start_s in zip(sounds, pair, starts, strict=True):
            expected, rate_hz = soundfile.read(songs[song], always_2d=True)
            expected = expected[round(start_s * rate_hz) : round((start_s + 4) * rate_hz)]
            assert len(sound) == 4 * 16000
            assert sound.std() == pytest.approx(expected.mean(axis=1).std(), rel=0.1)
    assert {each["row_id"]: each["reason"] for each in skipped(config)} == {"lost": "no_sound"}


def test_measured_properties_are_learned_from(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    songs = sorted(SONGS.glob("*.ogg"))
    told = [text(each, "p00", "What is the tempo?", "95 BPM", 12.0) for each in songs]
    rows = [ReleasedProperty(**each, property="tempo") for each in told]
    write(release, "mf-properties", ReleasedProperty, rows)
    source = of_release(release, "mf-properties")
    heard = first(config_of(tiny, tmp_path, source), len(rows))
    assert {each.row.messages[1]["content"] for each in heard} == {"95 BPM"}
    assert epoch_rows([source]) == len(rows)


def test_an_epoch_has_the_rows_of_the_release_times_their_passes(release):
    assert epoch_rows([of_release(release), of_release(release, "mf-think")]) == 4 + 8
    assert epoch_rows([of_release(release, passes=0.5)]) == 2


def test_a_release_is_streamed_from_an_object_store(tiny, tmp_path, release, s3_store):
    place = f"{s3_store}/releases/v1"
    bucket, path = fs.FileSystem.from_uri(place)
    fs.copy_files(str(release), path, destination_filesystem=bucket)
    here, there = (
        first(config_of(tiny, tmp_path, of_release(each)), 4) for each in (release, place)
    )
    assert [heard.row.row_id for heard in here] == [heard.row.row_id for heard in there]
    assert all(np.array_equal(a.sounds, b.sounds) for a, b in zip(here, there, strict=True))
    assert epoch_rows([of_release(place)]) == 4
