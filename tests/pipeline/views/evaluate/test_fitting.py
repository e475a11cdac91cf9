import numpy as np
import pytest

from pipeline.stages.measure.chances import chances
from pipeline.views.evaluate.fitting import (
    Example,
    Prediction,
    fit_model,
    fit_weights,
    predictions,
    wrong_share_curve,
)
from pipeline.views.evaluate.reliability import calibration_error
from schemas.calibration import ChoiceModel

WEIGHTS = {"fit": 1.7, "none": 0.8}


def examples(n, sources=("a", "b", "c"), seed=0):
    """Candidates of which one is right by the chances of a known model; the last has no fit."""
    rng = np.random.default_rng(seed)
    model = ChoiceModel(
        weights=WEIGHTS, curve=[{"p_right": 0, "q_value": 1}], n_examples=0, sources=[]
    )
    found = []
    for index in range(n):
        candidates = [{"fit": value, "noise": rng.normal()} for value in rng.normal(0, 2, 4)]
        candidates.append({"none": 1.0})
        right = int(rng.choice(5, p=chances(model, candidates)))
        found.append(Example(sources[index % len(sources)], candidates, (right,)))
    return found


def test_the_weights_of_a_known_model_are_found():
    weights = fit_weights(examples(3000), ["fit", "none", "noise"])
    assert weights["fit"] == pytest.approx(1.7, abs=0.15)
    assert weights["none"] == pytest.approx(0.8, abs=0.2)
    assert weights["noise"] == pytest.approx(0.0, abs=0.1)


def test_chances_are_honest_on_sources_left_out():
    found = predictions(examples(3000), ["fit", "none"])
    assert len(found) == 3000
    p_right = np.array([each.p_right for each in found])
    is_right = np.array([each.is_right for each in found])
    assert calibration_error(p_right, is_right) < 0.04
    assert is_right.mean() == pytest.approx(p_right.mean(), abs=0.03)


def test_several_right_candidates_share_the_chance():
    both = [
        Example(source, [{"x": 1.0}, {"x": 1.0}, {}], (0, 1)) for source in "ab" for _ in range(50)
    ]
    assert fit_weights(both, ["x"])["x"] > 1


def test_a_model_says_what_it_was_fitted_on():
    model = fit_model(examples(300), ["fit", "none"])
    assert (model.n_examples, model.sources) == (300, ["a", "b", "c"])
    assert model.curve[-1].q_value < model.curve[0].q_value


def test_sources_cannot_be_left_out_of_one():
    with pytest.raises(ValueError, match="too few"):
        fit_model(examples(9, sources=["a"]), ["fit"])
    with pytest.raises(ValueError, match="no example"):
        fit_weights([Example("a", [{"x": 1.0}], ())], ["x"])


def test_a_coarser_fact_is_judged_beside_the_value():
    def together(p_of):
        return (0, 1) if p_of[0] + p_of[1] > 0.5 else (2,)

    candidates = [{"x": 1.0}, {"x": 0.9}, {}]
    either = [
        Example(source, candidates, (k % 2,), coarse=together) for source in "ab" for k in range(40)
    ]
    found = predictions(either, ["x"])
    assert np.mean([each.is_right for each in found]) == 0.5
    assert all(each.coarse.is_right for each in found)
    assert all(each.coarse.p_right > 0.9 > each.p_right for each in found)
    model = fit_model(either, ["x"])
    assert model.coarse_curve[-1].q_value < 0.05 < model.curve[-1].q_value


def test_a_penalty_holds_weights_near_0():
    free, held = (
        fit_weights(examples(300), ["fit"], penalty=penalty)["fit"] for penalty in (1e-3, 1.0)
    )
    assert 0 < held < free / 2


def test_candidates_that_state_the_same_add_up():
    candidates = [{"x": 1.0}, {"x": 0.9}, {}]
    alone = [Example(source, candidates, (0,)) for source in "ab" for _ in range(30)]
    together = [Example(source, candidates, (0, 1), values=(2, 2, 3)) for source in "ab"]
    apart = predictions(alone, ["x"])[0].p_right
    (first, *_) = predictions([*together, *together], ["x"])
    assert first.p_right > 0.99 > apart


def test_one_false_key_of_a_source_without_keys_is_no_whole_source():
    def heard(source, *, is_right, is_stated):
        return Prediction(source, 0.9, is_right, is_stated, 1.0, 0)

    usual = [heard("songs", is_right=True, is_stated=True) for _ in range(20)]
    false = heard("drums", is_right=False, is_stated=True)
    silent = [heard("drums", is_right=True, is_stated=False) for _ in range(19)]
    ((_, alone),) = {(p, q) for p, q in wrong_share_curve([*usual, false])}
    ((_, among),) = {(p, q) for p, q in wrong_share_curve([*usual, false, *silent])}
    assert among < 0.15 < 0.4 < alone
