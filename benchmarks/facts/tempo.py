"""From quarters to seconds: steady, drifting, changing and free tempi, and pauses."""

from dataclasses import dataclass

import numpy as np

from benchmarks.facts.score import Score
from benchmarks.facts.truth import TempoKind

_STEP_Q = 0.125
"""Of the grid on which a tempo is integrated."""


@dataclass(frozen=True)
class Tempo:
    """A tempo curve on a grid, and its integral.

    Attributes
    ----------
    kind
        As told in the truth.
    grid_q, grid_s
        Positions in quarters and their times.
    bpm
        Of the felt beat, on the same grid.
    pauses
        Position in quarters and length in seconds of what is held silent between two notes.
    """

    kind: TempoKind
    grid_q: np.ndarray
    grid_s: np.ndarray
    bpm: np.ndarray
    pauses: tuple[tuple[float, float], ...] = ()

    def second(self, position_q: float) -> float:
        """The time of a position; a pause comes before what stands at its place."""
        held_s = sum(length_s for at_q, length_s in self.pauses if at_q <= position_q + 1e-6)
        return float(np.interp(position_q, self.grid_q, self.grid_s)) + held_s

    def release(self, position_q: float) -> float:
        """The time at which a note ends that lasts until a position."""
        held_s = sum(length_s for at_q, length_s in self.pauses if at_q < position_q - 1e-6)
        return float(np.interp(position_q, self.grid_q, self.grid_s)) + held_s


def make_tempo(score: Score, kind: TempoKind, rng: np.random.Generator) -> Tempo:
    """A tempo curve of a kind for a score.

    ``drift`` wanders by at most 2 % (one tempo to a listener), ``ramp`` goes to 0.7-1.4 of the
    first tempo, ``steps`` jumps once or twice by at least 12 % at a bar, ``rubato`` breathes by
    20 % and slows at the ends of phrases. Sizes: ours.
    """
    grid_q = np.arange(0, score.end_q + 8, _STEP_Q)
    share = np.ones(len(grid_q))
    place = np.clip(grid_q / score.end_q, 0, 1)
    if kind == "drift":
        waves = sum(
            rng.uniform(0.3, 1) * np.sin(2 * np.pi * (rng.uniform(0.5, 3) * place + rng.uniform()))
            for _ in range(3)
        )
        share += 0.02 * waves / np.abs(waves).max()
    elif kind == "ramp":
        to = rng.choice([rng.uniform(0.7, 0.85), rng.uniform(1.18, 1.4)])
        share = to**place
    elif kind == "steps":
        for at_q in _middle_bars(score, int(rng.integers(1, 3)), rng):
            factor = rng.choice([rng.uniform(0.6, 0.88), rng.uniform(1.14, 1.6)])
            share[grid_q >= at_q - 1e-6] *= factor
    elif kind == "rubato":
        wander = np.convolve(rng.normal(size=len(grid_q) + 63), np.hanning(64), "valid")
        share *= 1 + 0.2 * wander / np.abs(wander).max()
        phrase_q = 4 * score.bars[-1].metre.bar_q
        share *= 1 - 0.3 * np.clip((grid_q % phrase_q) / phrase_q - 0.8, 0, 1) / 0.2
    bpm = score.bpm * share
    beat_q = np.full(len(grid_q), score.bars[0].metre.beat_q)
    for bar in score.bars:
        beat_q[grid_q >= bar.start_q - 1e-6] = bar.metre.beat_q
    step_s = _STEP_Q * 60 / (bpm * beat_q)
    grid_s = np.concatenate([[0.0], np.cumsum(step_s[:-1])])
    return Tempo(kind, grid_q, grid_s, bpm)


def with_pauses(tempo: Tempo, score: Score, rng: np.random.Generator) -> Tempo:
    """The same with one or two silences of 1.5-5 s before bars."""
    pauses = tuple(
        (bar, float(rng.uniform(1.5, 5)))
        for bar in _middle_bars(score, int(rng.integers(1, 3)), rng)
    )
    return Tempo(tempo.kind, tempo.grid_q, tempo.grid_s, tempo.bpm, pauses)


def _middle_bars(score: Score, count: int, rng: np.random.Generator) -> list[float]:
    starts = [bar.start_q for bar in score.bars]
    middle = starts[len(starts) // 4 : 1 + 3 * len(starts) // 4]
    return sorted(float(q) for q in rng.choice(middle, min(count, len(middle)), replace=False))
