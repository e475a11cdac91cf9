"""Probabilities of a stretch, from the scores of its steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.stages.measure.key_opinion import key_probabilities

scores = arrays(float, st.tuples(st.integers(1, 9), st.just(24)), elements=st.floats(-50, 50))


def test_a_stretch_has_its_own_key():
    steps = np.zeros((10, 24))
    steps[:5, 0], steps[5:, 14] = 9, 9
    assert key_probabilities(steps, step_s=1.6, end_s=8).argmax() == 0
    assert key_probabilities(steps, step_s=1.6, start_s=8).argmax() == 14
    whole = key_probabilities(steps, step_s=1.6)
    assert whole[0] == pytest.approx(whole[14])


def test_the_softmax_of_one_step():
    step = np.log(np.arange(1, 25))
    np.testing.assert_allclose(key_probabilities([step], step_s=1.6), np.arange(1, 25) / 300)


@given(scores, st.integers(0, 11))
def test_they_are_probabilities_and_move_with_the_keys(steps, by):
    found = key_probabilities(steps, step_s=1.6)
    assert found.sum() == pytest.approx(1)
    moved = np.roll(steps.reshape(-1, 2, 12), by, axis=2).reshape(-1, 24)
    expected = np.roll(found.reshape(2, 12), by, axis=1).ravel()
    np.testing.assert_allclose(key_probabilities(moved, step_s=1.6), expected, atol=1e-12)


@pytest.mark.parametrize(("steps", "start_s"), [([], 0), ([[0.0] * 24], 0.81)])
def test_a_stretch_without_steps_has_none(steps, start_s):
    assert key_probabilities(steps, step_s=1.6, start_s=start_s) is None
