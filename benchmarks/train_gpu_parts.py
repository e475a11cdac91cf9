"""What each part of `train_gpu.py` does, in a process of its own."""

import json
import os
import tempfile
from pathlib import Path

import torch

from benchmarks.train_gpu_models import fill, made_release, random_model, save_config
from benchmarks.train_gpu_rollout import measure, peak_gib, reset
from schemas.audio_tokens import TOKENS_PER_WINDOW
from training import sft
from training.config import ModelConfig, SftConfig, SourceConfig
from training.costs import Load, Weights, sft_bytes
from training.model import load_processor
from training.packed_attention import attention_name

# Steps before the measured ones: what is compiled is compiled by then, and loaders are full.
_WARM_STEPS = 4


class Notes:
    """Measurements, written as soon as they are known."""

    def __init__(self, path):
        self._path = path
        self._values = {}

    def __call__(self, **values):
        """Write down values by name."""
        self._values |= values
        self._path.write_text(json.dumps(self._values))
        print("  ".join(f"{name}={value}" for name, value in values.items()), flush=True)


def run(options):
    """Run a part."""
    note = Notes(options.results)
    note(
        device=torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        torch=torch.__version__,
    )
    with tempfile.TemporaryDirectory() as folder:
        if options.run == "rollout":
            rollout(options, Path(folder), note)
        else:
            fine_tuning(options, Path(folder), note)


def rollout(options, folder, note):
    """Answers to questions at 8B, in bfloat16."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    size = "tiny" if options.size == "tiny" else "8b"
    save_config(folder, size)
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    model = random_model(folder, dtype, attention_name("sdpa"), device)
    measure(model, load_processor(str(folder)), options, note)


def fine_tuning(options, folder, note):
    """The shipped stage, from FLAC files to updates of the weights."""
    is_tiny = options.size == "tiny"
    size = "tiny" if is_tiny else options.run.removeprefix("sft-")
    save_config(folder / "model", size, options.layers if size == "8b" else None)
    seconds = (2, 40) if is_tiny else (120, 360)
    n_cores = os.cpu_count() or 1
    made_release(folder / "release", 4 if is_tiny else 32, seconds, min(n_cores, 16))
    config = sft_config(options, folder)
    measured = train(config)
    last = read_log(config)[-1]
    planned, load = planned_gib(config, folder / "model")
    note(
        **{name: last[name] for name in ("tokens_per_s", "tflops", "mfu", "loss") if name in last},
        peak_gib=measured,
        planned_gib=sum(planned.values()),
        **{f"planned_{name}_gib": value for name, value in planned.items()},
        planned_tokens=load.n_tokens,
        packs_a_step=last["packs"],
    )


def sft_config(options, folder):
    """The config of the stage."""
    is_tiny = options.size == "tiny"
    return SftConfig(
        model=ModelConfig(path=str(folder / "model"), compile_layers=not options.no_compile),
        output=str(folder / "run"),
        sources=(SourceConfig(release=str(folder / "release"), dataset="mf-skills/captions"),),
        context_tokens=2500 if is_tiny else options.context,
        context_windows=40,
        global_batch_rows=4 if is_tiny else options.rows,
        shuffle_rows=12,
        learning_rate=1e-5,
        recompute=options.recompute,
        workers=2 if is_tiny else options.workers,
        max_steps=2 * _WARM_STEPS,
        log_steps=_WARM_STEPS,
        validation_rows=0,
        sample_rows=0,
    )


def train(config):
    """Run the stage from random weights; they are not written. The peak of memory, in GiB."""
    load, write_model = sft.load_sharded, sft.write_model

    def random_sharded(*arguments, **options):
        read_weights = load.__globals__["read_weights"]
        load.__globals__["read_weights"] = lambda model, _: fill(model)
        try:
            return load(*arguments, **options)
        finally:
            load.__globals__["read_weights"] = read_weights

    sft.load_sharded, sft.write_model = random_sharded, lambda *_: None
    try:
        reset()
        sft.train(config)
    finally:
        sft.load_sharded, sft.write_model = load, write_model
    return peak_gib()


def read_log(config):
    """The lines of the log of a run."""
    lines = (Path(config.output) / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def planned_gib(config, folder):
    """The planner's memory by part, for a full pack."""
    from transformers import MusicFlamingoConfig

    model = MusicFlamingoConfig.from_pretrained(folder)
    n_windows = min(config.context_windows, config.context_tokens // TOKENS_PER_WINDOW + 4)
    load = Load(config.context_tokens, n_windows, 4 * 600)
    found = sft_bytes(model, Weights.of(model), load, config, n_gpus=1)
    return {name: value / 2**30 for name, value in found.items()}, load
