"""The best path through a conditional random field, compiled."""

# Numba types this function itself.
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def best_path(scores, initial, transition, final):
    """Viterbi path; as in madmom, a transition comes before every frame, the first one, too."""
    n_frames, n_states = scores.shape
    came_from = np.zeros((n_frames, n_states), np.uint8)
    before, now = initial.copy(), np.empty(n_states)
    for t in range(n_frames):
        for to in range(n_states):
            best = 0
            for state in range(1, n_states):
                if before[state] + transition[state, to] > before[best] + transition[best, to]:
                    best = state
            came_from[t, to] = best
            now[to] = scores[t, to] + before[best] + transition[best, to]
        before[:] = now
    path = np.empty(n_frames, np.int64)
    state = int(np.argmax(before + final))
    for t in range(n_frames - 1, -1, -1):
        path[t] = state
        state = came_from[t, state]
    return path
