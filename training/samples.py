"""What the model says while it learns: some answers beside the expected ones, at checkpoints."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from training.collate import model_inputs
from training.config import SftConfig
from training.packing import Heard, Lane


class Samples(TrainerCallback):
    """Writes ``samples.jsonl``: the same few rows, answered greedily at every checkpoint.

    Parameters
    ----------
    config : SftConfig
    processor : MusicFlamingoProcessor
    """

    def __init__(self, config: SftConfig, processor: Any) -> None:
        self._config = config
        self._processor = processor
        self._rows: list[Heard] = []

    def on_save(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Answer the rows; all ranks take part, for under FSDP each holds a part of the weights."""
        if not self._config.sample_rows:
            return
        if not self._rows:
            rows = Lane(self._config, 0, 1).rows(0)
            self._rows = [next(rows) for _ in range(self._config.sample_rows)]
        said = answers(objects["model"], self._processor, self._rows, self._config.sample_tokens)
        if state.is_world_process_zero:
            self._write(state.global_step, said)

    def _write(self, step: int, said: list[str]) -> None:
        with (Path(self._config.output) / "samples.jsonl").open("a", encoding="utf-8") as file:
            for heard, text in zip(self._rows, said, strict=True):
                prompt, expected = (message["content"] for message in heard.row.messages[:2])
                line = {"step": step, "row_id": heard.row.row_id, "prompt": prompt}
                line |= {"expected": expected, "said": text}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


@torch.no_grad()
def answers(model: Any, processor: Any, rows: list[Heard], n_tokens: int) -> list[str]:
    """The greedy answers to the first turn of rows.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
    processor : MusicFlamingoProcessor
    rows : list of Heard
    n_tokens : int
        At most, for each answer.

    Returns
    -------
    list of str
    """
    was_training = model.training
    model.eval()
    inputs = model_inputs(
        processor,
        [(each.row.messages[:1], each.sound) for each in rows],
        padding_side="left",
        add_generation_prompt=True,
        sanitize_control_tokens=True,
    )
    device = next(model.parameters()).device
    n_prompt = inputs["input_ids"].shape[1]
    tokens = model.generate(
        **{name: _moved(value, device, model.dtype) for name, value in inputs.items()},
        max_new_tokens=n_tokens,
        do_sample=False,
        use_cache=True,  # NVIDIA's checkpoint turns it off
        synced_gpus=torch.distributed.is_initialized() and torch.distributed.get_world_size() > 1,
    )
    model.train(was_training)
    return list(processor.batch_decode(tokens[:, n_prompt:], skip_special_tokens=True))


def _moved(value: Any, device: Any, dtype: torch.dtype) -> Any:
    return value.to(device, dtype=dtype) if value.is_floating_point() else value.to(device)
