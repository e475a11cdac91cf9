"""How often chords change, and when: what harmony says of bars and of the level of a tempo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.measure.harmony import ChordSpan
from schemas.chords import NO_CHORD

# Ours: what is shorter is a passing note, or an error.
_SHORTEST_S = 0.15
# Ours: a change is heard in the first moments of a recording where nothing was before.
_START_S = 0.3

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HarmonicRhythm:
    """Changes of chord.

    Attributes
    ----------
    changes_s : tuple of np.ndarray
        Times at which chords begin, in the ears of each tool.
    lasts_s : float or None
        For how long chords last, as a geometric mean over the time of the tools' chords.
    """

    changes_s: tuple[Floats, ...] = ()
    lasts_s: float | None = None


UNKNOWN = HarmonicRhythm()


def harmonic_rhythm(*heard: Sequence[ChordSpan]) -> HarmonicRhythm:
    """Changes of the chords that one or more tools heard.

    Parameters
    ----------
    *heard : sequence of ChordSpan
        Of one tool each; empty where it heard none.
    """
    lasting = [length for chords in heard if (length := _lasting_s(chords)) is not None]
    return HarmonicRhythm(
        changes_s=tuple(
            np.array([each.start_s for each in chords if each.start_s > _START_S])
            for chords in heard
        ),
        lasts_s=float(np.exp(np.mean(np.log(lasting)))) if lasting else None,
    )


def _lasting_s(chords: Sequence[ChordSpan]) -> float | None:
    lengths_s = [each.end_s - each.start_s for each in chords if each.label != NO_CHORD]
    long_s = [each for each in lengths_s if each > _SHORTEST_S]
    return float(np.exp(np.average(np.log(long_s), weights=long_s))) if long_s else None
