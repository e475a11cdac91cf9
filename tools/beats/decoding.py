"""Viterbi decoding in the bar-pointer model of madmom, using its structure.

A state is (beat of the bar, interval, position). Inside a beat a state only moves on by one, so
the states of one (beat, interval) are a delay line: a value enters it, gathers the density of
every frame, and leaves after `interval` frames. Only where a beat begins is there a choice, of
the interval before. madmom's additions are done in madmom's order, so the path is identical to
the last bit, while the work a frame falls from all transitions of all states to two vector
additions and a small maximum.

Krebs, Böck and Widmer, "An Efficient State-Space Model for Joint Tempo and Meter Tracking",
ISMIR 2015.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class BarModel:
    """madmom's model of bars with a given number of beats.

    Attributes
    ----------
    intervals : np.ndarray, shape (n_intervals,)
        Frames per beat, increasing.
    beat_frames : np.ndarray, shape (n_beats, n_intervals)
        How many of them observe the beat; the rest observe that there is none.
    log_change : np.ndarray, shape (n_intervals, n_intervals)
        Logarithm of the probability of an interval (column) after another (row).
    first_to, last_to : np.ndarray, shape (n_intervals,)
        The columns of each row that can be reached.
    model : madmom's own `HiddenMarkovModel`
    """

    intervals: Ints
    beat_frames: Ints
    log_change: Doubles
    first_to: Ints
    last_to: Ints
    model: Any


@dataclass(frozen=True)
class BarPath:
    """The best path through a `BarModel`.

    Attributes
    ----------
    log_likelihood : float
    beats : np.ndarray, shape (n,)
        The beat of the bar, from 0, of every beat on the path.
    starts : np.ndarray, shape (n,)
        Frame in which it begins; the first may be negative.
    stops : np.ndarray, shape (n,)
        First frame that does not observe it any more.
    """

    log_likelihood: float
    beats: Ints
    starts: Ints
    stops: Ints


@lru_cache(maxsize=32)
def bar_model(n_beats: int, min_bpm: float, max_bpm: float, fps: int) -> BarModel:
    """The model of bars of `n_beats`, read from madmom's own objects."""
    import_madmom()
    from madmom.features.beats_hmm import exponential_transition
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor

    processor = DBNDownBeatTrackingProcessor(
        beats_per_bar=[n_beats], min_bpm=min_bpm, max_bpm=max_bpm, fps=fps
    )
    model = processor.hmms[0]
    space = model.transition_model.state_space
    intervals = space.state_intervals[space.first_states[0]].astype(np.int64)
    in_beat = model.observation_model.pointers >= 1
    beat_frames = [
        [int(in_beat[start : start + length].sum()) for start, length in zip(starts, intervals)]
        for starts in space.first_states
    ]
    change = exponential_transition(
        intervals, intervals, model.transition_model.transition_lambda[0]
    )
    with np.errstate(divide="ignore"):
        log_change = np.log(change)
    reached = change > 0
    return BarModel(
        intervals=intervals,
        beat_frames=np.array(beat_frames, np.int64),
        log_change=log_change,
        first_to=reached.argmax(axis=1).astype(np.int64),
        last_to=(len(intervals) - reached[:, ::-1].argmax(axis=1)).astype(np.int64),
        model=model,
    )


def decode(model: BarModel, activations: NDArray[np.floating]) -> BarPath:
    """Best path for the activations.

    Parameters
    ----------
    model : BarModel
    activations : np.ndarray, shape (n_frames, 2)
        Beat and downbeat probabilities.

    Returns
    -------
    BarPath
    """
    densities = np.asarray(model.model.observation_model.log_densities(activations), np.float64)
    from_interval, best, beat, interval, position = _forward(
        densities,
        model.intervals,
        model.beat_frames,
        model.log_change,
        model.first_to,
        model.last_to,
    )
    beats, starts, stops = [], [], []
    start = len(densities) - 1 - position
    while True:
        beats.append(beat)
        starts.append(start)
        stops.append(min(start + int(model.beat_frames[beat, interval]), len(densities)))
        if start <= 0:
            break
        interval = int(from_interval[start, beat, interval])
        beat = (beat - 1) % len(model.beat_frames)
        start -= int(model.intervals[interval])
    return BarPath(
        float(best), np.array(beats[::-1]), np.array(starts[::-1]), np.array(stops[::-1])
    )


