import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.options import chosen_option
from schemas.structured import AcceptedEntry
from tests.training.completions import ANSWERS, CAPTIONS, FORMS, HONEST, PHRASES, TRACK, WHOLE
from training.rewards import (
    accuracy_reward,
    answer_of,
    format_reward,
    is_right,
    mention_reward,
    structure_reward,
)

# Sentences around a phrase that is tried: a description has some.
AROUND = (
    "The song opens with a short phrase and then finds its pace. {} It keeps to one mood for most "
    "of its length, and the ending comes without a change of level."
)


def said(*texts):
    return [[{"role": "assistant", "content": text}] for text in texts]


def answered(text):
    return said(f"<think>So.</think>\n<answer>{text}</answer>")


def entry(category, accepted, tolerance_bpm=None):
    return AcceptedEntry(
        category=category, accepted=accepted, tolerance_bpm=tolerance_bpm, is_measured=False
    ).model_dump()


TRACK_ENTRIES = [entry(*each) for each in TRACK]


def test_the_table_is_large():
    assert len(FORMS) + len(ANSWERS) + len(WHOLE) + len(CAPTIONS) + len(PHRASES) >= 250


@pytest.mark.parametrize(("text", "reward", "why"), FORMS)
def test_forms(text, reward, why):
    assert format_reward(said(text)) == [reward], why


@pytest.mark.parametrize(("answer", "gold", "options", "right", "why"), ANSWERS)
def test_answers(answer, gold, options, right, why):
    assert is_right(answer, gold, options) is right, why


@pytest.mark.parametrize(("text", "gold", "options", "right", "why"), WHOLE)
def test_answers_within_completions(text, gold, options, right, why):
    assert accuracy_reward(said(text), gold_answer=[gold], options=[options]) == [right], why


@pytest.mark.parametrize(("caption", "n_categories", "why"), CAPTIONS)
def test_captions(caption, n_categories, why):
    (reward,) = structure_reward(answered(caption), categories=[TRACK_ENTRIES])
    assert reward == pytest.approx(n_categories / len(TRACK)), why


@pytest.mark.parametrize(("category", "accepted", "sentence", "counts", "why"), PHRASES)
def test_phrases(category, accepted, sentence, counts, why):
    caption = AROUND.format(sentence)
    (reward,) = structure_reward(answered(caption), categories=[[entry(category, accepted)]])
    assert reward == counts, why


def test_rewards_apply_to_their_rows_only():
    texts = said(*["<answer>Gm</answer>"] * 2)
    options = [["Gm", "D"]] * 2
    assert accuracy_reward(texts, gold_answer=["Gm", None], options=options) == [1, None]
    assert structure_reward(texts, categories=[None, []]) == [None, None]


def test_what_cannot_be_read_is_not_rewarded():
    entries = [entry("instruments", ["ピアノ"])]
    assert structure_reward(answered(HONEST), categories=[entries]) == [None]


def test_the_papers_definition_counts_words_however_they_are_said():
    listed = "house, electric piano, breakdown"
    (reward,) = mention_reward(answered(listed), categories=[TRACK_ENTRIES])
    assert reward == pytest.approx(3 / len(TRACK))
    assert structure_reward(answered(listed), categories=[TRACK_ENTRIES]) == [0]


def test_no_salad_earns_what_an_honest_caption_does():
    honest, *others = (
        structure_reward(answered(caption), categories=[TRACK_ENTRIES])[0]
        for caption in (HONEST, *(each for each, n, _ in CAPTIONS if n == 0))
    )
    assert honest > max(others)


@given(st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=2, max_size=8, unique=True))
def test_every_option_is_right_by_text_and_by_letter(options):
    for letter, option in zip("ABCDEFGH", options, strict=False):
        assert is_right(f"({letter})", option, options)
        assert is_right(f"{letter}. {option}", option, options)


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
def test_any_answer_means_one_option_or_none(answer, options):
    found = chosen_option(answer, options)
    assert found is None or 0 <= found < len(options)


@given(st.text(max_size=300))
def test_any_text_has_a_reward(text):
    (reward,) = structure_reward(answered(text), categories=[TRACK_ENTRIES])
    assert 0 <= reward <= 1


def test_the_one_answer_after_the_thought_counts():
    assert answer_of("<think><answer>A</answer></think> <answer> B </answer>") == "B"
    assert answer_of("<answer>A</answer> no, <answer>B</answer>") == ""
    assert answer_of("B") == ""
