"""Supervised fine-tuning: the backbone stages, MF-Skills, and the cold start on MF-Think.

``partimento train sft CONFIG`` on one device, ``torchrun … --no-python partimento train sft
CONFIG`` on several. Run again, it goes on from its last checkpoint.
"""

import math
import time
from collections.abc import Sequence
from pathlib import Path

from training.collate import prepare
from training.command import stage_command
from training.config import SftConfig
from training.launches import open_run
from training.loader import StepLoader
from training.loop import learning_rate, new_optimizer, packs_of, set_recompute, take_step
from training.mfu import Meter, ModelSize
from training.model import load_processor, load_sharded
from training.parallel import Devices, devices
from training.rows import epoch_rows
from training.validation import Validation
from training.weights import write_model


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
    with devices(config.parallel) as here:
        _train(config, here)


def _train(config: SftConfig, here: Devices) -> None:
    n_steps = config.max_steps or steps_of(config)
    run = open_run(config, here)
    processor = load_processor(config.model.path)
    model = load_sharded(config.model, here, config.parallel, seed=config.seed).train()
    set_recompute(model, config)
    optimizer = new_optimizer(model, config)
    state = run.restore(model, optimizer)
    loader = StepLoader(config, here, prepare, state["positions"])
    validation = Validation(config, processor, here)
    meter = Meter(ModelSize.of(model))

    steps = iter(loader)
    for step in range(state["step"] + 1, n_steps + 1):
        asked = time.perf_counter()
        rows = next(steps)
        meter.waited(time.perf_counter() - asked)
        packs = packs_of(rows, config, here)
        rate = learning_rate(config, step - 1, n_steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, norm = take_step(model, optimizer, packs, config, here)
        for pack in packs:
            n_windows = sum(row.n_windows for row in pack)
            n_labels = sum(row.n_labels for row in pack)
            meter.add([row.n_tokens for row in pack], n_windows, n_labels)
        if step == 1 or step % config.log_steps == 0:
            values = {"loss": loss, "gradient_norm": norm, "learning_rate": rate}
            run.journal.write(step, values | {"packs": len(packs)} | meter.report())
        if step % config.validation_steps == 0 or step == n_steps:
            if found := validation.report(model, step):
                run.journal.write(step, found)
            meter.report()  # the time of a validation is not the steps'
        if step % config.save_steps == 0 and step < n_steps:
            positions = loader.positions(here)
            run.checkpoints.save(step, model, optimizer, {"positions": positions})
    run.checkpoints.finish()
    write_model(model, processor, Path(config.output), here)


def steps_of(config: SftConfig) -> int:
    """Steps of the configured epochs."""
    n_rows = epoch_rows(config.sources, needs_gold=config.needs_gold)
    return max(1, math.ceil(config.epochs * n_rows / config.global_batch_rows))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stage of a config.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.
    """
    stage_command("sft", SftConfig, train, arguments)


if __name__ == "__main__":
    main()
