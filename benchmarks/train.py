"""Tokens per second and MFU of our fine-tuning, against plain TRL on the same rows.

    python benchmarks/train.py                  # tiny, on a CPU: only shows that it runs
    python benchmarks/train.py --size 8b        # on one GPU of 141 GB, bfloat16 weights
    python benchmarks/train.py --size 1b --attention flash_attention_2

Plain TRL is its SFTTrainer with a collator that pads: as many rows a step, each padded to the
longest. Both learn from the same rows of random sound, of 2 to 6 minutes (tiny: 2 to 12 s), with
random weights of the sizes given. Tokens are those of the rows; padding does not count.
"""

import argparse
import sys
import tempfile
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
from datasets import IterableDataset
from trl import SFTConfig as TrlConfig
from trl import SFTTrainer

from benchmarks.train_gpu_models import LANGUAGE, random_model, save_config
from schemas.audio_tokens import audio_tokens
from tests.tiny_musicflamingo import tiny_processor
from training.collate import model_inputs, prepare
from training.config import ModelConfig, SftConfig, SourceConfig
from training.loop import new_optimizer, set_recompute, take_step
from training.loss import add_label_logps
from training.mfu import Meter, ModelSize, peak_flops
from training.model import chat_template
from training.packed_attention import attention_name
from training.packing import DecodedRow, packed
from training.parallel import devices, shard
from training.row import Row, Sound


def main():
    """Measure both ways, and print their ratio."""
    options = parse()
    is_tiny = options.size == "tiny"
    processor = tiny_processor()
    processor.chat_template = chat_template(processor)
    context = 2000 if is_tiny else 24576
    rows = list(make_rows(options.steps, context, (2, 12) if is_tiny else (120, 360)))
    packs = packed(map(Sized, rows), context, 1000 if is_tiny else 40)[: options.steps]
    packs = [[each.row for each in pack] for pack in packs]
    n_a_pack = max(1, round(sum(map(len, packs)) / len(packs)))
    batches = list(islice(groups([row for pack in packs for row in pack], n_a_pack), options.steps))
    ways = {"plain TRL, padded": (measure_trl, batches), "ours, packed": (measure_ours, packs)}
    found = {}
    for name, (measure, units) in ways.items():
        found[name] = measure(options, processor, units)
        device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
        memory = torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else None
        print(
            f"{name:20} {found[name]['tokens_per_s']:10.0f} tokens/s   "
            f"MFU {found[name].get('mfu', float('nan')):.3f}   {len(units)} steps   {device}"
            + (f"   {memory:.1f} GiB" if memory else "")
        )
    plain, ours = (found[name]["tokens_per_s"] for name in ways)
    print(f"ours / plain TRL: {ours / plain:.2f}")


