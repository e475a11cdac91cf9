"""Attention of packed rows, each with itself alone, where no flash attention is installed.

transformers' own `sdpa` masks the whole pack and computes what it then masks, by a slower kernel.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

_NAME = "sdpa_by_row"


def attention_name(name: str) -> str:
    """What transformers is to load: in place of ``sdpa`` that of single rows."""
    return _NAME if name == "sdpa" else name


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    position_ids: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Causal attention of each row of a pack; `sdpa` where there is a mask, and so no pack."""
    lengths = _row_lengths(position_ids) if attention_mask is None else []
    if len(lengths) < 2:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **options)
    rows = zip(*(each.split(lengths, dim=2) for each in (query, key, value)), strict=True)
    attended = [sdpa_attention_forward(module, *row, None, **options)[0] for row in rows]
    return torch.cat(attended, dim=1), None


def _mask(
    q_length: int, kv_length: int, attention_mask: Tensor | None = None, **options: Any
) -> Tensor | None:
    """No mask where nothing is padded and nothing cached: rows are told apart by positions."""
    if attention_mask is None and q_length == kv_length:
        return None
    return sdpa_mask(
        q_length=q_length, kv_length=kv_length, attention_mask=attention_mask, **options
    )


def _row_lengths(position_ids: Tensor | None) -> list[int]:
    if position_ids is None or len(position_ids) != 1:
        return []
    starts = torch.nonzero(position_ids[0] == 0)[:, 0].tolist()
    # None start where an answer goes on from a cache.
    return [end - start for start, end in pairwise([*starts, position_ids.shape[1]])]


AttentionInterface.register(_NAME, _attention)
AttentionMaskInterface.register(_NAME, _mask)
