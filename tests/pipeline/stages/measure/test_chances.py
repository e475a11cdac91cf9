import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.stages.measure.chances import chances, coarse_q_value, packaged_calibration, q_value
from schemas.calibration import ChoiceModel, WrongShareAt

MODEL = ChoiceModel(
    weights={"fit": 2.0, "bias": -1.0},
    curve=[WrongShareAt(p_right=0.5, q_value=0.3), WrongShareAt(p_right=0.9, q_value=0.1)],
    n_examples=0,
    sources=[],
)
features = st.dictionaries(st.sampled_from(["fit", "bias", "other"]), st.floats(-50, 50))


@given(st.lists(features, min_size=1, max_size=30))
def test_chances_are_shares_of_one(candidates):
    found = chances(MODEL, candidates)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()


@given(features, features, st.floats(-5, 5))
def test_what_all_candidates_share_changes_nothing(one, other, shift):
    both = [one, other]
    moved = [each | {"fit": each.get("fit", 0.0) + shift} for each in both]
    assert chances(MODEL, moved) == pytest.approx(chances(MODEL, both), abs=1e-6)


def test_the_better_fit_is_likelier_as_the_weight_says():
    better, worse = chances(MODEL, [{"fit": 1.0}, {"fit": 0.5}])
    assert better / worse == pytest.approx(np.exp(2.0 * 0.5))


def test_without_candidates_or_with_odd_features_there_is_no_chance():
    with pytest.raises(ValueError, match="at least one"):
        chances(MODEL, [])
    with pytest.raises(ValueError, match="finite"):
        chances(MODEL, [{"fit": float("nan")}])


def test_wrong_shares_lie_on_the_curve():
    assert q_value(MODEL, 0.0) == 0.3
    assert q_value(MODEL, 0.7) == pytest.approx(0.2)
    assert q_value(MODEL, 1.0) == 0.1


def test_a_curve_must_rise():
    with pytest.raises(ValidationError, match="order"):
        ChoiceModel.model_validate(
            MODEL.model_dump() | {"curve": MODEL.model_dump()["curve"][::-1]}
        )


def test_the_packaged_curves_never_say_that_the_surer_is_wronger():
    calibration = dict(packaged_calibration())
    for model in [*calibration.pop("instruments").values(), *calibration.values()]:
        q_values = [each.q_value for each in model.curve]
        assert q_values == sorted(q_values, reverse=True)


def test_a_coarser_fact_has_a_curve_of_its_own_or_is_never_sure():
    assert coarse_q_value(MODEL, 0.99) == 1.0
    curve = [WrongShareAt(p_right=0.5, q_value=0.2), WrongShareAt(p_right=0.7, q_value=0.0)]
    judged = MODEL.model_copy(update={"coarse_curve": curve})
    assert coarse_q_value(judged, 0.6) == pytest.approx(0.1)
    assert q_value(judged, 0.6) == pytest.approx(0.25)
