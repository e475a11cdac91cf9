"""Attention of packed rows, each with itself alone, where no flash attention is installed.

On a GPU by the kernel for rows of different lengths that torch carries; elsewhere row by row.
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


def row_ends(lengths: list[int]) -> dict[str, Any]:
    """What transformers' packed attention (this one, or flash attention) is told of a pack's rows.

    Parameters
    ----------
    lengths : list of int
        Tokens of each row.

    Returns
    -------
    dict
        ``cu_seq_lens_q`` and ``cu_seq_lens_k`` of shape (n_rows + 1,), int32, and
        ``max_length_q`` and ``max_length_k``.
    """
    ends = torch.tensor([0, *lengths]).cumsum(0).to(torch.int32)
    longest = max(lengths)
    return {
        "cu_seq_lens_q": ends,
        "cu_seq_lens_k": ends,
        "max_length_q": longest,
        "max_length_k": longest,
    }


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    position_ids: Tensor | None = None,
    cu_seq_lens_q: Tensor | None = None,
    max_length_q: int | None = None,
    scaling: float | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Causal attention of each row of a pack; `sdpa` where there is a mask, and so no pack.

    Queries have the shape (1, n_heads, n_tokens, head_width), what comes out (1, n_tokens, n_heads,
    head_width).
    """
    if attention_mask is None and cu_seq_lens_q is not None:
        if query.is_cuda and query.dtype in (torch.bfloat16, torch.float16):
            tokens = (each[0].transpose(0, 1).contiguous() for each in (query, key, value))
            assert max_length_q is not None
            return varlen_attention(*tokens, cu_seq_lens_q, max_length_q, scaling)[None], None
        lengths = cu_seq_lens_q.diff().tolist()
    else:
        lengths = _row_lengths(position_ids) if attention_mask is None else []
    if len(lengths) < 2:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **options
        )
    rows = zip(*(each.split(lengths, dim=2) for each in (query, key, value)), strict=True)
    attended = [
        sdpa_attention_forward(module, *row, None, scaling=scaling, **options)[0] for row in rows
    ]
    return torch.cat(attended, dim=1), None


def varlen_attention(
    query: Tensor, key: Tensor, value: Tensor, ends: Tensor, longest: int, scaling: float | None
) -> Tensor:
    """Causal attention within each of several rows, on a GPU.

    Called below `torch.nn.attention.varlen`, whose arguments changed between 2.10 and 2.13.

    Parameters
    ----------
    query : Tensor, shape (n_tokens, n_heads, head_width)
        In bfloat16 or float16.
    key, value : Tensor, shape (n_tokens, n_key_heads, head_width)
        `n_heads` is a multiple of `n_key_heads`.
    ends : Tensor, shape (n_rows + 1,), int32
        Where rows start, and the last ends.
    longest : int
        Tokens of the longest row.
    scaling : float or None
        Of the products; None for one through the root of `head_width`.

    Returns
    -------
    Tensor, shape (n_tokens, n_heads, head_width)
    """
    attended = torch.ops.aten._flash_attention_forward(
        query, key, value, ends, ends, longest, longest, 0.0, True, False, scale=scaling
    )
    return attended[0]


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
