"""The language model by itself: whole weights in bfloat16, gathered from the sharded model once.

Every token that a sharded model decodes gathers all its weights. A copy that lives for as long as
answers are drawn gathers them once.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor
from transformers import Qwen2ForCausalLM

_BACKBONE = "language_model."


@torch.no_grad()
def language_copy(model: Any, dtype: torch.dtype) -> Qwen2ForCausalLM:
    """The language model of a Music Flamingo, as one that knows nothing of sound.

    All ranks take part where the model is sharded: each gets the whole copy, a weight at a time.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        Sharded or not, with adapters or without: they are merged in.
    dtype : torch.dtype

    Returns
    -------
    Qwen2ForCausalLM
        Weights of its own, by the names of `transformers`, all of them.
    """
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    config = base.config.text_config
    with torch.device("meta"):
        copy = Qwen2ForCausalLM(config)
    weights = {
        f"model.{name}": weight for name, weight in _whole(base.model.language_model, dtype)
    } | {f"lm_head.{name}": weight for name, weight in _whole(base.lm_head, dtype)}
    copy.load_state_dict(weights, strict=True, assign=True)
    # Its buffers are no weights, and are left in float32.
    copy.model.rotary_emb = type(copy.model.rotary_emb)(config).to(copy.lm_head.weight.device)
    return copy.eval().requires_grad_(False)


def _whole(module: nn.Module, dtype: torch.dtype) -> Iterator[tuple[str, Tensor]]:
    """Weights by name, gathered, each layer's adapters added to it."""
    for name, weight in module.named_parameters():
        if "lora_" in name:
            continue
        whole = _gathered(weight, dtype)
        if ".base_layer." in name:
            parent = module.get_submodule(name.split(".base_layer.")[0])
            if name.endswith("weight"):
                whole = whole + _adapter(parent).to(dtype)
            name = name.replace(".base_layer.", ".")
        yield name, whole


def _gathered(weight: Tensor, dtype: torch.dtype) -> Tensor:
    # Rounded before it is gathered: half the bytes travel.
    if isinstance(weight, DTensor):
        return weight.to(dtype).full_tensor()
    return weight.detach().to(dtype, copy=True)


def _adapter(layer: Any) -> Tensor:
    """What peft's LoRA adds to a weight."""
    total: Tensor | None = None
    for name in layer.active_adapters:
        down, up = (
            _gathered(part[name].weight, torch.float32) for part in (layer.lora_A, layer.lora_B)
        )
        added = layer.scaling[name] * (up @ down)
        total = added if total is None else total + added
    assert total is not None
    return total
