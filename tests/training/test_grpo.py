"""Steps of GRPO: what they compute, how often, and that they learn."""

import math
import shutil
import string
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file
from torch.distributed.fsdp._fully_shard._fsdp_param_group import FSDPParamGroup
from transformers.models.audioflamingo3.modeling_audioflamingo3 import AudioFlamingo3Encoder

from tests.training.processes import run_ranks
from tests.training.test_stages import logs_of, of_release
from training import completions, grpo
from training.config import GrpoConfig, ModelConfig, SourceConfig
from training.grpo_loss import advantages, group_loss
from training.parallel import devices, layers, units


def of_grpo(model, output, source, **fields):
    return GrpoConfig(
        model=ModelConfig(path=str(model)),
        output=str(output),
        sources=(source,),
        **{
            "learning_rate": 1e-3,
            "context_tokens": 1500,
            "shuffle_rows": 4,
            "workers": 0,
            "max_steps": 2,
            "global_batch_rows": 2,
            "completion_tokens": 8,
            "log_steps": 1,
            "save_steps": 2,
            "recompute": "none",
            "reference_dtype": "float32",
        }
        | fields,
    )


@pytest.fixture
def thoughts(release):
    return of_release(release, "mf-think")


@pytest.fixture
def rewarded(monkeypatch):
    reward_letters(monkeypatch)


def reward_letters(monkeypatch):
    """Rewards for letters, which a tiny model can learn to write."""

    def share_of_letters(said, **_):
        texts = [each[-1]["content"] for each in said]
        return [sum(sign in string.ascii_lowercase for sign in text) / 8 for text in texts]

    monkeypatch.setattr(completions, "format_reward", share_of_letters)
    for name in ("accuracy_reward", "structure_reward"):
        monkeypatch.setattr(completions, name, lambda said, **_: [None] * len(said))


def train_rewarded(config):
    with pytest.MonkeyPatch.context() as monkeypatch:
        reward_letters(monkeypatch)
        grpo.train(config)


@pytest.fixture
def encoded(monkeypatch):
    """Of every forward of an encoder: whether it has gradients, and whether it learns."""
    calls = []
    original = AudioFlamingo3Encoder.forward

    def forward(self, input_features, *rest, **options):
        learns = any(weight.requires_grad for weight in self.parameters())
        calls.append((torch.is_grad_enabled(), learns))
        return original(self, input_features, *rest, **options)

    monkeypatch.setattr(AudioFlamingo3Encoder, "forward", forward)
    return calls


def test_each_sound_is_encoded_once_to_answer_once_by_the_reference_once_to_learn(
    tiny, thoughts, tmp_path, encoded, rewarded
):
    grpo.train(of_grpo(tiny, tmp_path, thoughts, max_steps=1))
    answering, learning, reference = (False, True), (True, True), (False, False)
    # Two questions of five answers.
    assert {kind: encoded.count(kind) for kind in (answering, learning, reference)} == {
        answering: 2,
        learning: 2,
        reference: 2,
    }


def test_no_weight_is_gathered_for_a_decoded_token(tiny, thoughts, tmp_path, monkeypatch, rewarded):
    gathered = []
    unshard, draw = FSDPParamGroup.unshard, grpo.draw
    monkeypatch.setattr(
        FSDPParamGroup,
        "unshard",
        lambda *words, **more: gathered.append(1) or unshard(*words, **more),
    )
    while_drawing = []

    def counted(*words):
        before = len(gathered)
        answers = draw(*words)
        while_drawing.append(len(gathered) - before)
        return answers

    monkeypatch.setattr(grpo, "draw", counted)
    grpo.train(of_grpo(tiny, tmp_path, thoughts, max_steps=1))
    assert while_drawing == [0]
    assert gathered


def test_the_reference_is_split_by_layers_in_bfloat16_and_learns_nothing(tiny, thoughts, tmp_path):
    config = of_grpo(tiny, tmp_path, thoughts, reference_dtype="bfloat16")
    with devices(config.parallel) as here:
        reference = grpo.load_reference(config, here)
        assert len(units(reference)) == len(layers(reference)) + 1 == 4
        assert {weight.dtype for weight in reference.parameters()} == {torch.bfloat16}
        assert not any(weight.requires_grad for weight in reference.parameters())


def test_steps_are_logged_and_every_answer_is_kept_with_its_rewards(tiny, thoughts, tmp_path):
    grpo.train(of_grpo(tiny, tmp_path, thoughts))
    steps = [each for each in logs_of(tmp_path) if "loss" in each]
    assert [each["step"] for each in steps] == [1, 2]
    assert steps[0]["kl"] == pytest.approx(0, abs=1e-6)
    assert all(each["drawn_difference"] < 1e-4 for each in steps)
    table = pq.read_table(Path(tmp_path) / "completions" / "step-000002.parquet")
    assert table.num_rows == 2 * 5
    for row in table.to_pylist():
        assert row["format_reward"] is not None
        # It is a question, or else a caption.
        assert (row["accuracy_reward"] is None) != (row["structure_reward"] is None)
        kinds = ("format_reward", "accuracy_reward", "structure_reward")
        assert row["reward"] == sum(row[kind] or 0 for kind in kinds)
        assert 1 <= row["n_tokens"] <= 8


