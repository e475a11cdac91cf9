"""Channels of opposite polarity, and those that are no full channels."""

import numpy as np
import pytest
import soundfile

from schemas.ingest import IngestConfig
from tests.audio import clicks, clip, tone, write
from tests.tools.sound.surround import CHANNELS, write_surround
from tools.audio import load_mono
from tools.clips import encode_clip, encode_recording, load_clip
from tools.sound.inspection import inspect
from tools.sound.mono import MonoMix

RATE_HZ = 44100


@pytest.fixture
def inverted(tmp_path):
    left = clicks(120, 8)
    return left, write(tmp_path / "a.wav", np.stack([left, -left], 1), RATE_HZ, subtype="FLOAT")


def test_opposite_polarity_does_not_cancel(inverted):
    left, path = inverted
    assert np.array_equal(load_mono(path, sample_rate_hz=RATE_HZ), left)
    part = load_mono(path, sample_rate_hz=RATE_HZ, start_s=2, end_s=3)
    assert np.array_equal(part, left[2 * RATE_HZ : 3 * RATE_HZ])


def test_models_hear_what_is_of_opposite_polarity(inverted, tmp_path):
    left, path = inverted
    level = np.abs(left).max()
    assert np.abs(load_clip(clip(path, 0, 8), sample_rate_hz=RATE_HZ)).max() == level
    for data in (
        encode_clip(clip(path, 0, 8), audio_format="flac", sample_rate_hz=16000),
        encode_recording(path, audio_format="flac", sample_rate_hz=16000),
    ):
        (tmp_path / "sent.flac").write_bytes(data)
        assert np.abs(soundfile.read(tmp_path / "sent.flac")[0]).max() > 0.5 * level


def test_nearly_opposite_channels_do_not_cancel_either(tmp_path):
    left = clicks(120, 8)
    noise = np.random.default_rng(0).normal(0, 0.001, left.shape)
    path = write(tmp_path / "a.wav", np.stack([left, noise - 0.9 * left], 1), subtype="FLOAT")
    mono = load_mono(path, sample_rate_hz=RATE_HZ)
    assert np.corrcoef(mono, left)[0, 1] > 0.99
    assert np.abs(mono).max() > 0.9 * np.abs(left).max()


@pytest.mark.parametrize("side", [0.0, 0.5, 1.0, 3.0])
def test_other_recordings_are_mixed_as_ever(tmp_path, side):
    """Mid and side, to where the side is three times as strong: a mean, bit for bit."""
    rng = np.random.default_rng(0)
    mid, far = 0.1 * rng.normal(size=(2, 3 * RATE_HZ)).astype(np.float32)
    samples = np.stack([mid + side * far, mid - side * far], 1)
    path = write(tmp_path / "a.wav", samples, RATE_HZ, subtype="FLOAT")
    expected = soundfile.read(path, dtype="float32")[0] @ np.full(2, 0.5, np.float32)
    assert np.array_equal(load_mono(path, sample_rate_hz=RATE_HZ), expected)


def test_silence_cancels_nothing(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros((8000, 2)), 8000)
    mix = MonoMix(8000)
    inspect(path, IngestConfig(), mix=mix)
    assert mix.inversions() is None
    assert MonoMix(8000).inversions() is None


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.opus", "a.m4a"])
def test_low_frequency_effects_are_left_out_of_the_mix(tmp_path, name):
    path = write_surround(tmp_path / name)
    mono = load_mono(path, sample_rate_hz=8000)[4000:12000]
    levels = np.abs(np.fft.rfft(mono * np.hanning(8000))) / 2000
    for channel, frequency_hz in CHANNELS.items():
        expected = 0 if channel == "LFE" else 0.1
        assert levels[frequency_hz] == pytest.approx(expected, abs=0.02), channel
    mix = MonoMix(8000)
    inspect(path, IngestConfig(), mix=mix)
    assert np.array_equal(mix.samples(), load_mono(path, sample_rate_hz=8000))


def test_channels_in_an_unknown_order_are_mixed_alike(tmp_path):
    path = write(tmp_path / "a.wav", tone(1, 8000, 440, 6), 8000)
    mono = load_mono(path, sample_rate_hz=8000)
    assert np.abs(mono - tone(1, 8000)[:, 0]).max() < 1e-4
