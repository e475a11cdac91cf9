"""Attention of packed rows, each with itself alone, where no flash attention is installed.

On a GPU by the kernel for rows of different lengths that torch carries; elsewhere row by row.
transformers' own `sdpa` masks the whole pack and computes what it then masks, by a slower kernel.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import (
    bidirectional_mask_function,
    causal_mask_function,
    sdpa_mask,
)

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
    cu_seq_lens_k: Tensor | None = None,
    max_length_q: int | None = None,
    max_length_k: int | None = None,
    key_index: Tensor | None = None,
    scaling: float | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Attention of each row of a pack, or of the frames of each window that are sound.

    Queries have the shape (n, n_heads, n_tokens, head_width), what comes out (n, n_tokens, n_heads,
    head_width). `key_index` says which keys the rows of a pack see where these are not their own
    alone, as where answers branch from one prompt (`training/branches.py`).
    """
    if attention_mask is not None and attention_mask.ndim == 2:
        return _windows_attention(query, key, value, attention_mask, scaling), None
    if key_index is not None:
        key, value = key.index_select(2, key_index), value.index_select(2, key_index)
    lengths: list[int] = []
    key_lengths = lengths
    if attention_mask is None and cu_seq_lens_q is not None and cu_seq_lens_k is not None:
        if _has_kernel(query):
            assert max_length_q is not None and max_length_k is not None
            ends, longest = (cu_seq_lens_q, cu_seq_lens_k), (max_length_q, max_length_k)
            q, k, v = (each[0].transpose(0, 1).contiguous() for each in (query, key, value))
            return varlen_attention(q, k, v, ends, longest, scaling, is_causal=True)[None], None
        lengths, key_lengths = cu_seq_lens_q.diff().tolist(), cu_seq_lens_k.diff().tolist()
    elif attention_mask is None:
        lengths = key_lengths = _row_lengths(position_ids)
    if len(lengths) < 2:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **options
        )
    rows = zip(
        query.split(lengths, dim=2),
        *(each.split(key_lengths, dim=2) for each in (key, value)),
        strict=True,
    )
    if query.device.type == "cpu" and query.dtype == torch.bfloat16:
        attended = [row_attention(q, k, v, scaling) for q, k, v in rows]
    else:
        attended = [
            sdpa_attention_forward(module, *row, _row_mask(*row[:2]), scaling=scaling, **options)[0]
            for row in rows
        ]
    return torch.cat(attended, dim=1), None


def row_attention(query: Tensor, key: Tensor, value: Tensor, scaling: float | None) -> Tensor:
    """Attention of one row by plain products of matrices.

    torch's kernel for CPUs multiplies in float32 in its backward: four times slower at 160 tokens,
    where a CPU has bfloat16 products, and twice at 320. Memory grows with the square of a row.

    Parameters
    ----------
    query : Tensor, shape (1, n_heads, n_queries, head_width)
    key, value : Tensor, shape (1, n_key_heads, n_keys, head_width)
        The last query sees the last key.
    scaling : float or None
        Of the products; None for one through the root of `head_width`.

    Returns
    -------
    Tensor, shape (1, n_queries, n_heads, head_width)
    """
    n_queries, n_keys, n_key_heads = query.shape[2], key.shape[2], key.shape[1]
    grouped = query.unflatten(1, (n_key_heads, -1)).flatten(2, 3)
    scores = grouped @ key.transpose(2, 3) * (scaling or query.shape[-1] ** -0.5)
    is_seen = torch.ones(n_queries, n_keys, dtype=torch.bool).tril(n_keys - n_queries)
    scores = scores.unflatten(2, (-1, n_queries)).masked_fill(~is_seen, -torch.inf)
    attended = scores.softmax(-1).flatten(2, 3) @ value
    return attended.unflatten(2, (-1, n_queries)).flatten(1, 2).transpose(1, 2)


