"""What the model says: greedy answers to the first turn of rows."""

from typing import Any

import torch

from training.collate import model_inputs, window_start_s
from training.packing import DecodedRow
from training.time_embedding import begin_at


@torch.no_grad()
def answers(
    model: Any, processor: Any, rows: list[DecodedRow], n_tokens: int, *, is_split: bool = False
) -> list[str]:
    """The greedy answers to the first turn of rows.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
    processor : MusicFlamingoProcessor
    rows : list of DecodedRow
    n_tokens : int
        At most, for each answer.
    is_split : bool
        Whether the model is split over several processes: all of them answer then, and decode until
        the last answer of all has ended.

    Returns
    -------
    list of str
    """
    was_training = model.training
    model.eval()
    inputs = model_inputs(
        processor,
        [(each.row.messages[:1], each.sounds) for each in rows],
        padding_side="left",
        add_generation_prompt=True,
        sanitize_control_tokens=True,
    )
    device = model.device
    begin_at(model, window_start_s(processor, rows))
    n_prompt = inputs["input_ids"].shape[1]
    tokens = model.generate(
        **{name: _moved(value, device, model.dtype) for name, value in inputs.items()},
        max_new_tokens=n_tokens,
        do_sample=False,
        use_cache=True,  # NVIDIA's checkpoint turns it off
        synced_gpus=is_split,
    )
    model.train(was_training)
    return list(processor.batch_decode(tokens[:, n_prompt:], skip_special_tokens=True))


def _moved(value: Any, device: Any, dtype: torch.dtype) -> Any:
    return value.to(device, dtype=dtype) if value.is_floating_point() else value.to(device)
