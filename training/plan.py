"""What a stage costs before it is queued: memory of a device by part, time, GPU-hours, checkpoints.

``partimento train plan CONFIG --gpus N [--gpu h100] [--mfu 0.4]``. Of the model only its config
is read; the formulas are in `training/costs.py` and `training/mfu.py`.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from transformers import (
    AudioFlamingo3EncoderConfig,
    MusicFlamingoConfig,
    MusicFlamingoForConditionalGeneration,
    Qwen2Config,
)

from schemas.audio_tokens import TOKENS_PER_S, WINDOW_S
from schemas.config import ConfigError, read_config
from training.config import GrpoConfig, SftConfig, StageConfig
from training.costs import (
    Load,
    Weights,
    checkpoint_bytes,
    decoding_seconds,
    grpo_bytes,
    held_at_once,
    sft_bytes,
    trained_weights,
)
from training.mfu import ModelSize
from training.rows import epoch_rows

_FORWARD = 1 / 3  # of the FLOPs of forward and backward
_GB = 1e9


@dataclass(frozen=True)
class Gpu:
    """A kind of GPU, as its maker states it: dense bfloat16 FLOP/s, bytes, bytes/s."""

    flops_per_s: float
    memory: float
    bytes_per_s: float


GPUS = {
    "a100": Gpu(312e12, 80e9, 2.0e12),
    "h100": Gpu(989e12, 80e9, 3.35e12),
    "h200": Gpu(989e12, 141e9, 4.8e12),
    "b200": Gpu(2250e12, 180e9, 8.0e12),
}


@dataclass(frozen=True)
class Assumed:
    """What a plan rests on besides the config; `share_of_bandwidth` is reached while decoding."""

    n_gpus: int
    gpu: Gpu
    mfu: float
    sound_s: float
    text_tokens: int
    answer_tokens: int
    share_of_bandwidth: float


def plan(stage: SftConfig | GrpoConfig, model: Any, assumed: Assumed) -> dict[str, float]:
    """Bytes of a device, seconds and tokens of a step, by name.

    Parameters
    ----------
    stage : SftConfig or GrpoConfig
    model : MusicFlamingoConfig
    assumed : Assumed
    """
    weights = Weights.of(model)
    n_windows = math.ceil(assumed.sound_s / WINDOW_S)
    n_prompt = round(assumed.sound_s * TOKENS_PER_S) + assumed.text_tokens
    if isinstance(stage, GrpoConfig):
        n_said = stage.group * stage.completion_tokens
        prompt = Load(n_prompt, n_windows, 0)
        longest = Load(n_prompt + n_said, n_windows, n_said)
        found = grpo_bytes(model, weights, (prompt, longest), stage, assumed.n_gpus)
        seconds, n_tokens = _grpo_seconds(stage, model, weights, assumed, n_prompt, n_windows)
    else:
        n_rows = stage.context_tokens / n_prompt
        pack = Load(
            stage.context_tokens,
            min(stage.context_windows, math.ceil(n_rows * n_windows)),
            round(n_rows * assumed.text_tokens),
        )
        found = sft_bytes(model, weights, pack, stage, assumed.n_gpus)
        seconds, n_tokens = _sft_seconds(stage, model, assumed, n_prompt, n_windows)
    n_trained = trained_weights(weights, stage)
    weight_bytes = 4 if stage.model.dtype == "float32" else 2
    return {
        **found,
        "all": held_at_once(found),
        "step_s": seconds,
        "step_tokens": n_tokens,
        "checkpoint": checkpoint_bytes(n_trained, n_trained, weight_bytes),
        "model": weights.all * weight_bytes,
    }


def _sft_seconds(
    stage: StageConfig, model: Any, assumed: Assumed, n_row: int, n_windows: int
) -> tuple[float, int]:
    """Seconds and tokens of a step of rows of one length."""
    size = _model_size(stage, model)
    flops = size.flops(torch.tensor([n_row]), n_windows, assumed.text_tokens)
    n_rows = stage.global_batch_rows
    return n_rows * flops / (assumed.n_gpus * _reached(assumed)), n_rows * n_row


def _grpo_seconds(
    stage: GrpoConfig,
    model: Any,
    weights: Weights,
    assumed: Assumed,
    n_prompt: int,
    n_windows: int,
) -> tuple[float, int]:
    """Seconds of a step, and tokens that are answered in it.

    A question: the sound encoded and the prompt read, to answer; the row of all answers by the
    reference; forward and backward of the same row for each iteration. Answers are decoded at the
    bandwidth of memory; the gathering of weights is left out.
    """
    size = _model_size(stage, model)
    n_said = stage.group * assumed.answer_tokens
    prompt = size.flops(torch.tensor([n_prompt]), n_windows, 0)
    row = size.flops(torch.tensor([n_prompt + n_said]), n_windows, n_said)
    n_passes = stage.iterations + (_FORWARD if stage.beta else 0)
    n_questions = math.ceil(stage.global_batch_rows / assumed.n_gpus)
    computing = n_questions * (_FORWARD * prompt + n_passes * row) / _reached(assumed)
    at_once = min(stage.questions_at_once, n_questions)
    decoding = math.ceil(n_questions / at_once) * decoding_seconds(
        model.text_config,
        weights,
        n_groups=at_once,
        group=stage.group,
        n_prompt=n_prompt,
        n_answer=assumed.answer_tokens,
        bytes_per_s=assumed.share_of_bandwidth * assumed.gpu.bytes_per_s,
    )
    return computing + decoding, stage.global_batch_rows * n_said


def _reached(assumed: Assumed) -> float:
    return assumed.mfu * assumed.gpu.flops_per_s


def _model_size(stage: StageConfig, model: Any) -> ModelSize:
    with torch.device("meta"):
        whole: Any = MusicFlamingoForConditionalGeneration(model)
    parts = {
        "encoder": whole.model.audio_tower,
        "projector": whole.model.multi_modal_projector,
        "language_model": whole.model.language_model,
    }
    for name, part in parts.items():
        part.requires_grad_(name in stage.model.trained_in_full)
    return ModelSize.of(whole)


def published_config() -> Any:
    """The published size, 8.27e9 weights: Qwen2.5-7B's layers and Whisper large's encoder."""
    return MusicFlamingoConfig(
        text_config=Qwen2Config(
            vocab_size=151672,
            hidden_size=3584,
            intermediate_size=18944,
            num_hidden_layers=28,
            num_attention_heads=28,
            num_key_value_heads=4,
        ),
        audio_config=AudioFlamingo3EncoderConfig(),
    )


def report(
    stage: StageConfig, found: dict[str, float], assumed: Assumed, n_steps: int | None
) -> Iterator[str]:
    """The plan in lines."""
    yield f"memory of a device, of {assumed.gpu.memory / _GB:.0f} GB:"
    ends = ("all", "step_s", "step_tokens", "checkpoint", "model")
    for name in [name for name in found if name not in ends] + ["all"]:
        yield f"  {name:14} {found[name] / _GB:8.1f} GB"
    if "drawing" in found:
        yield "  (drawing and activations are not held together)"
    if found["all"] > assumed.gpu.memory:
        yield "  it does not fit: more GPUs, `recompute: all`, or a smaller context"
    seconds, n_tokens = found["step_s"], found["step_tokens"]
    what = "tokens" if isinstance(stage, SftConfig) else "tokens answered"
    yield f"a step: {seconds:.1f} s at {assumed.mfu:.0%} MFU, {n_tokens / seconds:,.0f} {what}/s"
    if n_steps is None:
        yield "the run: not known, for the sources are not there yet: give `max_steps`"
    else:
        hours = n_steps * seconds / 3600
        yield f"the run: {n_steps:,} steps, {hours:,.1f} h, {hours * assumed.n_gpus:,.0f} GPU-hours"
    yield f"a checkpoint: {found['checkpoint'] / _GB:.1f} GB; {stage.keep_checkpoints} are kept"
    yield f"the model at the end: {found['model'] / _GB:.1f} GB"


def main(arguments: Sequence[str] | None = None) -> None:
    """Plan the stage of a config.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.
    """
    options = _parse(arguments)
    try:
        stage = read_config(options.config, _kind_of(options.config))
    except ConfigError as error:
        sys.exit(str(error))
    assumed = Assumed(
        options.gpus,
        GPUS[options.gpu],
        options.mfu,
        options.sound_s,
        options.text_tokens,
        options.answer_tokens,
        options.bandwidth,
    )
    folder = Path(stage.model.path)
    if (folder / "config.json").is_file():
        model = MusicFlamingoConfig.from_pretrained(folder)
    else:
        print(f"{folder} is not there yet: planned for the published size")
        model = published_config()
    found = plan(stage, model, assumed)
    print("\n".join(report(stage, found, assumed, _steps(stage))))


def _kind_of(path: Path) -> type[SftConfig] | type[GrpoConfig]:
    """The kind of a config: GRPO's has settings that no other has."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return SftConfig  # it is explained where it is read
    only_grpo = GrpoConfig.model_fields.keys() - SftConfig.model_fields.keys()
    return GrpoConfig if isinstance(given, dict) and only_grpo & given.keys() else SftConfig


def _steps(stage: StageConfig) -> int | None:
    if stage.max_steps:
        return stage.max_steps
    try:
        n_rows = epoch_rows(stage.sources, needs_gold=stage.needs_gold)
    except FileNotFoundError:
        return None
    return max(1, math.ceil(stage.epochs * n_rows / stage.global_batch_rows))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="partimento train plan", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("config", type=Path, help="a YAML file, as in training/configs")
    parser.add_argument("--gpus", type=int, required=True, help="all of them together")
    parser.add_argument("--gpu", choices=GPUS, default="h100", help="their kind")
    parser.add_argument("--mfu", type=float, default=0.35, help="share of the peak that is reached")
    parser.add_argument("--sound-s", type=float, default=240, help="of a row, on average")
    parser.add_argument("--text-tokens", type=int, default=600, help="of a row, on average")
    parser.add_argument("--answer-tokens", type=int, default=512, help="of an answer, on average")
    parser.add_argument(
        "--bandwidth", type=float, default=0.6, help="share of memory's that decoding reaches"
    )
    options = parser.parse_args(arguments)
    if options.gpus < 1:
        parser.error("--gpus must be at least 1")
    return options


if __name__ == "__main__":
    main()
