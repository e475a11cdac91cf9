"""Non-negative least squares of many frames, by block principal pivoting.

Portugal, Júdice and Vicente, "A Comparison of Block Pivoting and Interior-Point Algorithms for
Linear Least Squares Problems with Nonnegative Variables", Mathematics of Computation 63, 1994.
The solution is unique, so that the way to it makes no difference; it starts at that of the frame
before, which is seldom far.
"""

import numba
import numpy as np

_FULL_EXCHANGES = 3
"""Exchanges of the whole block without progress, before single ones: the authors' choice."""
_ZERO = 1e-12
"""Below, rounding decides: amplitudes are of the order of 1."""

# Numba types these functions itself.
# mypy: disable-error-code="no-untyped-def, no-untyped-call"


@numba.njit(cache=True, nogil=True)
def solve_frames(gram, targets, is_candidate):
    """Amplitudes of least squared error that are not negative.

    Parameters
    ----------
    gram : np.ndarray, shape (n_columns, n_columns)
        Products of the dictionary's columns with each other.
    targets : np.ndarray, shape (n_frames, n_columns)
        Products of every frame with the dictionary's columns.
    is_candidate : np.ndarray, shape (n_frames, n_columns), bool
        The columns that may be used at all.

    Returns
    -------
    np.ndarray, shape (n_frames, n_columns)
    """
    found = np.zeros(targets.shape)
    for t in range(len(targets)):
        candidates = np.nonzero(is_candidate[t])[0]
        if len(candidates) == 0:
            continue
        start = found[max(t - 1, 0)][candidates] > 0
        normal = np.ascontiguousarray(gram[candidates][:, candidates])
        found[t][candidates] = _pivot(normal, targets[t][candidates], start)
    return found


@numba.njit(cache=True, nogil=True)
def _pivot(gram, target, is_active):
    """Exchange notes between active and zero until none is negative or would better be active."""
    n = len(target)
    fewest, tries = n + 1, _FULL_EXCHANGES
    while True:
        amplitude = np.zeros(n)
        active = np.nonzero(is_active)[0]
        if len(active) > 0:
            amplitude[active] = _cholesky_solve(gram[active][:, active], target[active])
        gain = target - gram @ amplitude
        is_wrong = np.where(is_active, amplitude < -_ZERO, gain > _ZERO)
        wrong = np.nonzero(is_wrong)[0]
        if len(wrong) == 0:
            return np.where(is_active, np.maximum(amplitude, 0.0), 0.0)
        if len(wrong) < fewest:
            fewest, tries = len(wrong), _FULL_EXCHANGES
        elif tries > 0:
            tries -= 1
        else:
            wrong = wrong[-1:]
        for i in wrong:
            is_active[i] = not is_active[i]


@numba.njit(cache=True, nogil=True)
def _cholesky_solve(matrix, target):
    """Solution of a small symmetric positive definite system."""
    n = len(target)
    lower, x = matrix.copy(), target.copy()
    for i in range(n):
        for j in range(i + 1):
            value = lower[i, j]
            for k in range(j):
                value -= lower[i, k] * lower[j, k]
            lower[i, j] = np.sqrt(value) if i == j else value / lower[j, j]
        for k in range(i):
            x[i] -= lower[i, k] * x[k]
        x[i] /= lower[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            x[i] -= lower[k, i] * x[k]
        x[i] /= lower[i, i]
    return x
