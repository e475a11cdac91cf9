"""What every stage does at a step: the schedule, the loss over packs, the update."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch.utils.checkpoint import create_selective_checkpoint_contexts

from training.collate import Prepared, collate, without_loss
from training.config import SftConfig, StageConfig
from training.packing import divided, packed
from training.parallel import Devices, clip_gradients, sync_gradients

Pack = Sequence[Prepared]
_KEPT_WHEN_CHEAP = (
    torch.ops.aten.mm.default,
    torch.ops.aten.addmm.default,
    torch.ops.aten._flash_attention_forward.default,
    torch.ops.aten._scaled_dot_product_flash_attention.default,
    torch.ops.aten._scaled_dot_product_efficient_attention.default,
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu.default,
)


def learning_rate(config: StageConfig, step: int, n_steps: int) -> float:
    """The learning rate of a step, counted from 0: it rises straight, and falls as a cosine."""
    n_rising = math.ceil(config.warmup_ratio * n_steps)
    if step < n_rising:
        return config.learning_rate * (step + 1) / (n_rising + 1)
    share = (step - n_rising) / max(1, n_steps - n_rising)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def new_optimizer(model: Any, config: StageConfig) -> torch.optim.Optimizer:
    """AdamW on the weights that learn, without weight decay."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    return torch.optim.AdamW(trained, lr=config.learning_rate, weight_decay=0.0, fused=True)


def set_recompute(model: Any, config: StageConfig) -> None:
    """Have activations computed again in the backward in place of kept, as the config says."""
    if config.recompute == "none":
        return
    options: dict[str, Any] = {"use_reentrant": False}
    if config.recompute == "cheap":
        options["context_fn"] = partial(
            create_selective_checkpoint_contexts, list(_KEPT_WHEN_CHEAP)
        )
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=options)


def packs_of(rows: Sequence[Prepared], config: SftConfig, here: Devices) -> list[Pack]:
    """The packs of a device's rows: as many on each device, for they gather weights together."""
    packs = packed(rows, config.context_tokens, config.context_windows)
    n_packs = here.most(len(packs))
    packs = divided(packs, n_packs)
    return [*packs, *(n_packs - len(packs)) * [without_loss(packs[-1][:1])]]


def take_step(
    model: Any,
    optimizer: torch.optim.Optimizer,
    packs: Sequence[Pack],
    config: StageConfig,
    here: Devices,
) -> tuple[float, float]:
    """Learn from the packs of all devices as from one batch.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        In FSDP's form, with ``label_logps``.
    optimizer : torch.optim.Optimizer
    packs : sequence of packs
        This device's; as many on each.
    config : StageConfig
    here : Devices

    Returns
    -------
    loss, norm : float
        Mean over the labels of all devices, and norm of its gradient before it was scaled down.
    """
    (n_labels,) = here.sum(sum(row.n_labels for pack in packs for row in pack))
    total = torch.zeros((), device=here.device)
    for index, pack in enumerate(packs):
        sync_gradients(model, config.parallel, is_last=index == len(packs) - 1)
        loss = pack_loss(model, pack, here) / max(1.0, n_labels)
        loss.backward()
        total += loss.detach()
    norm = clip_gradients(model, config.gradient_norm)
    optimizer.step()
    optimizer.zero_grad()
    return here.sum(float(total))[0], norm


@torch.no_grad()
def mean_loss(model: Any, packs: Sequence[Pack], here: Devices) -> float:
    """The mean loss of the labels of all devices' packs; nothing is learned."""
    model.eval()
    total = sum(float(pack_loss(model, pack, here)) for pack in packs)
    model.train()
    loss, n_labels = here.sum(total, sum(row.n_labels for pack in packs for row in pack))
    return loss / max(1.0, n_labels)


def pack_loss(model: Any, pack: Pack, here: Devices) -> torch.Tensor:
    """The summed loss of a pack's labels."""
    return -model.label_logps(**collate(pack, here.device)).sum()
