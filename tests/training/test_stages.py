"""All stages on the example corpus, with a tiny random model."""

import hashlib
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from schemas.release import ReleasedQa, ReleasedTrack
from tests.blocks import ROOT
from tests.training.released import SONGS, texts_of, track, write, write_release
from training import sft
from training.checkpoint import CheckpointError
from training.collate import collate, prepare
from training.config import ModelConfig, SftConfig, SourceConfig
from training.journal import Journal
from training.launches import begin_launch
from training.model import load_model, load_processor
from training.packing import open_lanes
from training.samples import answers


def sft_config(path, output, *sources, **fields):
    return SftConfig(
        model=ModelConfig(path=str(path), **fields.pop("model", {})),
        output=str(output),
        sources=sources,
        **{
            "learning_rate": 1e-3,
            "context_tokens": 1500,
            "shuffle_rows": 8,
            "workers": 0,
            "max_steps": 2,
            "global_batch_rows": 2,
            "log_steps": 1,
            "sample_tokens": 8,
            "sample_rows": 0,
        }
        | fields,
    )


def of_release(release, dataset):
    return SourceConfig(release=str(release), dataset=dataset)


def logs_of(output):
    lines = (Path(output) / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def losses_of(output):
    return [each["loss"] for each in logs_of(output) if "loss" in each]


def test_skills_and_the_cold_start_follow_each_other(tiny, release, tmp_path):
    skills = sft_config(
        tiny,
        tmp_path / "skills",
        of_release(release, "mf-skills/captions"),
        of_release(release, "mf-skills/qa"),
        sample_rows=2,
    )
    sft.train(skills)
    source = of_release(release, "mf-think")
    think = sft_config(skills.output, tmp_path / "think", source, sample_rows=2)
    sft.train(think)
    for config in (skills, think):
        steps = [each for each in logs_of(config.output) if "loss" in each]
        assert len(steps) == 2
        assert all(each["tokens_per_s"] > 0 and each["tflops"] > 0 for each in steps)
        lines = (Path(config.output) / "samples.jsonl").read_text().splitlines()
        assert {"step", "row_id", "prompt", "expected", "said"} == json.loads(lines[0]).keys()
    assert load_model(ModelConfig(path=think.output)).config.time_embedding == "checkpoint"


def test_workers_prepare_the_rows_that_the_device_itself_would(tiny, release, tmp_path):
    """Each worker is a new interpreter, which takes its time to start."""
    source = of_release(release, "mf-skills/qa")
    for n_workers in (0, 2):
        sft.train(sft_config(tiny, tmp_path / str(n_workers), source, workers=n_workers))
    assert losses_of(tmp_path / "0") == losses_of(tmp_path / "2")


def test_the_validation_split_is_heard(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    songs, truth = sorted(SONGS.glob("*.ogg"))[:2], json.loads((SONGS / "truth.json").read_text())
    texts = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    texts = [row.model_copy(update={"row_id": f"held-out-{i}"}) for i, row in enumerate(texts)]
    tracks = [track(song, True) for song in songs]
    write(release, "tracks", ReleasedTrack, tracks, split="validation")
    write(release, "mf-skills/qa", ReleasedQa, texts, split="validation")
    config = sft_config(
        tiny, tmp_path / "out", of_release(release, "mf-skills/qa"),
        max_steps=3, validation_steps=2, sample_rows=1, learning_rate=1e-2,
    )  # fmt: skip
    sft.train(config)
    found = {each["step"]: each for each in logs_of(config.output) if "validation_loss" in each}
    assert sorted(found) == [2, 3]
    assert found[2]["validation_loss"] != found[3]["validation_loss"]
    expected = mean_loss_of(config, [heard_of(config, i, 2, "validation") for i in range(2)])
    assert found[3]["validation_loss"] == pytest.approx(expected, rel=1e-5)
    said = [json.loads(each) for each in (tmp_path / "out/samples.jsonl").read_text().splitlines()]
    assert all(each["row_id"].startswith("held-out") for each in said)


def heard_of(config, lane, n_lanes, split="train"):
    return next(open_lanes(config, [lane], n_lanes, split)[0].rows(0))


def mean_loss_of(config, rows):
    """By transformers' own loss, a row at a time, of the model that was written."""
    model, processor = load_model(ModelConfig(path=config.output)), load_processor(config.output)
    total = n_labels = 0
    for heard in rows:
        row = prepare(processor, heard)
        with torch.no_grad():
            total += row.n_labels * model(**collate([row]), use_cache=False).loss.item()
        n_labels += row.n_labels
    return total / n_labels


@pytest.mark.parametrize("lora_rank", [None, 4])
def test_a_killed_stage_ends_as_one_that_was_never_killed(tiny, release, tmp_path, lora_rank):
    source = of_release(release, "mf-skills/qa")
    whole = sft_config(
        tiny, tmp_path / "whole", source, max_steps=4, save_steps=2, model={"lora_rank": lora_rank}
    )
    sft.train(whole)
    killed = whole.model_copy(update={"output": str(tmp_path / "killed")})
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "killed" / "checkpoint-2")
    half = tmp_path / "killed" / "checkpoint-4"  # killed while it was written
    half.mkdir()
    (half / "__0_0.distcp").write_bytes(b"half")
    sft.train(killed)
    assert_same_end(whole, killed, tiny)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "seed: 0 -> 1"),
        ({"global_batch_rows": 4}, "global_batch_rows: 2 -> 4"),
        ({"model": ModelConfig(path="m", lora_rank=4)}, "model.lora_rank: null -> 4"),
    ],
)
def test_a_run_does_not_go_on_with_other_rows_or_weights(tmp_path, change, words):
    with pytest.raises(CheckpointError, match=f"cannot change: .*{words}.*another `output`"):
        launch_twice(tmp_path, change)


