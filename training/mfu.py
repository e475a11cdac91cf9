"""How much of the device's arithmetic is put to use: FLOPs of packed rows, tokens/s, MFU.

FLOPs are those that the model needs, forward and backward, whatever is computed again for
checkpointing: 6 a weight and token (4 where the weight is frozen and gradients pass through it, as
under adapters; 2 where none do), attention of each row of a pack with itself alone (without the
causal half, as is usual), the head only where there is a loss, and the audio tower.
"""

import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from training.costs import FRAMES_PER_WINDOW
from training.lora import is_adapter

# Dense bfloat16, FLOP/s, as the makers state it.
_PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "B200": 2250e12, "L40S": 362e12}


@dataclass(frozen=True)
class ModelSize:
    """What the FLOPs of a model depend on."""

    lm_weights: int  # without embedding and head
    head_weights: int
    lm_layers: int
    lm_attention_width: int
    tower_weights: int
    tower_layers: int
    tower_width: int
    projector_weights: int
    lm_flops: int  # per weight and token: 6, 4 where it is frozen, 2 where nothing before it learns
    tower_flops: int
    projector_flops: int

    @classmethod
    def of(cls, model: Any) -> "ModelSize":
        """The size of a Music Flamingo, whole or split over devices."""
        text, audio = model.config.text_config, model.config.audio_config
        backbone = model.model
        layers = backbone.language_model.layers
        width = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
        tower, projector = backbone.audio_tower.layers, backbone.multi_modal_projector
        tower_flops = 6 if _is_trained(tower) else 2
        projector_flops = 6 if _is_trained(projector) else 4 if tower_flops == 6 else 2
        return cls(
            lm_weights=_n_weights(layers),
            head_weights=text.vocab_size * text.hidden_size,
            lm_layers=text.num_hidden_layers,
            lm_attention_width=width * text.num_attention_heads,
            tower_weights=_n_weights(tower),
            tower_layers=audio.num_hidden_layers,
            tower_width=audio.hidden_size,
            projector_weights=_n_weights(projector),
            lm_flops=6 if _is_trained(layers) else 4,
            tower_flops=tower_flops,
            projector_flops=projector_flops,
        )

    def flops(self, row_lengths: Tensor, n_windows: int, n_labels: int) -> float:
        """FLOPs of one pack, forward and backward.

        Parameters
        ----------
        row_lengths : Tensor, shape (n_rows,)
            Tokens of each row in the pack.
        n_windows : int
            Windows of 30 s, all of them computed in full.
        n_labels : int
            Tokens with a loss.
        """
        lengths = row_lengths.double()
        n_frames = n_windows * FRAMES_PER_WINDOW
        weights = (
            self.lm_flops * (self.lm_weights * lengths.sum().item() + self.head_weights * n_labels)
            + self.tower_flops * self.tower_weights * n_frames
            + self.projector_flops * self.projector_weights * n_frames / 2
        )
        # Two products of rows with each other, 2 FLOPs each; the backward has twice as many.
        lm = self.lm_layers * self.lm_attention_width * lengths.square().sum().item()
        tower = self.tower_layers * self.tower_width * n_frames * FRAMES_PER_WINDOW
        return float(weights + 12 * lm + 2 * self.tower_flops * tower)


class Meter:
    """Tokens and FLOPs of one device since the last report."""

    def __init__(self, size: ModelSize) -> None:
        self._size = size
        self._peak = peak_flops()
        self._reset()

    def add(self, row_lengths: list[int], n_windows: int, n_labels: int) -> None:
        """Count a pack: the tokens of its rows, its windows of sound, its tokens with a loss."""
        self._flops += self._size.flops(torch.tensor(row_lengths), n_windows, n_labels)
        self._n_tokens += sum(row_lengths)
        self._n_rows += len(row_lengths)

    def waited(self, seconds: float) -> None:
        """Count time in which the device had no rows, for workers had not prepared them."""
        self._waited_s += seconds

    def report(self) -> dict[str, float]:
        """Tokens/s, rows/s, TFLOP/s and, where the device's peak is known, MFU; of one device.

        `waiting` is the share of the time in which there were no rows.
        """
        seconds = max(time.perf_counter() - self._start, 1e-9)
        found = {
            "tokens_per_s": self._n_tokens / seconds,
            "rows_per_s": self._n_rows / seconds,
            "waiting": self._waited_s / seconds,
            "tflops": self._flops / seconds / 1e12,
        }
        if self._peak:
            found["mfu"] = self._flops / seconds / self._peak
        if torch.cuda.is_available():
            found["memory_gib"] = torch.cuda.max_memory_allocated() / 2**30
        self._reset()
        return found

    def _reset(self) -> None:
        self._start = time.perf_counter()
        self._flops = self._waited_s = 0.0
        self._n_tokens = self._n_rows = 0


def peak_flops() -> float | None:
    """Dense bfloat16 FLOP/s of this GPU, or None where it is not known."""
    if not torch.cuda.is_available():
        return None
    name = torch.cuda.get_device_name()
    return next((peak for key, peak in _PEAKS.items() if key in name), None)


def _is_trained(module: Any) -> bool:
    """Whether the weights themselves learn, not only adapters on them."""
    named = module.named_parameters()
    return any(weight.requires_grad for name, weight in named if not is_adapter(name))


def _n_weights(module: Any) -> int:
    """Weights that are multiplied with tokens, adapters left out."""
    named = module.named_parameters()
    return sum(weight.numel() for name, weight in named if not is_adapter(name) and weight.ndim > 1)
