"""Adapters (LoRA) on the projections of the language model, made by peft."""

import math
from typing import Any

import torch
from torch import Tensor

_TARGETS = r".*language_model.*\.(q|k|v|o|gate|up|down)_proj"
_DOWN, _UP = "lora_A.default.weight", "lora_B.default.weight"
_SCALE = 2  # lora_alpha / rank


def add_adapters(model: Any, rank: int) -> None:
    """Put adapters into a model, and let nothing else learn.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        On any device, ``meta`` among them.
    rank : int
    """
    from peft import LoraConfig, inject_adapter_in_model

    config = LoraConfig(r=rank, lora_alpha=_SCALE * rank, target_modules=_TARGETS)
    model.requires_grad_(False)
    inject_adapter_in_model(config, model, low_cpu_mem_usage=True)


def is_adapter(name: str) -> bool:
    """Whether a weight of this name belongs to an adapter."""
    return name.endswith((_DOWN, _UP))


def first_weights(name: str, weight: Tensor, generator: torch.Generator) -> Tensor:
    """An adapter's weights at the start, whole: nothing is added to the layer's own.

    Parameters
    ----------
    name : str
    weight : Tensor
        Of its shape and dtype.
    generator : torch.Generator
        Of the CPU, so that any number of devices draws the same.
    """
    start = torch.zeros(weight.shape)
    if name.endswith(_DOWN):
        torch.nn.init.kaiming_uniform_(start, a=math.sqrt(5), generator=generator)
    return start.to(weight.dtype)


def plain_name(name: str) -> str:
    """The name of a weight in a model without adapters."""
    return name.replace(".base_layer.", ".")


def merged(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a model without adapters that computes the same.

    Parameters
    ----------
    weights : dict of str to Tensor
        All weights of a model, whole.
    """
    found = {}
    for name, weight in weights.items():
        if is_adapter(name):
            continue
        layer = name.removesuffix("base_layer.weight")
        if layer != name and layer + _DOWN in weights:
            down, up = weights[layer + _DOWN].float(), weights[layer + _UP].float()
            weight = (weight.float() + _SCALE * (up @ down)).to(weight.dtype)
        found[plain_name(name)] = weight
    return found
