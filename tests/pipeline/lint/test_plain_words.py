"""Claims as small models make them: singing, changes, speed and lengths told in plain words."""

import pytest

from pipeline.lint import lint_text
from tests.pipeline.lint.songs import SONGS


def claims(text, name):
    return {f"{each.kind}:{each.code}" for each in lint_text(text, SONGS[name])}


@pytest.mark.parametrize(
    "text",
    [
        "There is singing in this track.",
        "Yes, there are vocals.",
        "The lyrics speak of loss.",
        "The song is sung by a woman.",
        "A woman's voice carries the tune.",
        "Sung: a lullaby.",
        "It is not instrumental.",
        "The guitar is warm and the vocals are soft.",
    ],
)
def test_singing_is_read_in_plain_words(text):
    assert claims(text, "waltz") == {"vocals:no_vocals"}
    assert claims(text, "pop") == {"vocals:right"}


@pytest.mark.parametrize(
    "text",
    [
        "The singing is none.",
        "Vocals: none.",
        "It does not contain any vocals.",
        "The vocals are absent.",
        "It is sung by nobody.",
    ],
)
def test_its_absence_is_too(text):
    assert claims(text, "waltz") == {"vocals:right"}
    assert claims(text, "pop") == {"vocals:has_vocals"}


@pytest.mark.parametrize(
    "text",
    [
        "A choir of synths swells.",
        "The bass line has a singing tone.",
        "With its singing guitar tone, the theme soars.",
        "The fiddle takes the voice of a storyteller.",
        "The lyrics-free arrangement leaves room.",
        "The key changes everything about the mood.",
        "The rhythm varies from bar to bar.",
        "The harmonic rhythm is slow.",
        "The tempo feels slow because of the half-time beat.",
        "The song is slow to reveal itself.",
    ],
)
def test_instruments_do_not_sing_and_not_all_that_changes_or_is_slow_is_the_tempo(text):
    assert claims(text, "waltz") == set()


@pytest.mark.parametrize(
    ("text", "steady", "changing", "beatless"),
    [
        ("The tempo changes.", "no_tempo_change", "right", "unsure"),
        ("The tempo gradually increases.", "no_tempo_change", "right", "unsure"),
        ("The pace stays the same.", "right", "tempo_changes", "beatless"),
        ("A steady beat carries it.", "right", "tempo_changes", "beatless"),
        ("There is no change in tempo.", "right", "tempo_changes", "beatless"),
    ],
)
def test_a_tempo_that_changes_or_stays_is_held_against_all_of_it(text, steady, changing, beatless):
    for name, code in (("pop", steady), ("rush", changing), ("drift", beatless)):
        assert claims(text, name) == {f"tempo:{code}"}


def test_a_change_with_a_time_is_right_only_there():
    assert "tempo:right" in claims("The tempo changes at 1:20.", "rush")
    assert "tempo:local" in claims("The tempo changes at 2:00.", "rush")
    assert "tempo:no_tempo_change" in claims("The tempo changes at 2:00.", "pop")
    assert claims("The tempo slows in the outro.", "pop") == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The tempo is very slow.", "wrong_tempo_word"),
        ("The song is fast.", "right"),
        ("It has a fast and furious rhythm.", "right"),
        ("The pace is moderate.", "borderline"),
    ],
)
def test_words_for_the_tempo_may_follow_it(text, code):
    assert claims(text, "waltz") == {f"tempo:{code}"}


def test_what_holds_throughout_denies_a_change():
    assert claims("It stays at 120 BPM throughout.", "pop") == {"tempo:right"}
    assert claims("It runs at 100 BPM throughout.", "rush") == {
        "tempo:right",
        "tempo:tempo_changes",
    }
    assert claims("It is in C major throughout.", "pop") == {"key:right"}
    assert claims("It is in C major throughout.", "lift") == {"key:right", "count:key_changes"}


@pytest.mark.parametrize(
    ("text", "constant", "changing"),
    [
        ("The key does not change.", "right", "key_changes"),
        ("The key remains the same.", "right", "key_changes"),
        ("The key change does not occur.", "right", "key_changes"),
        ("The key change comes late.", "no_key_change", "right"),
        ("The key changes.", "no_key_change", "right"),
    ],
)
def test_a_key_that_changes_or_stays(text, constant, changing):
    assert claims(text, "pop") == {f"count:{constant}"}
    assert claims(text, "lift") == {f"count:{changing}"}


@pytest.mark.parametrize(
    "text",
    [
        "The track is 2:05.",
        "The recording is 2:05 minutes long.",
        "It has the length (2:05).",
        "This piece is about 2:05 in length.",
    ],
)
def test_a_bare_time_may_be_the_length(text):
    assert claims(text, "pop") == {"duration:wrong_duration"}


@pytest.mark.parametrize(
    "text",
    [
        "It has a 2:48 tempo.",
        "A range of 14 LUFS is wide.",
        "A bar is 4/4 seconds.",
    ],
)
def test_numbers_in_the_wrong_place_are_no_claim(text):
    assert claims(text, "pop") == set()


def test_a_line_of_chords_is_a_sequence_and_letters_may_be_a_form():
    assert claims("F - C - G", "pop") == {"progression:right"}
    assert claims("D - G - E", "pop") == {"progression:wrong_progression"}
    assert claims("A - B - A", "pop") == set()


def test_a_title_by_somebody_names_both():
    assert claims("Hard Rain by Nora Bell is playing.", "pop") == {"name:invented_name"}
    assert claims("This is Morning Light by The Harbour Lights.", "pop") == {"name:right"}
    assert claims("The chords in Hard Rain are soft.", "pop") == {"name:invented_name"}
    assert claims("The chords in Bar 3 are soft.", "pop") == set()


def test_a_title_in_quotation_marks_is_not_sung():
    assert "lyrics:not_in_lyrics" not in claims('The song is "A Long Way Home" by a band.', "pop")


def test_a_metre_told_as_a_time_is_none():
    assert claims("The time signature of the song is 2:48.", "pop") == {"metre:wrong_metre"}
    assert claims("The time signature of the song is 2:48.", "drift") == set()


def test_a_tonic_without_a_mode_may_mean_either():
    assert claims("The key is D.", "waltz") == {"key:no_mode"}
    assert claims("The key is C.", "pop") == {"key:right"}
    assert claims("The key is B.", "pop") == {"key:wrong_key"}


def test_what_can_be_heard_is_claimed_and_what_can_be_heard_as_is_not():
    assert claims("A metre of 3/4 can be heard.", "pop") == {"metre:wrong_metre"}
    assert claims("It can be heard as 3/4.", "pop") == set()
