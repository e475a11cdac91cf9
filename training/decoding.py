"""One token after the other for groups of answers: a prompt's keys and values are kept once.

The layers are those of `transformers`' Qwen2, run one by one, so that the cache can have the shape
that a group needs: the prompt (a song of 6,000 tokens) is read once for its G answers, in memory
and by the attention. All shapes stay as they are from token to token, for CUDA graphs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers.models.qwen2.modeling_qwen2 import apply_rotary_pos_emb


@dataclass(frozen=True, eq=False)
class GroupCache:
    """Keys and values of a layer, those of prompts and those of their answers.

    `prompt_keys`, `prompt_values`: (n_groups, n_kv_heads, longest prompt, head_dim);
    `answer_keys`, `answer_values`: (n_groups, group, n_kv_heads, longest answer, head_dim).
    """

    prompt_keys: Tensor
    prompt_values: Tensor
    answer_keys: Tensor
    answer_values: Tensor

    @classmethod
    def empty(
        cls, language: Any, n_groups: int, group: int, n_prompt: int, n_answer: int
    ) -> "list[GroupCache]":
        """A cache for each layer; prompts are zeros behind their ends, which no answer attends."""
        config, like = language.config, language.lm_head.weight
        heads, width = config.num_key_value_heads, head_width(config)
        prompt, answer = (
            (n_groups, heads, n_prompt, width),
            (n_groups, group, heads, n_answer, width),
        )
        return [
            cls(*(like.new_zeros(shape) for shape in (prompt, prompt, answer, answer)))
            for _ in range(config.num_hidden_layers)
        ]


def head_width(config: Any) -> int:
    """Channels of a head."""
    return int(
        getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    )


@torch.no_grad()
def read_prompt(language: Any, prompt: Tensor, caches: list[GroupCache], group: int) -> Tensor:
    """Fill the caches with a prompt.

    Parameters
    ----------
    language : Qwen2ForCausalLM
    prompt : Tensor, shape (n_tokens, width)
        Embeddings, those of the sound among them.
    caches : list of GroupCache
    group : int
        Which of the groups it is.

    Returns
    -------
    Tensor, shape (vocabulary,)
        Logits of the first token of an answer.
    """
    hidden = prompt[None]
    positions = torch.arange(len(prompt), device=prompt.device)[None]
    rotation = language.model.rotary_emb(hidden, positions)
    for layer, kept in zip(language.model.layers, caches, strict=True):
        query, key, value = _projected(layer, hidden, rotation)
        kept.prompt_keys[group, :, : len(prompt)] = key[0]
        kept.prompt_values[group, :, : len(prompt)] = value[0]
        attended = functional.scaled_dot_product_attention(
            query, key, value, is_causal=True, enable_gqa=True
        )
        hidden = _finished(layer, hidden, attended)
    return language.lm_head(language.model.norm(hidden[0, -1]))


def next_logits(
    language: Any,
    tokens: Tensor,
    step: Tensor,
    prompt_lengths: Tensor,
    caches: list[GroupCache],
    n_kept: int,
    *,
    is_compiled: bool = False,
) -> Tensor:
    """Logits of the tokens behind the given ones, which join the cache.

    Parameters
    ----------
    language : Qwen2ForCausalLM
    tokens : Tensor, shape (n_groups, group)
        The latest of each answer.
    step : Tensor, shape (1,)
        How many tokens of each answer are in the cache.
    prompt_lengths : Tensor, shape (n_groups,)
    caches : list of GroupCache
    n_kept : int
        Tokens of the answers that are attended to, at most: more than `step`.
    is_compiled : bool
        Whether a layer is compiled, once for all layers and calls.

    Returns
    -------
    Tensor, shape (n_groups * group, vocabulary)
    """
    hidden = language.model.embed_tokens(tokens.flatten())[:, None]
    positions = (prompt_lengths + step).repeat_interleave(tokens.shape[1])[:, None]
    rotation = language.model.rotary_emb(hidden, positions)
    n_prompt = caches[0].prompt_keys.shape[2]
    seen = [
        torch.arange(n_prompt, device=tokens.device) < prompt_lengths[:, None, None, None],
        torch.arange(n_kept, device=tokens.device) <= step,
    ]
    decoded = _compiled() if is_compiled else _decoded
    for layer, kept in zip(language.model.layers, caches, strict=True):
        hidden = decoded(layer, hidden, rotation, kept, step, seen)
    return language.lm_head(language.model.norm(hidden[:, 0]))


@cache
def _compiled() -> Callable[..., Tensor]:
    return torch.compile(_decoded)


def _decoded(
    layer: Any,
    hidden: Tensor,
    rotation: tuple[Tensor, Tensor],
    kept: GroupCache,
    step: Tensor,
    seen: list[Tensor],
) -> Tensor:
    """A layer's output for one token of each answer."""
    query, key, value = _projected(layer, hidden, rotation)
    shape = kept.answer_keys.shape
    for rows, new in ((kept.answer_keys, key), (kept.answer_values, value)):
        rows.index_copy_(3, step, new.view(*shape[:3], 1, shape[4]))
    return _finished(layer, hidden, _attended(query, kept, seen))


