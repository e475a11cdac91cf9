"""Files whose length is written nowhere, wrongly, or for a part of them only."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from schemas.ingest import IngestConfig
from tests.audio import tone, write
from tools.audio import header_duration_s, load_mono, waveform, window_levels
from tools.errors import RefusedError
from tools.sound import mpeg
from tools.sound.inspection import inspect

DATA = Path(__file__).parents[2] / "data/sound"
LIMITS = IngestConfig()


def refused(path, **limits):
    with pytest.raises(RefusedError) as error:
        inspect(path, IngestConfig(**limits))
    return error.value


def mp3(path, samples, rate=44100):
    return write(path, samples, rate, format="MP3").read_bytes()


def without_tag(data):
    """The frames of an MP3 without the first, which holds the encoder's count."""
    (stream,) = mpeg.streams(data)
    assert stream.n_tagged is not None
    return data[stream.spans[1][0] :]


def with_cover(data, n_bytes=200_000):
    """With a tag before it whose picture has bytes that look like frames' headers."""
    picture = b"\xff\xfb\x90\x64" * (n_bytes // 4)
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + data


@pytest.mark.parametrize(
    ("name", "duration_s"),
    [
        ("vbr_no_xing.mp3", 6.0343),  # libsndfile guesses 0.91 s
        ("cbr_no_xing.mp3", 6.0343),  # 6.06 s
        ("two_joined.mp3", 12.0),  # it reads the first, 6 s
        ("chained.ogg", 11.466),  # the same
        ("mp3_in_riff.wav", 6.0343),  # 6.08 s
    ],
)
def test_every_frame_is_read_whatever_the_header_says(name, duration_s):
    path = DATA / name
    assert inspect(path, LIMITS).duration_s == pytest.approx(duration_s, abs=0.001)
    assert header_duration_s(path) == pytest.approx(duration_s, abs=0.001)
    assert len(load_mono(path, sample_rate_hz=8000)) == pytest.approx(8000 * duration_s, abs=8)
    levels_dbfs, found_s = window_levels(path, window_s=1)
    assert found_s == pytest.approx(duration_s, abs=0.001)
    assert min(levels_dbfs[:-1]) > -40
    assert len(waveform(path, rate_hz=10)[0]) == np.ceil(10 * found_s)


@pytest.mark.parametrize("name", ["vbr_no_xing.mp3", "two_joined.mp3", "chained.ogg", "a.flac"])
def test_a_stretch_is_the_same_stretch_of_the_whole(name, tmp_path):
    path = DATA / name
    if name == "a.flac":
        noise = np.random.default_rng(0).normal(0, 0.1, 8 * 44100)
        path = write(tmp_path / name, noise, 44100)
    whole = load_mono(path, sample_rate_hz=44100)
    part = load_mono(path, sample_rate_hz=44100, start_s=4.0, end_s=5.5)
    assert np.array_equal(part, whole[4 * 44100 : round(5.5 * 44100)])


def test_a_cover_is_no_sound(tmp_path):
    data = without_tag(mp3(tmp_path / "a.mp3", tone(5)))
    (tmp_path / "b.mp3").write_bytes(with_cover(data))
    assert inspect(tmp_path / "b.mp3", LIMITS).duration_s == pytest.approx(5, abs=0.1)
    assert header_duration_s(tmp_path / "b.mp3") == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("between", [b"", b"ID3\x04\0\0\0\0\x08\0" + bytes(1024), bytes(100_000)])
@pytest.mark.parametrize("tagged", [(True, True), (True, False), (False, True), (False, False)])
def test_joined_mp3_is_read_to_the_end(tmp_path, tagged, between):
    parts = [mp3(tmp_path / "a.mp3", tone(3)), mp3(tmp_path / "b.mp3", tone(4, 44100, 660))]
    parts = [
        data if has_tag else without_tag(data) for data, has_tag in zip(parts, tagged, strict=True)
    ]
    path = tmp_path / "joined.mp3"
    path.write_bytes(parts[0] + between + parts[1])
    assert inspect(path, LIMITS).duration_s == pytest.approx(7, abs=0.15)
    last = load_mono(path, sample_rate_hz=44100)[-44100 - 5000 : -5000]
    assert np.abs(np.fft.rfft(last)).argmax() == 660


def test_joined_recordings_of_two_kinds_are_refused_in_words(tmp_path):
    path = tmp_path / "joined.mp3"
    path.write_bytes(
        mp3(tmp_path / "a.mp3", tone(3)) + mp3(tmp_path / "b.mp3", tone(3, 22050), 22050)
    )
    error = refused(path)
    assert error.reason == "joined"
    assert "1 channels at 44100 Hz, then 1 channels at 22050 Hz" in error.detail
    assert "split it" in error.detail
    ogg = [write(tmp_path / f"{n}.ogg", tone(3, 44100, 440, n), 44100).read_bytes() for n in (1, 2)]
    path = tmp_path / "joined.ogg"
    path.write_bytes(ogg[0] + ogg[1])
    assert refused(path).reason == "joined"


@pytest.mark.parametrize("total", [0, 1000, 10 * 8000])
def test_flac_is_decoded_to_its_end_whatever_its_header_counts(tmp_path, total):
    path = write(tmp_path / "a.flac", tone(5, 8000), 8000)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0
    data[22:26] = struct.pack(">I", total)
    path.write_bytes(data)
    if total == 80_000:
        assert refused(path).detail == "the header promises 10.00 s, 5.00 s decode"
    else:
        assert inspect(path, LIMITS).duration_s == 5
    assert len(load_mono(path, sample_rate_hz=8000)) == 40_000


def test_flac_after_flac_is_refused_and_a_tag_after_it_is_not(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * 44100)
    path = write(tmp_path / "a.flac", noise, 44100)
    data = path.read_bytes()
    path.write_bytes(data + b"TAG" + bytes(125))
    assert inspect(path, LIMITS).duration_s == 3
    path.write_bytes(data + data)
    assert refused(path).reason == "joined"
    spoiled = bytearray(data)
    spoiled[len(data) * 95 // 100] ^= 1
    path.write_bytes(spoiled)
    assert refused(path).reason == "undecodable"


def test_ogg_pages_whose_times_go_back_are_refused(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.1, 5 * 44100)
    path = write(tmp_path / "a.ogg", noise, 44100)
    data = path.read_bytes()
    pages = [at for at in range(len(data)) if data[at : at + 4] == b"OggS"]
    path.write_bytes(data[: pages[-1]] + data[pages[4] : pages[-2]] + data[pages[-1] :])
    assert "go back" in refused(path).detail
    again = pages[-2] + 40  # a page is cut, and comes again after that
    path.write_bytes(data[:again] + data[pages[-3] :])
    assert "go back" in refused(path).detail
    spoiled = bytearray(data)
    spoiled[pages[-3] + 100] ^= 1
    path.write_bytes(spoiled)
    assert refused(path).reason == "truncated"


@pytest.mark.parametrize(("name", "cut_s"), [("a.mp3", 0.03), ("a.flac", 0.03), ("a.wav", 0.04)])
def test_a_file_without_its_last_frames_is_let_in_and_read_without_them(tmp_path, name, cut_s):
    noise = np.random.default_rng(0).normal(0, 0.1, 10 * 44100).clip(-1, 1)
    path = write(tmp_path / name, noise, 44100)
    data = path.read_bytes()
    path.write_bytes(data[: -round(len(data) * cut_s / 10)])
    found = inspect(path, LIMITS)
    assert 9.85 < found.duration_s < 10
    assert len(load_mono(path, sample_rate_hz=44100)) == round(44100 * found.duration_s)
    assert window_levels(path, window_s=30)[1] == found.duration_s
    assert refused(path, max_missing_s=0.001).reason in ("truncated", "undecodable")
    path.write_bytes(data[: len(data) * 9 // 10])
    assert refused(path).reason in ("truncated", "undecodable")


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.au", "a.w64", "a.caf"])
def test_a_header_that_promises_more_than_there_is_is_refused(tmp_path, name):
    path = write(tmp_path / name, tone(20, 8000), 8000)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 20])
    error = refused(path)
    assert error.reason in ("truncated", "undecodable")
    if name != "a.caf":
        promised_s = float(error.detail.split()[3])  # of W64 the size is the whole file's
        assert promised_s == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000])