@numba.njit(cache=True, nogil=True)
def _forward(  # type: ignore[no-untyped-def]  # numba types it
    densities, intervals, beat_frames, log_change, first_to, last_to
):
    """Fill the delay lines frame by frame.

    Returns the interval index before every beginning beat (n_frames, n_beats, n_intervals), the
    best log-likelihood, and the beat, interval index and position of its last state.
    """
    n_frames = len(densities)
    n_beats, n_intervals = beat_frames.shape
    head_at = np.zeros(n_beats * n_intervals + 1, np.int64)
    tail_at = np.zeros(n_beats * n_intervals + 1, np.int64)
    for b in range(n_beats):
        for i in range(n_intervals):
            line = b * n_intervals + i
            head_at[line + 1] = head_at[line] + beat_frames[b, i]
            tail_at[line + 1] = tail_at[line] + intervals[i] - beat_frames[b, i]
    uniform = np.log(1.0 / (n_beats * intervals.sum()))
    heads = np.full(head_at[-1], uniform)
    tails = np.full(tail_at[-1], uniform)
    head_slot = np.zeros(n_beats * n_intervals, np.int64)
    tail_slot = np.zeros(n_beats * n_intervals, np.int64)
    leaving = np.empty((n_beats, n_intervals))
    entering = np.empty(n_intervals)
    chosen = np.empty(n_intervals, np.int64)
    from_interval = np.zeros((n_frames, n_beats, n_intervals), np.uint8)
    for t in range(n_frames):
        for line in range(n_beats * n_intervals):
            head, tail = head_at[line] + head_slot[line], tail_at[line] + tail_slot[line]
            leaving[line // n_intervals, line % n_intervals] = tails[tail]
            tails[tail] = heads[head]
        tails += densities[t, 0]
        for b in range(n_beats):
            density = densities[t, 2] if b == 0 else densities[t, 1]
            heads[head_at[b * n_intervals] : head_at[(b + 1) * n_intervals]] += density
            before = leaving[b - 1]
            entering[:] = -np.inf
            chosen[:] = 0
            for j in range(n_intervals):
                value = before[j]
                change = log_change[j]
                for i in range(first_to[j], last_to[j]):
                    candidate = value + change[i] + density
                    better = candidate > entering[i]
                    entering[i] = candidate if better else entering[i]
                    chosen[i] = j if better else chosen[i]
            for i in range(n_intervals):
                line = b * n_intervals + i
                heads[head_at[line] + head_slot[line]] = entering[i]
                from_interval[t, b, i] = chosen[i]
        for line in range(n_beats * n_intervals):
            n_head = head_at[line + 1] - head_at[line]
            n_tail = tail_at[line + 1] - tail_at[line]
            head_slot[line] = head_slot[line] + 1 if head_slot[line] + 1 < n_head else 0
            tail_slot[line] = tail_slot[line] + 1 if tail_slot[line] + 1 < n_tail else 0
    best, best_line, best_position = -np.inf, 0, 0
    for line in range(n_beats * n_intervals):
        n_head = head_at[line + 1] - head_at[line]
        n_tail = tail_at[line + 1] - tail_at[line]
        for k in range(n_head + n_tail):
            if k < n_head:
                value = heads[head_at[line] + (head_slot[line] - 1 - k) % n_head]
            else:
                value = tails[tail_at[line] + (tail_slot[line] - 1 - (k - n_head)) % n_tail]
            if value > best:
                best, best_line, best_position = value, line, k
    return from_interval, best, best_line // n_intervals, best_line % n_intervals, best_position
