import pytest

from tools.lyrics.lrc import LyricLine, parse_lyrics


def test_plain_text_has_lines_and_no_cues():
    text = "[Chorus]\nOh my darling\n\n  [x2] Oh \tmy\u200b Clementine\u202e\n"
    assert parse_lyrics(text) == [
        LyricLine(None, ((None, "Oh my darling"),)),
        LyricLine(None, ((None, "Oh my Clementine"),)),
    ]


def test_lines_of_an_lrc_are_in_order_and_repeated():
    text = "[ar:Anon]\n[00:12.50][01:02]Oh my darling\n[00:20.00]\n[00:15.1]Clementine\n"
    found = parse_lyrics(text)
    assert [(line.start_s, line.parts[0][1]) for line in found] == [
        (12.5, "Oh my darling"), (15.1, "Clementine"), (62.0, "Oh my darling")
    ]  # fmt: skip


def test_words_of_an_lrc_have_times_and_an_offset_shifts_all():
    (line,) = parse_lyrics("[offset:+500]\n[00:10.00]<00:10.00> Oh <00:10.50> my <00:11.25> love")
    assert line == LyricLine(9.5, ((9.5, " Oh "), (10.0, " my "), (10.75, " love")))


@pytest.mark.parametrize("text", ["", "\x00\x1b", "[Intro]", "[00:10.00]", "[ti:Song]", "\n\n"])
def test_what_holds_no_words_has_no_lines(text):
    assert parse_lyrics(text) == []