def test_a_wave_file_that_was_written_to_a_pipe_is_let_in(tmp_path, size):
    path = write(tmp_path / "a.wav", tone(3, 8000), 8000)
    data = bytearray(path.read_bytes())
    data[40:44] = struct.pack("<I", size)
    path.write_bytes(data)
    assert inspect(path, LIMITS).duration_s == 3


def test_short_files_are_refused(tmp_path):
    assert refused(write(tmp_path / "a.wav", tone(0.1, 8000), 8000)).reason == "too_short"
    path = write(tmp_path / "b.wav", tone(2.0, 8000), 8000)
    assert refused(path, min_duration_s=2.5).detail == "2 s, of at least 2.5"


@pytest.mark.parametrize(
    ("name", "form"), [("a.wave", "WAV"), ("a.bwf", "WAV"), ("a.aifc", "AIFF")]
)
def test_other_names_of_formats_are_read(tmp_path, name, form):
    path = write(tmp_path / name, tone(1, 8000), 8000, format=form)
    assert inspect(path, LIMITS).format == form


def test_frames_are_counted_at_every_bit_rate(tmp_path):
    for rate in (8000, 11025, 16000, 22050, 32000, 48000):
        for n_channels in (1, 2):
            data = mp3(tmp_path / "a.mp3", tone(3, rate, 220, n_channels), rate)
            (stream,) = mpeg.streams(data)
            assert stream.n_frames == stream.n_tagged
            assert stream.kind.sample_rate_hz == rate
            assert stream.kind.n_channels == n_channels
            assert stream.n_promised == soundfile.info(tmp_path / "a.mp3").frames
            bare = write(tmp_path / "b.mp3", tone(1), 44100)
            bare.write_bytes(without_tag(data))
            assert inspect(bare, LIMITS).duration_s == pytest.approx(3, abs=0.3)
