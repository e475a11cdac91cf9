import numpy as np
import pytest

from pipeline.stages.measure.pulse import Pulse, Pulses
from pipeline.stages.measure.time_line import STANDARD_BELL, time_line_of

N_BEATS = 65
NONE = {
    "son clave": (4, "x--x--x---x-x---"),
    "son clave over two bars": (2, "x--x--x---x-x---"),
    "bossa clave": (4, "x--x--x---x--x--"),
    "eighths": (2, "x-x-x-x-x-x-x-x-"),
    "backbeat": (4, "----x-------x---"),
    "tresillo": (4, "x--x--x-x--x--x-"),
    "techno": (4, "--x---x---x---x-"),
    "cascara of one bar": (4, "x-x-xx-xx-x-xx-x"),
    "triplets": (3, "x-xx-xx-xx-x"),
    "seven eighths": (2, "x---x-x-x---x-"),
}


def _pulses(per_beat, steps, *, kit=True, seed=0):
    """A line and hi-hats in eighths or triplets, 1/50 beat loose, one stroke in twenty left out."""
    rng = np.random.default_rng(seed)
    heights = np.zeros((N_BEATS - 1) * per_beat)
    for index in range(len(heights)):
        if steps[index % len(steps)] == "x" and rng.random() > 0.05:
            heights[index] += 1.0
        if kit and (per_beat == 3 or index % (per_beat // 2) == 0):
            heights[index] += 0.4
    places = np.flatnonzero(heights) / per_beat
    weights = heights[heights > 0] * rng.uniform(0.8, 1.2, len(places))
    pulse = Pulse(places + rng.normal(0, 0.02, len(places)), weights)
    return Pulses(low=pulse, cymbals=pulse, high=pulse, beat=pulse, n_beats=N_BEATS)


@pytest.mark.parametrize("turned", range(12))
@pytest.mark.parametrize("per_beat", [2, 3])
def test_the_bell_is_told_with_its_place(per_beat, turned):
    found = time_line_of(_pulses(per_beat, STANDARD_BELL[turned:] + STANDARD_BELL[:turned]))
    assert found is not None
    assert found.beats == 12 / per_beat
    assert found.first_beat == (-turned % 12) / per_beat


@pytest.mark.parametrize("name", NONE)
@pytest.mark.parametrize("kit", [True, False])
def test_other_rhythm_has_none(name, kit):
    assert time_line_of(_pulses(*NONE[name], kit=kit)) is None


def test_chance_has_none():
    rng = np.random.default_rng(0)
    for seed in range(50):
        steps = "".join(rng.choice(["x", "-"], (N_BEATS - 1) * 3))
        assert time_line_of(_pulses(3, steps, seed=seed)) is None


@pytest.mark.parametrize("n_beats, is_told", [(21, False), (25, True)])
def test_five_turns_are_too_few(n_beats, is_told):
    whole = _pulses(3, STANDARD_BELL)
    inside = whole.cymbals.places < n_beats - 1
    pulse = Pulse(whole.cymbals.places[inside], whole.cymbals.weights[inside])
    first = Pulses(low=pulse, cymbals=pulse, high=pulse, beat=pulse, n_beats=n_beats)
    assert (time_line_of(first) is not None) == is_told
