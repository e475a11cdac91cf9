"""What libsndfile does not read: by PyAV, or refused in words."""

import sys
from pathlib import Path

import numpy as np
import pytest

from schemas.ingest import IngestConfig
from schemas.sections import AUDIO_EXTENSIONS
from tests.audio import tone, write
from tests.libav import write_with_libav
from tools.audio import load_mono, window_levels
from tools.errors import RefusedError
from tools.sound.inspection import inspect
from tools.sound.kinds import foreign_kind

DATA = Path(__file__).parents[2] / "data/sound"
FORMATS = [
    ("a.m4a", "aac", "MP4", "AAC"),
    ("a.m4a", "alac", "MP4", "ALAC"),
    ("a.mp4", "aac", "MP4", "AAC"),
    ("a.aac", "aac", "AAC", "AAC"),
    ("a.wma", "wmav2", "ASF", "WMAV2"),
    ("a.mka", "aac", "MATROSKA", "AAC"),
]


@pytest.mark.parametrize(("name", "codec", "form", "subtype"), FORMATS)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_formats_of_libav_are_read(tmp_path, name, codec, form, subtype, n_channels):
    layout = {1: "mono", 2: "stereo"}[n_channels]
    path = write_with_libav(tmp_path / name, codec, tone(3, 44100, 440, n_channels), layout=layout)
    info = inspect(path, IngestConfig())
    assert (info.format, info.subtype) == (form, subtype)
    assert (info.sample_rate_hz, info.n_channels) == (44100, n_channels)
    assert info.duration_s == pytest.approx(3, abs=0.07)
    assert window_levels(path, window_s=30)[1] == info.duration_s
    middle = load_mono(path, sample_rate_hz=44100, start_s=1, end_s=2)
    assert len(middle) == 44100
    assert np.abs(np.fft.rfft(middle)).argmax() == 440
    assert path.suffix in AUDIO_EXTENSIONS


def test_a_wrong_name_does_not_matter():
    info = inspect(DATA / "aac_named.mp3", IngestConfig())
    assert info.subtype == "AAC"
    assert info.duration_s == pytest.approx(6.037, abs=0.001)


@pytest.mark.parametrize(("name", "codec", "form", "subtype"), FORMATS)
def test_without_pyav_it_says_what_it_is_and_how_to_read_it(
    tmp_path, monkeypatch, name, codec, form, subtype
):
    path = write_with_libav(tmp_path / name, codec, tone(3))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(RefusedError) as error:
        inspect(path, IngestConfig())
    assert error.value.reason == "needs_av"
    assert "partimento[av]" in error.value.detail
    assert "ffmpeg -i FILE -vn FILE.flac" in error.value.detail
    assert "\n" not in error.value.detail


def test_a_cut_or_damaged_file_is_refused(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.1, (5 * 44100, 1))
    path = write_with_libav(tmp_path / "a.m4a", "aac", noise)
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:40] + whole[2000:]):
        path.write_bytes(damaged)
        with pytest.raises(RefusedError) as error:
            inspect(path, IngestConfig())
        assert error.value.reason in ("truncated", "undecodable")


def test_what_libsndfile_reads_is_nothing_foreign(tmp_path):
    for name in ("a.wav", "a.flac", "a.mp3", "a.ogg", "a.aiff", "a.caf", "a.au", "a.w64"):
        assert foreign_kind(write(tmp_path / name, tone(1)).read_bytes()) is None
    assert foreign_kind(b"") is None
    assert foreign_kind(b"ID3") is None
