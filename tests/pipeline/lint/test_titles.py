"""Titles, who a piece is by, and what a title does not say of the music."""

import pytest

from pipeline.lint import lint_text, read
from pipeline.lint.titles import bare_titles, titles
from tests.pipeline.lint.songs import SONGS

POP = SONGS["pop"]


def _found(extract, text):
    return [text[each.start : each.end] for each in extract(text)]


@pytest.mark.parametrize(
    "text",
    [
        'The song sung is "Gm - Eb" by the organist.',
        'This slow punk song, "Gm - Eb", is loud.',
        'The title of the song is "Gm - Eb".',
        '"Gm - Eb" is a slow reggae track.',
        'In "Gm - Eb", the drums are loud.',
    ],
)
def test_a_title_in_quotation_marks_says_nothing_of_the_chords(text):
    assert _found(titles, text) == ["Gm - Eb"]
    assert "name" in {each.kind for each in lint_text(text, POP)}
    assert not {"chord", "progression", "key"} & {each.kind for each in lint_text(text, POP)}


@pytest.mark.parametrize("text", ['The chords are "Gm - Eb".', 'The song is "dreamy" and slow.'])
def test_other_words_in_quotation_marks_are_no_title(text):
    assert titles(read(text)) == ()


def test_a_title_may_have_capitals_alone():
    assert _found(bare_titles, "It is a song called Song of the Sea.") == ["Song of the Sea"]


@pytest.mark.parametrize(
    "text",
    [
        "It's by the Beatles, and it's loud.",
        'It lasts three minutes and is by the band "The Rolling Stones".',
        "Sung: A - D - E, by Cheyenne.",
        "The singer is Bob Marley.",
        "The artist is known as Sectoid.",
    ],
)
def test_who_it_is_by_is_read_in_many_words(text):
    assert "invented_name" in {each.code for each in lint_text(text, POP)}


@pytest.mark.parametrize(
    "text",
    [
        "It is driven by Wurlitzer chords, followed by Am7 and colored by Afrobeat.",
        "The melody moves by step, and by February it was done.",
        "The bass is carried by Ostinato figures.",
    ],
)
def test_what_else_stands_by_is_no_performer(text):
    assert not [each for each in lint_text(text, POP) if each.kind == "name"]


def test_listed_names_are_right_wherever_they_stand_but_in_a_line_that_is_sung():
    assert [each.code for each in lint_text("Morning Light is bright.", POP)] == ["right"]
    line = 'She sings "Hold me closer till the Morning Light".'
    assert "name" not in {each.kind for each in lint_text(line, POP)}
