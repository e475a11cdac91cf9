import io
import os

import numpy as np
import pytest
import soundfile

from schemas.ingest import IngestConfig
from tests.audio import clip, tone, write
from tools.audio import decibels, load_mono, transcode, waveform, window_levels
from tools.clips import load_clip
from tools.errors import RefusedError
from tools.sound.inspection import inspect
from tools.sound.reader import blocks, open_sound

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
    info = inspect(path, IngestConfig(max_duration_s=10))
    assert info.duration_s == pytest.approx(3, abs=0.06)
    assert (info.sample_rate_hz, info.n_channels) == (rate, channels)
    assert info.peak_dbfs == pytest.approx(-6.02, abs=2)  # lossy codecs overshoot at the start

    samples = load_mono(path, sample_rate_hz=44100)
    assert np.concatenate(list(blocks(open_sound(path)))).shape == (
        round(info.duration_s * rate),
        channels,
    )
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
    ids = [
        inspect(tmp_path / name, IngestConfig(max_duration_s=10)).track_id
        for name in ("a.wav", "b.wav")
    ]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 32


def test_too_long_is_refused_before_the_end(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(30 * 8000), 8000)
    with pytest.raises(RefusedError) as refused:
        inspect(path, IngestConfig(max_duration_s=20))
    assert refused.value.reason == "too_long"
    assert inspect(path, IngestConfig(max_duration_s=30)).peak_dbfs is None


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


@pytest.mark.parametrize(("name", "rate", "channels", "options"), FORMATS)
def test_a_waveform_has_peak_and_rms_of_short_bins(tmp_path, name, rate, channels, options):
    samples = np.concatenate([tone(1, rate, 440, channels), 0 * tone(1, rate, 440, channels)])
    path = write(tmp_path / name, samples, rate, **options)
    peaks, rms = waveform(path, rate_hz=20)
    assert len(peaks) == len(rms) == pytest.approx(40, abs=3)
    assert peaks[5:15] == pytest.approx(0.5, abs=0.03)
    assert rms[5:15] == pytest.approx(0.5 / np.sqrt(2), abs=0.02)
    assert peaks[25:35].max() < 0.01


def test_a_waveform_ends_in_a_shorter_bin_and_takes_what_is_not_finite_for_silence(tmp_path):
    samples = np.full(1050, 0.25, np.float32)
    samples[10] = np.nan
    path = write(tmp_path / "a.wav", samples, 1000, subtype="FLOAT")
    peaks, rms = waveform(path, rate_hz=10)
    assert len(peaks) == 11
    assert peaks == pytest.approx(0.25)
    assert rms[-1] == pytest.approx(0.25)


def test_a_waveform_of_many_blocks_is_that_of_one(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.1, (600_000, 2)).clip(-1, 1)
    path = write(tmp_path / "a.wav", noise, 44100, subtype="FLOAT")
    peaks, _ = waveform(path, rate_hz=441)
    assert len(peaks) == 6000
    assert peaks == pytest.approx(np.abs(noise).reshape(6000, 200).max(axis=1), abs=1e-6)


def test_what_browsers_do_not_play_becomes_flac(tmp_path):
    path = write(tmp_path / "a.aiff", 1.2 * tone(2, 22050, 440, 2), 22050, subtype="FLOAT")
    sink = io.BytesIO()
    transcode(path, sink)
    samples, rate = soundfile.read(io.BytesIO(sink.getvalue()))
    assert (samples.shape, rate) == ((44100, 2), 22050)
    assert np.abs(samples).max() == pytest.approx(0.6, abs=0.01)
    with pytest.raises(RefusedError, match="there is no such file"):
        transcode(tmp_path / "b.aiff", sink)


def test_more_channels_than_flac_holds_are_refused(tmp_path):
    path = write(tmp_path / "a.wav", tone(0.1, 8000, 440, 12), 8000, format="WAVEX")
    with pytest.raises(RefusedError) as refused:
        transcode(path, io.BytesIO())
    assert refused.value.reason == "not_playable"


def test_a_file_that_changed_is_not_heard_under_its_old_id(tmp_path):
    path = write(tmp_path / "a.wav", tone(1.0, 16000), 16000)
    heard = clip(path, 0.0, 1.0)
    assert len(load_clip(heard, sample_rate_hz=16000)) == 16000
    write(path, tone(1.0, 16000, 220.0), 16000)
    os.utime(path, ns=(1, 1))
    with pytest.raises(RefusedError) as refused:
        load_clip(heard, sample_rate_hz=16000)
    assert refused.value.reason == "changed"
