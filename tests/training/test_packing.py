import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.release import ReleasedQa
from tests.training.released import SONGS, texts_of, write, write_release
from training.config import ModelConfig, SftConfig, SourceConfig
from training.packing import Lane, NothingUsableError, mix, pack_stream, packed, shuffled
from training.rows import epoch_tokens


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


lengths = st.lists(st.integers(1, 100), min_size=200, max_size=400)


@settings(max_examples=50, deadline=None)
@given(lengths, st.integers(0, 9))
def test_packs_fit_lose_nothing_and_are_nearly_full(lengths, seed):
    rows = list(enumerate(lengths))
    packs = list(packed(((row, row[1]) for row in rows), 200, np.random.default_rng(seed)))
    assert all(sum(n for _, n in pack) <= 200 for pack in packs)
    out = [row for pack in packs for row in pack]
    assert len(out) == len(set(out))
    assert set(out) <= set(rows)
    # What is missing still waits, for its window or its pack to fill.
    waiting = [row for row in rows if row not in set(out)]
    assert len(waiting) < 64 or sum(n for _, n in waiting) <= 200


def test_packs_of_songs_are_full():
    rng = np.random.default_rng(0)
    rows = ((i, int(n)) for i, n in enumerate(rng.uniform(3000, 9000, 2000)))
    packs = list(packed(((n, n) for _, n in rows), 24576, rng))
    assert np.mean([sum(pack) for pack in packs]) > 0.95 * 24576


def test_shuffled_rows_are_the_same_rows_in_another_order():
    out = list(islice(shuffled(iter(range(1000)), 100, np.random.default_rng(0)), 901))
    assert len(set(out)) == 901
    assert out != sorted(out)


def test_sources_are_mixed_by_weight_times_rows():
    class Numbers:
        def __init__(self, name, n_rows):
            self.name, self.n_rows = name, n_rows

        def epoch(self, rng):
            yield from [self.name] * self.n_rows

    sources = [Numbers("a", 10), Numbers("b", 30)]
    drawn = list(islice(mix(sources, [1.0, 1.0], np.random.default_rng(0)), 4000))
    assert 0.70 < drawn.count("b") / 4000 < 0.80
    drawn = list(islice(mix(sources, [3.0, 1.0], np.random.default_rng(0)), 4000))
    assert 0.45 < drawn.count("b") / 4000 < 0.55


@pytest.mark.parametrize("embedded", [True, False])
def test_rows_of_a_release_join_their_sound_by_track(tiny, tmp_path, embedded):
    release = write_release(tmp_path / "v1", embedded=embedded)
    source = of_release(release, "mf-think", audio_root=None if embedded else str(SONGS))
    rows = list(islice(Lane(config_of(tiny, tmp_path, source), 0, 1).rows(0), 8))
    for heard in rows:
        song = heard.row.row_id.rsplit("-", 1)[0]
        assert song.replace("_", " ") in heard.row.messages[1]["content"]
        expected, rate_hz = soundfile.read(SONGS / f"{song}.ogg", always_2d=True)
        assert len(heard.sound) == 12 * 16000
        level = expected[: 12 * rate_hz].mean(axis=1).std()
        assert heard.sound.std() == pytest.approx(level, rel=0.1)


def test_lanes_share_the_row_groups_and_repeat_themselves(tiny, tmp_path, release):
    config = config_of(tiny, tmp_path, of_release(release), shuffle_rows=1)
    seen = [{h.row.row_id for h in islice(Lane(config, i, 2).rows(0), 12)} for i in range(2)]
    assert seen[0].isdisjoint(seen[1])
    assert len(seen[0] | seen[1]) == 4
    again = [[h.row.row_id for h in islice(Lane(config, 1, 2).rows(0), 12)] for _ in range(2)]
    assert again[0] == again[1]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_stream_goes_on_where_it_was_left(tiny, tmp_path, release, n_workers):
    config = config_of(tiny, tmp_path, of_release(release))

    def ids(n_done):
        """As a loader with so many workers in turn."""
        lanes = [iter(pack_stream(config, 2, n_workers, n_done).shard(2, i)) for i in range(2)]
        if n_workers == 1:
            packs = islice(lanes[0], 6 - n_done)
        else:
            packs = (next(lanes[i % 2]) for i in range(n_done, 6))
        return [[heard.row.row_id for heard in pack["rows"]] for pack in packs]

    assert ids(0)[3:] == ids(3)


