"""Our chords against madmom's own network and conditional random field."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain_tools import madmom_chord_features, madmom_chords
from schemas.chords import full_label
from tests.blocks import ROOT
from tools import chord_network
from tools.audio import load_mono
from tools.chord_network import LABELS, chord_changes, chord_features, decode_chords

PIECES = ROOT / "tests/data/pieces"


def excerpt(path, start_s, end_s):
    return load_mono(path, sample_rate_hz=44100, start_s=start_s, end_s=end_s)


EXCERPTS = {
    "song": lambda: excerpt(ROOT / "examples/songs/feelings.ogg", 20, 23.5),
    "waltz": lambda: excerpt(PIECES / "waltz_a_minor.ogg", 0, 3.033),
    "silence": lambda: np.zeros(4411, np.float32),
    "one sample": lambda: np.ones(1, np.float32),
}


def assert_same(found, expected):
    assert [label for _, label in found] == [label for _, label in expected]
    times_s = [time_s for time_s, _ in expected]
    assert [time_s for time_s, _ in found] == pytest.approx(times_s, abs=1e-9)


@pytest.mark.parametrize("name", EXCERPTS)
def test_features_and_labels_are_madmoms(name):
    samples = EXCERPTS[name]()
    expected = madmom_chord_features(samples)
    found = chord_features(samples)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-5
    assert_same(chord_changes(samples), madmom_chords(expected))


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.sampled_from([0.02, 0.1, 0.5]))
@settings(max_examples=40, deadline=None)
def test_the_path_is_madmoms_for_any_features(seed, n_frames, scale):
    features = np.random.default_rng(seed).exponential(scale, (n_frames, 128)).astype(np.float32)
    states = decode_chords(features)
    starts = np.flatnonzero(np.diff(states, prepend=-1))
    found = [(start / 10, LABELS[states[start]]) for start in starts]
    assert_same(found, madmom_chords(features))


def test_blocks_leave_no_trace(monkeypatch):
    samples = EXCERPTS["song"]()
    whole = chord_features(samples)
    monkeypatch.setattr(chord_network, "_BLOCK_FRAMES", 7)
    np.testing.assert_allclose(chord_features(samples), whole, atol=1e-6)


def test_nothing_has_no_chords():
    assert chord_changes(np.empty(0, np.float32)) == []


def test_labels_are_in_full_harte_syntax():
    assert len(set(LABELS)) == 25
    assert [full_label(label) for label in LABELS] == list(LABELS)
