"""All stages on the example corpus, with a tiny random model."""

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from training import grpo, sft
from training.config import GrpoConfig, ModelConfig, SftConfig, SourceConfig
from training.model import load_model, load_processor
from training.packing import Lane
from training.samples import answers


def sft_config(model, output, *sources, **fields):
    return SftConfig(
        model=ModelConfig(path=str(model)),
        output=str(output),
        sources=sources,
        **{
            "learning_rate": 1e-3,
            "context_tokens": 1500,
            "shuffle_rows": 4,
            "workers": 0,
            "max_steps": 2,
            "gradient_accumulation": 1,
            "log_steps": 1,
            "sample_tokens": 8,
        }
        | fields,
    )


def of_release(release, dataset):
    return SourceConfig(release=str(release), dataset=dataset)


def logs_of(output):
    return json.loads((Path(output) / "trainer_state.json").read_text())["log_history"]


def test_skills_cold_start_and_grpo_follow_each_other(tiny, release, tmp_path):
    skills = sft_config(
        tiny,
        tmp_path / "skills",
        of_release(release, "mf-skills/captions"),
        of_release(release, "mf-skills/qa"),
    )
    sft.train(skills)
    think = sft_config(skills.output, tmp_path / "think", of_release(release, "mf-think"))
    sft.train(think)
    last = of_grpo(think.output, tmp_path / "grpo", think.sources[0])
    grpo.train(last)
    for config in (skills, think):
        steps = [each for each in logs_of(config.output) if "loss" in each]
        assert len(steps) == 2
        assert all(each["tokens_per_s"] > 0 and each["tflops"] > 0 for each in steps)
        lines = (Path(config.output) / "samples.jsonl").read_text().splitlines()
        assert {"step", "row_id", "prompt", "expected", "said"} == json.loads(lines[0]).keys()
    steps = [each for each in logs_of(last.output) if "loss" in each]
    assert all("rewards/format_reward/mean" in each for each in steps)
    # One question a step: it is answered by an option, or by a caption.
    kinds = ("accuracy", "structure")
    assert all(sum(f"rewards/{kind}_reward/mean" in each for kind in kinds) == 1 for each in steps)
    assert not any(value is None for each in steps for value in each.values())
    drawn = pl.read_parquet(Path(last.output) / "completions" / "*.parquet")
    assert len(drawn) == 2 * 5
    assert load_model(ModelConfig(path=last.output)).config.time_embedding == "checkpoint"


def test_workers_in_turn_make_the_same_packs(tiny, release, tmp_path):
    """Each worker is a new interpreter, which takes its time to start."""
    config = sft_config(tiny, tmp_path / "out", of_release(release, "mf-skills/qa"), workers=2)
    sft.train(config)
    lanes = [Lane(config, lane, 2).packs(0) for lane in range(2)]
    n_tokens = [sum(heard.n_tokens for heard in next(lane)) for lane in lanes]
    steps = [each for each in logs_of(config.output) if "loss" in each]
    assert [each["num_tokens"] for each in steps] == [n_tokens[0], sum(n_tokens)]


def of_grpo(model, output, source, **fields):
    return GrpoConfig(
        model=ModelConfig(path=str(model)),
        output=str(output),
        sources=(source,),
        **{
            "learning_rate": 1e-3,
            "context_tokens": 1500,
            "shuffle_rows": 4,
            "max_steps": 2,
            "gradient_accumulation": 1,
            "completion_tokens": 8,
            "log_steps": 1,
            "save_steps": 2,
        }
        | fields,
    )


@pytest.mark.parametrize("lora_rank", [None, 4])
def test_a_killed_stage_ends_as_one_that_was_never_killed(tiny, release, tmp_path, lora_rank):
    source = of_release(release, "mf-skills/qa")
    fields = {"max_steps": 4, "save_steps": 2, "keep_checkpoints": 3, "sample_rows": 0}
    change = {"model": ModelConfig(path=str(tiny), lora_rank=lora_rank)}
    whole = sft_config(tiny, tmp_path / "whole", source, **fields).model_copy(update=change)
    sft.train(whole)
    killed = whole.model_copy(update={"output": str(tmp_path / "killed")})
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "killed" / "checkpoint-2")
    sft.train(killed)
    assert_same_end(whole, killed, tiny)


def test_a_checkpoint_of_more_processes_is_refused(tmp_path):
    checkpoint = tmp_path / "checkpoint-20"
    for name in ("rng_state_0.pth", "rng_state_1.pth", "trainer_state.json"):
        checkpoint.mkdir(exist_ok=True)
        (checkpoint / name).touch()
    assert sft.last_checkpoint(str(tmp_path), 2) == str(checkpoint)
    with pytest.raises(sft.CheckpointError, match="written by 2 processes, and this launch has 1"):
        sft.last_checkpoint(str(tmp_path), 1)


def test_killed_grpo_goes_on_with_the_next_question_and_the_old_reference(tiny, release, tmp_path):
    # At 0 nothing is learned, so that the KL shows which reference there is.
    source = of_release(release, "mf-think")
    fields = {"max_steps": 4, "learning_rate": 1e-9, "keep_checkpoints": 3}
    whole = of_grpo(tiny, tmp_path / "whole", source, **fields)
    grpo.train(whole)
    killed = of_grpo(tiny, tmp_path / "killed", source, **fields)
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "killed" / "checkpoint-2")
    grpo.train(killed)
    asked = [
        pl.read_parquet(Path(config.output) / "completions" / "completions_00003.parquet")["prompt"]
        for config in (whole, killed)
    ]
    assert asked[0].to_list() == asked[1].to_list()
    assert logs_of(killed.output)[-2]["kl"] == pytest.approx(0, abs=1e-4)


def assert_same_end(whole, killed, start):
    expected = load_file(Path(whole.output) / "model.safetensors")
    found = load_file(Path(killed.output) / "model.safetensors")
    before = load_file(Path(start) / "model.safetensors")
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert any(not torch.equal(found[name], before[name]) for name in expected)
    assert logs_of(killed.output)[-2]["step"] == 4


def test_adapters_train_alone_and_end_up_in_the_model(tiny, release, tmp_path):
    config = sft_config(tiny, tmp_path / "out", of_release(release, "mf-skills/qa"), sample_rows=0)
    config = config.model_copy(update={"model": ModelConfig(path=str(tiny), lora_rank=4)})
    sft.train(config)
    before = load_file(Path(tiny) / "model.safetensors")
    after = load_file(Path(config.output) / "model.safetensors")
    assert after.keys() == before.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all("language_model" in name and "_proj" in name for name in changed)
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
        context_tokens=900,
        shuffle_rows=8,
        max_steps=140,
        log_steps=20,
        sample_rows=0,
        gradient_checkpointing=False,
    )
    sft.train(config)
    losses = [each["loss"] for each in logs_of(config.output) if "loss" in each]
    assert losses[0] > 5
    assert losses[-1] < 0.1
    rows = {}
    for heard in Lane(config, 0, 1).rows(0):
        rows[heard.row.row_id] = heard
        if len(rows) == 8:
            break
    model = load_model(ModelConfig(path=config.output))
    said = answers(model, load_processor(config.output), list(rows.values()), 12)
    assert said == list(rows)
