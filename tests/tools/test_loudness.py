"""Loudness against the cases of EBU Tech 3341 and 3342, and against essentia."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.audio import tone
from tools.errors import RefusedError
from tools.essentia_compat import import_essentia
from tools.loudness import LoudnessMeter

ROOT = Path(__file__).parents[2]


def sine(level_dbfs, duration_s, sample_rate_hz=48000):
    """Stereo sine of 1 kHz whose peak is at a level."""
    return 2 * tone(duration_s, sample_rate_hz, 1000, 2) * 10 ** (level_dbfs / 20)


def loudness(samples, sample_rate_hz=48000, block=7777):
    meter = LoudnessMeter(sample_rate_hz, samples.shape[1])
    for start in range(0, len(samples), block):
        meter.add(samples[start : start + block])
    return meter.result()


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_sine_has_its_level(rate, level):
    found = loudness(sine(level, 20, rate), rate)
    assert found.integrated_lufs == pytest.approx(level, abs=0.1)
    assert found.sample_peak_dbfs == pytest.approx(level, abs=0.01)
    assert found.loudness_range_lu == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
)
def test_quiet_passages_are_gated(parts):
    samples = np.concatenate([sine(level, seconds) for level, seconds in parts])
    assert loudness(samples).integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "range_lu"),
    [
        ([(-20, 20), (-30, 20)], 10),
        ([(-20, 20), (-15, 20)], 5),
        ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ],
)
def test_loudness_range(parts, range_lu):
    samples = np.concatenate([sine(level, seconds) for level, seconds in parts])
    assert loudness(samples).loudness_range_lu == pytest.approx(range_lu, abs=1)


def test_mono_is_one_channel():
    stereo = sine(-20, 10)
    difference = loudness(stereo).integrated_lufs - loudness(stereo[:, :1]).integrated_lufs
    assert difference == pytest.approx(10 * np.log10(2), abs=0.01)


@pytest.mark.parametrize("name", ["feelings", "war_of_freedom"])
def test_songs_are_as_loud_as_essentia_says(name):
    samples, rate = soundfile.read(ROOT / f"examples/songs/{name}.ogg", dtype="float32")
    _, _, integrated_lufs, range_lu = import_essentia().LoudnessEBUR128(sampleRate=rate)(samples)
    found = loudness(samples, rate, block=1 << 18)
    assert found.integrated_lufs == pytest.approx(integrated_lufs, abs=0.1)
    assert found.loudness_range_lu == pytest.approx(range_lu, abs=0.5)


@pytest.mark.parametrize("samples", [np.zeros((48000, 2)), np.zeros((0, 1)), 1e-5 * sine(0, 2)])
def test_silence_has_no_loudness(samples):
    with pytest.raises(RefusedError) as refused:
        loudness(samples)
    assert refused.value.reason == "silent"


def test_channels_in_an_unknown_order_are_refused():
    with pytest.raises(RefusedError) as refused:
        loudness(np.ones((48000, 6)))
    assert refused.value.reason == "too_many_channels"


@pytest.mark.parametrize("rate", [100, 2000, 3363])
def test_rates_that_the_filters_are_unstable_at_are_refused(rate):
    noise = np.random.default_rng(0).normal(0, 0.1, (60 * rate, 1))
    with pytest.raises(RefusedError) as refused:
        loudness(noise, rate)
    assert refused.value.reason == "low_sample_rate"


@pytest.mark.parametrize("rate", [3364, 4000, 6000])
def test_the_filters_are_stable_at_low_rates(rate):
    noise = np.random.default_rng(0).normal(0, 0.1, (60 * rate, 1))
    assert -30 < loudness(noise, rate).integrated_lufs < -10
