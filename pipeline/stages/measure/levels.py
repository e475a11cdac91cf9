"""At which level a tempo is felt: as it was tracked, or at a half, a third, double or 3:2 of it."""

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.pulse import Pulses
from pipeline.stages.measure.tempo import FittedTempo

LEVELS = (1.0, 0.5, 2.0, 2 / 3, 1.5, 1 / 3)
"""What a tracked tempo is multiplied by to have the one that may be felt."""
# L. van Noorden and D. Moelants, "Resonance in the Perception of Musical Pulse", 1999.
RESONANCE_BPM = 120.0
# Ours, in octaves: tempi of half an octave to either side are common.
_COMMON = 0.5
# Ours: the middle of the tempi that are usual, from which squared octaves count.
_USUAL_BPM = 110.0
# Ours, in octaves of onsets a beat: most music has one and a half or more.
_DENSE = 0.5
# Ours, in octaves of beats: chords of more than four beats are long.
_LONG = 2.0

Floats = NDArray[np.floating]


def octave_pair(p_of: Floats) -> tuple[int, ...]:
    """The likeliest of `LEVELS`, and the likelier of its half and its double, where there is one.

    Parameters
    ----------
    p_of : np.ndarray, shape (n_levels,)
        Chances.
    """
    best = int(p_of.argmax())
    octaves = [i for i, level in enumerate(LEVELS) if level / LEVELS[best] in (0.5, 2.0)]
    return best, *sorted(octaves, key=lambda i: -p_of[i])[:1]


def level_evidence(
    fitted: FittedTempo,
    beats_per_bar: int,
    pulses: Pulses,
    *,
    activation: float = 1.0,
    chords_last_s: float | None = None,
) -> list[Features]:
    """Features of the levels at which a tempo may be felt.

    Parameters
    ----------
    fitted : FittedTempo
        Of the tracked beats.
    beats_per_bar : int
        Of the tracked beats: beats felt in three divide bars of three or six of them.
    pulses : Pulses
        At the tracked beats.
    activation : float, optional
        Median probability that the network gives to the tracked beats, 0 to 1.
    chords_last_s : float, optional

    Returns
    -------
    list of features
        In the order of `LEVELS`.
    """
    found: list[Features] = []
    for level in LEVELS:
        features = _features(level, fitted, beats_per_bar, pulses)
        features["as_tracked"] = activation * (level == 1.0)
        if chords_last_s is not None:
            beats = np.log2(chords_last_s * level * fitted.bpm / 60.0)
            features["chords_long"] = max(0.0, float(beats) - _LONG)
        found.append(features)
    return found


def _features(
    level: float, fitted: FittedTempo, beats_per_bar: int, pulses: Pulses
) -> dict[str, float]:
    octaves = float(np.log2(level * fitted.bpm / RESONANCE_BPM))
    onsets = float(np.log2(len(pulses.low.places) / max(pulses.n_beats, 1) / level + 0.1))
    in_threes = level in (2 / 3, 1 / 3)
    beat, two_beats = 1 / level, 2 / level
    return {
        "half": float(level == 0.5),
        "three_halves": float(level == 1.5),
        "threes_of_three": float(in_threes and beats_per_bar in (3, 6)),
        "threes_of_others": float(in_threes and beats_per_bar not in (3, 6)),
        "double_of_odd": float(level == 2.0 and beats_per_bar in (5, 7)),
        "half_of_expected": pulses.beat.periodicity(1.0) * (level == 0.5),
        "from_usual": -(float(np.log2(level * fitted.bpm / _USUAL_BPM)) ** 2),
        "fast": max(0.0, octaves - _COMMON),
        "sparse": max(0.0, _DENSE - onsets),
        "expected": pulses.beat.periodicity(beat),
        "expected_in_twos": pulses.beat.periodicity(two_beats),
        "bass": pulses.low.periodicity(beat),
        "backbeat": _opposition(pulses.low.phasor(two_beats), pulses.cymbals.phasor(two_beats)),
    }


def _opposition(one: complex, other: complex) -> float:
    """1 where all of one falls between all of the other, -1 where they fall together."""
    return -float((one * other.conjugate()).real)