def test_a_reward_that_can_be_reached_rises(tiny, thoughts, tmp_path, rewarded):
    config = of_grpo(
        tiny, tmp_path, thoughts, max_steps=30, group=8, beta=0.0, learning_rate=1e-2,
        global_batch_rows=1, save_steps=100,
    )  # fmt: skip
    grpo.train(config)
    rewards = [each["reward"] for each in logs_of(tmp_path) if "reward" in each]
    assert sum(rewards[:5]) / 5 < 0.3
    assert sum(rewards[-5:]) / 5 > 0.6


def test_killed_grpo_ends_with_the_bits_of_one_that_was_not(tiny, thoughts, tmp_path, rewarded):
    whole = of_grpo(tiny, tmp_path / "whole", thoughts, max_steps=4, iterations=2)
    grpo.train(whole)
    killed = of_grpo(tiny, tmp_path / "killed", thoughts, max_steps=4, iterations=2)
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "killed" / "checkpoint-2")
    grpo.train(killed)
    expected, found = (
        load_file(Path(config.output) / "model.safetensors") for config in (whole, killed)
    )
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert logs_of(killed.output)[-1]["loss"] == logs_of(whole.output)[-1]["loss"]
    tables = [
        pq.read_table(tmp_path / name / "completions" / "step-000004.parquet")
        for name in ("whole", "killed")
    ]
    assert tables[0].equals(tables[1])


def test_two_processes_learn_what_one_learns(tiny, thoughts, tmp_path):
    """Of three questions one process asks two, and the other one for company."""
    fields = {"global_batch_rows": 3, "max_steps": 2, "save_steps": 9, "iterations": 2}
    one = of_grpo(tiny, tmp_path / "one", thoughts, **fields)
    two = of_grpo(tiny, tmp_path / "two", thoughts, **fields)
    train_rewarded(one)
    run_ranks(train_rewarded, 2, two)
    tables = [
        pq.read_table(tmp_path / name / "completions" / "step-000002.parquet")
        for name in ("one", "two")
    ]
    assert tables[0].equals(tables[1])
    assert len({row["reward"] for row in tables[0].to_pylist()}) > 1
    losses = [[each["loss"] for each in logs_of(config.output)] for config in (one, two)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3, abs=1e-6)
    expected, found = (
        load_file(Path(config.output) / "model.safetensors") for config in (one, two)
    )
    assert all(torch.allclose(found[name], expected[name], atol=1e-5) for name in expected)


def test_advantages_are_of_mean_0_and_0_where_rewards_are_equal():
    found = advantages(torch.tensor([0.0, 1.0, 2.0]))
    assert found.tolist() == pytest.approx([-1, 0, 1], abs=1e-3)
    assert advantages(torch.ones(5)).tolist() == [0.0] * 5


def test_the_loss_is_the_papers():
    logps = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    old, reference = torch.tensor([-1.0, -2.5, -0.5]), torch.tensor([-1.2, -2.0, -0.4])
    lengths, advantage = torch.tensor([2, 1]), torch.tensor([1.0, -2.0])
    loss, measured = group_loss(logps, old, reference, lengths, advantage, epsilon=0.2, beta=0.1)
    kl = [math.exp(d) - d - 1 for d in (-0.2, 0.0, 0.1)]
    # The second token's ratio, e^0.5, is clipped to 1.2.
    first = ((-1 + 0.1 * kl[0]) + (-1.2 + 0.1 * kl[1])) / 2
    second = 2 + 0.1 * kl[2]
    assert float(loss) == pytest.approx(first + second)
    assert measured["kl"] == pytest.approx((kl[0] + kl[1]) / 2 + kl[2], rel=1e-5)
    assert measured["clipped"] == pytest.approx(0.5)
    loss.backward()
    assert logps.grad[1] == pytest.approx(0, abs=1e-6)  # it is clipped, and the KL is at its least


def test_rows_without_gold_are_refused():
    source = SourceConfig(release="v1", dataset="mf-skills/qa")
    with pytest.raises(ValidationError, match="must be `mf-think`"):
        GrpoConfig(model=ModelConfig(path="-"), output="-", sources=(source,), learning_rate=1e-6)


def test_an_attention_that_knows_no_branches_is_refused():
    source = SourceConfig(release="v1", dataset="mf-think")
    model = ModelConfig(path="-", attention="flash_attention_2")
    with pytest.raises(ValidationError, match="must be `sdpa`"):
        GrpoConfig(model=model, output="-", sources=(source,), learning_rate=1e-6)
