"""Descriptors of sounds whose descriptors are known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.audio import clicks, clip, tone, write
from tools.descriptors import SAMPLE_RATE_HZ, describe_clip, describe_sound
from tools.errors import RefusedError


def sine(frequency_hz=440.0, duration_s=5.0):
    return tone(duration_s, SAMPLE_RATE_HZ, frequency_hz)[:, 0]


def noise(duration_s=5.0, rms=0.1):
    n_samples = round(duration_s * SAMPLE_RATE_HZ)
    return np.random.default_rng(0).normal(0, rms, n_samples).astype(np.float32)


def describe(samples):
    return describe_sound(np.asarray(samples, np.float32), SAMPLE_RATE_HZ)


def undefined(found):
    return {name for name, value in found.model_dump().items() if value is None}


@pytest.mark.parametrize("frequency_hz", [60, 440, 3000, 12000])
def test_a_tone(frequency_hz):
    found = describe(sine(frequency_hz))
    assert found.duration_s == 5
    assert found.level_dbfs == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.01)
    assert found.level_spread_db == pytest.approx(0, abs=0.1)
    assert found.level_change_db == pytest.approx(0, abs=0.01)
    assert found.silent_share == 0
    assert found.spectral_centroid_hz == pytest.approx(frequency_hz, rel=0.01)
    assert found.share_below_150_hz == pytest.approx(float(frequency_hz < 150), abs=1e-3)
    assert found.share_above_4_khz == pytest.approx(float(frequency_hz > 4000), abs=1e-3)
    assert found.onsets_per_s <= 0.4


def test_noise_is_flat_and_a_tone_is_not():
    assert describe(noise()).spectral_flatness == pytest.approx(0.56, abs=0.02)
    assert describe(sine()).spectral_flatness < 1e-6


def test_flatness_is_not_measured_where_its_band_is_empty():
    assert undefined(describe(sine(12000))) == {"spectral_flatness"}


def test_white_noise_has_energy_in_proportion_to_bandwidth():
    found = describe(noise())
    assert found.spectral_centroid_hz == pytest.approx(SAMPLE_RATE_HZ / 4, rel=0.02)
    assert found.share_above_4_khz == pytest.approx(1 - 4000 / (SAMPLE_RATE_HZ / 2), abs=0.01)
    assert found.share_below_150_hz == pytest.approx(130 / (SAMPLE_RATE_HZ / 2), abs=0.002)


@pytest.mark.parametrize("bpm", [60, 120, 240])
def test_onsets_of_a_drum_pattern(bpm):
    assert describe(clicks(bpm, 20)).onsets_per_s == pytest.approx(bpm / 60, abs=0.06)


def test_noise_has_no_onsets():
    assert describe(noise(10)).onsets_per_s <= 0.1


@pytest.mark.parametrize("change_db", [-12, -6, 6, 20])
def test_level_change(change_db):
    gain = 10 ** (change_db / 20)
    found = describe(0.1 * np.concatenate([sine(), gain * sine()]))
    assert found.level_change_db == pytest.approx(change_db, abs=0.01)
    assert found.level_spread_db == pytest.approx(abs(change_db), abs=0.01)


def test_a_clip_that_stops():
    found = describe(np.concatenate([sine(), np.zeros(5 * SAMPLE_RATE_HZ)]))
    assert found.silent_share == pytest.approx(0.5, abs=0.05)
    assert found.level_change_db == pytest.approx(-51, abs=0.1)
    assert found.level_spread_db < 1
    assert found.spectral_centroid_hz == pytest.approx(440, rel=0.01)


def test_gain_changes_the_level_only():
    loud, quiet = describe(clicks(120, 10)), describe(0.1 * clicks(120, 10))
    assert quiet.level_dbfs == pytest.approx(loud.level_dbfs - 20, abs=0.01)
    same = {"level_spread_db": 0.01, "level_change_db": 0.01, "onsets_per_s": 0.0}
    for name, tolerance in same.items():
        assert getattr(quiet, name) == pytest.approx(getattr(loud, name), abs=tolerance)


@pytest.mark.parametrize("offset", [0.0, 0.3, -1.0])
def test_no_sound_has_only_a_duration(offset):
    found = describe(np.full(3 * SAMPLE_RATE_HZ, offset))
    assert (found.duration_s, found.silent_share) == (3, 1)
    assert len(undefined(found)) == len(type(found).model_fields) - 2


@pytest.mark.parametrize(("level_dbfs", "is_audible"), [(-59.5, True), (-60.5, False)])
def test_sound_below_the_threshold_has_only_a_level(level_dbfs, is_audible):
    samples = sine() * 10 ** ((level_dbfs + 9.03) / 20)
    found = describe(samples)
    assert found.level_dbfs == pytest.approx(level_dbfs, abs=0.01)
    assert found.silent_share == (0 if is_audible else 1)
    assert (found.spectral_centroid_hz is not None) == is_audible
    assert (found.onsets_per_s is not None) == is_audible


def test_an_offset_is_not_sound():
    plain, shifted = describe(0.1 * sine()), describe(0.1 * sine() + 0.5)
    for name, value in plain.model_dump().items():
        assert getattr(shifted, name) == pytest.approx(value, rel=0.001, abs=0.01), name


def test_full_scale_noise():
    found = describe(np.random.default_rng(0).choice([-1.0, 1.0], 3 * SAMPLE_RATE_HZ))
    assert found.level_dbfs == pytest.approx(0, abs=0.01)
    assert undefined(found) == set()


@pytest.mark.parametrize(
    ("duration_s", "missing"),
    [
        (0.05, {"level_change_db", "level_spread_db", "onsets_per_s", "silent_share", "spectral"}),
        (0.2, {"level_change_db", "level_spread_db", "onsets_per_s", "silent_share"}),
        (0.5, {"level_change_db", "level_spread_db", "onsets_per_s"}),
        (1.5, {"level_change_db", "level_spread_db"}),
        (2.5, set()),
    ],
)
def test_short_sounds(duration_s, missing):
    if "spectral" in missing:
        shares = {"share_below_150_hz", "share_above_4_khz"}
        missing = missing - {"spectral"} | shares | {"spectral_centroid_hz", "spectral_flatness"}
    assert undefined(describe(noise(duration_s))) == missing


@pytest.mark.parametrize(("n_samples", "sample_rate_hz"), [(0, 44100), (100, 48000)])
def test_what_cannot_be_described(n_samples, sample_rate_hz):
    with pytest.raises(ValueError, match="cannot be described"):
        describe_sound(np.ones(n_samples, np.float32), sample_rate_hz)


def is_sane(found):
    values = [value for value in found.model_dump().values() if value is not None]
    shares = [found.share_below_150_hz, found.share_above_4_khz, found.spectral_flatness]
    return all(map(math.isfinite, values)) and all(0 <= each <= 1 for each in shares if each)


@settings(max_examples=150, deadline=None)
@given(
    arrays(
        np.float32,
        st.integers(1, 300),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    ),
    st.integers(1, 400),
)
def test_any_finite_samples_have_finite_descriptors(samples, repeats):
    assert is_sane(describe(np.tile(samples, repeats)))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 120_000), st.integers(0, 99), st.sampled_from([1e-44, 1e-6, 1.0, 1e37]))
def test_any_noise_of_any_length_has_finite_descriptors(n_samples, seed, gain):
    rng = np.random.default_rng(seed)
    is_on = np.repeat(rng.random(n_samples // 5000 + 1) < 0.5, 5000)[:n_samples]
    assert is_sane(describe(gain * rng.normal(size=n_samples) * is_on))


def test_a_clip_of_a_file(tmp_path):
    both = np.concatenate([sine(440), sine(3000)])
    path = str(write(tmp_path / "both.wav", both[:, None].repeat(2, axis=1), subtype="FLOAT"))
    found = describe_clip(clip(path, 5.0, 10.0))
    assert found == describe(both[5 * SAMPLE_RATE_HZ :])
    assert found.spectral_centroid_hz == pytest.approx(3000, rel=0.01)


def test_a_clip_without_samples_is_refused(tmp_path):
    path = str(write(tmp_path / "short.wav", sine(duration_s=1)))
    with pytest.raises(RefusedError) as refused:
        describe_clip(clip(path, 2.0, 3.0))
    assert refused.value.reason == "no_samples"
