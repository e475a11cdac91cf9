import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text import folded, normalised, sung_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don\u2019t STOP -- me, now!", ["don't", "stop", "me", "now"]),
        ("[Chorus] (oh) l'amour", ["oh", "l'amour"]),
        ("'cause rock 'n' roll", ["cause", "rock", "n", "roll"]),
        ("\u5317\u4eac hello", ["\u5317", "\u4eac", "hello"]),
        ("\uff28i \ufb01re", ["hi", "fire"]),
        ("stra\u00dfe", ["strasse"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940!", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
        ("\u0e17\u0e33", ["\u0e17", "\u0e4d", "\u0e32"]),
        ("don\u00b4t, don\u02bct, don`t", ["don't"] * 3),
        ("... --- !!!", []),
    ],
)  # fmt: skip
def test_sung_words(text, words):
    assert sung_words(text) == words
    assert sung_words(" ".join(words)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rock'n'roll, \u2019til 9_pm", ["rock'n'roll", "til", "9", "pm"]),
        ("Cafe\u0301", ["caf\u00e9"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
        ("\u5317\u4eac", ["\u5317\u4eac"]),
        ("[Chorus] l\u2019air", ["chorus", "l'air"]),
        ("' '' -", []),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("AC/DC", "ac dc"),
        ("Guns N\u2019 Roses", "guns n roses"),
        ("Guns N\u02bc Roses", "guns n roses"),
        ("Beyonce\u0301", "beyonc\u00e9"),
        ("\uff21 \ufb01ne_day", "a fine_day"),
        (" -- ", ""),
    ],
)
def test_plain_texts(text, same):
    assert normalised(text) == same


@given(st.text("aB\u00e9\u00df\u0301'\u2019\u00b4 -_9\u5317\u0e17\u0e33[]", max_size=20))
def test_what_is_compared_is_compared_as_itself(text):
    assert folded(folded(text)) == folded(text)
    assert normalised(normalised(text)) == normalised(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert sung_words(" ".join(sung_words(text))) == sung_words(text)
