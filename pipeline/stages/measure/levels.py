"""At which level a tempo is felt: as it was tracked, or at a half, a third, double or 3:2 of it."""

import numpy as np

from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.pulse import Pulses
from pipeline.stages.measure.tempo import FittedTempo

LEVELS = (1.0, 0.5, 2.0, 2 / 3, 1.5, 1 / 3)
"""What a tracked tempo is multiplied by to have the one that may be felt."""
# L. van Noorden and D. Moelants, "Resonance in the Perception of Musical Pulse", 1999.
RESONANCE_BPM = 120.0
# Ours, in octaves: tempi of half an octave to either side are common.
_COMMON = 0.5
# Ours, in octaves of onsets a beat: most music has one and a half or more.
_DENSE = 0.5


def level_evidence(fitted: FittedTempo, beats_per_bar: int, pulses: Pulses) -> list[Features]:
    """Features of the levels at which a tempo may be felt.

    Parameters
    ----------
    fitted : FittedTempo
        Of the tracked beats.
    beats_per_bar : int
        Of the tracked beats: beats felt in three divide bars of three or six of them.
    pulses : Pulses
        At the tracked beats.

    Returns
    -------
    list of features
        In the order of `LEVELS`.
    """
    return [_features(level, fitted, beats_per_bar, pulses) for level in LEVELS]


def _features(
    level: float, fitted: FittedTempo, beats_per_bar: int, pulses: Pulses
) -> dict[str, float]:
    octaves = float(np.log2(level * fitted.bpm / RESONANCE_BPM))
    onsets = float(np.log2(len(pulses.low.places) / max(pulses.n_beats, 1) / level + 0.1))
    in_threes = level in (2 / 3, 1 / 3)
    return {
        "half": float(level == 0.5),
        "double": float(level == 2.0),
        "three_halves": float(level == 1.5),
        "threes_of_three": float(in_threes and beats_per_bar in (3, 6)),
        "threes_of_others": float(in_threes and beats_per_bar not in (3, 6)),
        "double_of_odd": float(level == 2.0 and beats_per_bar in (5, 7)),
        "half_of_expected": pulses.beat.periodicity(1.0) * (level == 0.5),
        "from_resonance": -abs(octaves),
        "slow": max(0.0, -octaves - _COMMON),
        "fast": max(0.0, octaves - _COMMON),
        "sparse": max(0.0, _DENSE - onsets),
        "expected": pulses.beat.periodicity(1 / level),
        "bass": pulses.low.periodicity(1 / level),
    }
