import numpy as np
import pytest

from pipeline.stages.measure.cross_rhythm import three_against_four
from pipeline.stages.measure.pulse import Pulse, Pulses

N_BEATS = 65
KIT = (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)
NONE = {
    "a kit": KIT,
    "tresillo": (*KIT, 0.75, 2.25),
    "triplets": tuple(np.arange(12) / 3),
    "swing": (0, 2 / 3, 1, 5 / 3, 2, 8 / 3, 3, 11 / 3),
    "shuffled backbeat": (*KIT, 5 / 3, 11 / 3),
    "sixteenths": tuple(np.arange(16) / 4),
}


def _pulses(places, first=0):
    """Strokes over four beats, 1/100 beat loose, one in twenty left out."""
    rng = np.random.default_rng(0)
    at = np.sort([bar * 4 + (place + first) % 4 for bar in range(N_BEATS // 4) for place in places])
    at = at[rng.random(len(at)) > 0.05]
    pulse = Pulse(at + rng.normal(0, 0.01, len(at)), rng.uniform(0.8, 1.2, len(at)))
    quiet = Pulse(np.empty(0), np.empty(0))
    return Pulses(low=quiet, cymbals=quiet, high=pulse, beat=pulse, n_beats=N_BEATS)


@pytest.mark.parametrize("first", range(4))
def test_three_strokes_over_four_beats_are_told_with_their_place(first):
    found = three_against_four(_pulses((*KIT, 4 / 3, 8 / 3), first))
    assert found is not None
    assert found.first_beat == first
    assert found.share > 0.9


@pytest.mark.parametrize("name", NONE)
def test_other_rhythm_has_none(name):
    assert three_against_four(_pulses(NONE[name])) is None


def test_silence_has_none():
    assert three_against_four(_pulses(())) is None
