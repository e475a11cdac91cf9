"""What is small in the frames is not small behind the projector."""

import pytest
import torch
from fit_projector import fit_projector

from tests.tiny_musicflamingo import save_tiny
from training.config import ModelConfig
from training.model import load_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    save_tiny(folder, window_s=2)
    return load_model(ModelConfig(path=str(folder))).eval()


def share_of(direction, tokens):
    """Of the variance of tokens, what moves with a direction of the frames."""
    tokens = tokens - tokens.mean(0)
    along = tokens.T @ direction / direction.square().sum()
    return float((direction[:, None] * along).square().sum() / tokens.square().sum())


def test_tokens_have_the_words_mean_and_spread_and_tell_frames_apart(model):
    projector = model.model.multi_modal_projector
    words = model.model.language_model.embed_tokens.weight.detach()
    width = projector.linear_1.in_features
    generator = torch.Generator().manual_seed(0)
    heard = 50 + torch.randn(40, 100, width, generator=generator) * torch.linspace(1, 9, width)
    told = torch.randn(40, 1, generator=generator).expand(40, 100)  # a small difference of pieces
    heard[..., 0] += told
    told, frames = told.flatten(), heard.flatten(0, 1)
    with torch.no_grad():
        before = share_of(told, projector(frames))
        fit_projector(model, heard)
        said = projector(frames)
    assert share_of(told, said) > 5 * before
    torch.testing.assert_close(said.mean(0), words.mean(0), atol=1e-4, rtol=0)
    spread = float(said.std(0).square().mean().sqrt())
    assert spread == pytest.approx(float(words.std()), rel=0.01)
