"""Three against four: strokes that divide every four beats in three, where beats are not in thirds.

The second and the third of them fall on thirds of beats that nothing else plays.
"""

from itertools import product

from pipeline.stages.measure.pulse import Pulse, Pulses
from schemas.facts import CrossRhythm

MIN_SHARE = 0.7
"""Ours: no music without three against four has as much (docs/facts.md)."""
# Ours: of the onsets' weight at either of the two; less is chance.
_MIN_WEIGHT = 0.02
# Ours, of the same weight: two thirds alone, hardly heard, are no cross rhythm.
_LEAST = 0.004


def three_against_four(pulses: Pulses) -> CrossRhythm | None:
    """Three strokes over four beats; None where none are surely heard.

    Parameters
    ----------
    pulses : Pulses
    """
    best = best_cross_rhythm(pulses)
    return best if best.share >= MIN_SHARE else None


def best_cross_rhythm(pulses: Pulses) -> CrossRhythm:
    """Where three strokes over four beats are heard most, in the bass, above it, or in cymbals."""
    found = product((pulses.low, pulses.high, pulses.cymbals), range(4))
    return max((_heard(*each) for each in found), key=lambda each: each.share)


def _heard(pulse: Pulse, first_beat: int) -> CrossRhythm:
    """The fainter of both strokes against the mean of the six other thirds in four beats."""
    thirds = [pulse.share_at((first_beat + k / 3,), period=4) for k in range(12) if k % 3]
    strokes = [thirds.pop(5), thirds.pop(2)]  # of 1, 2, 4, 5, 7, 8, 10 and 11: the 8th and 4th
    fainter, others = min(strokes), sum(thirds) / len(thirds)
    share = fainter / (fainter + others + _LEAST) if fainter > _MIN_WEIGHT else 0.0
    return CrossRhythm(first_beat=first_beat, share=share)
