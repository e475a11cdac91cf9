"""TRL's GRPO with the sound in every forward.

TRL 1.16 draws answers with the sound, but drops it where the loss is computed, and nothing shows
it. This leans on names that TRL does not promise: its version is pinned, and a test watches that
the forward with gradients hears the sound and that its log-probabilities are those of a plain one.
"""

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from trl import GRPOTrainer

from training.collate import model_inputs, n_windows
from training.fsdp import sum_in_float32
from training.time_embedding import check_time_embedding, set_time_embedding

_FEATURES = ("input_features", "input_features_mask")
Hearing = list[dict[str, Tensor]]
"""For each row, its windows: features of shape (n_windows, 128, 3000), and their mask."""


class AudioGrpoTrainer(GRPOTrainer):
    """GRPO on rows with `prompt` (messages) and `sound` (samples, mono at 16 kHz).

    `train_dataset` is a stream with a shard for each rank, in the order of `repeated`.
    """

    def __init__(self, model: Any, **options: Any) -> None:
        # TRL never lets the model say this token; in a completion it would ask for more sound.
        model.config.image_token_id = model.config.audio_token_id
        super().__init__(model, **options)
        self._hearing: Hearing = []
        if self.ref_model is not None:
            # TRL loads it anew from the folder, in the form that transformers knows.
            reference = self.accelerator.unwrap_model(self.ref_model)
            set_time_embedding(reference, self.model.config.time_embedding)
            check_time_embedding(reference)

    def create_accelerator_and_postprocess(self) -> None:
        """Sum in float32, as one device does."""
        super().create_accelerator_and_postprocess()
        sum_in_float32(self.accelerator)

    def get_train_dataloader(self) -> Any:
        """Batches of this rank's own questions, which no other rank reads.

        TRL would have all ranks read all of them, and copy each sound for every time it is met.
        """
        return self._get_dataloader(
            dataset=self.train_dataset,
            description="Training",
            batch_size=self._train_batch_size * self.args.steps_per_generation,
            is_training=True,
        )

    def save_model(self, *arguments: Any, **options: Any) -> None:
        """Save, unless the time embedding was rounded."""
        check_time_embedding(self.model)
        super().save_model(*arguments, **options)

    def log(self, logs: dict[str, float], *rest: Any) -> None:
        """Log what was measured: a reward that no answer was given since would be None."""
        for metrics in self._metrics.values():
            for name in [name for name, seen in metrics.items() if all(map(math.isnan, seen))]:
                del metrics[name]
        super().log(logs, *rest)

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        self._sounds = [row["sound"] for row in inputs]
        without_sound = [{k: v for k, v in row.items() if k != "sound"} for row in inputs]
        output = super()._generate_and_score_completions(without_sound)
        # Lists, which TRL shuffles and splits by row.
        return output | {name: [each[name] for each in self._hearing] for name in _FEATURES}

    def _tokenize_prompts(self, prompts: list[Any]) -> tuple[list[list[int]], None, dict[str, Any]]:
        inputs = model_inputs(
            self.processing_class,
            list(zip(prompts, self._sounds, strict=True)),
            padding_side="left",
            add_generation_prompt=True,
            sanitize_control_tokens=True,
        )
        kept = inputs["attention_mask"].bool()
        ids = [
            row[is_kept].tolist() for row, is_kept in zip(inputs["input_ids"], kept, strict=True)
        ]
        sound = {name: self._on_device(inputs[name]) for name in _FEATURES}
        self._hearing = _split(sound, self._sounds, self.processing_class)
        return ids, None, sound

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> Tensor:
        columns = (inputs[name] for name in _FEATURES)
        self._hearing = [
            dict(zip(_FEATURES, row, strict=True)) for row in zip(*columns, strict=True)
        ]
        return super()._compute_loss(model, inputs)

    def _get_per_token_logps_and_entropies(self, model: Any, *rest: Any, **options: Any) -> Any:
        return super()._get_per_token_logps_and_entropies(
            _hearing_forward(model, self._hearing), *rest, **options
        )

    def _on_device(self, tensor: Tensor) -> Tensor:
        is_sound = tensor.is_floating_point()
        return tensor.to(self.accelerator.device, dtype=self.model.dtype if is_sound else None)


def repeated(
    questions: Iterator[dict[str, Any]], n_questions: int, n_answers: int, n_times: int
) -> Iterator[dict[str, Any]]:
    """One rank's questions in the order in which TRL takes them.

    Parameters
    ----------
    questions : iterator of dict
    n_questions : int
        Those whose answers are drawn together.
    n_answers : int
        To each question, one behind the other.
    n_times : int
        Micro-batches that are made of these answers: the questions come once for each.

    Yields
    ------
    dict
        With a prompt of its own, which TRL may change; the sound is shared.
    """
    while together := list(islice(questions, n_questions)):
        for _ in range(n_times):
            for question in together:
                for _ in range(n_answers):
                    yield question | {"prompt": deepcopy(question["prompt"])}


def _hearing_forward(model: Any, hearing: Hearing) -> Callable[..., Any]:
    """The model's forward on the next rows of a batch, with their sound."""
    rest = iter(hearing)

    def forward(**inputs: Any) -> Any:
        rows = list(islice(rest, len(inputs["input_ids"])))
        return model(
            **inputs, **{name: torch.cat([row[name] for row in rows]) for name in _FEATURES}
        )

    return forward


def _split(sound: dict[str, Tensor], sounds: list[np.ndarray], processor: Any) -> Hearing:
    counts = [n_windows(len(each), processor) for each in sounds]
    columns = (sound[name].split(counts) for name in _FEATURES)
    return [dict(zip(_FEATURES, row, strict=True)) for row in zip(*columns, strict=True)]
