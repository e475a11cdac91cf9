"""The objective of GRPO: answers better than their group are made likelier, within bounds.

Source: *DeepSeekMath* (arXiv 2402.03300), equations 3 and 4, which the paper follows: advantages
are rewards less the group's mean over its standard deviation, and each answer counts the same
however long it is (the mean over its tokens, then over answers).
"""

import torch
from torch import Tensor

# TRL's; it keeps groups of equal rewards at 0.
_SMALLEST_STD = 1e-4


def advantages(rewards: Tensor) -> Tensor:
    """How much better each answer is than its group.

    Parameters
    ----------
    rewards : Tensor, shape (group,)

    Returns
    -------
    Tensor, shape (group,)
        Of mean 0; all 0 where the rewards are equal.
    """
    return (rewards - rewards.mean()) / (rewards.std() + _SMALLEST_STD)


def group_loss(
    logps: Tensor,
    old: Tensor,
    reference: Tensor | None,
    lengths: Tensor,
    advantage: Tensor,
    *,
    epsilon: float,
    beta: float,
) -> tuple[Tensor, dict[str, float]]:
    """The loss of a group's answers, summed over them: who calls divides by all answers of a step.

    Parameters
    ----------
    logps, old : Tensor, shape (n_said,)
        Log-probabilities of the tokens of all answers, one answer behind the other: now, and when
        the answers were drawn.
    reference : Tensor or None, shape (n_said,)
        Those of the start; None without a KL.
    lengths : Tensor, shape (group,)
        Tokens of each answer.
    advantage : Tensor, shape (group,)
    epsilon : float
        The ratio to the old probability is clipped to ``1 ± epsilon``.
    beta : float
        Weight of the KL to the start.

    Returns
    -------
    loss : Tensor, shape ()
    measured : dict
        `kl` and `clipped`, the share of tokens at the bound: sums over answers of means over
        tokens.
    """
    of_token = advantage.repeat_interleave(lengths)
    ratio = (logps - old).exp()
    bounded = ratio.clamp(1 - epsilon, 1 + epsilon)
    losses = -torch.minimum(ratio * of_token, bounded * of_token)
    is_clipped = (bounded * of_token < ratio * of_token).float()
    measured = {"clipped": _sum_of_means(is_clipped, lengths).item()}
    if reference is not None:
        apart = reference - logps
        kl = apart.exp() - apart - 1
        losses = losses + beta * kl
        measured["kl"] = _sum_of_means(kl.detach(), lengths).item()
    return _sum_of_means(losses, lengths), measured


def _sum_of_means(values: Tensor, lengths: Tensor) -> Tensor:
    weights = (1 / lengths.to(values.dtype)).repeat_interleave(lengths)
    return (values * weights).sum()
