"""What each launch of a run was started with, beside the run: ``launches.jsonl``.

A run that goes on under another config would be half of each. Settings that decide what was learned
from, and which weights learn, cannot change; the others can, and each change is said.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from training import json_lines
from training.checkpoint import CheckpointError, Checkpoints
from training.config import StageConfig
from training.journal import Journal
from training.parallel import Devices
from training.storage import read_bytes

_FIXED = (
    "model.path", "model.time_embedding", "model.dtype", "model.trained", "model.lora_rank",
    "sources", "context_tokens", "context_windows", "global_batch_rows", "shuffle_rows", "seed",
)  # fmt: skip
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """A run that was opened: its log, its checkpoints, and the one that it goes on from."""

    journal: Journal
    checkpoints: Checkpoints
    checkpoint: Path | None

    def restore(self, model: Any, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """The state to go on from: the step, and the positions of lanes."""
        if self.checkpoint is None:
            return {"step": 0, "positions": None}
        return self.checkpoints.load(self.checkpoint, model, optimizer)


def open_run(config: StageConfig, here: Devices) -> Run:
    """Open a run, new or to go on with, and write down this launch of it.

    Raises
    ------
    CheckpointError
        If a change of the config cannot be applied to a run that has begun.
    """
    journal = Journal(config, is_written=here.is_first)
    checkpoints = Checkpoints(
        Path(config.output), here, config.keep_checkpoints, is_async=config.async_checkpoints
    )
    run = Run(journal, checkpoints, checkpoints.newest())
    begin_launch(config, here, run.checkpoint, journal)
    return run


def begin_launch(
    config: StageConfig, here: Devices, checkpoint: Path | None, journal: Journal
) -> None:
    """Write down a launch, and say what is other than at the one before.

    Parameters
    ----------
    config : StageConfig
    here : Devices
    checkpoint : Path or None
        Where the run goes on from.
    journal : Journal

    Raises
    ------
    CheckpointError
        If a change cannot be applied to a run that has begun; on all processes alike.
    """
    words: list[str] = []
    problem = None
    if here.is_first:
        step = int(checkpoint.name.removeprefix("checkpoint-")) if checkpoint else 0
        try:
            words = _record(config, here.n_ranks, step)
        except CheckpointError as error:
            problem = str(error)
    if problem := here.gather(problem)[0]:
        raise CheckpointError(problem)
    for change in words:
        journal.say(change)


def _record(config: StageConfig, n_ranks: int, step: int) -> list[str]:
    path = Path(config.output) / "launches.jsonl"
    now: dict[str, Any] = {
        "step": step,
        "devices": n_ranks,
        "code": code_version(),
        "manifests": manifests(config),
        "config": json.loads(config.model_dump_json()),
    }
    words: list[str] = []
    if step and (launches := list(json_lines.read(path))):
        words = _changes(launches[-1], now, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    json_lines.append(path, now)
    return words


def manifests(config: StageConfig) -> dict[str, str | None]:
    """SHA-256 of the manifest of each release that is learned from."""
    releases = sorted({source.release for source in config.sources if source.release is not None})
    found: dict[str, str | None] = {}
    for release in releases:
        manifest = read_bytes(f"{release.rstrip('/')}/manifest.json")
        found[release] = hashlib.sha256(manifest).hexdigest() if manifest else None
    return found


def code_version() -> str:
    """The commit of the code that trains, with ``+`` where files differ; else the package's."""
    try:
        commit = _git("rev-parse", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--", str(_HERE)) else "")
    except (OSError, subprocess.CalledProcessError):
        return version("partimento")


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", _HERE, *words], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def _changes(before: dict[str, Any], now: dict[str, Any], path: Path) -> list[str]:
    words: list[str] = []
    refused: list[str] = []
    if before["manifests"] != now["manifests"]:
        refused.append("the manifest of the release is another: its rows are")
    for name, old, new in _differences(before["config"], now["config"]):
        change = f"{name}: {json.dumps(old)} -> {json.dumps(new)}"
        is_fixed = any(name == each or name.startswith(f"{each}.") for each in _FIXED)
        (refused if is_fixed else words).append(change)
    if refused:
        raise CheckpointError(
            f"{path.parent} has begun with other settings, which cannot change: "
            f"{'; '.join(refused)}. Change them back, or give another `output`"
        )
    words += [
        f"{name}: {before[name]} -> {now[name]}"
        for name in ("devices", "code")
        if before[name] != now[name]
    ]
    return [f"from step {now['step'] + 1} on, {change}" for change in words]


def _differences(
    before: dict[str, Any], now: dict[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{prefix}{name}.")
        elif old != new:
            yield f"{prefix}{name}", old, new