def _attended(query: Tensor, kept: GroupCache, seen: list[Tensor]) -> Tensor:
    """Attention of one token of each answer to its prompt and to what it said before.

    One softmax over both: their exponentials are taken from the same highest score.
    """
    is_prompt, is_said = seen
    n_groups, group, n_heads, _, width = kept.answer_keys.shape
    n_kept = len(is_said)
    # Answers of a group and heads that share keys are rows of one product with the prompt.
    own = query.view(n_groups, group, n_heads, -1, width) * width**-0.5
    shared = own.transpose(1, 2).flatten(2, 3)
    to_prompt = (shared @ kept.prompt_keys.transpose(-1, -2)).float()
    to_said = (own @ kept.answer_keys[..., :n_kept, :].transpose(-1, -2)).float()
    to_prompt = to_prompt.masked_fill(~is_prompt, -torch.inf)
    to_said = to_said.masked_fill(~is_said, -torch.inf)
    prompt_shape = (n_groups, n_heads, group, -1, 1)
    highest = torch.maximum(
        to_prompt.amax(-1, keepdim=True).view(prompt_shape).transpose(1, 2),
        to_said.amax(-1, keepdim=True),
    )
    of_prompt = (to_prompt - highest.transpose(1, 2).flatten(2, 3)).exp()
    of_said = (to_said - highest).exp()
    total = of_prompt.sum(-1, keepdim=True).view(prompt_shape).transpose(1, 2)
    total = total + of_said.sum(-1, keepdim=True)
    from_prompt = of_prompt.to(query.dtype) @ kept.prompt_values
    from_prompt = from_prompt.view(n_groups, n_heads, group, -1, width).transpose(1, 2)
    from_said = of_said.to(query.dtype) @ kept.answer_values[..., :n_kept, :]
    attended = (from_prompt.float() + from_said.float()) / total
    return attended.to(query.dtype).reshape(query.shape)


def _projected(
    layer: Any, hidden: Tensor, rotation: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value of shape (n_rows, n_heads, n_tokens, head_dim), rotated."""
    attention, normed = layer.self_attn, layer.input_layernorm(hidden)
    query, key, value = (
        project(normed).unflatten(-1, (-1, attention.head_dim)).transpose(1, 2)
        for project in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    query, key = apply_rotary_pos_emb(query, key, *rotation)
    return query, key, value


def _finished(layer: Any, hidden: Tensor, attended: Tensor) -> Tensor:
    """What follows the attention in a layer."""
    hidden = hidden + layer.self_attn.o_proj(attended.transpose(1, 2).flatten(2))
    return hidden + layer.mlp(layer.post_attention_layernorm(hidden))
