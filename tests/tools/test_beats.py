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
from tools.beats import FPS, activation_peaks, network, track_beats
from tools.beats.decoding import bar_model, decode
from tools.beats.features import band_rises, compute_features
from tools.beats.onsets import find_onsets
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
    found = track_beats(samples, beats_per_bar=beats_per_bar).best
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
    paths = decode_beats(activations, beats_per_bar=beats_per_bar)
    if not paths:
        return
    found = max(paths, key=lambda path: path.log_likelihood)
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
    assert found.paths == ()
    assert found.best is None
    assert len(found.onsets.frames) == 0
    assert len(found.activations) == -(-n_samples // 441)


@pytest.mark.parametrize(("metre", "bpm"), [(3, 150), (4, 120), (5, 140), (6, 180), (7, 160)])
def test_metres(metre, bpm):
    found = track_beats(clicks(bpm, 30, beats_per_bar=metre), beats_per_bar=ALL_METRES)
    assert found.best.beats_per_bar == metre


def test_every_path_only_counts_on():
    for path in track_beats(clicks(150, 20, beats_per_bar=3), beats_per_bar=ALL_METRES).paths:
        expected = np.arange(len(path.times_s)) + path.bar_positions[0] - 1
        np.testing.assert_array_equal(path.bar_positions, expected % path.beats_per_bar + 1)


@pytest.mark.parametrize(("hz", "band"), [(80.0, 0), (700.0, 1), (6000.0, 2)])
def test_onsets_are_where_notes_begin_and_strong_in_their_band(hz, band):
    expected_s = np.arange(0.5, 8, 0.45)
    time_s = np.arange(round(0.4 * 44100)) / 44100
    note = 0.5 * np.sin(2 * np.pi * hz * time_s) * np.exp(-25 * time_s)
    samples = np.zeros(9 * 44100, np.float32)
    for start_s in expected_s:
        first = round(start_s * 44100)
        samples[first : first + len(note)] += note
    found = find_onsets(*band_rises(compute_features(samples)))
    assert found.frames / FPS == pytest.approx(expected_s, abs=0.03)
    assert (found.strengths.argmax(axis=1) == band).all()


def test_peaks_are_highest_around_and_reach_the_threshold():
    activations = np.zeros((30, 2), np.float32)
    activations[[5, 8, 20, 27]] = [(0.6, 0.1), (0.3, 0.2), (0.0, 0.04), (0.03, 0.03)]
    frames, probabilities = activation_peaks(activations)
    assert frames.tolist() == [5, 27]
    assert probabilities == pytest.approx(np.array([(0.6, 0.1), (0.03, 0.03)]))


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
