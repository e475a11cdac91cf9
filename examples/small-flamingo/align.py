"""Start the projector at the words that are said of a sound.

    python align.py CHECKPOINT SOUNDS CONVERSATIONS OUTPUT [--n-sounds 1000] [--frames FILE]

A token becomes a linear function of its frame, by regularised least squares: of a piece's frames,
on average, the mean embedding of the words that the assistant says of it in CONVERSATIONS. What
frames vary within a piece is the penalty, as in Fisher's discriminant. A language model then has to
learn only that what it hears are words. FILE keeps what the encoder says of the sounds, for the
next time.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from fit_projector import frames
from torch import Tensor

from training.config import ModelConfig
from training.model import load_model, load_processor

# Ours, chosen on 2026-11-28 on 300 held-out pieces: from 0.3 to 1 they are told apart as well.
_PENALTY = 0.5


def main() -> None:
    """Write the checkpoint with its projector aligned."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("checkpoint", "sounds", "conversations", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--n-sounds", type=int, default=1000)
    parser.add_argument("--frames", type=Path)
    arguments = parser.parse_args()
    model = load_model(ModelConfig(path=str(arguments.checkpoint))).eval()
    processor = load_processor(str(arguments.checkpoint))
    said = words_said(arguments.conversations)
    names = list(said)[: arguments.n_sounds]
    paths = [arguments.sounds / name for name in names]
    heard = kept_frames(model, processor, paths, arguments.frames)
    words = model.model.language_model.embed_tokens.weight.detach()
    wanted = torch.stack([mean_word(processor.tokenizer, words, said[name]) for name in names])
    align_projector(model, heard, wanted)
    model.save_pretrained(arguments.output)
    processor.save_pretrained(arguments.output)


def words_said(conversations: Path) -> dict[str, list[str]]:
    """What the assistant says of each sound, by file, in the order of the lines."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in conversations.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["sound"]] += [t["value"] for t in row["conversations"] if t["from"] == "gpt"]
    return found


def mean_word(tokenizer: Any, words: Tensor, answers: list[str]) -> Tensor:
    """The mean embedding of answers, each as it stands in a sentence: shape (width,)."""
    said = [words[tokenizer(f" {answer}")["input_ids"]].mean(0) for answer in answers]
    return torch.stack(said).mean(0)


def kept_frames(model: Any, processor: Any, paths: list[Path], file: Path | None) -> Tensor:
    """What the encoder says of sounds, some of it from `file`: shape (n, n_tokens, width)."""
    kept: dict[str, Tensor] = torch.load(file) if file and file.exists() else {}
    new = [path for path in paths if path.name not in kept]
    kept |= {path.name: frames(model, processor, path).half() for path in new}
    if file and new:
        torch.save(kept, file)
    return torch.stack([kept[path.name] for path in paths]).float()


@torch.no_grad()
def align_projector(model: Any, heard: Tensor, wanted: Tensor) -> None:
    """Make tokens the words that are wanted, as far as frames tell them.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        Its projector is changed in place.
    heard : Tensor, shape (n_pieces, n_frames, width)
        The encoder's output.
    wanted : Tensor, shape (n_pieces, width of the language model)
        The mean embedding of what is said of each piece.
    """
    means = heard.mean(1)
    within = (heard - means[:, None]).flatten(0, 1)
    centre = means.mean(0)
    means, apart = means - centre, wanted - wanted.mean(0)
    spread = means.T @ means / len(means) + _PENALTY * within.T @ within / len(within)
    directions = torch.linalg.solve(spread, means.T @ apart / len(means))
    # Least squares shrink: pieces' tokens lie as far from each other as their words do.
    directions *= apart.square().mean().sqrt() / (means @ directions).square().mean().sqrt()
    words = model.model.language_model.embed_tokens.weight
    _set_linear(model.model.multi_modal_projector, centre, directions, words.mean(0))


def _set_linear(projector: Any, centre: Tensor, directions: Tensor, bias: Tensor) -> None:
    """A projector that is linear: of a Gaussian error linear unit, f(x) - f(-x) = x."""
    inner, _, outer = torch.linalg.svd(directions, full_matrices=False)
    n = len(projector.linear_1.weight) // 2
    inner, outer = inner[:, :n], inner[:, :n].T @ directions
    projector.linear_1.weight.zero_()
    projector.linear_2.weight.zero_()
    projector.linear_1.bias.zero_()
    rank = inner.shape[1]
    for start, sign in ((0, 1), (rank, -1)):
        projector.linear_1.weight[start : start + rank] = sign * inner.T
        projector.linear_1.bias[start : start + rank] = -sign * centre @ inner
        projector.linear_2.weight[:, start : start + rank] = sign * outer.T
    projector.linear_2.bias.copy_(bias)


if __name__ == "__main__":
    main()