def _row_mask(query: Tensor, key: Tensor) -> Tensor | None:
    """None where a row sees its own keys alone: it is causal then without a mask."""
    n_queries, n_keys = query.shape[2], key.shape[2]
    if n_queries == n_keys:
        return None
    seen = torch.ones(n_queries, n_keys, dtype=torch.bool, device=query.device)
    return seen.tril(n_keys - n_queries)[None, None]


def _windows_attention(
    query: Tensor, key: Tensor, value: Tensor, is_sound: Tensor, scaling: float | None
) -> Tensor:
    """Attention of windows of sound, of which the last ones are not full.

    The frames behind the sound attend to each other, and nobody hears them: so that nothing need be
    taken out and put back, and no length be known to the CPU.
    """
    n_windows, _, n_frames, _ = query.shape
    lengths = is_sound.sum(-1)
    starts = torch.arange(n_windows, device=query.device) * n_frames
    ends = torch.stack([starts, starts + lengths], dim=1).flatten()
    ends = functional.pad(ends, (0, 1), value=n_windows * n_frames).to(torch.int32)
    q, k, v = (each.transpose(1, 2).flatten(0, 1) for each in (query, key, value))
    longest = (n_frames, n_frames)
    attended = varlen_attention(q, k, v, (ends, ends), longest, scaling, is_causal=False)
    return attended.unflatten(0, (n_windows, n_frames))


def varlen_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    ends: tuple[Tensor, Tensor],
    longest: tuple[int, int],
    scaling: float | None,
    *,
    is_causal: bool,
) -> Tensor:
    """Attention within each of several rows, on a GPU.

    Called below `torch.nn.attention.varlen`, whose arguments changed between 2.10 and 2.13.

    Parameters
    ----------
    query : Tensor, shape (n_tokens, n_heads, head_width)
        In bfloat16 or float16.
    key, value : Tensor, shape (n_keys, n_key_heads, head_width)
        `n_heads` is a multiple of `n_key_heads`.
    ends : tuple of Tensor, each of shape (n_rows + 1,), int32
        Where the queries of rows start, and the last ends; the same of their keys.
    longest : tuple of int
        Queries of the row that has most; the same of keys.
    scaling : float or None
        Of the products; None for one through the root of `head_width`.
    is_causal : bool
        A row's last query sees its last key.

    Returns
    -------
    Tensor, shape (n_tokens, n_heads, head_width)
    """
    attended = torch.ops.aten._flash_attention_forward(
        query, key, value, *ends, *longest, 0.0, is_causal, False, scale=scaling
    )
    return attended[0]


def _mask(
    q_length: int,
    kv_length: int,
    attention_mask: Tensor | None = None,
    mask_function: Callable[..., Any] = causal_mask_function,
    **options: Any,
) -> Tensor | None:
    """No mask where nothing is padded and nothing cached: rows are told apart by positions.

    For windows of sound on a GPU, which frames are sound, of shape (n_windows, n_frames).
    """
    if attention_mask is None and q_length == kv_length:
        return None
    is_of_sound = mask_function is bidirectional_mask_function
    if is_of_sound and attention_mask is not None and _has_kernel(attention_mask, options):
        return attention_mask
    return sdpa_mask(
        q_length=q_length,
        kv_length=kv_length,
        attention_mask=attention_mask,
        mask_function=mask_function,
        **options,
    )


def _has_kernel(tensor: Tensor, options: dict[str, Any] | None = None) -> bool:
    """Whether the kernel for rows of different lengths takes tensors of this kind."""
    dtype = (options or {}).get("dtype", tensor.dtype)
    return tensor.is_cuda and dtype in (torch.bfloat16, torch.float16)


def _row_lengths(position_ids: Tensor | None) -> list[int]:
    if position_ids is None or len(position_ids) != 1:
        return []
    starts = torch.nonzero(position_ids[0] == 0)[:, 0].tolist()
    # None start where an answer goes on from a cache.
    return [end - start for start, end in pairwise([*starts, position_ids.shape[1]])]


AttentionInterface.register(_NAME, _attention)
AttentionMaskInterface.register(_NAME, _mask)
