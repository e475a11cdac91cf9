"""GRPO on MF-Think: G answers a question, rewarded for form, truth and structure.

``accelerate launch -m training.grpo CONFIG``, or ``python -m training.grpo CONFIG`` on one device.
Run again, it goes on from its last checkpoint.
"""

import math
from collections.abc import Iterator
from typing import Any

import polars as pl
from datasets import IterableDataset
from trl import GRPOConfig as TrlConfig

from training.audio_grpo import AudioGrpoTrainer, repeated
from training.command import stage_command
from training.config import GrpoConfig
from training.model import load_model, load_processor, lora
from training.packing import Lane
from training.rewards import accuracy_reward, format_reward, structure_reward
from training.rows import shards
from training.sft import finish, last_checkpoint, shared_arguments, steps_done, weights_of


def train(config: GrpoConfig) -> None:
    """Run reinforcement learning to its end.

    Parameters
    ----------
    config : GrpoConfig

    Raises
    ------
    CheckpointError, ModelNotLoadedError, FileNotFoundError, NothingUsableError
        If the checkpoint, the model or the data cannot be used.
    """
    arguments = training_arguments(config)
    checkpoint = last_checkpoint(config.output, arguments.world_size)
    trainer = AudioGrpoTrainer(
        load_model(config.model, weights_of(checkpoint, config)),
        reward_funcs=[format_reward, accuracy_reward, structure_reward],
        args=arguments,
        train_dataset=question_stream(config, arguments, questions_done(arguments, checkpoint)),
        processing_class=load_processor(config.model.path),
        peft_config=lora(config.model.lora_rank),
    )
    trainer.train(resume_from_checkpoint=checkpoint)
    finish(trainer, config)


def training_arguments(config: GrpoConfig) -> TrlConfig:
    """TRL's arguments: the paper's objective, where TRL's defaults are others."""
    arguments = TrlConfig(
        **shared_arguments(config),
        per_device_train_batch_size=config.group * config.questions_per_device,
        num_generations=config.group,
        max_completion_length=config.completion_tokens,
        temperature=config.temperature,
        beta=config.beta,
        epsilon=config.epsilon,
        num_iterations=config.iterations,
        loss_type="grpo",
        scale_rewards="group",
        reward_weights=[config.format_weight, config.accuracy_weight, config.structure_weight],
        generation_kwargs={"use_cache": True},  # NVIDIA's checkpoint turns it off
        shuffle_dataset=False,  # our stream is
        log_completions=True,
        num_completions_to_print=0,
        model_init_kwargs=None,
        max_steps=1,
    )
    arguments.max_steps = config.max_steps or n_steps(config, arguments)
    return arguments


def question_stream(config: GrpoConfig, arguments: TrlConfig, n_done: int) -> IterableDataset:
    """An endless stream of questions with their sound, a lane for each device.

    Parameters
    ----------
    config : GrpoConfig
    arguments : trl.GRPOConfig
    n_done : int
        Questions that each device has asked already; they are passed over, undecoded.
    """
    n_lanes = arguments.world_size
    return IterableDataset.from_generator(
        _questions_of_lanes,
        gen_kwargs={
            "lanes": list(range(n_lanes)),
            "n_lanes": n_lanes,
            "n_done": n_done,
            "n_questions": config.questions_per_device * arguments.steps_per_generation,
            "n_times": arguments.steps_per_generation * config.iterations,
            "config_json": config.model_dump_json(),
        },
    )


def _questions_of_lanes(
    lanes: list[int], n_lanes: int, n_done: int, n_questions: int, n_times: int, config_json: str
) -> Iterator[dict[str, Any]]:
    config = GrpoConfig.model_validate_json(config_json)
    for lane in lanes:
        questions = _questions(Lane(config, lane, n_lanes), n_done)
        yield from repeated(questions, n_questions, config.group, n_times)


def _questions(lane: Lane, n_done: int) -> Iterator[dict[str, Any]]:
    for heard in lane.rows(n_done):
        gold = {name: heard.row.gold.get(name) for name in ("gold_answer", "options", "categories")}
        yield {"prompt": heard.row.messages[:1], "sound": heard.sound, **gold}


def questions_a_step(arguments: TrlConfig) -> float:
    """Questions asked for one update, over all devices."""
    n_answers = arguments.generation_batch_size / arguments.num_generations
    return float(n_answers / (arguments.steps_per_generation * arguments.num_iterations)) * (
        arguments.gradient_accumulation_steps
    )


def questions_done(arguments: TrlConfig, checkpoint: str | None) -> int:
    """Questions that each device has behind it at a checkpoint."""
    return round(steps_done(checkpoint) * questions_a_step(arguments) / arguments.world_size)


def n_steps(config: GrpoConfig, arguments: TrlConfig) -> int:
    """Updates of the configured epochs."""
    n_questions = 0.0
    for source in config.sources:
        paths = shards(source, source.dataset or "")
        n_questions += source.weight * pl.scan_parquet(paths).select(pl.len()).collect().item()
    return max(1, math.ceil(config.epochs * n_questions / questions_a_step(arguments)))


if __name__ == "__main__":
    stage_command("training.grpo", GrpoConfig, train)
