"""Our chords against the plugin's, step by step; and the steps against what is true of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from benchmarks.chords import equal_share
from benchmarks.plain_tools import nnls_chroma_outputs
from tools import chordino, nnls_chords
from tools.audio import load_mono
from tools.nnls_chords.decoding import STAY, best_path, chord_log_probabilities, chord_names
from tools.nnls_chords.least_squares import solve_frames
from tools.nnls_chords.notes import chroma, note_activations
from tools.nnls_chords.spectrum import (
    HOP_SIZE,
    SAMPLE_RATE_HZ,
    log_frequency_spectrum,
    tune,
    tuning_semitones,
    whiten,
)

ROOT = Path(__file__).parents[2]
SOUNDS = [
    path for part in ("examples/songs", "tests/data/pieces") for path in ROOT.glob(f"{part}/*.ogg")
]
SONG = ROOT / "examples/songs/feelings.ogg"


@pytest.fixture(scope="module")
def plugin():
    """Twelve seconds of a song, and what the plugin makes of them."""
    samples = load_mono(SONG, sample_rate_hz=SAMPLE_RATE_HZ, start_s=20.0, end_s=32.0)
    return samples, nnls_chroma_outputs(samples)


def test_spectrum_is_the_plugins_but_for_a_factor(plugin):
    samples, outputs = plugin
    expected = outputs["logfreqspec"]
    found = log_frequency_spectrum(samples)
    assert found.shape == expected.shape
    factor = (found * expected).sum() / np.square(found).sum()
    assert np.abs(factor * found - expected).max() < 1e-3 * expected.max()


def test_tuned_and_whitened_spectrum_is_the_plugins(plugin):
    _, outputs = plugin
    spectrum = outputs["logfreqspec"]
    found = whiten(tune(spectrum, tuning_semitones(spectrum)))
    assert np.percentile(np.abs(found - outputs["tunedlogfreqspec"]), 99.9) < 1e-3


def test_notes_are_the_plugins(plugin):
    _, outputs = plugin
    found = note_activations(outputs["tunedlogfreqspec"].astype(np.float64))
    assert np.abs(found - outputs["semitonespectrum"]).max() < 1e-4


def test_chroma_is_the_plugins(plugin):
    _, outputs = plugin
    found = chroma(outputs["semitonespectrum"])
    assert np.abs(found - outputs["bothchroma"]).max() < 1e-4


def test_path_is_the_plugins(plugin):
    samples, outputs = plugin
    path = best_path(chord_log_probabilities(outputs["bothchroma"]))
    times = [time for time, _ in chordino.chord_changes(samples)]
    labels = [chord_names()[state] for state in path]
    changes = [t for t in range(1, len(labels)) if labels[t] != labels[t - 1]]
    # The first and the last entry of the plugin are always there.
    expected = [round((time - times[0]) * SAMPLE_RATE_HZ / HOP_SIZE) for time in times[1:-1]]
    assert changes == expected


@pytest.mark.parametrize("path", SOUNDS, ids=lambda path: path.stem)
def test_chords_are_the_plugins(path):
    samples = load_mono(path, sample_rate_hz=SAMPLE_RATE_HZ, end_s=30.0)
    found = nnls_chords.chord_changes(samples)
    assert equal_share(found, chordino.chord_changes(samples)) > 0.98


@pytest.mark.parametrize("n_samples", [0, 1, 2047, 2048, 2049, 40000])
def test_what_is_short_or_silent_is_no_chord_as_by_the_plugin(n_samples):
    samples = np.zeros(n_samples, np.float32)
    found, expected = nnls_chords.chord_changes(samples), chordino.chord_changes(samples)
    assert [label for _, label in found] == [label for _, label in expected]
    assert [time for time, _ in found] == pytest.approx([time for time, _ in expected])


def test_a_sample_that_is_no_number_costs_its_frames():
    samples = load_mono(SONG, sample_rate_hz=SAMPLE_RATE_HZ, start_s=20.0, end_s=30.0)
    samples[len(samples) // 2] = np.nan
    labels = {label for _, label in nnls_chords.chord_changes(samples)}
    assert labels - {"N"}


@pytest.mark.parametrize("cents", [-40, -10, 0, 25, 45])
def test_tuning_is_heard(cents):
    times = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    pitches = 220 * 2 ** ((np.array([0, 4, 7, 12]) + cents / 100) / 12)
    samples = 0.1 * np.sin(2 * np.pi * pitches * times[:, np.newaxis]).sum(axis=1)
    spectrum = log_frequency_spectrum(samples.astype(np.float32))
    assert 100 * tuning_semitones(spectrum) == pytest.approx(cents, abs=4)


@given(st.integers(0, 2**32 - 1), st.integers(2, 20))
@settings(max_examples=40, deadline=None)
def test_least_squares_are_those_of_scipy(seed, n_columns):
    random = np.random.default_rng(seed)
    dictionary = random.random((30, n_columns))
    frames = random.normal(size=(5, 30))
    may_be_used = random.random((5, n_columns)) < 0.7
    found = solve_frames(dictionary.T @ dictionary, frames @ dictionary, may_be_used)
    assert (found[~may_be_used] == 0).all()
    for frame, used, amplitudes in zip(frames, may_be_used, found, strict=True):
        if used.any():
            expected, _ = nnls(dictionary[:, used], frame)
            assert amplitudes[used] == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_no_other_path_is_likelier(seed):
    random = np.random.default_rng(seed)
    logs = np.log(random.dirichlet(np.full(3, 0.2), size=5) + 1e-9)
    paths = np.stack(np.meshgrid(*[range(3)] * 5, indexing="ij"), axis=-1).reshape(-1, 5)
    paths = paths[paths[:, 0] == 2]
    has_changed = paths[:, 1:] != paths[:, :-1]
    scores = np.where(has_changed, np.log((1 - STAY) / 2), np.log(STAY)).sum(axis=1)
    scores += logs[np.arange(5), paths].sum(axis=1)
    found = best_path(logs)
    assert scores[(paths == found).all(axis=1)] == pytest.approx(scores.max())
