"""Start the new projector where sounds differ.

    python fit_projector.py CHECKPOINT SOUNDS [--n-sounds 300]

A Whisper's frames are mostly the same vector: behind random weights, little of a token tells one
piece from another, and a language model learns slowly from that. Here the random weights see the
directions in which pieces differ most for what they vary within themselves (Fisher's, the pieces
being the classes: no label is read), and tokens get the mean and the spread of words. How much of a
token tells pieces apart is printed, before and after.
"""

import argparse
from pathlib import Path
from typing import Any

import soundfile
import torch
from torch import Tensor

from training.config import ModelConfig
from training.model import load_model, load_processor

# Both ours, chosen on 2026-11-28. Of the mean variance: directions of less are noise.
_SHRINKAGE = 0.02
_N_DIRECTIONS = 64


def main() -> None:
    """Fit the projector of a checkpoint in place."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--n-sounds", type=int, default=300)
    arguments = parser.parse_args()
    model = load_model(ModelConfig(path=str(arguments.checkpoint))).eval()
    processor = load_processor(str(arguments.checkpoint))
    paths = sorted(arguments.sounds.glob("*.wav"))[: arguments.n_sounds]
    heard = torch.stack([frames(model, processor, path) for path in paths])
    before = telling_share(model, heard)
    fit_projector(model, heard)
    print(f"of a token's size, pieces' means: {before:.2f} -> {telling_share(model, heard):.2f}")
    model.save_pretrained(arguments.checkpoint)


@torch.inference_mode()
def frames(model: Any, processor: Any, path: Path) -> Tensor:
    """What the encoder says of a sound of one window: shape (n_tokens, width)."""
    samples, _ = soundfile.read(path, dtype="float32")
    heard = processor.feature_extractor(samples, sampling_rate=16000, return_tensors="pt")
    features = heard["input_features"]
    mask = torch.ones(1, features.shape[-1], dtype=torch.long)
    found: Tensor = model.model.audio_tower(features, input_features_mask=mask).last_hidden_state
    return found[0]


@torch.no_grad()
def telling_share(model: Any, heard: Tensor) -> float:
    """How far pieces' mean tokens lie from each other, as a share of a token's size."""
    tokens = model.model.multi_modal_projector(heard)
    apart = (tokens.mean(1) - tokens.mean((0, 1))).square().mean()
    return float((apart / tokens.square().mean()).sqrt())


@torch.no_grad()
def fit_projector(model: Any, heard: Tensor) -> None:
    """Show the random weights what tells pieces apart; give tokens the words' mean and spread.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        Its projector is random, and changed in place.
    heard : Tensor, shape (n_pieces, n_frames, width)
        The encoder's output.
    """
    projector = model.model.multi_modal_projector
    words = model.model.language_model.embed_tokens.weight
    directions = telling_directions(heard)
    frames = heard.flatten(0, 1)
    first, last = projector.linear_1, projector.linear_2
    mixing = torch.empty(len(first.weight), directions.shape[1])
    torch.nn.init.orthogonal_(mixing, generator=torch.Generator().manual_seed(0))
    gain = (len(first.weight) / directions.shape[1]) ** 0.5
    first.weight.copy_(gain * mixing @ directions.T)
    first.bias.copy_(-first.weight @ frames.mean(0))
    last.bias.zero_()
    last.weight.mul_(words.std() / projector(frames).std(0).square().mean().sqrt())
    last.bias.copy_(words.mean(0) - projector(frames).mean(0))


def telling_directions(heard: Tensor) -> Tensor:
    """In which pieces differ most, of unit variance within a piece: shape (width, n)."""
    means = heard.mean(1)
    within = (heard - means[:, None]).flatten(0, 1)
    variance = within.T @ within / len(within)
    shrunk = variance + _SHRINKAGE * variance.diagonal().mean() * torch.eye(len(variance))
    inverse = torch.linalg.inv(torch.linalg.cholesky(shrunk))
    _, rotation = torch.linalg.eigh(inverse @ torch.cov(means.T) @ inverse.T)
    return (inverse.T @ rotation)[:, -_N_DIRECTIONS:]


if __name__ == "__main__":
    main()