class Sized:
    """A row, as it is packed."""

    def __init__(self, row):
        self.row = row
        self.n_tokens = row.n_tokens
        self.n_windows = sum(-(-len(sound) // 480000) for sound in row.sounds)


def measure_ours(options, processor, units):
    """Tokens/s and MFU of all steps of our loop but the first two."""
    torch.manual_seed(0)
    config = SftConfig(
        model=ModelConfig(path="-"),
        output="-",
        sources=(SourceConfig(release="-", dataset="mf-think"),),
        learning_rate=1e-5,
        recompute="none" if options.size == "tiny" else "all",
    )
    with devices(config.parallel) as here:
        model = make_model(options)
        shard(model, here, config.parallel)
        add_label_logps(model)
        set_recompute(model, config)
        optimizer = new_optimizer(model, config)
        meter = Meter(ModelSize.of(model))
        for step, unit in enumerate(units, start=1):
            pack = [prepare(processor, row) for row in unit]
            if step == 3:
                synchronize()
                meter.report()
            take_step(model, optimizer, [pack], config, here)
            n_windows = sum(row.n_windows for row in pack)
            meter.add([row.n_tokens for row in pack], n_windows, sum(row.n_labels for row in pack))
        synchronize()
        return meter.report()


def measure_trl(options, processor, units):
    """Tokens/s and MFU of all steps of TRL's loop but the first two."""
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Timed(
            make_model(options),
            args=TrlConfig(
                output_dir=folder,
                per_device_train_batch_size=1,
                max_steps=len(units),
                bf16=torch.cuda.is_available(),
                gradient_checkpointing=options.size != "tiny",
                learning_rate=1e-5,
                optim=options.optimizer,
                logging_strategy="no",
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                remove_unused_columns=False,
                dataset_kwargs={"skip_prepare_dataset": True},
                max_length=None,
                dataloader_num_workers=0,
            ),
            train_dataset=IterableDataset.from_generator(
                endless, gen_kwargs={"units": tuple(map(tuple, units))}
            ),
            processing_class=processor,
            data_collator=PaddingCollator(processor),
        )
        trainer.train()
        return trainer.report


class Timed(SFTTrainer):
    """Measures from the third step on."""

    def __init__(self, model, **options):
        super().__init__(model, **options)
        self._meter = Meter(ModelSize.of(self.model))
        self._n_steps = 0

    def training_step(self, model, inputs, *rest):
        """Count what is learned from, padding left out."""
        n_steps = self._n_steps = self._n_steps + 1
        if n_steps == 3:
            synchronize()
            self._meter.report()
        lengths = inputs["attention_mask"].sum(1).tolist()
        n_labels = int((inputs["labels"] != -100).sum())
        self._meter.add(lengths, len(inputs["input_features"]), n_labels)
        loss = super().training_step(model, inputs, *rest)
        if n_steps == self.args.max_steps:
            synchronize()
            self.report = self._meter.report()
        return loss


class PaddingCollator:
    """As in TRL's examples for models that see: rows of a batch padded to the longest."""

    def __init__(self, processor):
        self._processor = processor

    def __call__(self, units):
        """Tensors of rows below each other."""
        talks = [(row.row.messages, row.sounds) for row in units[0]["rows"]]
        batch = model_inputs(
            self._processor, talks, padding_side="right", return_assistant_tokens_mask=True
        )
        is_said = torch.as_tensor(np.asarray(batch.pop("assistant_masks"))).bool()
        batch.pop("num_audio_tokens", None)
        return batch | {"labels": batch["input_ids"].masked_fill(~is_said, -100)}


def make_model(options):
    """A model of a size, with random weights; in bfloat16 on a GPU."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    with tempfile.TemporaryDirectory() as folder:
        save_config(folder, options.size)
        return random_model(folder, dtype, attention_name(options.attention), device).train()


def make_rows(n_steps, context, seconds):
    """Rows for more packs than there are steps; their sounds share one memory."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, 16000 * seconds[1]).astype(np.float32)
    n_tokens = 0
    while n_tokens < 2 * (n_steps + 8) * context:
        sound = noise[: int(16000 * rng.uniform(*seconds))]
        words = "words " * int(rng.integers(3, 20) * (1 if seconds[1] < 30 else 12))
        said = [{"role": "user", "content": "Tell."}, {"role": "assistant", "content": words}]
        n_row = audio_tokens(len(sound)) + len(words) + 100
        n_tokens += n_row
        yield DecodedRow(Row("", said, (Sound({}),), None), (sound,), n_row)


def groups(rows, size):
    """Rows in groups of a size; the rest is left out."""
    return (rows[start : start + size] for start in range(0, len(rows) - size + 1, size))


def endless(units):
    """The units, over and over."""
    while True:
        for rows in units:
            yield {"rows": list(rows)}


def synchronize():
    """Wait for the GPU."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=LANGUAGE, default="tiny")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--attention", default="sdpa", help="transformers' name of the attention")
    parser.add_argument("--optimizer", default="adamw_torch_fused", help="transformers' name")
    options = parser.parse_args()
    if torch.cuda.is_available() and peak_flops() is None:
        print(f"the peak of {torch.cuda.get_device_name()} is not known: no MFU")
    return options


if __name__ == "__main__":
    main()
