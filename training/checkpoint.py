"""Checkpoints of a run: what each process has, written by itself, all of it or nothing.

A checkpoint is a folder ``checkpoint-<step>``: shards of the weights and of the optimizer in
torch's distributed form, which any number of processes reads again, and ``state.json``, which is
written last: where it is, the checkpoint is complete. Frozen weights are not in it: they are read
from where the run started.
"""

import json
import shutil
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)

from training.command import UnusableError
from training.parallel import Devices

_STATE = "state.json"
_TRAINED = StateDictOptions(ignore_frozen_params=True, strict=False)


class CheckpointError(UnusableError):
    """A checkpoint that this launch cannot go on from."""


class Checkpoints:
    """The checkpoints of a run.

    Parameters
    ----------
    folder : Path
        Of the run.
    here : Devices
    n_kept : int
        The newest; older ones are deleted.
    is_async : bool
        Whether training goes on while one is written.
    """

    def __init__(self, folder: Path, here: Devices, n_kept: int, *, is_async: bool) -> None:
        self._folder = folder
        self._here = here
        self._n_kept = n_kept
        self._is_async = is_async
        # Of its own, for a checkpoint is agreed upon in a thread, while others agree on gradients.
        self._group = dist.new_group(backend="gloo") if is_async else None
        self._written: tuple[Future[Any], Path, dict[str, Any]] | None = None

    def newest(self) -> Path | None:
        """The newest complete checkpoint."""
        complete = sorted(self._folder.glob(f"checkpoint-*/{_STATE}"), key=_step_of)
        return complete[-1].parent if complete else None

    def save(self, step: int, model: Any, optimizer: Any, state: dict[str, Any]) -> None:
        """Write a checkpoint; all processes take part.

        Parameters
        ----------
        step : int
        model : MusicFlamingoForConditionalGeneration
            In FSDP's form.
        optimizer : torch.optim.Optimizer
        state : dict
            What is the same on all processes, as JSON.
        """
        self.finish()
        path = self._folder / f"checkpoint-{step}"
        if self._here.is_first and path.exists():  # half of one, from before a kill
            shutil.rmtree(path)
        self._here.wait()
        parts = {
            "model": get_model_state_dict(model, options=_TRAINED),
            "optimizer": get_optimizer_state_dict(model, optimizer),
            "random": {str(self._here.rank): random_state(self._here.device)},
        }
        state = {"step": step, "n_ranks": self._here.n_ranks, **state}
        if self._is_async:
            future = dcp.async_save(parts, checkpoint_id=path, process_group=self._group)
            self._written = (future, path, state)
        else:
            dcp.save(parts, checkpoint_id=path)
            self._complete(path, state)

    def load(self, path: Path, model: Any, optimizer: Any) -> dict[str, Any]:
        """Read a checkpoint into a model and its optimizer.

        Random states go back to their processes, if there are as many as there were.

        Returns
        -------
        dict
            The state, with `step` and `n_ranks`.

        Raises
        ------
        CheckpointError
            If it is of another model or of other parts of it.
        """
        state: dict[str, Any] = json.loads((path / _STATE).read_text(encoding="utf-8"))
        parts = {
            "model": get_model_state_dict(model, options=_TRAINED),
            "optimizer": get_optimizer_state_dict(model, optimizer),
        }
        if state["n_ranks"] == self._here.n_ranks:
            parts["random"] = {str(self._here.rank): random_state(self._here.device)}
        try:
            dcp.load(parts, checkpoint_id=path)
        except (dcp.api.CheckpointException, RuntimeError) as error:
            raise CheckpointError(
                f"{path} cannot be gone on from: {str(error).splitlines()[-1]}. Give another "
                "`output`, or the settings that it was written with"
            ) from error
        set_model_state_dict(model, parts["model"], options=_TRAINED)
        set_optimizer_state_dict(model, optimizer, parts["optimizer"])
        if "random" in parts:
            set_random_state(parts["random"][str(self._here.rank)])
        return state

    def finish(self) -> None:
        """Wait for the checkpoint that is being written."""
        if self._written is not None:
            future, path, state = self._written
            self._written = None
            future.result()
            self._complete(path, state)

    def _complete(self, path: Path, state: dict[str, Any]) -> None:
        self._here.wait()  # for the shards of all
        if self._here.is_first:
            draft = path / f"{_STATE}.tmp"
            draft.write_text(json.dumps(state), encoding="utf-8")
            draft.rename(path / _STATE)
            complete = sorted(self._folder.glob(f"checkpoint-*/{_STATE}"), key=_step_of)
            kept = {each.parent for each in complete[-self._n_kept :]}
            for other in set(self._folder.glob("checkpoint-*")) - kept:  # halves among them
                shutil.rmtree(other)
        self._here.wait()


def random_state(device: torch.device) -> dict[str, torch.Tensor]:
    """Random states of torch in this process."""
    found = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        found["cuda"] = torch.cuda.get_rng_state(device)
    return found


def set_random_state(state: dict[str, torch.Tensor]) -> None:
    """Go on with the random numbers of a `random_state`."""
    torch.set_rng_state(state["cpu"].cpu())
    if "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"].cpu())


def _step_of(path: Path) -> int:
    name = next(part for part in reversed(path.parts) if part.startswith("checkpoint-"))
    return int(name.removeprefix("checkpoint-"))
