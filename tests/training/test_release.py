"""Training reads what `partimento release create` writes."""

import json

import numpy as np
import pytest

from pipeline.release.create import create_release
from schemas.ingest import IngestConfig
from schemas.thinking import parse_thought
from tests.audio import clicks, write
from tests.pipeline.release.made_up import Here, build, listing, make_config
from tools.sound.inspection import inspect
from training.config import SourceConfig
from training.rows import Release, open_source
from training.sound import decode

N_TRACKS, DURATION_S = 6, 4.0


@pytest.mark.parametrize("audio", ["reference", "flac"])
def test_every_row_of_a_release_is_heard_and_learned_from(tmp_path, audio):
    config = make_config(tmp_path, f"  audio: {audio}\n")
    files = [tmp_path / f"audio/song{number:03d}.ogg" for number in range(N_TRACKS)]
    for number, path in enumerate(files):
        write(path, clicks(90 + 5 * number, DURATION_S, 22050, seed=number), 22050, format="OGG")
    ids = [inspect(path, IngestConfig(max_duration_s=60)).track_id for path in files]
    listed = listing(N_TRACKS, duration_s=lambda _: DURATION_S, track_id=ids.__getitem__)
    build(config, listed, compares=True)
    manifest = create_release(config, "v1", Here())
    n_train = {each.name: each.splits.get("train", 0) for each in manifest.datasets}
    for dataset in ("mf-skills/captions", "mf-skills/qa", "mf-skills/comparisons", "mf-think"):
        source = SourceConfig(
            release=str(tmp_path / "store/releases/v1"), dataset=dataset,
            audio_root=str(tmp_path / "audio") if audio == "reference" else None,
        )  # fmt: skip
        rows = list(open_source(source, [0], 1)[0].epoch(np.random.default_rng(0)))
        assert len(rows) == n_train[dataset]
        for row in rows:
            assert len(row.sounds) == (2 if dataset == "mf-skills/comparisons" else 1)
            for each in row.sounds:
                sound = decode(each.audio, row.audio_root, each.heard_start_s, each.heard_end_s)
                assert 0 < len(sound) <= DURATION_S * 16000
                assert np.abs(sound).max() > 0.1
            if dataset == "mf-think":
                assert parse_thought(row.messages[-1]["content"]).answer


@pytest.mark.parametrize(
    ("stretch", "heard"),
    [
        ({}, (None, None)),
        ({"about_start_s": 1.0, "about_end_s": 2.0}, (None, None)),
        ({"about_start_s": 31.0, "heard_start_s": 30.0, "heard_end_s": 60.0}, (30.0, 60.0)),
        ({"start_s": 1.0, "end_s": 2.0}, (1.0, 2.0)),  # of an older release
    ],
)
def test_both_exports_say_what_is_heard(tmp_path, stretch, heard):
    turns = [{"from": "human", "value": "Hm?"}, {"from": "gpt", "value": "Mm."}]
    line = {"id": "a", "sound": "a.ogg", "duration": 9.0, "conversations": turns} | stretch
    (tmp_path / "lines.jsonl").write_text(json.dumps(line))
    source = SourceConfig(conversations=str(tmp_path / "lines.jsonl"))
    (row,) = open_source(source, [0], 1)[0].epoch(np.random.default_rng(0))
    assert [(each.heard_start_s, each.heard_end_s) for each in row.sounds] == [heard]
    text = {
        "row_id": "a",
        "track_id": "t",
        "prompt": "Hm?",
        "completion": "Mm.",
        "n_audio_tokens": 225,
    } | stretch
    released = Release(source, [], {})._row(text, {"t": {"path": "a.ogg"}})
    assert [(each.heard_start_s, each.heard_end_s) for each in released.sounds] == [heard]
