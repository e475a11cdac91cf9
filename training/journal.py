"""What a run says of itself: a line for the eye, ``log.jsonl``, and trackers by choice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from training import json_lines
from training.config import StageConfig

Report = Callable[[int, dict[str, float]], None]


class Journal:
    """The log of a run, written by one process.

    Parameters
    ----------
    config : StageConfig
    is_written : bool
        False on all processes but one: what they say is dropped.
    """

    def __init__(self, config: StageConfig, *, is_written: bool) -> None:
        self._path = Path(config.output) / "log.jsonl"
        self._is_written = is_written
        self._reports: list[Report] = []
        if is_written:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._reports = [_TRACKERS[name](config) for name in config.trackers]

    def write(self, step: int, values: dict[str, float]) -> None:
        """Write down what was measured at a step."""
        if not self._is_written:
            return
        json_lines.append(self._path, {"step": step, **values})
        print(
            f"step {step:6d}  " + "  ".join(f"{k} {v:.4g}" for k, v in values.items()), flush=True
        )
        for report in self._reports:
            report(step, values)

    def say(self, words: str) -> None:
        """Say something to who watches."""
        if self._is_written:
            print(words, flush=True)


def _tensorboard(config: StageConfig) -> Report:
    from torch.utils.tensorboard import SummaryWriter

    writer: Any = SummaryWriter(config.output)

    def report(step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return report


def _wandb(config: StageConfig) -> Report:
    import wandb

    run = wandb.init(dir=config.output, config=config.model_dump(mode="json"))
    return lambda step, values: run.log(values, step=step)


def _mlflow(config: StageConfig) -> Report:
    import mlflow

    mlflow.start_run(run_name=Path(config.output).name)
    mlflow.log_dict(config.model_dump(mode="json"), "config.json")
    return lambda step, values: mlflow.log_metrics(values, step=step)


_TRACKERS: dict[str, Callable[[StageConfig], Report]] = {
    "tensorboard": _tensorboard,
    "wandb": _wandb,
    "mlflow": _mlflow,
}
