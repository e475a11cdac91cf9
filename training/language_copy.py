"""The language model by itself: whole weights in bfloat16, gathered from the sharded model once.

Every token that a sharded model decodes gathers all its weights. A copy that lives for as long as
answers are drawn gathers them once.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor
from transformers import Qwen2ForCausalLM

from training.lora import merged


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
    config = model.config.text_config
    with torch.device("meta"):
        copy = Qwen2ForCausalLM(config)
    gathered = {name: _gathered(weight, dtype) for name, weight in _named(model)}
    copy.load_state_dict(merged(gathered), strict=True, assign=True)
    # Its buffers are no weights, and are left in float32.
    copy.model.rotary_emb = type(copy.model.rotary_emb)(config).to(copy.lm_head.weight.device)
    return copy.eval().requires_grad_(False)


def _named(model: Any) -> Iterator[tuple[str, Tensor]]:
    """The weights by the names that they have in the copy."""
    for name, weight in model.model.language_model.named_parameters():
        yield f"model.{name}", weight
    yield "lm_head.weight", model.lm_head.weight


def _gathered(weight: Tensor, dtype: torch.dtype) -> Tensor:
    # Rounded before it is gathered: half the bytes travel.
    if isinstance(weight, DTensor):
        return weight.to(dtype).full_tensor()
    return weight.to(dtype, copy=True)
