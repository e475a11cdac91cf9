"""What FSDP2 through accelerate needs so that it learns what one device would."""

from dataclasses import replace
from typing import Any

import torch
from torch.distributed.fsdp import FSDPModule


def gather_head(model: Any) -> None:
    """Gather the head, where it is sharded, before each forward.

    TRL 1.16 multiplies with the head's weights without calling it. accelerate 1.15 makes it a unit
    of its own, which only a call gathers: TRL's gathering leaves each rank with its own gradient.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
    """

    def gather(*_: Any) -> None:
        if isinstance(model.lm_head, FSDPModule):
            model.lm_head.unshard()

    model.model.register_forward_pre_hook(gather)


def sum_in_float32(accelerator: Any) -> None:
    """Sum gradients over devices, and hand out losses and log-probabilities, in float32.

    accelerate's ``mixed_precision: bf16`` rounds all three to bfloat16: a log-probability of -5 by
    up to 0.016, and ratios and KL with it. The arithmetic of the layers stays in bfloat16.

    Parameters
    ----------
    accelerator : accelerate.Accelerator
        Before a model is prepared.
    """
    plugin = getattr(accelerator.state, "fsdp_plugin", None)
    if plugin is not None and plugin.mixed_precision_policy is not None:
        plugin.mixed_precision_policy = replace(
            plugin.mixed_precision_policy, reduce_dtype=torch.float32, output_dtype=None
        )
