"""Log-probabilities of labels without a table of (tokens, vocabulary).

At 24k tokens and 152k words such a table takes 15 GB in float32, and its gradient as much again.
Here the head is applied to a chunk of tokens at a time, once in the forward and once more in the
backward, and to those tokens only that have a label.
"""

from types import MethodType
from typing import Any

import torch
from torch import Tensor
from torch.distributed.fsdp import register_fsdp_forward_method
from torch.nn import functional

NO_LABEL = -100
_CHUNK_TOKENS = 1024  # 0.6 GB of float32 logits at 152k words


def add_label_logps(model: Any) -> None:
    """Give a model a forward ``model.label_logps(labels=…, temperature=1.0, **inputs)``.

    It returns the log-probability of each label that is not ``NO_LABEL``, in their order, of shape
    (n_labels,) and in float32. FSDP gathers the weights for it as for ``model(…)``.
    """
    model.label_logps = MethodType(_label_logps, model)
    register_fsdp_forward_method(model, "label_logps")


def _label_logps(model: Any, labels: Tensor, temperature: float = 1.0, **inputs: Any) -> Tensor:
    hidden = model.model(**inputs, use_cache=False).last_hidden_state[:, :-1]
    following = labels[:, 1:]
    kept = following != NO_LABEL
    return label_logps(hidden[kept], model.lm_head.weight, following[kept], temperature)


def label_logps(hidden: Tensor, head: Tensor, labels: Tensor, temperature: float = 1.0) -> Tensor:
    """Log-probabilities of labels.

    Parameters
    ----------
    hidden : Tensor, shape (n_tokens, width)
    head : Tensor, shape (n_words, width)
    labels : Tensor, shape (n_tokens,)
    temperature : float

    Returns
    -------
    Tensor, shape (n_tokens,), float32
    """
    return _LabelLogps.apply(hidden, head, labels, temperature)


class _LabelLogps(torch.autograd.Function):
    """Keeps hidden states and nothing of the vocabulary's size."""

    @staticmethod
    def forward(
        context: Any, hidden: Tensor, head: Tensor, labels: Tensor, temperature: float
    ) -> Tensor:
        context.save_for_backward(hidden, head, labels)
        context.temperature = temperature
        logps = [
            -functional.cross_entropy(
                functional.linear(part, head).float() / temperature, said, reduction="none"
            )
            for part, said in _chunks(hidden, labels)
        ]
        return torch.cat(logps) if logps else hidden.new_zeros(0, dtype=torch.float32)

    @staticmethod
    def backward(context: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        hidden, head, labels = context.saved_tensors
        grad_hidden = torch.zeros_like(hidden)
        # Chunks are added up in float32, and rounded once.
        grad_head = head.new_zeros(head.shape, dtype=torch.float32)
        for start, (part, said) in enumerate(_chunks(hidden, labels)):
            here = slice(start * _CHUNK_TOKENS, start * _CHUNK_TOKENS + len(part))
            logits = functional.linear(part, head).float() / context.temperature
            grad_logits = -logits.softmax(-1)
            grad_logits.scatter_add_(1, said[:, None], torch.ones_like(grad_logits[:, :1]))
            grad_logits *= grad[here, None] / context.temperature
            rounded = grad_logits.to(head.dtype)
            grad_hidden[here] = rounded @ head
            if context.needs_input_grad[1]:
                grad_head += rounded.T @ part
        is_head_trained = context.needs_input_grad[1]
        return grad_hidden, grad_head.to(head.dtype) if is_head_trained else None, None, None


def _chunks(hidden: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    parts = zip(hidden.split(_CHUNK_TOKENS), labels.split(_CHUNK_TOKENS), strict=True)
    return [(part, said) for part, said in parts if len(part)]
