import pytest

from schemas.languages import COMPOUNDING, NAMES, PARAKEET_V3, are_close, read_language


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("en", ("en",)), ("EN", ("en",)), ("eng", ("en",)), ("English", ("en",)),
        ("es-MX", ("es",)), ("pt_BR", ("pt",)), ("Spanish (Mexico)", ("es",)), ("ger", ("de",)),
        ("deu", ("de",)), ("English, Spanish", ("en", "es")), ("en/fr", ("en", "fr")),
        ("Korean and English", ("ko", "en")), ("Mandarin", ("zh",)), ("nb", ("no",)),
        ("farsi", ("fa",)), ("en; en", ("en",)), (None, ()), ("", ()), ("und", ()), ("mul", ()),
        ("Unknown", ()),
    ],
)  # fmt: skip
def test_languages_as_listings_name_them(text, codes):
    assert read_language(text) == (codes, (), False)


def test_words_that_name_no_language_are_kept():
    assert read_language("Klingon, en") == (("en",), ("klingon",), False)


@pytest.mark.parametrize("text", ["instrumental", "Instrumental", "zxx", "no lyrics"])
def test_music_without_words(text):
    assert read_language(text).is_instrumental


def test_the_25_languages_of_parakeet():
    assert len(set(PARAKEET_V3)) == 25
    assert set(PARAKEET_V3) <= set(NAMES)
    assert set(NAMES) >= COMPOUNDING
    assert all(read_language(name).codes == (code,) for code, name in NAMES.items())


def test_close_languages():
    assert are_close("no", "da") and are_close("hr", "sr") and are_close("en", "en")
    assert not are_close("en", "es") and not are_close("ru", "en")
