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

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

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
    log_densities : callable
        madmom's own: from activations (n_frames, 2) to no beat, beat, downbeat (n_frames, 3).
    """

    intervals: Ints
    beat_frames: Ints
    log_change: Doubles
    first_to: Ints
    last_to: Ints
    log_densities: Callable[[NDArray[np.floating]], Doubles]


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
    from madmom.features.beats_hmm import (
        BarStateSpace,
        RNNDownBeatTrackingObservationModel,
        exponential_transition,
    )
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor as Defaults

    space = BarStateSpace(n_beats, 60.0 * fps / max_bpm, 60.0 * fps / min_bpm, Defaults.NUM_TEMPI)
    observation = RNNDownBeatTrackingObservationModel(space, Defaults.OBSERVATION_LAMBDA)
    intervals = space.state_intervals[space.first_states[0]].astype(np.int64)
    in_beat = observation.pointers >= 1
    beat_frames = [
        [
            int(in_beat[start : start + length].sum())
            for start, length in zip(starts, intervals, strict=True)
        ]
        for starts in space.first_states
    ]
    change = exponential_transition(intervals, intervals, Defaults.TRANSITION_LAMBDA)
    with np.errstate(divide="ignore"):
        log_change = np.log(change)
    reached = change > 0
    return BarModel(
        intervals=intervals,
        beat_frames=np.array(beat_frames, np.int64),
        log_change=log_change,
        first_to=reached.argmax(axis=1).astype(np.int64),
        last_to=(len(intervals) - reached[:, ::-1].argmax(axis=1)).astype(np.int64),
        log_densities=observation.log_densities,
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
    densities = model.log_densities(activations)
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


# Numba types these functions itself.
# mypy: disable-error-code="no-untyped-def, no-untyped-call"


@numba.njit(cache=True, nogil=True)
def _forward(densities, intervals, beat_frames, log_change, first_to, last_to):
    """Fill the delay lines frame by frame.

    A line has a head, the frames that observe the beat, and a tail, those that do not; each is a
    ring, so that nothing is ever moved. Returns the interval index before every beginning beat
    (n_frames, n_beats, n_intervals), the best log-likelihood, and the beat, interval index and
    position of its last state.
    """
    n_frames = len(densities)
    n_beats, n_intervals = beat_frames.shape
    head_length = beat_frames.ravel()
    tail_length = (intervals - beat_frames).ravel()
    head_at = np.concatenate((np.zeros(1, np.int64), np.cumsum(head_length)))
    tail_at = np.concatenate((np.zeros(1, np.int64), np.cumsum(tail_length)))
    uniform = np.log(1.0 / (n_beats * intervals.sum()))
    heads, tails = np.full(head_at[-1], uniform), np.full(tail_at[-1], uniform)
    head_slot, tail_slot = np.zeros_like(head_length), np.zeros_like(tail_length)
    leaving = np.empty(n_beats * n_intervals)
    entering, chosen = np.empty(n_intervals), np.empty(n_intervals, np.int64)
    from_interval = np.zeros((n_frames, n_beats, n_intervals), np.uint8)
    for t in range(n_frames):
        for line in range(len(leaving)):
            tail = tail_at[line] + tail_slot[line]
            leaving[line] = tails[tail]
            tails[tail] = heads[head_at[line] + head_slot[line]]
        tails += densities[t, 0]
        for b in range(n_beats):
            density = densities[t, 2] if b == 0 else densities[t, 1]
            first, last = b * n_intervals, (b + 1) * n_intervals
            heads[head_at[first] : head_at[last]] += density
            last_beat = (b - 1) % n_beats * n_intervals
            before = leaving[last_beat : last_beat + n_intervals]
            _enter(before, log_change, first_to, last_to, density, entering, chosen)
            from_interval[t, b] = chosen
            for i in range(n_intervals):
                heads[head_at[first + i] + head_slot[first + i]] = entering[i]
        for line in range(len(leaving)):
            head_slot[line] = (head_slot[line] + 1) * (head_slot[line] + 1 < head_length[line])
            tail_slot[line] = (tail_slot[line] + 1) * (tail_slot[line] + 1 < tail_length[line])
    best, line, position = _last_state(heads, tails, head_at, tail_at, head_slot, tail_slot)
    return from_interval, best, line // n_intervals, line % n_intervals, position


@numba.njit(cache=True, nogil=True)
def _enter(before, log_change, first_to, last_to, density, entering, chosen):
    """Best value with which every interval can begin, and the interval before; ties: the first."""
    entering[:] = -np.inf
    chosen[:] = 0
    for j in range(len(before)):
        value = before[j]
        # Slices, so that the compiler sees plain indices and uses vector instructions.
        change = log_change[j][first_to[j] : last_to[j]]
        best = entering[first_to[j] : last_to[j]]
        best_j = chosen[first_to[j] : last_to[j]]
        for i in range(len(change)):
            candidate = value + change[i] + density
            is_better = candidate > best[i]
            best[i] = candidate if is_better else best[i]
            best_j[i] = j if is_better else best_j[i]


@numba.njit(cache=True, nogil=True)
def _last_state(heads, tails, head_at, tail_at, head_slot, tail_slot):
    """Value, line and position of the best state, in the order of madmom's states."""
    best, best_line, best_position = -np.inf, 0, 0
    for line in range(len(head_slot)):
        n_head = head_at[line + 1] - head_at[line]
        n_tail = tail_at[line + 1] - tail_at[line]
        for k in range(n_head + n_tail):
            if k < n_head:
                value = heads[head_at[line] + (head_slot[line] - 1 - k) % n_head]
            else:
                value = tails[tail_at[line] + (tail_slot[line] - 1 - (k - n_head)) % n_tail]
            if value > best:
                best, best_line, best_position = value, line, k
    return best, best_line, best_position
