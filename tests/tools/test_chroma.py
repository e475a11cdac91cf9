"""Tuning and pitch classes of tones whose pitch is known."""

import numpy as np
import pytest

from tools.chroma import SAMPLE_RATE_HZ, Tuning, chromagram, spectral_peaks, tuning_of

LENGTH_S = 3.0


def tones(cents, midi=(60, 64, 67, 72), partials=4):
    """A chord of harmonic tones, all off by the same."""
    times_s = np.arange(round(LENGTH_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sound = np.zeros(len(times_s))
    for note in midi:
        hz = 440 * 2 ** ((note - 69 + cents / 100) / 12)
        sound += sum(np.sin(2 * np.pi * n * hz * times_s) / n for n in range(1, partials + 1))
    return (0.1 * sound / len(midi)).astype(np.float32)


@pytest.mark.parametrize("cents", [-45, -20, -8, 0, 3, 12, 30, 44])
def test_the_tuning_of_tones_is_found_within_two_cents(cents):
    tuning = tuning_of(spectral_peaks(tones(cents)))
    assert tuning.cents == pytest.approx(cents, abs=2)
    assert tuning.strength > 0.8


def test_noise_has_no_tuning():
    noise = np.random.default_rng(0).normal(0, 0.1, round(LENGTH_S * SAMPLE_RATE_HZ))
    assert tuning_of(spectral_peaks(noise.astype(np.float32))).strength < 0.2


def test_silence_has_no_tuning():
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    assert tuning_of(spectral_peaks(silence)) == Tuning(0.0, 0.0)


@pytest.mark.parametrize("cents", [-40, 0, 40])
def test_pitch_classes_follow_the_tuning(cents):
    peaks = spectral_peaks(tones(cents, midi=(62, 66, 69)))
    frames = chromagram(peaks)
    assert frames.shape == (len(peaks), 12)
    strongest = np.argsort(frames.mean(axis=0))[-3:]
    assert set(strongest) == {2, 6, 9}
