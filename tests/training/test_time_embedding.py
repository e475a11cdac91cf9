import math

import numpy as np
import pytest
import torch

from tests.tiny_musicflamingo import tiny_model, tiny_processor
from training.collate import collate, model_inputs, prepare
from training.config import ModelConfig
from training.model import ModelNotLoadedError, load_model, load_processor
from training.packing import DecodedRow
from training.row import Row, Sound
from training.time_embedding import (
    PlainTimeEmbedding,
    begin_at,
    check_time_embedding,
    set_time_embedding,
)

WINDOWS, FRAMES = 40, 750  # 20 minutes


def times():
    """As the model computes them: float32 seconds."""
    windows = torch.arange(WINDOWS).unsqueeze(1) * FRAMES * 0.04
    return windows + torch.arange(FRAMES, dtype=torch.float32) * 0.04


def exact_times():
    return (np.arange(WINDOWS)[:, None] * FRAMES + np.arange(FRAMES)) / 25


@pytest.fixture
def model():
    return tiny_model(tiny_processor())


def test_the_plain_form_is_the_papers_formula(model):
    set_time_embedding(model, "plain")
    cos, sin = model.model.pos_emb(times(), FRAMES)
    dim = int(40 * 0.2)
    for channel in range(dim):
        frequency = 1200.0 ** (-(channel // 2 * 2) / dim)
        theta = -exact_times() * 2 * math.pi * frequency
        assert np.abs(cos[..., channel].numpy() - np.cos(theta)).max() < 1e-9
        assert np.abs(sin[..., channel].numpy() - np.sin(theta)).max() < 1e-9


def test_the_plain_form_turns_the_first_channels_and_no_others(model):
    set_time_embedding(model, "plain")
    from transformers.models.musicflamingo.modeling_musicflamingo import apply_rotary_time_emb

    sound = torch.randn(2, FRAMES, 40)
    cos, sin = model.model.pos_emb(times()[:2], FRAMES)
    turned = apply_rotary_time_emb(sound, cos, sin)
    pairs = torch.view_as_complex(sound[..., :8].reshape(2, FRAMES, 4, 2).double())
    exponents = torch.arange(4, dtype=torch.float64) * 2 / 8
    steps = torch.arange(2 * FRAMES, dtype=torch.float64).view(2, FRAMES, 1)
    angles = -2 * math.pi * steps / 25 * 1200.0**-exponents
    expected = torch.view_as_real(pairs * torch.exp(1j * angles)).flatten(-2)
    assert torch.allclose(turned[..., :8].double(), expected, atol=1e-5)
    assert torch.equal(turned[..., 8:], sound[..., 8:])


def test_the_checkpoints_form_is_two_axes_modulated_by_time(model):
    cos, sin = model.model.pos_emb(times(), FRAMES)
    dim = int(40 * 0.2)
    inverse = 1200.0 ** (-(np.arange(dim) // 2 * 2) / dim)
    seconds = exact_times()[..., None]
    window = np.arange(WINDOWS)[:, None, None] / 1200 * inverse
    frame = np.arange(FRAMES)[None, :, None] / 1200 * 2 * math.pi * inverse
    axes = np.concatenate(np.broadcast_arrays(window, frame), axis=-1)
    theta = axes * (-seconds * 2 * math.pi)
    # float32 angles of up to 30,000: the phase is good to a few thousandths.
    assert np.abs(cos.numpy() - np.cos(theta)).max() < 0.01
    assert np.abs(sin.numpy() - np.sin(theta)).max() < 0.01


def test_a_cast_to_bfloat16_is_noticed(model):
    check_time_embedding(model)
    exact = model.model.pos_emb(times(), FRAMES)[0]
    model.to(torch.bfloat16)
    rounded = model.model.pos_emb(times(), FRAMES)[0]
    assert (rounded - exact).abs().mean() > 0.05
    with pytest.raises(RuntimeError, match="rounded"):
        check_time_embedding(model)
    model.float()  # the digits do not come back
    with pytest.raises(RuntimeError, match="rounded"):
        check_time_embedding(model)


def test_the_plain_form_has_nothing_to_round(model):
    set_time_embedding(model, "plain")
    exact = model.model.pos_emb(times(), FRAMES)[0]
    model.to(torch.bfloat16)
    check_time_embedding(model)
    assert torch.equal(model.model.pos_emb(times(), FRAMES)[0], exact)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_loading_in_bfloat16_keeps_the_clock(tiny, dtype):
    model = load_model(ModelConfig(path=str(tiny), dtype=dtype))
    assert model.dtype == getattr(torch, dtype)
    check_time_embedding(model)


def test_the_form_is_saved_with_the_model(tiny, tmp_path):
    model = load_model(ModelConfig(path=str(tiny), time_embedding="plain"))
    model.save_pretrained(tmp_path)
    again = load_model(ModelConfig(path=str(tmp_path)))
    assert isinstance(again.model.pos_emb, PlainTimeEmbedding)
    back = load_model(ModelConfig(path=str(tmp_path), time_embedding="checkpoint"))
    assert not isinstance(back.model.pos_emb, PlainTimeEmbedding)
    check_time_embedding(back)


@pytest.mark.parametrize("form", ["checkpoint", "plain"])
def test_a_cut_clip_sounds_at_its_time_in_the_track(tiny, form):
    model = load_model(ModelConfig(path=str(tiny), time_embedding=form)).eval()
    processor = load_processor(str(tiny))
    sound = torch.randn(16000 * 60, generator=torch.Generator().manual_seed(0)).numpy() * 0.1
    turns = [{"role": "user", "content": "When?"}, {"role": "assistant", "content": "At 0:31."}]

    @torch.no_grad()
    def heard(samples, start_s):
        inputs = model_inputs(processor, [(turns[:1], [samples])], "left")
        begin_at(model, None if start_s is None else torch.tensor([start_s]))
        return model.get_audio_features(
            inputs["input_features"], inputs["input_features_mask"], input_ids=inputs["input_ids"]
        ).pooler_output

    whole, cut = heard(sound, None), heard(sound[16000 * 30 :], 30.0)
    assert torch.allclose(cut, whole[FRAMES:], atol=1e-4)
    at_zero = heard(sound[16000 * 30 :], None)
    assert not torch.allclose(at_zero, whole[FRAMES:], atol=1e-2), "told for one sound alone"

    @torch.no_grad()
    def logps(*starts_s):
        rows = [Row("a", turns, (Sound({}, None, start_s),), None) for start_s in starts_s]
        pack = [DecodedRow(row, (sound[16000 * 30 :],), 0) for row in rows]
        return model.label_logps(**collate([prepare(processor, each) for each in pack]))

    alone, moved = logps(None), logps(30.0)
    packed = logps(None, 30.0)
    assert torch.allclose(packed, torch.cat([alone, moved]), atol=1e-4)
    assert not torch.allclose(alone, moved, atol=1e-6)


def test_missing_weights_are_not_made_up(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    model = load_model(ModelConfig(path=str(tiny)))
    model.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights[next(name for name in weights if "multi_modal_projector" in name)]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelNotLoadedError, match="multi_modal_projector"):
        load_model(ModelConfig(path=str(tmp_path)))
