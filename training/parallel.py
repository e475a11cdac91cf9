"""Several devices as one: the process group, FSDP2, and sums over all of them.

`torchrun` starts a process for each device; a process that is started by itself is a group of one,
so that there is one way in which everything runs. Every layer is a unit of FSDP2, and what is left
(embedding, head, projector, convolutions, norms) is one more, which stays gathered from the forward
to the backward. Gradients are summed over devices, never averaged: who computes a loss divides it
by what it counted over all of them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard

from training.command import UnusableError
from training.config import ParallelConfig


@dataclass(frozen=True)
class Devices:
    """The device of this process, among all of them."""

    device: torch.device
    rank: int
    n_ranks: int
    mesh: DeviceMesh

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes what is written once."""
        return self.rank == 0

    def sum(self, *values: float) -> list[float]:
        """The sums of values over all devices."""
        summed = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.all_reduce(summed)
        return [float(value) for value in summed]

    def most(self, value: int) -> int:
        """The largest value of all devices."""
        found = torch.tensor(value, device=self.device)
        dist.all_reduce(found, dist.ReduceOp.MAX)
        return int(found)

    def gather(self, value: Any) -> list[Any]:
        """The values of all devices, in the order of ranks; small ones, for they are pickled."""
        found: list[Any] = [None] * self.n_ranks
        dist.all_gather_object(found, value)
        return found

    def wait(self) -> None:
        """Wait until all processes are here."""
        dist.barrier()


@contextmanager
def devices(config: ParallelConfig) -> Iterator[Devices]:
    """Start the process group, and end it.

    Parameters
    ----------
    config : ParallelConfig

    Yields
    ------
    Devices
        With a mesh of one dimension, ``shard``, or of two, ``replicate`` and ``shard``.

    Raises
    ------
    UnusableError
        If the processes cannot be divided into `replicas`.
    """
    is_launched = "RANK" in os.environ  # by torchrun
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
    # Objects are gathered, and checkpoints planned, over gloo.
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    if is_launched:
        dist.init_process_group(backend)
    else:
        dist.init_process_group(backend, store=dist.HashStore(), rank=0, world_size=1)
    try:
        n_ranks = dist.get_world_size()
        mesh = _mesh(device.type, n_ranks, config.replicas)
        yield Devices(device, dist.get_rank(), n_ranks, mesh)
    finally:
        dist.destroy_process_group()


def _mesh(device_type: str, n_ranks: int, n_replicas: int) -> DeviceMesh:
    if n_ranks % n_replicas:
        raise UnusableError(f"parallel.replicas: {n_replicas} does not divide {n_ranks} processes")
    if n_replicas == 1:
        return init_device_mesh(device_type, (n_ranks,), mesh_dim_names=("shard",))
    shape = (n_replicas, n_ranks // n_replicas)
    return init_device_mesh(device_type, shape, mesh_dim_names=("replicate", "shard"))


def shard(
    model: nn.Module,
    here: Devices,
    config: ParallelConfig,
    compute_dtype: torch.dtype | None = None,
) -> None:
    """Split a model's weights over all devices.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        On any device, ``meta`` among them.
    here : Devices
    config : ParallelConfig
    compute_dtype : torch.dtype, optional
        Of the arithmetic; by default `arithmetic` of the device. Weights and gradients are kept in
        the dtype that they have, gradients are summed over devices in float32.
    """
    policy = MixedPrecisionPolicy(
        param_dtype=compute_dtype or arithmetic(here.device), reduce_dtype=torch.float32
    )
    options: dict[str, Any] = {"mesh": here.mesh, "mp_policy": policy}
    for layer in layers(model):
        fully_shard(layer, reshard_after_forward=config.reshard_after_forward, **options)
    # The head is read outside a call of its own: in the root's unit it is always gathered.
    fully_shard(model, reshard_after_forward=False, **options)
    for unit in units(model):
        unit.set_force_sum_reduction_for_comms(True)  # gloo knows no other, nor does one device
        unit.set_gradient_divide_factor(1.0)


def arithmetic(device: torch.device, stated: str | None = None) -> torch.dtype:
    """The dtype that a device computes in: as stated, or bfloat16 on a GPU, float32 on a CPU.

    A CPU with bfloat16 products of its own (``avx512_bf16``, ``amx_bf16``) is faster with them.
    """
    is_gpu = device.type == "cuda"
    return getattr(torch, stated or ("bfloat16" if is_gpu else "float32"))


def layers(model: Any) -> list[nn.Module]:
    """The layers of the audio encoder and of the language model."""
    return [*model.model.audio_tower.layers, *model.model.language_model.layers]


def units(model: nn.Module) -> list[FSDPModule]:
    """What FSDP gathers at once: each layer, and the rest."""
    return [module for module in model.modules() if isinstance(module, FSDPModule)]


def sync_gradients(model: Any, config: ParallelConfig, *, is_last: bool) -> None:
    """Before the backward of a micro-batch: whether its gradients are summed over devices at once.

    Parameters
    ----------
    model : FSDPModule
    config : ParallelConfig
        With `sync_each_batch`, no device keeps gradients of other weights than its own. Without,
        each keeps those of all, which costs memory and saves sending.
    is_last : bool
        Whether it is the step's last micro-batch.
    """
    model.set_requires_gradient_sync(config.sync_each_batch or is_last)


def clip_gradients(model: nn.Module, largest_norm: float) -> float:
    """Scale the gradients so that their norm, over all devices, is at most `largest_norm`.

    Returns
    -------
    float
        The norm that they had.
    """
    trained = [weight for weight in model.parameters() if weight.grad is not None]
    norm: Any = nn.utils.clip_grad_norm_(trained, largest_norm)
    return float(norm.full_tensor() if hasattr(norm, "full_tensor") else norm)
