import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.views.evaluate.reliability import (
    calibration_error,
    coverage_at,
    q_value_curve,
    reliability_bins,
    wilson_interval,
)

rng = np.random.default_rng(0)


def honest(n=20_000):
    p_right = rng.uniform(0, 1, n)
    return p_right, rng.uniform(0, 1, n) < p_right


def test_honest_chances_have_hardly_any_error_and_others_have():
    p_right, is_right = honest()
    assert calibration_error(p_right, is_right) < 0.02
    assert calibration_error(np.sqrt(p_right), is_right) > 0.1
    assert sum(each.n for each in reliability_bins(p_right, is_right)) == len(p_right)


def test_a_bound_on_the_q_value_bounds_the_share_of_wrong_ones():
    p_right, is_right = honest()
    curve = q_value_curve(p_right, is_right)
    unseen, unseen_right = honest()
    q_values = np.interp(unseen, *np.array(curve).T)
    for max_wrong in (0.05, 0.1, 0.3):
        stated = q_values <= max_wrong
        assert stated.mean() > max_wrong
        assert 1 - unseen_right[stated].mean() == pytest.approx(max_wrong, abs=0.02)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_surer_is_never_wronger(values):
    p_right, is_right = (np.array(each) for each in zip(*values, strict=True))
    curve = q_value_curve(p_right, is_right)
    assert [p for p, _ in curve] == sorted({p for p, _ in curve})
    assert [q for _, q in curve] == sorted((q for _, q in curve), reverse=True)
    assert all(0 < q <= 1 for _, q in curve)


def test_coverage_is_the_most_that_may_be_stated():
    p_right = np.array([0.9, 0.8, 0.7, 0.6])
    is_right = np.array([True, True, False, True])
    assert coverage_at(p_right, is_right, max_wrong=0.0) == 0.5
    assert coverage_at(p_right, is_right, max_wrong=0.25) == 1.0
    assert coverage_at(p_right, ~is_right, max_wrong=0.1) == 0.0
    assert coverage_at(p_right[:0], is_right[:0], max_wrong=0.1) == 0.0


def test_intervals_are_those_of_the_tables():
    # E. B. Wilson 1927; 8 of 40 as in Newcombe, "Two-sided confidence intervals", 1998.
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-3)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-3)
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(2, 1)
