"""The key of a stretch in the ears of madmom's network."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def key_probabilities(
    scores: Sequence[Sequence[float]],
    *,
    step_s: float,
    start_s: float = 0.0,
    end_s: float = float("inf"),
) -> NDArray[np.float64] | None:
    """Probabilities of the keys of a stretch.

    Parameters
    ----------
    scores : sequence of sequences of float, shape (n_steps, 24)
        `HeardKeyNetwork.key_scores`.
    step_s : float
    start_s, end_s : float, optional
        The stretch; by default all, and then the probabilities are madmom's own.

    Returns
    -------
    np.ndarray, shape (24,), or None
        C major to B major, then C minor to B minor; their sum is 1. They are the network's and
        not calibrated. None where no step has its middle in the stretch.
    """
    steps = np.array(scores, float).reshape(-1, 24)
    middles_s = (np.arange(len(steps)) + 0.5) * step_s
    chosen = steps[(middles_s >= start_s) & (middles_s < end_s)]
    if len(chosen) == 0:
        return None
    mean = chosen.mean(axis=0)
    odds = np.exp(mean - mean.max())
    probabilities: NDArray[np.float64] = odds / odds.sum()
    return probabilities
