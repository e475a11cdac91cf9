"""Supervised fine-tuning: the backbone stage, MF-Skills, and the cold start on MF-Think.

``accelerate launch -m training.sft CONFIG``, or ``python -m training.sft CONFIG`` on one device.
Run again, it goes on from its last checkpoint.
"""

import json
import math
from pathlib import Path
from typing import Any

import torch
from trl import SFTConfig as TrlConfig
from trl import SFTTrainer

from training.collate import PackCollator
from training.command import stage_command
from training.config import SftConfig, StageConfig
from training.fsdp import sum_in_float32
from training.mfu import Meter, ModelSize
from training.model import load_model, load_processor, lora
from training.packing import pack_stream
from training.rows import epoch_tokens
from training.samples import Samples
from training.time_embedding import check_time_embedding

_FILLED = 0.95  # of a pack, on average


class CheckpointError(ValueError):
    """A checkpoint that this launch cannot go on from."""


class PackedTrainer(SFTTrainer):
    """TRL's trainer with our meter, and with the guard of the time embedding."""

    def __init__(self, model: Any, **options: Any) -> None:
        super().__init__(model, **options)
        self._meter = Meter(ModelSize.of(self.model))

    def create_accelerator_and_postprocess(self) -> None:
        """Sum in float32, as one device does."""
        super().create_accelerator_and_postprocess()
        sum_in_float32(self.accelerator)

    def training_step(self, model: Any, inputs: dict[str, Any], *rest: Any) -> Any:
        """One pack. Every rank hears sound in each, or FSDP's gathers would not meet."""
        self._meter.add(inputs)
        return super().training_step(model, inputs, *rest)

    def log(self, logs: dict[str, float], *rest: Any) -> None:
        """Add what the meter counted to the logs of training."""
        super().log(logs | self._meter.report() if "loss" in logs else logs, *rest)

    def save_model(self, *arguments: Any, **options: Any) -> None:
        """Save, unless the time embedding was rounded."""
        check_time_embedding(self.model)
        super().save_model(*arguments, **options)


def train(config: SftConfig) -> None:
    """Run a stage of supervised fine-tuning to its end.

    Parameters
    ----------
    config : SftConfig

    Raises
    ------
    CheckpointError, ModelNotLoadedError, FileNotFoundError, NothingUsableError
        If the checkpoint, the model or the data cannot be used.
    """
    arguments = training_arguments(config)
    n_workers = max(1, config.workers)
    n_lanes = arguments.world_size * n_workers
    checkpoint = last_checkpoint(config.output, arguments.world_size)
    n_done = steps_done(checkpoint) * config.gradient_accumulation
    processor = load_processor(config.model.path)
    trainer = PackedTrainer(
        load_model(config.model, weights_of(checkpoint, config)),
        args=arguments,
        train_dataset=pack_stream(config, n_lanes, n_workers, n_done),
        processing_class=processor,
        data_collator=PackCollator(processor),
        peft_config=lora(config.model.lora_rank),
        callbacks=[Samples(config, processor)],
    )
    trainer.train(resume_from_checkpoint=checkpoint)
    finish(trainer, config)


def training_arguments(config: SftConfig) -> TrlConfig:
    """TRL's arguments: the schedule of the paper, bfloat16 on a GPU, no preparation by TRL."""
    arguments = TrlConfig(
        **shared_arguments(config),
        per_device_train_batch_size=1,
        dataloader_num_workers=config.workers,
        # Polars' threads do not survive a fork: its workers would wait for ever.
        dataloader_multiprocessing_context="spawn" if config.workers else None,
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        max_steps=1,
    )
    arguments.max_steps = config.max_steps or n_steps(config, arguments.world_size)
    return arguments


def shared_arguments(config: StageConfig) -> dict[str, Any]:
    """What all stages hand to TRL."""
    return {
        "output_dir": config.output,
        "gradient_accumulation_steps": config.gradient_accumulation,
        "gradient_checkpointing": config.gradient_checkpointing,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": config.warmup_ratio,
        "weight_decay": 0.0,
        "bf16": torch.cuda.is_available(),
        "logging_steps": config.log_steps,
        "logging_first_step": True,
        "save_steps": config.save_steps,
        "save_total_limit": config.keep_checkpoints,
        "seed": config.seed,
        "remove_unused_columns": False,
        "ignore_data_skip": True,  # our streams pass over what was learned from, undecoded
        "report_to": "tensorboard" if _has_tensorboard() else "none",
    }


def n_steps(config: SftConfig, n_devices: int) -> int:
    """Steps of the configured epochs, from the lengths that the release states."""
    n_packs = config.epochs * epoch_tokens(config.sources) / (_FILLED * config.context_tokens)
    return max(1, math.ceil(n_packs / (n_devices * config.gradient_accumulation)))


def last_checkpoint(output: str, n_processes: int) -> str | None:
    """The newest complete checkpoint of a stage.

    Raises
    ------
    CheckpointError
        If another number of processes wrote it: each would learn from other rows, and FSDP's state
        of the optimizer is not one process's.
    """
    found = Path(output).glob("checkpoint-*/trainer_state.json")
    paths = sorted((path.parent for path in found), key=lambda path: int(path.name.split("-")[1]))
    if not paths:
        return None
    n_wrote = len(list(paths[-1].glob("rng_state*.pth")))  # each process its own
    if n_wrote != n_processes:
        raise CheckpointError(
            f"{paths[-1]}: written by {n_wrote} processes, and this launch has {n_processes}. Go "
            "on with as many, or give another `output` and the checkpoint as `model.path`"
        )
    return str(paths[-1])


def weights_of(checkpoint: str | None, config: StageConfig) -> str | None:
    """Where a stage's weights are; adapters have none of their own, and are resumed by peft."""
    return None if config.model.lora_rank is not None else checkpoint


def steps_done(checkpoint: str | None) -> int:
    """Steps that a checkpoint has behind it."""
    if checkpoint is None:
        return 0
    return int(json.loads((Path(checkpoint) / "trainer_state.json").read_text())["global_step"])


def finish(trainer: Any, config: StageConfig) -> None:
    """Write the model for the next stage, adapters merged in, and the logs."""
    if config.model.lora_rank is not None:
        trainer.model = trainer.accelerator.unwrap_model(trainer.model).merge_and_unload()
    trainer.save_model(config.output)
    trainer.save_state()


def _has_tensorboard() -> bool:
    from transformers.integrations import is_tensorboard_available

    return bool(is_tensorboard_available())


if __name__ == "__main__":
    stage_command("training.sft", SftConfig, train)
