import numpy as np
import pytest

from tests.audio import tone, write
from tools.audio import decibels, inspect, load_mono, window_levels
from tools.errors import RefusedError

FORMATS = [
    ("a.wav", 44100, 1, {"subtype": "PCM_16"}),
    ("a.wav", 96000, 2, {"subtype": "PCM_24"}),
    ("a.wav", 8000, 1, {"subtype": "FLOAT"}),
    ("a.wav", 44100, 6, {"subtype": "PCM_16"}),
    ("a.flac", 48000, 2, {"subtype": "PCM_24"}),
    ("a.ogg", 44100, 2, {"subtype": "VORBIS"}),
    ("a.opus", 48000, 1, {"format": "OGG", "subtype": "OPUS"}),
    ("a.mp3", 44100, 2, {}),
    ("a.aiff", 22050, 1, {}),
]


@pytest.mark.parametrize(("name", "rate", "channels", "options"), FORMATS)
def test_formats_give_the_same_sound(tmp_path, name, rate, channels, options):
    path = write(tmp_path / name, tone(3, rate, 440, channels), rate, **options)
    info = inspect(path, max_duration_s=10)
    assert info.duration_s == pytest.approx(3, abs=0.06)
    assert (info.sample_rate_hz, info.n_channels) == (rate, channels)
    assert info.peak_dbfs == pytest.approx(-6.02, abs=2)  # lossy codecs overshoot at the start

    heard = []
    samples = load_mono(path, sample_rate_hz=44100, hear=heard.append)
    assert np.concatenate(heard).shape == (round(info.duration_s * rate), channels)
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(3 * 44100, abs=0.06 * 44100)
    middle = samples[44100:88200]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() == 440
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_a_long_file_is_resampled_as_a_whole(tmp_path):
    path = write(tmp_path / "a.wav", tone(30, 48000), 48000)
    samples = load_mono(path, sample_rate_hz=44100)
    expected = tone(30, 44100)[:, 0]
    assert len(samples) == len(expected)
    assert np.abs(samples - expected)[1000:-1000].max() < 0.001


def test_two_paths_with_the_same_bytes_have_the_same_id(tmp_path):
    one = write(tmp_path / "a.wav", tone(1), 44100)
    (tmp_path / "b.wav").write_bytes(one.read_bytes())
    ids = [inspect(tmp_path / name, max_duration_s=10).track_id for name in ("a.wav", "b.wav")]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 32


def test_too_long_is_refused_before_the_end(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(30 * 8000), 8000)
    with pytest.raises(RefusedError) as refused:
        inspect(path, max_duration_s=20)
    assert refused.value.reason == "too_long"
    assert inspect(path, max_duration_s=30).peak_dbfs is None


def test_levels_of_windows(tmp_path):
    parts = [tone(30, 8000), np.zeros((30 * 8000, 1)), 0.1 * tone(5, 8000)]
    path = write(tmp_path / "a.wav", np.concatenate(parts), 8000)
    levels_dbfs, duration_s = window_levels(path, window_s=30)
    assert duration_s == 65
    assert levels_dbfs[0] == pytest.approx(-9.03, abs=0.01)
    assert levels_dbfs[1] is None
    assert levels_dbfs[2] == pytest.approx(-29.03, abs=0.01)


def test_decibels():
    assert decibels(1.0) == 0
    assert decibels(0.1) == pytest.approx(-20)
    assert decibels(0.0) is None
