import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.harmony import MAJOR_TONICS, MINOR_TONICS
from schemas.stated import stated_keys, stated_tempi


@pytest.mark.parametrize(
    ("text", "tempi"),
    [
        ("At 120 BPM it runs.", [120]),
        ("around 65.2 bpm, or 130.4BPM", [65.2, 130.4]),
        ("92 beats per minute", [92]),
        ("8 BPM, 1999, 88 keys, 4/4", []),
        ("1120 BPM", []),
    ],
)
def test_tempi_are_read_with_their_unit_only(text, tempi):
    assert stated_tempi(text) == tempi


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("In C# minor, then D♭ minor.", [(1, "minor"), (1, "minor")]),
        ("E-flat major; F sharp minor; Bb major", [(3, "major"), (6, "minor"), (10, "major")]),
        ("a major hit, B major", [(11, "major")]),
        ("A minor", [(9, "minor")]),
        ("DC major", []),
        ("A majority", []),
        ("C major7", [(0, "major")]),
    ],
)
def test_keys_are_read_however_they_are_spelled(text, keys):
    assert stated_keys(text) == keys


@given(st.integers(0, 11), st.sampled_from(["major", "minor"]), st.sampled_from(["", "x ", "("]))
def test_every_usual_name_of_a_key_is_read(pitch, mode, before):
    name = (MAJOR_TONICS if mode == "major" else MINOR_TONICS)[pitch]
    assert stated_keys(f"{before}{name} {mode}.") == [(pitch, mode)]
