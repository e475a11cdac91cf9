import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import RefusedError
from tools.quality import QualityMeter
from tools.sound.reader import blocks, open_sound

RATE_HZ = 44_100
SECONDS = 9


def music(*, seconds=SECONDS, n_channels=2):
    """Tones that come and go over noise which falls by 6 dB an octave, as instruments do."""
    random = np.random.default_rng(0)
    n_samples = seconds * RATE_HZ
    spectrum = np.fft.rfft(random.standard_normal((n_samples, n_channels)), axis=0)
    hz = np.fft.rfftfreq(n_samples, 1 / RATE_HZ)[:, None]
    noise = np.fft.irfft(spectrum / np.maximum(hz / 200, 1), n_samples, axis=0)
    time_s = np.arange(n_samples) / RATE_HZ
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 0.4 * time_s)
    tones = sum(np.sin(2 * np.pi * each * time_s) for each in (220.0, 277.2, 329.6))
    found = noise * 0.05 / noise.std() + (0.05 * swell * tones)[:, None]
    return found * swell[:, None]


def quality_of(path):
    sound = open_sound(path)
    meter = QualityMeter(sound)
    for block in blocks(sound):
        meter.add(block)
    return meter.result()


def measured(tmp_path, samples, rate_hz=RATE_HZ):
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, rate_hz, subtype="PCM_16")
    return quality_of(path)


def test_what_was_kept_well_has_no_flaws(tmp_path):
    found = measured(tmp_path, music())
    assert found.bandwidth_hz > 21_000
    assert not found.has_sharp_cutoff
    assert found.clipped_share == 0
    assert found.mono_in_stereo is False
    assert found.hum_hz is None and found.hum_dbfs is None


@pytest.mark.parametrize(
    ("level", "kbps", "low_hz", "high_hz"),
    [(0.65, 128, 16_000, 17_500), (0.75, 96, 14_500, 16_000), (0.9, 56, 9_000, 11_500)],
)
def test_a_transcode_ends_where_the_encoder_cut(tmp_path, level, kbps, low_hz, high_hz):
    """libsndfile's LAME takes a level of compression, which gives these bitrates."""
    encoded = tmp_path / "a.mp3"
    options = {"bitrate_mode": "CONSTANT", "compression_level": level}
    soundfile.write(encoded, music(), RATE_HZ, format="MP3", **options)
    assert encoded.stat().st_size * 8 / 1000 / SECONDS == pytest.approx(kbps, rel=0.03)
    samples, rate_hz = soundfile.read(encoded)
    found = measured(tmp_path, samples, rate_hz)
    assert found.has_sharp_cutoff
    assert low_hz <= found.bandwidth_hz <= high_hz


def test_dull_instruments_are_no_transcode(tmp_path):
    """A first-order low-pass, as of felt and rooms, has no edge."""
    from scipy.signal import lfilter

    found = measured(tmp_path, lfilter([0.2], [1, -0.8], music(), axis=0))
    assert not found.has_sharp_cutoff


@pytest.mark.parametrize("share", [0.001, 0.02])
def test_clipped_samples_are_counted(tmp_path, share):
    samples = music()
    limit = np.quantile(np.abs(samples), 1 - share)
    found = measured(tmp_path, np.clip(samples / limit, -1, 1))
    assert found.clipped_share == pytest.approx(share, rel=0.35)


def test_the_first_and_last_samples_of_blocks_are_counted_once(tmp_path):
    """Flat tops of a whole file are all of it, wherever its blocks end."""
    found = measured(tmp_path, np.full((700_001, 1), 0.99))
    assert found.clipped_share == 1


@settings(max_examples=10, deadline=None)
@given(gain=st.floats(0.05, 0.85))
def test_quiet_flat_tops_are_not_clipped(tmp_path_factory, gain):
    squares = gain * np.sign(np.sin(2 * np.pi * 100 * np.arange(RATE_HZ) / RATE_HZ))
    found = measured(tmp_path_factory.mktemp("q"), squares)
    assert found.clipped_share == 0


def test_two_equal_channels_are_mono(tmp_path):
    left = music(n_channels=1)
    assert measured(tmp_path, np.repeat(left, 2, axis=1)).mono_in_stereo is True
    assert measured(tmp_path, left).mono_in_stereo is None
    assert measured(tmp_path, np.hstack([left, 0.9 * left])).mono_in_stereo is False


@pytest.mark.parametrize("mains_hz", [50, 60])
@pytest.mark.parametrize("level_dbfs", [-40, -60])
def test_hum_is_found_with_its_level(tmp_path, mains_hz, level_dbfs):
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    lines = [np.sin(2 * np.pi * n * (mains_hz + 0.05) * time_s) / n for n in (1, 2, 3, 4)]
    hum = sum(lines)
    hum *= 10 ** (level_dbfs / 20) / np.sqrt(np.mean(hum**2))
    found = measured(tmp_path, music() * 0.1 + hum[:, None])
    assert found.hum_hz == mains_hz
    assert found.hum_dbfs == pytest.approx(level_dbfs, abs=1.5)


def test_a_bass_that_never_rests_is_no_hum(tmp_path):
    """G1 has 49 Hz and its harmonics: in the neighbourhood, but not at mains frequency."""
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    bass = sum(np.sin(2 * np.pi * n * 49.0 * time_s) / n for n in (1, 2, 3, 4, 5))
    assert measured(tmp_path, music() + 0.1 * bass[:, None]).hum_hz is None


def test_silence_has_no_quality(tmp_path):
    with pytest.raises(RefusedError, match="rounding"):
        measured(tmp_path, np.zeros((RATE_HZ, 2)))
    with pytest.raises(RefusedError, match="shorter"):
        measured(tmp_path, 0.5 * np.ones((100, 2)))
