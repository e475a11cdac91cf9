"""Stated tunings against the measured one."""

import pytest

from pipeline.lint import Evidence, Limits, lint_text
from schemas.facts import Tuning
from tests.facts import SURE, UNSURE
from tests.pipeline.stages.test_describe import facts_of


def judged(text, cents=28.0, certainty=SURE):
    tuning = None if cents is None else Tuning(cents=cents, **certainty)
    evidence = Evidence(facts_of(tuning=tuning), limits=Limits())
    return [
        (each.verdict, each.code) for each in lint_text(text, evidence) if each.kind == "tuning"
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It is tuned about 28 cents sharp of concert pitch.", "right"),
        ("Everything sits 35 cents above A440.", "right"),
        ("All of it is 72 cents flat.", "right"),
        ("The pitch lies 30 cents flat of concert pitch.", "wrong_tuning"),
        ("It is 5 cents sharp.", "wrong_tuning"),
        ("A = 447 Hz is its reference.", "right"),
        ("The reference is A4 = 432 Hz.", "wrong_tuning"),
        ("The band is tuned to concert pitch.", "wrong_tuning"),
        ("It is not tuned to concert pitch.", None),
        ("The guitars are down-tuned.", None),
        ("It costs 99 cents.", None),
    ],
)
def test_a_tuning_is_right_within_ten_cents(text, code):
    assert [each for _, each in judged(text)] == ([] if code is None else [code])


def test_a_small_error_is_concert_pitch():
    assert judged("It is tuned to concert pitch.", cents=-14.0) == [("right", "right")]


@pytest.mark.parametrize(
    ("cents", "certainty", "code"), [(None, SURE, "not_measured"), (28.0, UNSURE, "unsure")]
)
def test_nothing_is_said_of_a_tuning_that_is_not_sure(cents, certainty, code):
    assert judged("It is 40 cents flat.", cents, certainty) == [("uncheckable", code)]