def test_other_changes_are_applied_and_said(tmp_path, capsys):
    launch_twice(tmp_path, {"learning_rate": 2e-3, "save_steps": 7})
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "from step 3 on, learning_rate: 0.001 -> 0.002",
        "from step 3 on, save_steps: 500 -> 7",
    ]


def test_a_run_does_not_go_on_with_another_release(tmp_path):
    with pytest.raises(CheckpointError, match="the manifest of the release is another"):
        launch_twice(tmp_path, {}, then=lambda: (tmp_path / "manifest.json").write_text("2"))
    launches = (tmp_path / "out" / "launches.jsonl").read_text().splitlines()
    assert len(launches) == 1
    before = json.loads(launches[0])
    assert before["manifests"] == {str(tmp_path): hashlib.sha256(b"1").hexdigest()}
    assert before["config"]["learning_rate"] == 1e-3
    is_a_checkout = (ROOT / ".git").exists()
    assert re.fullmatch(r"[0-9a-f]{40}\+?" if is_a_checkout else r"\d+\.\d+.*", before["code"])


def launch_twice(folder, change, then=lambda: None):
    """A run begins, and goes on from its second step with a changed config."""
    (folder / "manifest.json").write_text("1")
    config = sft_config("m", folder / "out", of_release(folder, "mf-skills/qa"))
    here = SimpleNamespace(is_first=True, n_ranks=1, gather=lambda value: [value])
    begin_launch(config, here, None, Journal(config, is_written=True))
    then()
    config = config.model_copy(update=change)
    begin_launch(config, here, Path("checkpoint-2"), Journal(config, is_written=True))


def test_half_a_line_of_a_launch_that_was_killed_is_passed_over(tmp_path):
    path = tmp_path / "out/launches.jsonl"
    launch_twice(tmp_path, {}, then=lambda: path.open("a").write('{"step": 1, "dev'))
    first, half, second = path.read_text().splitlines()
    assert json.loads(first)["config"] == json.loads(second)["config"]
    assert half == '{"step": 1, "dev'


def assert_same_end(whole, killed, start):
    expected = load_file(Path(whole.output) / "model.safetensors")
    found = load_file(Path(killed.output) / "model.safetensors")
    before = load_file(Path(start) / "model.safetensors")
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert any(not torch.equal(found[name], before[name]) for name in expected)
    assert losses_of(killed.output) == losses_of(whole.output)[2:]


@pytest.mark.parametrize(
    ("trained", "beside"),
    [({}, set()), ({"trained": ["projector", "language_model"]}, {"multi_modal_projector"})],
)
def test_adapters_train_beside_stated_parts_and_end_up_in_the_model(
    tiny, release, tmp_path, trained, beside
):
    source = of_release(release, "mf-skills/qa")
    config = sft_config(tiny, tmp_path / "out", source, model={"lora_rank": 4} | trained)
    sft.train(config)
    before = load_file(Path(tiny) / "model.safetensors")
    after = load_file(Path(config.output) / "model.safetensors")
    assert after.keys() == before.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    adapted = {name for name in changed if "language_model" in name}
    assert adapted and all("_proj" in name for name in adapted)
    assert {name.split(".")[0] for name in changed - adapted} == beside
    load_model(ModelConfig(path=config.output))


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    """Eight sounds, the same question about each, eight answers."""
    folder = tmp_path_factory.mktemp("tones")
    words = ["violin", "drums", "piano", "flute", "sax", "harp", "tuba", "organ"]
    items = []
    for i, word in enumerate(words):
        tone = 0.5 * np.sin(2 * np.pi * 200 * 1.6**i * np.arange(32000) / 16000)
        soundfile.write(folder / f"{i}.wav", tone, 16000)
        turns = [{"from": "human", "value": "<sound>\nWhat?"}, {"from": "gpt", "value": word}]
        items.append({"id": word, "sound": f"{i}.wav", "duration": 2.0, "conversations": turns})
    (folder / "tones.json").write_text(json.dumps(items))
    return SourceConfig(conversations=str(folder / "tones.json"), audio_root=str(folder))


def test_a_model_that_learns_eight_rows_by_heart_answers_them_by_ear(tiny, tones, tmp_path):
    config = sft_config(
        tiny,
        tmp_path / "out",
        tones,
        learning_rate=4e-3,
        global_batch_rows=8,
        max_steps=140,
        log_steps=20,
        recompute="none",
    )
    sft.train(config)
    losses = losses_of(config.output)
    assert losses[0] > 5
    assert losses[-1] < 0.1
    rows = [heard_of(config, lane, 8) for lane in range(8)]
    model = load_model(ModelConfig(path=config.output))
    said = answers(model, load_processor(config.output), rows, 12)
    assert len(set(said)) == 8
    assert said == [heard.row.row_id for heard in rows]
