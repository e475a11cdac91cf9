import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.harmony import close_chords, most_frequent_progressions
from schemas.chords import chord_symbol, roman_numeral, spell_in_key
from schemas.harmony import MAJOR_TONICS, pitch_class
from tests.facts import key_section, surely


@pytest.mark.parametrize(
    ("label", "tonic", "mode", "numeral"),
    [
        ("C", "C", "major", "I"),
        ("G:7", "C", "major", "V7"),
        ("A:min7", "C", "major", "vi7"),
        ("B:dim", "C", "major", "vii°"),
        ("B:hdim7", "C", "major", "viiø7"),
        ("Bb:maj", "C", "major", "bVII"),
        ("D:7", "C", "major", "II7"),
        ("F#:dim7", "C", "major", "#iv°7"),
        ("Eb:maj/3", "Eb", "major", "I"),
        ("Ab:maj7/5", "Eb", "major", "IVmaj7"),
        ("C#:min", "E", "major", "vi"),
        ("Db:min", "E", "major", "vi"),
        ("F:maj", "A", "minor", "VI"),
        ("E:7", "A", "minor", "V7"),
        ("E:min", "A", "minor", "v"),
        ("G", "A", "minor", "VII"),
        ("G#:dim", "A", "minor", "#vii°"),
        ("C:aug", "A", "minor", "III+"),
        ("D:min6", "A", "minor", "ivadd6"),
        ("B:min7b5", "A", "minor", "iiø7"),
        ("N", "A", "minor", None),
        ("C:(1,5)", "C", "major", None),
    ],
)
def test_numerals(label, tonic, mode, numeral):
    assert roman_numeral(label, tonic, mode) == numeral


@given(
    st.sampled_from(MAJOR_TONICS),
    st.integers(0, 11),
    st.sampled_from(["maj", "min", "7", "min7", "dim", "aug", "maj7", "hdim7"]),
    st.sampled_from(["major", "minor"]),
)
def test_numerals_do_not_change_when_all_is_transposed(tonic, interval, quality, mode):
    def numeral(name):
        root = MAJOR_TONICS[(pitch_class(name) + interval) % 12]
        return roman_numeral(f"{root}:{quality}", name, mode)

    assert numeral(tonic) == numeral("C")


@pytest.mark.parametrize("label", ["H:maj", "c:maj", "C:maj//3", "", "X"])
def test_no_chord_in_harte_syntax_is_an_error(label):
    with pytest.raises(ValueError, match="no chord in Harte syntax"):
        roman_numeral(label, "C", "major")


@pytest.mark.parametrize(
    ("label", "tonic", "mode", "spelled"),
    [
        ("Ab:7", "C#", "minor", "G#:7"),
        ("Ab:min", "E", "major", "G#:min"),
        ("C#:maj", "Db", "major", "Db:maj"),
        ("Bb:maj/3", "F#", "major", "A#:maj/3"),
        ("F:min7", "F#", "major", "E#:min7"),
        ("Eb:maj", "C", "major", "Eb:maj"),
        ("F#:hdim7", "C", "major", "F#:hdim7"),
        ("C#:maj", "C", "major", "Db:maj"),
        ("A:maj", "Db", "major", "A:maj"),
        ("C:maj", "C", "major", "C:maj"),
    ],
)
def test_roots_have_the_letter_of_their_degree(label, tonic, mode, spelled):
    assert spell_in_key(label, tonic, mode) == spelled
    assert roman_numeral(spelled, tonic, mode) == roman_numeral(label, tonic, mode)


def test_chords_are_spelled_in_their_own_key():
    keys = [key_section("E", "major", 0.0, 10.0), key_section("Ab", "major", 10.0, 20.0)]
    changes = [(0.0, "Ab:min"), (10.0, "Ab:maj")]
    chords = close_chords(changes, duration_s=20.0, chance=surely, keys=keys)
    assert [(chord.label, chord.roman) for chord in chords] == [("G#:min", "iii"), ("Ab:maj", "I")]


