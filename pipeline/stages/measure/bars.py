"""Bars of a recording, and what is heard in each: the ground on which a form is found."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from schemas.facts import Beat

# Ours: a bar of four at 120 BPM; where no bars are known, as long as one is.
USUAL_BAR_S = 2.0
# Ours: as many as make one sure that the bars of a minute are known.
MIN_DOWNBEATS = 16
# Ours: eighths of a bar of four.
PARTS_PER_BAR = 8
# Ours: a longer one has lost its downbeat.
_LONGEST_BAR = 1.5

Floats = NDArray[np.floating]


def bar_edges(beats: Sequence[Beat] | None, *, span_s: tuple[float, float]) -> Floats:
    """Where bars start and end.

    Parameters
    ----------
    beats : sequence of Beat or None
        Where too few downbeats are known, bars of about `USUAL_BAR_S` take their place.
    span_s : (float, float)
        Where music starts and ends; it is covered without gaps.

    Returns
    -------
    np.ndarray, shape (n_bars + 1,)
        Increasing. Gaps between downbeats are filled evenly; bars of twice `USUAL_BAR_S` and more
        are halved.
    """
    first_s, last_s = span_s
    beats = [each for each in beats or [] if first_s <= each.time_s <= last_s]
    downbeats = np.array([each.time_s for each in beats if each.bar_position == 1])
    if len(downbeats) < MIN_DOWNBEATS:
        return np.linspace(first_s, last_s, 1 + max(1, round((last_s - first_s) / USUAL_BAR_S)))
    bar_s = float(np.median(np.diff(downbeats)))
    n_parts = 2 ** max(0, int(np.log2(bar_s / USUAL_BAR_S)))
    bar_s /= n_parts
    inner = [
        np.linspace(start_s, end_s, _n_bars(end_s - start_s, bar_s, n_parts), endpoint=False)
        for start_s, end_s in pairwise(downbeats)
    ]
    before = np.arange(downbeats[0] - bar_s, first_s, -bar_s)[::-1]
    after = np.arange(downbeats[-1], last_s, bar_s)
    edges = np.concatenate([before, *inner, after])
    is_inside = (edges > first_s + bar_s / 2) & (edges < last_s - bar_s / 2)
    return np.concatenate([[first_s], edges[is_inside], [last_s]])


def _n_bars(gap_s: float, bar_s: float, n_parts: int) -> int:
    is_gap = gap_s > _LONGEST_BAR * bar_s * n_parts
    return max(1, round(gap_s / bar_s)) if is_gap else n_parts


def barwise(steps: Floats, edges_s: Floats, *, step_s: float) -> Floats:
    """Features of every part of every bar, in one row a bar.

    Marmoret, Cohen, Bimbot, "Barwise Music Structure Analysis with the Correlation Block-Matching
    Segmentation Algorithm", TISMIR 6(1), 2023.

    Parameters
    ----------
    steps : np.ndarray, shape (n_steps, n_features)
    edges_s : np.ndarray, shape (n_bars + 1,)
    step_s : float
        Time from one step to the next; the first starts at 0.

    Returns
    -------
    np.ndarray, shape (n_bars, PARTS_PER_BAR * n_features)
    """
    n_bars = len(edges_s) - 1
    places = np.arange(n_bars * PARTS_PER_BAR + 1) / PARTS_PER_BAR
    times = np.interp(places, np.arange(n_bars + 1), edges_s) / step_s
    sums = np.vstack([np.zeros(steps.shape[1]), np.cumsum(steps, axis=0)])
    counts = np.arange(len(sums))
    at_times = np.stack([np.interp(times, counts, column) for column in sums.T], axis=1)
    means = np.diff(at_times, axis=0) / np.diff(times)[:, None]
    rows: Floats = means.reshape(n_bars, -1)
    return rows
