import numpy as np
import pytest

from pipeline.stages.measure.levels import LEVELS, octave_pair


@pytest.mark.parametrize(
    ("likely", "other"),
    [
        ((1.0, 0.5), 0.5),
        ((1.0, 2.0), 2.0),
        ((2.0, 1.5), 1.0),
        ((2 / 3, 1.0), 1 / 3),
        ((1.5, 1.0), None),
    ],
)
def test_a_tempo_stands_beside_its_likelier_octave(likely, other):
    chances = np.array([{likely[0]: 0.6, likely[1]: 0.3}.get(level, 0.025) for level in LEVELS])
    found = [LEVELS[index] for index in octave_pair(chances)]
    assert found == ([likely[0]] if other is None else [likely[0], other])
