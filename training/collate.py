"""From rows with their sound to the tensors of a training step."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.loss import NO_LABEL
from training.model import load_processor
from training.packed_attention import row_ends
from training.packing import DecodedRow
from training.row import Messages


@dataclass
class Prepared:
    """A row as tensors: its tokens, those of them that are learned, its sounds.

    `input_ids` and `labels` have the shape (n_tokens,), `input_features` (n_windows, 128, 3000),
    `input_features_mask` (n_windows, 3000) and `window_start_s` (n_windows,): where in its track
    the clip begins.
    """

    input_ids: Tensor
    labels: Tensor
    input_features: Tensor
    input_features_mask: Tensor
    window_start_s: Tensor

    @property
    def n_tokens(self) -> int:
        """Tokens of sound, text and template."""
        return len(self.input_ids)

    @property
    def n_windows(self) -> int:
        """Windows of 30 s that the encoder hears."""
        return len(self.input_features)

    @property
    def n_labels(self) -> int:
        """Tokens with a loss; the first of a row is predicted by nothing."""
        return int((self.labels[1:] != NO_LABEL).sum())

    def pin_memory(self) -> "Prepared":
        """The same in memory that a GPU copies from while it computes."""
        return Prepared(*(getattr(self, each.name).pin_memory() for each in fields(self)))


def prepare(processor: Any, heard: DecodedRow) -> Prepared:
    """A row's tensors, with a loss on the assistant's turns only. No token is ever cut off."""
    batch = model_inputs(
        processor,
        [(heard.row.messages, heard.sounds)],
        padding_side="right",
        # Not together with `sanitize_control_tokens`: rows that hold such are left out before.
        return_assistant_tokens_mask=True,
    )
    is_said = torch.as_tensor(np.asarray(batch["assistant_masks"])).bool()
    return Prepared(
        input_ids=batch["input_ids"][0],
        labels=batch["input_ids"].masked_fill(~is_said, NO_LABEL)[0],
        input_features=batch["input_features"],
        input_features_mask=batch["input_features_mask"],
        window_start_s=window_start_s(processor, [heard]),
    )


def window_start_s(processor: Any, rows: Sequence[DecodedRow]) -> Tensor:
    """Where in its track the clip of each window begins, of rows in a batch: shape (n_windows,)."""
    # The processor tells no windows apart: each sound has as many as its samples fill.
    starts = [
        torch.full((n_windows(len(sound), processor),), start_s)
        for row in rows
        for sound, start_s in zip(row.sounds, row.starts_s, strict=True)
    ]
    return torch.cat(starts)


def collate(pack: Sequence[Prepared], device: torch.device | str = "cpu") -> dict[str, Any]:
    """The rows of a pack, one behind the other.

    There is no attention mask: `position_ids` start at 0 with each row, and the ends of rows are
    told as transformers' packed attention reads them, where no cache is used.

    Returns
    -------
    dict
        `input_ids`, `labels` and `position_ids` of shape (1, n_tokens), the sound, and
        `row_ends` of `training.packed_attention`.
    """

    def joined(name: str) -> Tensor:
        parts = [getattr(row, name).to(device, non_blocking=True) for row in pack]
        return torch.cat(parts)

    lengths = [row.n_tokens for row in pack]
    ends = row_ends(lengths)
    positions = torch.cat([torch.arange(length, device=device) for length in lengths])
    return {
        "input_ids": joined("input_ids")[None],
        "labels": joined("labels")[None],
        "position_ids": positions[None],
        "input_features": joined("input_features"),
        "input_features_mask": joined("input_features_mask"),
        "window_start_s": joined("window_start_s"),
        **{k: v.to(device) if isinstance(v, Tensor) else v for k, v in ends.items()},
    }


def without_loss(pack: Sequence[Prepared]) -> list[Prepared]:
    """A pack that is computed for company only: FSDP's devices gather weights together."""
    return [
        Prepared(
            row.input_ids,
            torch.full_like(row.labels, NO_LABEL),
            row.input_features,
            row.input_features_mask,
            row.window_start_s,
        )
        for row in pack
    ]


def model_inputs(
    processor: Any,
    conversations: Sequence[tuple[Messages, Sequence[np.ndarray]]],
    padding_side: str,
    **options: Any,
) -> dict[str, Any]:
    """Padded inputs of conversations; sounds go before the words of the first user turn.

    Parameters
    ----------
    processor : MusicFlamingoProcessor
    conversations : sequence of (messages, sounds)
        Each sound of shape (n_samples,), mono at 16 kHz.
    padding_side : str
        ``left`` to generate, ``right`` to learn.
    **options
        Of `apply_chat_template`.

    Returns
    -------
    dict
        `input_ids`, `attention_mask`, `input_features` of shape (n_windows, 128, 3000),
        `input_features_mask`.
    """
    batch = processor.apply_chat_template(
        [_with_sounds(messages, sounds) for messages, sounds in conversations],
        tokenize=True,
        return_dict=True,
        # Given for all, `padding` would reach the sound too.
        processor_kwargs={"text_kwargs": {"padding": True, "padding_side": padding_side}},
        **options,
    )
    return dict(batch)


def n_windows(n_samples: int, processor: Any) -> int:
    """Windows of 30 s that a sound is heard in."""
    extractor = processor.feature_extractor
    n_heard = min(n_samples, processor.max_audio_len * extractor.sampling_rate)
    return max(1, -(-n_heard // (extractor.sampling_rate * extractor.chunk_length)))


def _with_sounds(messages: Messages, sounds: Sequence[np.ndarray]) -> Messages:
    first = next(i for i, message in enumerate(messages) if message["role"] == "user")
    heard = [
        *({"type": "audio", "audio": sound} for sound in sounds),
        {"type": "text", "text": messages[first]["content"]},
    ]
    return [*messages[:first], {"role": "user", "content": heard}, *messages[first + 1 :]]


@lru_cache(maxsize=1)
def cached_processor(path: str) -> Any:
    """The processor of a model, loaded once in a process."""
    return load_processor(path)