@pytest.mark.parametrize(
    ("label", "symbol"),
    [
        ("C", "C"),
        ("C:maj", "C"),
        ("Eb:min", "Ebm"),
        ("F#:min7", "F#m7"),
        ("G:7", "G7"),
        ("A:maj7", "Amaj7"),
        ("A:maj6", "A6"),
        ("A:6", "A6"),
        ("D:min6", "Dm6"),
        ("B:dim", "Bdim"),
        ("B:dim7", "Bdim7"),
        ("B:hdim7", "Bm7b5"),
        ("B:min7b5", "Bm7b5"),
        ("C:aug", "Caug"),
        ("C:minmaj7", "Cm(maj7)"),
        ("C:(1,5)", "C(1,5)"),
        ("C:sus4(b7)", "C(sus4(b7))"),
        ("A:maj/2", "A/B"),
        ("F#:min7/b3", "F#m7/A"),
        ("Bb:maj/3", "Bb/D"),
        ("C#:maj/3", "C#/E#"),
        ("B:maj/3", "B/D#"),
        ("Db:7/b7", "Db7/Cb"),
        ("F:min/b3", "Fm/Ab"),
        ("Gb:maj/4", "Gb/Cb"),
        ("D:maj/5", "D/A"),
        ("B:dim/b5", "Bdim/F"),
        ("G#:dim7/bb7", "G#dim7/F"),
        ("C:aug/#5", "Caug/G#"),
        ("G:7/13", "G7/E"),
        ("D#:maj/3", "D#/F##"),
    ],
)
def test_chord_symbols(label, symbol):
    assert chord_symbol(label) == symbol


@given(
    st.sampled_from(["C", "D", "E", "F", "G", "A", "B"]),
    st.sampled_from(["", "#", "b", "##", "bb"]),
    st.sampled_from(["", "#", "b", "bb"]),
    st.integers(2, 13),
)
def test_bass_notes_have_the_letter_and_the_pitch_of_their_degree(letter, accidental, sign, number):
    label = f"{letter}{accidental}:maj/{sign}{number}"
    _, bass = chord_symbol(label).split("/")
    assert bass[0] == "CDEFGAB"[("CDEFGAB".index(letter) + number - 1) % 7]
    semitones = {"": 0, "#": 1, "b": -1, "bb": -2}[sign] + (0, 2, 4, 5, 7, 9, 11)[(number - 1) % 7]
    assert pitch_class(bass) == (pitch_class(letter + accidental) + semitones) % 12


@pytest.mark.parametrize("label", ["N", "X", "", "H:maj", "C:maj//3"])
def test_what_is_no_chord_has_no_symbol(label):
    with pytest.raises(ValueError, match="no chord in Harte syntax"):
        chord_symbol(label)


times = st.lists(st.floats(0, 99), max_size=30).map(sorted)


@given(times, st.lists(st.sampled_from(["N", "C", "A:min", "G:7", "F/3"]), min_size=30), st.data())
def test_chords_tile_the_whole_duration(starts_s, labels, data):
    duration_s = data.draw(st.floats(1, 100))
    chords = close_chords(
        list(zip(starts_s, labels, strict=False)), duration_s=duration_s, chance=surely
    )
    assert chords[0].start_s == 0
    assert chords[-1].end_s == duration_s
    for before, after in itertools.pairwise(chords):
        assert before.end_s == after.start_s
        assert before.label != after.label
    assert all(chord.start_s < chord.end_s for chord in chords)


def test_numerals_follow_the_local_key():
    keys = [key_section("C", "major", 0, 10), key_section("D", "major", 10, 20)]
    changes = [(0.0, "C"), (5.0, "G"), (9.0, "A"), (15.0, "D")]
    chords = close_chords(changes, duration_s=20, chance=surely, keys=keys)
    assert [chord.roman for chord in chords] == ["I", "V", "V", "I"]


def test_changes_must_be_in_order():
    with pytest.raises(ValueError, match="order of time"):
        close_chords([(2.0, "C"), (1.0, "G")], duration_s=3, chance=surely)


def test_progressions_are_named_once():
    labels = ["C", "G", "A:min", "F"] * 4 + ["N"] + ["D:min", "G", "C"] * 3
    changes = [(float(i), label) for i, label in enumerate(labels)]
    keys = [key_section("C", "major", 0, 99)]
    chords = close_chords(changes, duration_s=len(labels), chance=surely, keys=keys)
    found = most_frequent_progressions(chords)
    assert set(found[0].numerals) == {"I", "V", "vi", "IV"}
    assert found[0].count >= 3
    assert any(set(each.numerals) == {"ii", "V", "I"} for each in found[1:])


def test_nothing_recurs_in_few_chords():
    changes = [(0.0, "C"), (1.0, "G"), (2.0, "F")]
    keys = [key_section("C", "major", 0, 9)]
    chords = close_chords(changes, duration_s=9, chance=surely, keys=keys)
    assert most_frequent_progressions(chords) == []
