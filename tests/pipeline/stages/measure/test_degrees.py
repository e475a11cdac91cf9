"""What sounds above a tonic: the same for the same music in any key."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.measure.chord_key import Triads
from pipeline.stages.measure.degrees import LEAST_LOG, degree_features

A_MINOR, D_MINOR, G_MAJOR = 21, 14, 7


def of(pitch, profile=None, **heard):
    flat = np.zeros(12) if profile is None else profile
    return degree_features(pitch, "dorian", third="minor", profile=flat, **heard)


def triads_of_shares(shares, onto=()):
    """Shares by triad, and shares of changes by (to root, from triad)."""
    found = Triads(np.zeros(24), (), np.zeros((12, 24)))
    for triad, share in shares.items():
        found.shares[triad] = share
    for change in onto:
        found.onto[change] = 1.0
    return found


def test_a_note_a_triad_a_key_and_a_change_are_named_from_the_tonic_up():
    profile = np.zeros(12)
    profile[9] = 1.0  # A above D: a fifth
    triads = triads_of_shares({A_MINOR: 0.25, G_MAJOR: 0.5}, onto=[(2, A_MINOR)])
    network = np.full(24, -3.0)
    network[D_MINOR] = -0.5
    found = of(2, profile, network=network, triads=triads)
    assert {name for name, value in found.items() if value > 0} == {
        "note7_dorian", "chord19_minor", "chord5_minor", "from19_minor",
    }  # fmt: skip
    assert found["chord19_minor"] == 0.25 and found["key12_minor"] == -0.5


@given(st.integers(0, 11), st.lists(st.floats(-1, 1), min_size=12, max_size=12))
def test_in_every_key_it_is_the_same(by_semitones, profile):
    higher = np.roll(profile, by_semitones)
    assert of((2 + by_semitones) % 12, higher) == pytest.approx(of(2, np.array(profile)))


def test_what_the_network_excludes_is_excluded_no_further():
    found = of(0, network=np.full(24, -np.inf))
    assert found["key0_minor"] == LEAST_LOG


def test_without_chords_and_network_only_notes_tell():
    assert set(of(5)) == {f"note{step}_dorian" for step in range(12)}
