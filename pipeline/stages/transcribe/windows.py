"""Stretches that a song is heard in by models that hear no whole song, cut where it is quiet."""

import numpy as np
from numpy.typing import NDArray

from tools.lyrics.vocals import LEVEL_FRAME_S

_EARLIEST = 0.5
"""Ours: no stretch but the last is shorter than half of the longest."""
_QUIET_FRAMES = 6
"""Ours: 0.3 s, about a breath."""


def windows(
    levels_dbfs: NDArray[np.float32], duration_s: float, *, longest_s: float
) -> list[tuple[float, float]]:
    """Cut a song into stretches.

    Parameters
    ----------
    levels_dbfs : np.ndarray, shape (n_frames,)
        Every `tools.lyrics.vocals.LEVEL_FRAME_S`.
    duration_s : float
    longest_s : float

    Returns
    -------
    list of (float, float)
        Start and end (s); without gaps, and none longer than `longest_s`.
    """
    power = 10 ** (np.maximum(levels_dbfs, -120) / 10)
    smooth = np.convolve(power, np.ones(_QUIET_FRAMES) / _QUIET_FRAMES, mode="same")
    found = []
    start_s = 0.0
    while duration_s - start_s > longest_s:
        first = int((start_s + _EARLIEST * longest_s) / LEVEL_FRAME_S) + 1
        last = int((start_s + longest_s) / LEVEL_FRAME_S)
        cut_s = round((first + int(np.argmin(smooth[first:last]))) * LEVEL_FRAME_S, 3)
        found.append((start_s, cut_s))
        start_s = cut_s
    return [*found, (start_s, duration_s)]
