"""Start the new projector where sounds differ: its tokens get the mean and the spread of words.

    python fit_projector.py CHECKPOINT SOUNDS [--n-sounds 64]

A Whisper's frames are mostly the same vector: what tells 5 s of one piece from another is a tenth
of their size, behind a random projector as before it. A language model learns from that slowly.
Here the frames are whitened, by their covariance over some sounds, before the random weights.
"""

import argparse
from pathlib import Path
from typing import Any

import soundfile
import torch
from torch import Tensor

from training.config import ModelConfig
from training.model import load_model, load_processor

# Ours, chosen on 2026-11-28: directions of less than a tenth of the mean variance are noise.
_SHRINKAGE = 0.1


def main() -> None:
    """Fit the projector of a checkpoint in place."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--n-sounds", type=int, default=64)
    arguments = parser.parse_args()
    model = load_model(ModelConfig(path=str(arguments.checkpoint))).eval()
    processor = load_processor(str(arguments.checkpoint))
    paths = sorted(arguments.sounds.glob("*.wav"))[: arguments.n_sounds]
    fit_projector(model, torch.cat([frames(model, processor, path) for path in paths]))
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
def fit_projector(model: Any, heard: Tensor) -> None:
    """Whiten what comes in, and give what goes out the words' mean and spread.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        Its projector is random, and changed in place.
    heard : Tensor, shape (n_frames, width)
        The encoder's output.
    """
    projector = model.model.multi_modal_projector
    words = model.model.language_model.embed_tokens.weight
    mean = heard.mean(0)
    variances, directions = torch.linalg.eigh(torch.cov(heard.T))
    scales = (variances + _SHRINKAGE * variances.mean()).rsqrt()
    whitening = directions * scales @ directions.T
    first, last = projector.linear_1, projector.linear_2
    torch.nn.init.orthogonal_(first.weight, generator=torch.Generator().manual_seed(0))
    first.weight.copy_(first.weight @ whitening)
    first.bias.copy_(-first.weight @ mean)
    last.bias.zero_()
    said = projector(heard)
    last.weight.mul_(words.std() / said.std(0).square().mean().sqrt())
    last.bias.copy_(words.mean(0) - projector(heard).mean(0))


if __name__ == "__main__":
    main()
