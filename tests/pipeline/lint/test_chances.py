"""What a text may say follows from the chances of what was measured and of what else it may be."""

import pytest

from pipeline.lint import Evidence, lint_text
from schemas.facts import KeyChance, MetreChance
from tests.facts import changing_metre, key_of, levels_of, metre_of, scale_of, tempo_of
from tests.pipeline.views.test_pages import make_facts

DOUBTED = {"p_right": 0.7, "q_value": 0.12}


def codes(text, **facts):
    return [each.code for each in lint_text(text, Evidence(make_facts(**facts)))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It runs at 140 BPM.", "unsure"),
        ("It runs at 70 BPM.", "ambiguous"),
        ("It runs at 280 BPM.", "double_tempo"),
        ("It runs at 101 BPM.", "wrong_tempo"),
    ],
)
def test_half_of_an_ambiguous_tempo_is_not_wrong_and_what_nothing_speaks_for_is(text, code):
    tempo = tempo_of(140.0, levels=levels_of(140.0, half=0.26, double=0.02), **DOUBTED)
    assert codes(text, tempo=tempo) == [code]


def test_half_of_a_sure_tempo_is_wrong():
    tempo = tempo_of(140.0, levels=levels_of(140.0, half=0.01, double=0.01))
    assert codes("It runs at 140 BPM.", tempo=tempo) == ["right"]
    assert codes("It runs at 70 BPM.", tempo=tempo) == ["half_tempo"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The key is C major.", "unsure"),
        ("The key is A minor.", "unsure"),
        ("The key is F# major.", "wrong_key"),
    ],
)
def test_the_relative_key_is_not_wrong_where_both_are_likely(text, code):
    others = [KeyChance(tonic="A", mode="minor", p_right=0.28)]
    assert codes(text, key=key_of("C", **DOUBTED, others=others)) == [code]


def test_a_key_that_is_sure_still_leaves_another_its_chance():
    others = [KeyChance(tonic="A", mode="minor", p_right=0.1)]
    key = key_of("C", p_right=0.9, q_value=0.04, others=others)
    assert codes("The key is A minor.", key=key) == ["ambiguous"]
    assert codes("The key is D minor.", key=key) == ["wrong_key"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The song is in 4/4.", "unsure"),
        ("The song is in 3/4.", "unsure"),
        ("The song is in 7/8.", "wrong_metre"),
    ],
)
def test_a_metre_is_wrong_only_where_its_chance_is_small(text, code):
    others = [MetreChance(beats_per_bar=3, p_right=0.27)]
    assert codes(text, metre=metre_of(4, **DOUBTED, others=others)) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It is in D Dorian.", "right"),
        ("The key is D minor.", "near_scale"),
        ("The key is Eb major.", "wrong_key"),
        ("It is in D Phrygian.", "wrong_key"),
    ],
)
def test_a_scale_is_right_by_its_name(text, code):
    assert codes(text, scale=scale_of("D", "dorian")) == [code]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The metre changes.", ["right"]),
        ("There is a change of metre in the middle.", ["right"]),
        ("It shifts from 3/4 to 4/4.", ["right", "right"]),
        ("It is in 4/4 throughout.", ["local"]),
        ("It alternates between 3/4 and 5/4.", ["right", "local"]),
    ],
)
def test_of_metres_that_change_none_is_right_of_all_the_music(text, found):
    assert codes(text, **changing_metre((0.0, 15.0, 3), (15.0, 40.0, 4))) == found


def test_that_a_metre_changes_is_no_claim_where_no_change_was_measured():
    assert codes("The metre changes.", metre=metre_of(4)) == []
