"""The planner's formulas against what is counted."""

import sys

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks
from transformers import AudioFlamingo3EncoderConfig, Qwen2Config
from transformers.models.audioflamingo3.modeling_audioflamingo3 import AudioFlamingo3EncoderLayer
from transformers.models.qwen2.modeling_qwen2 import Qwen2DecoderLayer, Qwen2RotaryEmbedding

from training import plan
from training.config import GrpoConfig, ModelConfig, SftConfig, SourceConfig
from training.costs import (
    Weights,
    cache_bytes,
    copy_bytes,
    encoder_layer_bytes,
    language_layer_bytes,
    state_bytes,
)
from training.decoding import GroupCache
from training.language_copy import language_copy
from training.loop import new_optimizer
from training.model import load_model, load_sharded
from training.parallel import devices


def kept_bytes(forward, given):
    """Bytes that autograd keeps of a forward, each storage once, without what was given."""
    given = {each.untyped_storage().data_ptr() for each in given}
    kept = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in given:
            kept[storage.data_ptr()] = storage
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        output = forward()
    del output
    return sum(storage.nbytes() for storage in kept.values())


def test_activations_of_a_layer_of_the_language_model_are_counted():
    config = Qwen2Config(
        hidden_size=256, intermediate_size=1024, num_attention_heads=8, num_key_value_heads=2,
        num_hidden_layers=1, vocab_size=10,
    )  # fmt: skip
    config._attn_implementation = "sdpa"
    layer = Qwen2DecoderLayer(config, 0).to(torch.bfloat16)
    hidden = torch.randn(1, 300, 256, dtype=torch.bfloat16, requires_grad=True)
    rotation = Qwen2RotaryEmbedding(config)(hidden, torch.arange(300)[None])
    counted = kept_bytes(
        lambda: layer(hidden, position_embeddings=rotation, attention_mask=None),
        [*layer.parameters(), *rotation, hidden],
    )
    assert language_layer_bytes(config, 300) == pytest.approx(counted, rel=0.01)


def test_activations_of_a_layer_of_the_encoder_are_counted():
    config = AudioFlamingo3EncoderConfig(
        hidden_size=128, intermediate_size=512, num_attention_heads=4
    )
    config._attn_implementation = "sdpa"
    layer = AudioFlamingo3EncoderLayer(config).to(torch.bfloat16)
    frames = torch.randn(1, 1500, 128, dtype=torch.bfloat16, requires_grad=True)
    counted = kept_bytes(lambda: layer(frames, None), [*layer.parameters(), frames])
    assert encoder_layer_bytes(config, 1) == pytest.approx(counted, rel=0.01)


def test_weights_gradients_and_moments_are_counted(tiny):
    config = sft_config(tiny)
    with devices(config.parallel) as here:
        model = load_sharded(config.model, here, config.parallel)
        optimizer = new_optimizer(model, config)
        trained = [weight for weight in model.parameters() if weight.requires_grad]
        for weight in trained:
            weight.grad = torch.zeros_like(weight)
        optimizer.step()
        gradients = sum(weight.grad.to_local().nbytes for weight in trained)
        moments = sum(
            state[name].to_local().nbytes
            for state in optimizer.state.values()
            for name in ("exp_avg", "exp_avg_sq")
        )
        n_weights = sum(weight.numel() for weight in model.parameters())
        n_trained = sum(weight.numel() for weight in trained)
    weights = Weights.of(model.config)
    assert weights.all == n_weights
    found = state_bytes(weights.all, n_trained, 4, 1)
    assert found == {"weights": 4 * n_weights, "gradients": gradients, "optimizer": moments}
    assert state_bytes(weights.all, n_trained, 4, 8)["optimizer"] == moments // 8


def test_caches_and_the_copy_are_counted(tiny):
    model = load_model(ModelConfig(path=str(tiny)))
    copy = language_copy(model, torch.bfloat16)
    counted = sum(weight.nbytes for weight in copy.parameters())
    assert copy_bytes(Weights.of(model.config)) == counted
    caches = GroupCache.empty(copy, n_groups=3, group=5, n_prompt=70, n_answer=16)
    counted = sum(tensor.nbytes for cache in caches for tensor in vars(cache).values())
    assert cache_bytes(model.config.text_config, 3, 5, 70, 16) == counted


def sft_config(path, **fields):
    source = SourceConfig(release="v1", dataset="mf-think")
    return SftConfig(
        model=ModelConfig(path=str(path)),
        output="-",
        sources=(source,),
        learning_rate=1e-5,
        **fields,
    )


def grpo_config(path, **fields):
    source = SourceConfig(release="v1", dataset="mf-think")
    return GrpoConfig(
        model=ModelConfig(path=str(path)),
        output="-",
        sources=(source,),
        learning_rate=1e-5,
        **fields,
    )


def assumed(n_gpus):
    return plan.Assumed(n_gpus, plan.GPUS["h100"], 0.4, 240, 600, 512, 0.6)


def test_the_published_size_needs_several_gpus():
    model = plan.published_config()
    one, eight = (plan.plan(sft_config("-"), model, assumed(n)) for n in (1, 8))
    # 8.27e9 weights, 16 bytes each.
    assert one["weights"] + one["gradients"] + one["optimizer"] == pytest.approx(132e9, rel=0.01)
    assert one["all"] > 80e9 > eight["all"]
    assert one["step_s"] == pytest.approx(8 * eight["step_s"])
    assert one["checkpoint"] == pytest.approx(99e9, rel=0.01)


def test_grpo_holds_a_reference_and_a_copy():
    model = plan.published_config()
    found = plan.plan(grpo_config("-"), model, assumed(8))
    assert found["reference"] == pytest.approx(16.5e9 / 8, rel=0.01)
    assert found["drawing"] > 15e9
    assert found["all"] < sum(found[name] for name in ("weights", "drawing", "activations")) * 2
    without = plan.plan(grpo_config("-", beta=0.0), model, assumed(8))
    assert "reference" not in without
    assert without["step_s"] < found["step_s"]


def test_the_command_plans_a_config(tmp_path, monkeypatch, capsys):
    path = tmp_path / "grpo.yaml"
    path.write_text(
        "model: {path: nowhere}\noutput: o\nlearning_rate: 1.0e-6\ngroup: 5\nmax_steps: 10\n"
        "sources: [{release: v1, dataset: mf-think}]\n"
    )
    monkeypatch.setattr(sys, "argv", ["plan", str(path), "--gpus", "8"])
    plan.main()
    shown = capsys.readouterr().out
    for words in ("published size", "reference", "drawing", "10 steps", "GPU-hours", "checkpoint"):
        assert words in shown


def test_a_wrong_config_is_explained(tmp_path, monkeypatch):
    (tmp_path / "sft.yaml").write_text("model: {path: m}\noutput: o\nwarmup_ratio: 2\n")
    monkeypatch.setattr(sys, "argv", ["plan", str(tmp_path / "sft.yaml"), "--gpus", "1"])
    with pytest.raises(SystemExit, match="warmup_ratio"):
        plan.main()
