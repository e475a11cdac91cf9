"""Bounds of what is let in, and files that change while they are looked at."""

import os
import struct

import numpy as np
import pytest

from schemas.ingest import IngestConfig
from tests.audio import clip, tone, write
from tests.hostile import wav_header
from tools.clips import load_clip
from tools.errors import RefusedError
from tools.sound import inspection
from tools.sound.identity import as_ingested, track_id_of, unchanged
from tools.sound.inspection import inspect


def refused(path, **limits):
    with pytest.raises(RefusedError) as error:
        inspect(path, IngestConfig(**limits))
    return error.value


@pytest.mark.parametrize("loudest", [22_900.0, 3e38, 16.0])
def test_values_far_beyond_full_scale_are_refused_with_what_to_do(tmp_path, loudest):
    samples = tone(2, 44100) * np.float32(2 * loudest if loudest < 1e38 else 1)
    samples[1000] = loudest
    error = refused(write(tmp_path / "a.wav", samples, 44100, subtype="FLOAT"))
    assert error.reason == "out_of_range"
    assert f"{loudest:.6g}" in error.detail
    assert "sox -v 0.000030518" in error.detail


def test_overshoot_of_decoders_and_mixes_is_let_in(tmp_path):
    path = write(tmp_path / "a.wav", 8 * tone(2, 44100), 44100, subtype="FLOAT")
    assert inspect(path, IngestConfig()).peak_dbfs == pytest.approx(12.04, abs=0.01)
    assert refused(path, max_peak_dbfs=6.0).reason == "out_of_range"


@pytest.mark.parametrize("rate", [1, 3000, 7999, 768_001, 2_100_000_000])
def test_absurd_sample_rates_are_refused_undecoded(tmp_path, rate):
    sound = (tone(2, 8000)[:, 0] * 30000).astype("<i2").tobytes()
    path = tmp_path / "a.wav"
    path.write_bytes(wav_header(sample_rate_hz=rate, data_size=len(sound)) + sound)
    error = refused(path)
    assert error.reason == "odd_sample_rate"
    assert str(rate) in error.detail


def test_more_channels_than_music_has_are_refused_undecoded(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(wav_header(n_channels=1024, data_size=2048 * 9000) + bytes(2048 * 9000))
    assert refused(path).reason == "too_many_channels"
    path = write(tmp_path / "b.wav", tone(1, 8000, 440, 24), 8000, format="WAVEX")
    assert inspect(path, IngestConfig()).n_channels == 24


def test_a_wave_file_that_promises_20_s_and_holds_a_tenth_is_refused(tmp_path):
    data = bytearray(write(tmp_path / "a.wav", tone(0.1, 8000), 8000).read_bytes())
    data[40:44] = struct.pack("<I", 20 * 16000)
    (tmp_path / "a.wav").write_bytes(data)
    error = refused(tmp_path / "a.wav")
    assert (error.reason, error.detail) == (
        "truncated",
        "the header promises 20.00 s, 0.10 s decode",
    )


def replace(path, frequency_hz):
    """Another sound of the same length, by another file of the same name."""
    other = write(path.with_name("other.wav"), tone(2, 16000, frequency_hz), 16000)
    status = path.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def test_a_file_that_is_replaced_while_it_is_inspected_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", tone(2, 16000), 16000)

    def open_late(opened):
        replace(path, 220)
        return open_sound(opened)

    open_sound = inspection.open_sound
    monkeypatch.setattr(inspection, "open_sound", open_late)
    error = refused(path)
    assert (error.reason, error.detail) == (
        "changed",
        "the file was written while it was read; build again",
    )


@pytest.mark.parametrize("change", [replace, lambda path, _: path.unlink()])
def test_what_was_read_of_a_file_that_is_replaced_meanwhile_is_not_taken(tmp_path, change):
    path = write(tmp_path / "a.wav", tone(2, 16000), 16000)
    name = track_id_of(path)
    with pytest.raises(RefusedError) as error, as_ingested(path, name):
        change(path, 220)
    assert error.value.reason == "changed"


def test_a_file_that_stays_is_taken_and_its_bytes_are_hashed_once(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", tone(2, 16000), 16000)
    name = track_id_of(path)
    with as_ingested(path, name), unchanged(path):
        pass
    monkeypatch.setattr("tools.sound.identity.track_id_of", lambda path: pytest.fail("hashed"))
    with as_ingested(path, name):
        pass


def test_a_file_of_the_same_size_and_time_is_not_heard_under_the_old_id(tmp_path):
    path = write(tmp_path / "a.wav", tone(2, 16000), 16000)
    heard = clip(path, 0.0, 1.0)
    assert len(load_clip(heard, sample_rate_hz=16000)) == 16000
    replace(path, 220)
    with pytest.raises(RefusedError) as error:
        load_clip(heard, sample_rate_hz=16000)
    assert error.value.reason == "changed"
