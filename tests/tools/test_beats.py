"""Our beats against madmom's own classes."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain_tools import (
    madmom_activations,
    madmom_beats,
    madmom_decoder,
    madmom_networks,
)
from tests.audio import clicks, tone
from tools.audio import load_mono
from tools.beats import network, track_beats
from tools.beats.decoding import bar_model, decode
from tools.beats.features import compute_features
from tools.beats.tracker import decode_beats

ROOT = Path(__file__).parents[2]
ALL_METRES = (2, 3, 4, 5, 6, 7)


def excerpt(path, start_s, duration_s=12):
    samples = load_mono(ROOT / path, sample_rate_hz=44100)
    return np.ascontiguousarray(samples[int(start_s * 44100) : int((start_s + duration_s) * 44100)])


EXCERPTS = {
    "song": lambda: excerpt("examples/songs/feelings.ogg", 20),
    "waltz": lambda: excerpt("tests/data/pieces/waltz_a_minor.ogg", 0),
    "five": lambda: clicks(140, 12.3, beats_per_bar=5),
    "with silence": lambda: np.concatenate([np.zeros(88200, np.float32), clicks(100, 9)]),
}


@pytest.fixture(scope="module", params=sorted(EXCERPTS))
def both(request):
    samples = EXCERPTS[request.param]()
    return samples, madmom_activations(samples)


def test_features_are_madmoms(both):
    samples, _ = both
    from madmom.audio.signal import Signal

    signal = Signal(samples, sample_rate=44100, num_channels=1)
    expected = madmom_networks().processors[0](signal)
    assert np.abs(compute_features(samples) - expected).max() < 1e-4


def test_activations_are_madmoms(both):
    samples, expected = both
    assert np.abs(network.activate(compute_features(samples)) - expected).max() < 1e-4


@pytest.mark.parametrize("beats_per_bar", [(3, 4), ALL_METRES])
def test_beats_are_madmoms_frame_by_frame(both, beats_per_bar):
    samples, activations = both
    found = track_beats(samples, beats_per_bar=beats_per_bar)
    times_s, places = madmom_beats(activations, beats_per_bar)
    np.testing.assert_array_equal(found.times_s, times_s)
    np.testing.assert_array_equal(found.bar_positions, places)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(30, 500),
    st.sampled_from([(2,), (3, 4), (5,), (7,)]),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_the_path_is_madmoms_for_any_activations(seed, n_frames, beats_per_bar, has_ties):
    rng = np.random.default_rng(seed)
    activations = rng.dirichlet([0.3, 0.3, 2], n_frames)[:, :2].clip(1e-6, 0.49)
    if has_ties:
        activations = np.round(activations, 1).clip(0.1, 0.4)
    activations = activations.astype(np.float32)
    found = decode_beats(activations, beats_per_bar=beats_per_bar)
    if len(found.times_s) == 0:
        return
    times_s, places = madmom_beats(activations, beats_per_bar)
    np.testing.assert_array_equal(found.times_s, times_s)
    np.testing.assert_array_equal(found.bar_positions, places)


def test_log_likelihoods_are_madmoms_to_the_last_bit(both):
    _, activations = both
    kept = np.asarray(activations[100:900])
    for n_beats in (3, 4):
        expected = madmom_decoder((n_beats,)).hmms[0].viterbi(kept)[1]
        assert decode(bar_model(n_beats, 55.0, 215.0, 100), kept).log_likelihood == expected


@pytest.mark.parametrize("n_samples", [1, 440, 441, 5000])
def test_short_and_silent_input_has_no_beats(n_samples):
    found = track_beats(np.zeros(n_samples, np.float32))
    assert len(found.times_s) == 0
    assert found.beats_per_bar is None
    assert len(found.activations) == -(-n_samples // 441)


@pytest.mark.parametrize(("metre", "bpm"), [(3, 150), (4, 120), (5, 140), (6, 180), (7, 160)])
def test_metres(metre, bpm):
    found = track_beats(clicks(bpm, 30, beats_per_bar=metre), beats_per_bar=ALL_METRES)
    assert found.beats_per_bar == metre


@pytest.mark.parametrize("samples", [tone(1), np.zeros(0), np.array([np.nan]), np.array([np.inf])])
def test_what_is_no_mono_sound_is_refused(samples):
    with pytest.raises(ValueError, match="one channel of finite numbers"):
        track_beats(samples)


def test_a_damaged_cache_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    features = compute_features(clicks(120, 3))
    expected = network.activate(features)
    path = network.cached_graph()
    path.write_bytes(path.read_bytes()[:1000])
    network._session.cache_clear()
    np.testing.assert_array_equal(network.activate(features), expected)
    network._session.cache_clear()
