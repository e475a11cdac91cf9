"""Nothing about the options of a multiple choice tells which of them is right."""

import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from benchmarks.shortcuts import choices, example, song
from pipeline.builtin.question import drafts_of
from pipeline.builtin.question.fair import around_one, on_ladder
from pipeline.builtin.question.writing import QuestionWriter
from pipeline.lint import Evidence, Limits, lint_text
from pipeline.stages.question.options import option_fault
from pipeline.views.evaluate.fitting import predictions
from schemas.facts import Tonic
from schemas.sections import QuestionConfig
from tests.facts import SURE, UNSURE, key_of, metre_of
from tests.pipeline.stages.questions import material_of, song_of
from tests.pipeline.stages.test_stated import in_family, octave

N_OPTIONS, DRAWS = 5, 4000


@pytest.fixture(scope="module")
def asked():
    of_style = defaultdict(list)
    for number in range(160):
        for draft in choices(song(number)):
            of_style[draft.style].append(example(draft, fold=str(number % 4)))
    return of_style


@pytest.mark.parametrize(
    "style",
    ["tempo", "length", "key_at", "chord_at", "next_chord", "word_time", "key_change_time"],
)
def test_who_learns_from_the_options_alone_finds_hardly_more_than_chance(style, asked):
    names = sorted({name for each in asked[style] for option in each.candidates for name in option})
    found = predictions(asked[style], names, penalty=3e-3)
    chance = sum(1 / len(each.candidates) for each in asked[style]) / len(found)
    # Of options around the right one it found 35 to 100 %.
    assert sum(each.is_right for each in found) / len(found) < chance + 0.1


def ring(item):
    return [(item + step) % 12 for step in (1, 2, 3, 9, 10, 11)]


def test_the_right_one_is_the_centre_no_more_often_than_another():
    right_at_centre = one_at_centre = 0
    for number in range(DRAWS):
        write = QuestionWriter(str(number), QuestionConfig())
        answer = write.number(0, 11)
        options = [answer, *around_one(write, N_OPTIONS - 1, [answer], ring)]
        centres = [each for each in options if set(options) <= {each, *ring(each)}]
        one_at_centre += len(centres)
        right_at_centre += answer in centres
        assert len(set(options)) == N_OPTIONS
    share = right_at_centre / one_at_centre
    # Four standard errors of a share of one in five.
    assert abs(share - 1 / N_OPTIONS) < 4 * (0.16 / one_at_centre) ** 0.5


@pytest.mark.parametrize("steps", [None, range(-20, 20)])
def test_the_right_rung_has_each_place_as_often(steps):
    places = Counter()
    for number in range(DRAWS):
        write = QuestionWriter(str(number), QuestionConfig())
        wrong = on_ladder(write, N_OPTIONS - 1, str, 6, steps)
        ladder = sorted([0, *(int(text) for text, _ in wrong)])
        assert len(set(ladder)) == N_OPTIONS
        assert ladder[-1] - ladder[0] < 6
        places[ladder.index(0)] += 1
    for n in places.values():
        assert abs(n / DRAWS - 1 / N_OPTIONS) < 4 * (0.16 / DRAWS) ** 0.5


def test_a_ladder_keeps_to_the_rungs_that_there_are():
    for number in range(50):
        write = QuestionWriter(str(number), QuestionConfig())
        rungs = {int(text) for text, _ in on_ladder(write, 7, str, 8, range(-1, 3))}
        assert rungs <= {-1, 1, 2}


@pytest.mark.parametrize("number", range(30))
def test_tempi_and_metres_among_options_are_no_multiples_of_each_other(number):
    tempo, metre = 60.0 + 5 * number, (2, 3, 4, 5, 6, 7)[number % 6]
    facts = song_of(str(number), tempo=octave(0.7, 0.1), metre=metre_of(metre))
    facts = facts.model_copy(update={"tempo": facts.tempo.model_copy(update=SURE | {"bpm": tempo})})
    by_style = {each.style: each for each in choices(material_of(facts))}
    for style, apart in (("tempo", 1.06), ("metre", 1.0)):
        draft = by_style[style]
        texts = [draft.answer, *(each.text for each in draft.distractors)]
        numbers = [int(re.match(r"\d+", text)[0]) for text in texts]
        for one, two in combinations(sorted(numbers), 2):
            times = two / one
            assert times > apart
            assert abs(times - round(times)) > 0.05 or round(times) == 1


# What is sure of a tempo, a metre or a key that is not


def coarse():
    facts = song_of(
        tempo=octave(0.6, 0.37),
        metre=in_family(2, 4),
        key=key_of("D", "minor", **UNSURE),
        key_sections=[],
        chords=None,
        progressions=None,
    )
    return facts.model_copy(update={"tonic": Tonic(name="D", **SURE)})


def test_what_stays_sure_of_an_unsure_fact_is_asked_about():
    material = material_of(coarse(), withheld=["tempo", "metre", "key"])
    drafts = drafts_of("attributes", material, QuestionConfig())
    told = {(each.style, each.form): each.answer for each in drafts}
    assert told["either_tempo", "multiple_choice"] == "70 or 140 BPM"
    in_half = "It moves at about 140 beats per minute, or 70 in half time."
    assert told["either_tempo", "open"] == in_half
    assert told["grouping", "multiple_choice"] == "in twos"
    assert told["tonic", "multiple_choice"] == "the note D"
    assert not {"tempo", "metre", "key"} & {style for style, _ in told}
    evidence = Evidence(material.facts, limits=Limits())
    for draft in drafts:
        findings = lint_text(f"{draft.question}\n{draft.answer}", evidence)
        assert "wrong" not in {each.verdict for each in findings}, draft
        if draft.form == "multiple_choice":
            assert option_fault(draft, material, draft.about, QuestionConfig()) is None


@pytest.mark.parametrize(
    ("beats", "group"),
    [(2, "twos"), (3, "threes"), (4, "twos"), (5, "fives"), (6, None), (7, "sevens")],
)
def test_how_beats_group_follows_a_sure_metre(beats, group):
    drafts = drafts_of("attributes", material_of(song_of(metre=metre_of(beats))), QuestionConfig())
    answers = [each.answer for each in drafts if each.style == "grouping"]
    assert answers == ([f"in {group}"] if group else [])
