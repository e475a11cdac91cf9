"""A question and its answers as one row: the prompt once, the answers branching from its end.

Each answer attends to the prompt and to itself, at the positions that it would have behind the
prompt alone. So the sound is encoded once for all answers, and the prompt read once by each layer:
of a song of 6,000 tokens and five answers of 500, 8,500 tokens are computed in place of 32,500.
"""

from collections.abc import Sequence
from types import MethodType
from typing import Any

import torch
from torch import Tensor
from torch.distributed.fsdp import register_fsdp_forward_method

from training.loss import label_logps


def branched(inputs: dict[str, Tensor], answers: Sequence[Tensor]) -> dict[str, Any]:
    """Inputs of a forward of a question and its answers.

    Parameters
    ----------
    inputs : dict
        `input_ids` of the prompt, of shape (1, n_prompt), and its sound, as the processor makes
        them.
    answers : sequence of Tensor
        Their tokens, each of shape (n_tokens,) with at least one.

    Returns
    -------
    dict
        Besides the sound: `input_ids` and `position_ids` of shape (1, n_all); `key_index`, which
        keys a query may see in the order of the queries' segments, with the lengths of the segments
        in the names of flash attention; `sources`, where each answer's token is predicted, and
        `labels`, which it is, both of shape (n_said,).
    """
    prompt = inputs["input_ids"][0]
    n_prompt, device = len(prompt), prompt.device
    lengths = [n_prompt, *(len(answer) for answer in answers)]
    starts = [0, *torch.tensor(lengths).cumsum(0).tolist()]
    own = [torch.arange(start, start + n) for start, n in zip(starts, lengths, strict=False)]
    shared = own[0]
    keys = [shared, *(torch.cat([shared, each]) for each in own[1:])]
    sources = [torch.cat([shared[-1:], each[:-1]]) for each in own[1:]]
    positions = [shared, *(torch.arange(n_prompt, n_prompt + n) for n in lengths[1:])]
    n_keys = [len(each) for each in keys]
    text = {"input_ids", "attention_mask"}
    sound = {name: value for name, value in inputs.items() if name not in text}
    return sound | {
        "input_ids": torch.cat([prompt, *answers])[None],
        "position_ids": torch.cat(positions)[None].to(device),
        "key_index": torch.cat(keys).to(device),
        "cu_seq_lens_q": _ends(lengths).to(device),
        "cu_seq_lens_k": _ends(n_keys).to(device),
        "max_length_q": max(lengths),
        "max_length_k": max(n_keys),
        "sources": torch.cat(sources).to(device),
        "labels": torch.cat(list(answers)),
    }


def add_branch_logps(model: Any) -> None:
    """Give a model a forward ``model.branch_logps(temperature=…, **branched(…))``.

    It returns the log-probability of each answer's tokens, of shape (n_said,), in float32. FSDP
    gathers the weights for it as for ``model(…)``.
    """
    model.branch_logps = MethodType(_branch_logps, model)
    register_fsdp_forward_method(model, "branch_logps")


def _branch_logps(
    model: Any, sources: Tensor, labels: Tensor, temperature: float, **inputs: Any
) -> Tensor:
    hidden = model.model(**inputs, use_cache=False).last_hidden_state[0]
    return label_logps(hidden[sources], model.lm_head.weight, labels, temperature)


def _ends(lengths: Sequence[int]) -> Tensor:
    return torch.tensor([0, *lengths]).cumsum(0).to(torch.int32)
