import pytest

from schemas.harmony import MAJOR_TONICS, MINOR_TONICS, pitch_class, spell_tonic, tonics_of

_FIFTHS = {letter: place for place, letter in enumerate("FCGDAEB", start=-1)}


def n_signs(tonic, mode):
    """Sharps or flats of a key's signature, by the circle of fifths."""
    fifths = _FIFTHS[tonic[0]] + 7 * tonic.count("#") - 7 * tonic.count("b")
    return abs(fifths - (3 if mode == "minor" else 0))


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_the_spellings_of_a_tonic_are_those_with_a_signature(mode):
    named = [letter + sign for letter in _FIFTHS for sign in ("", "#", "b")]
    for pitch in range(12):
        usual = spell_tonic(pitch, mode)
        same = {name for name in named if pitch_class(name) == pitch and n_signs(name, mode) <= 7}
        for spelling in same:
            assert tonics_of(spelling, mode)[0] == usual
            assert set(tonics_of(spelling, mode)) == same


def test_notes_are_equal_in_every_spelling():
    assert [pitch_class(name) for name in ("Cb", "E#", "B#", "Fb", "F##", "Bbb")] == [
        pitch_class(name) for name in ("B", "F", "C", "E", "G", "A")
    ]  # fmt: skip
    for tonics in (MAJOR_TONICS, MINOR_TONICS):
        assert list(map(pitch_class, tonics)) == list(range(12))
    with pytest.raises(ValueError, match="no note name"):
        pitch_class("H")