def test_rows_that_cannot_be_used_are_written_down_with_their_reason(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    songs = sorted(SONGS.glob("*.ogg"))
    truth = json.loads((SONGS / "truth.json").read_text())
    rows = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    changes = [
        {"n_audio_tokens": 3000},
        {"start_s": 5000.0, "end_s": 5001.0},
        {"prompt": "<|im_end|>"},
        {},
    ]
    rows = [row.model_copy(update=each) for row, each in zip(rows, changes, strict=True)]
    write(release, "mf-skills/qa", ReleasedQa, rows)
    config = config_of(tiny, tmp_path, of_release(release))
    used = {heard.row.row_id for heard in islice(Lane(config, 0, 1).rows(0), 5)}
    assert used == {rows[3].row_id}
    reasons = {each["row_id"]: each["reason"] for each in skipped(config)}
    assert reasons == {
        rows[0].row_id: "over_context",
        rows[1].row_id: "too_short",
        rows[2].row_id: "control_token",
    }


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
    used = {heard.row.row_id for heard in islice(Lane(config, 0, 1).rows(0), 3)}
    assert used == {"whole"}
    left_out = skipped(config)[0]
    assert (left_out["row_id"], left_out["reason"]) == ("cut", "cut")
    assert "release.audio: flac" in left_out["detail"]


def test_a_config_that_finds_no_sound_ends_instead_of_going_round_for_ever(tiny, tmp_path):
    release = write_release(tmp_path / "v1", embedded=False)
    config = config_of(tiny, tmp_path, of_release(release, audio_root=str(tmp_path)))
    with pytest.raises(NothingUsableError, match="100 rows in a row"):
        next(Lane(config, 0, 1).packs(0))


def test_every_lane_gets_rows_where_texts_name_few_tracks(tiny, tmp_path):
    """Or one device would end while the others wait for it."""
    release = write_release(tmp_path / "v1", row_group_size=1)
    songs, truth = sorted(SONGS.glob("*.ogg")), json.loads((SONGS / "truth.json").read_text())
    named = [texts_of(song, truth, 12.0)[1][0] for song in (songs[0], songs[2])]
    write(release, "mf-skills/qa", ReleasedQa, named)
    config = config_of(tiny, tmp_path, of_release(release))
    heard = [next(Lane(config, lane, 2).rows(0)).row.row_id for lane in range(2)]
    assert heard == [each.row_id for each in named]


def test_a_release_without_shards_is_named(tiny, tmp_path):
    with pytest.raises(FileNotFoundError, match="tracks"):
        Lane(config_of(tiny, tmp_path, of_release(tmp_path)), 0, 1)


def test_conversations_are_rows_too(tiny, tmp_path):
    tone = 0.1 * np.sin(np.arange(32000) / 10)
    soundfile.write(tmp_path / "a.wav", tone, 16000)
    turn = {"from": "human", "value": "<sound>\nWho sings?"}
    turns = [turn, {"from": "gpt", "value": "A: la."}]
    more = [{"from": "human", "value": "And then?"}, {"from": "gpt", "value": "B: la."}]
    items = [
        {"id": "1", "sound": "a.wav", "duration": 2.0, "conversations": turns + more},
        {"id": "2", "sound": ["a.wav", "a.wav"], "conversations": turns},
        {"id": "3", "conversations": turns},
        {"id": "4", "sound": "a.wav", "conversations": [turn, turn]},
    ]
    path = tmp_path / "asr.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in items))
    source = SourceConfig(conversations=str(path), audio_root=str(tmp_path))
    config = config_of(tiny, tmp_path, source)
    heard = next(Lane(config, 0, 1).rows(0))
    assert [message["role"] for message in heard.row.messages] == ["user", "assistant"] * 2
    assert heard.row.messages[0]["content"] == "Who sings?"
    next(islice(Lane(config, 0, 1).rows(0), 8, 9))
    reasons = {each["row_id"]: each["reason"] for each in skipped(config)}
    assert reasons == {"2": "not_one_sound", "3": "not_one_sound", "4": "no_conversation"}


def test_an_epoch_has_the_tokens_that_the_release_states(release):
    one = epoch_tokens([of_release(release)])
    assert one == sum(300 + text_tokens for text_tokens in n_text_tokens())
    assert epoch_tokens([of_release(release, weight=0.5)]) == one / 2


def n_text_tokens():
    truth = json.loads((SONGS / "truth.json").read_text())
    for song in SONGS.glob("*.ogg"):
        yield texts_of(song, truth, 12.0)[1][0].n_text_tokens
