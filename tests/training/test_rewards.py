import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.structured import AcceptedEntry
from schemas.thinking import Thought, format_thought
from training.rewards import (
    accuracy_reward,
    answer_of,
    chosen_option,
    format_reward,
    is_named,
    is_right,
    structure_reward,
)

CHORDS = ["Gm", "D", "Cm", "F", "Bb", "Eb", "A", "E"]


def said(*texts):
    return [[{"role": "assistant", "content": text}] for text in texts]


def thought(answer, *, is_bridged=False):
    return format_thought(Thought(thinking="So.", answer=answer, is_bridged=is_bridged))


def entry(category, *accepted, tolerance_bpm=None):
    return AcceptedEntry(
        category=category, accepted=list(accepted), tolerance_bpm=tolerance_bpm, is_measured=True
    )


def test_the_form_is_all_or_nothing():
    texts = [thought("D"), thought("D", is_bridged=True), "<answer>D</answer>", thought("D") + "!"]
    assert format_reward(said(*texts)) == [1, 1, 0, 0]


def test_accuracy_counts_for_questions_only():
    texts = said(thought("Gm"), thought("D"), "nothing", thought("a caption"))
    gold = ["Gm", "Gm", "Gm", None]
    assert accuracy_reward(texts, gold_answer=gold, options=[CHORDS] * 4) == [1, 0, 0, None]


def test_structure_counts_for_captions_only_and_by_category():
    entries = [entry("genre", "house").model_dump(), entry("bpm", "120").model_dump()]
    texts = said(thought("House at 120 BPM."), thought("A warehouse at 120 BPM."), thought("D"))
    assert structure_reward(texts, categories=[entries, entries, None]) == [1, 0.5, None]


@pytest.mark.parametrize(
    ("answer", "index"),
    [
        ("D", 1),  # the chord, not the fourth option
        ("A", 6),
        ("gm", 0),
        ("(B) D", 1),
        ("B. D", 1),
        ("C", 2),  # no chord of that name is offered: the third option
        ("(C)", 2),
        ("B. F", None),
        ("E♭", 5),
        (" Bb. ", 4),
        ("G", 6),
        ("Z", None),
        ("", None),
        ("D or E", None),
    ],
)
def test_an_option_is_named_by_text_first_then_by_letter(answer, index):
    assert chosen_option(answer, CHORDS) == index


def test_case_counts_where_options_differ_in_nothing_else():
    options = ["CM7", "Cm7"]
    assert chosen_option("Cm7", options) == 1
    assert chosen_option("CM7", options) == 0
    assert chosen_option("cm7", options) is None


@given(st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=2, max_size=8, unique=True))
def test_every_option_is_right_by_text_and_by_letter(options):
    for letter, option in zip("ABCDEFGH", options, strict=False):
        assert is_right(option, option, options)
        assert is_right(f"({letter})", option, options)
        assert is_right(f"{letter}. {option}", option, options)


def test_open_answers_are_compared_as_words_and_keys_by_sound():
    assert is_right("d♭ minor.", "Db minor", None)
    assert is_right("C# minor", "Db minor", None)
    assert not is_right("C# major", "Db minor", None)
    assert not is_right("", "", None)


@pytest.mark.parametrize(
    ("wanted", "text", "named"),
    [
        (entry("genre", "house"), "Deep House.", True),
        (entry("genre", "house"), "A warehouse.", False),
        (entry("bpm", "80"), "At 88 BPM.", False),
        (entry("bpm", "120", tolerance_bpm=2.0), "At 121.9 bpm.", True),
        (entry("bpm", "120", tolerance_bpm=2.0), "At 122.1 bpm.", False),
        (entry("bpm", "120"), "At 60 BPM.", False),
        (entry("bpm", "120"), "About 120 people.", False),
        (entry("bpm", "120"), "At 118-122 BPM.", True),
        (entry("bpm", "120"), "At 90 BPM, or 120 BPM, or 150 BPM.", False),
        (entry("key", "C# minor"), "In C major. In C# minor. In D major.", False),
        (entry("key", "C# minor"), "It is in D-flat minor.", True),
        (entry("key", "C# minor"), "It is in C# major.", False),
        (entry("metre", "4/4"), "In 4/4.", True),
        (entry("metre", "4/4"), "In 14/4.", False),
        (entry("instruments", "piano", "keys"), "Soft keys.", True),
        (entry("theory", "i-VI-III-VII"), "the loop i-VI-III-VII", True),
    ],
)
def test_entries_are_named_as_whole_words_or_by_value(wanted, text, named):
    assert is_named(wanted, text) is named


def test_the_last_answer_counts():
    assert answer_of("<answer>A</answer> no, <answer> B </answer>") == "B"
    assert answer_of("B") == ""
