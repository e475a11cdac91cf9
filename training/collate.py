"""From rows with their sound to the tensors of a training step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from training.packing import Heard
from training.rows import Messages

_NO_LOSS = -100


class PackCollator:
    """Concatenates the rows of a pack into one row, with a loss on the assistant's turns only.

    There is no attention mask: `position_ids` start at 0 with each row, which transformers reads as
    packing where no cache is used (TRL sees to that). No token is ever cut off.

    Parameters
    ----------
    processor : MusicFlamingoProcessor
        With our chat template.
    """

    def __init__(self, processor: Any) -> None:
        self._processor = processor

    def __call__(self, packs: Sequence[dict[str, list[Heard]]]) -> dict[str, Any]:
        """Tensors of one pack: ids, labels and positions of shape (1, n_tokens), and the sound.

        Raises
        ------
        ValueError
            If there is more than one pack: packs are made as long as the context instead.
        """
        if len(packs) != 1:
            raise ValueError(
                f"{len(packs)} packs: a device learns from one at a time. Several GPUs need a "
                "process each (training/run.sh), or CUDA_VISIBLE_DEVICES=0"
            )
        return self.pack(packs[0]["rows"])

    def pack(self, rows: Sequence[Heard]) -> dict[str, Any]:
        """Tensors of the rows, one behind the other."""
        batch = model_inputs(
            self._processor,
            [(each.row.messages, each.sound) for each in rows],
            padding_side="right",
            # Not together with `sanitize_control_tokens`: rows that hold such are left out before.
            return_assistant_tokens_mask=True,
        )
        kept = batch.pop("attention_mask").bool()
        is_said = torch.as_tensor(np.asarray(batch.pop("assistant_masks"))).bool()
        labels = batch["input_ids"].masked_fill(~is_said, _NO_LOSS)
        positions = torch.arange(kept.shape[1]).expand_as(kept)
        return {
            "input_ids": batch["input_ids"][kept][None],
            "labels": labels[kept][None],
            "position_ids": positions[kept][None],
            "input_features": batch["input_features"],
            "input_features_mask": batch["input_features_mask"],
        }


def model_inputs(
    processor: Any,
    conversations: Sequence[tuple[Messages, np.ndarray]],
    padding_side: str,
    **options: Any,
) -> dict[str, Any]:
    """Padded inputs of conversations; the sound goes before the words of the first user turn.

    Parameters
    ----------
    processor : MusicFlamingoProcessor
    conversations : sequence of (messages, sound)
        The sound of shape (n_samples,), mono at 16 kHz.
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
        [_with_sound(messages, sound) for messages, sound in conversations],
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
    return max(1, -(-n_samples // (extractor.sampling_rate * extractor.chunk_length)))


def _with_sound(messages: Messages, sound: np.ndarray) -> Messages:
    first = next(i for i, message in enumerate(messages) if message["role"] == "user")
    heard = [
        {"type": "audio", "audio": sound},
        {"type": "text", "text": messages[first]["content"]},
    ]
    return [*messages[:first], {"role": "user", "content": heard}, *messages[first + 1 :]]
