"""What is decoded once, and when it is decoded anew."""

import numpy as np
import pytest

from tests.audio import tone, write
from tools.audio import load_mono
from tools.errors import RefusedError
from tools.sound import kept, sndfile
from tools.sound.reader import blocks, open_sound


@pytest.fixture
def decodings(monkeypatch):
    """First frames of all decodings from now on."""
    monkeypatch.setattr(kept, "_kept", None)
    found = []
    decode = sndfile._decode

    def counted(opener, first, **options):
        found.append(first)
        return decode(opener, first, **options)

    monkeypatch.setattr(sndfile, "_decode", counted)
    return found


def samples_of(path):
    return np.concatenate(list(blocks(open_sound(path))))


def test_a_file_that_is_heard_again_is_not_decoded_again(tmp_path, decodings):
    path = write(tmp_path / "a.wav", tone(20, frequency_hz=440))
    first = samples_of(path)
    assert np.array_equal(samples_of(path), first)
    assert len(load_mono(path, sample_rate_hz=16000)) == 20 * 16000
    assert decodings == [0]


def test_another_file_and_a_file_that_was_written_anew_are_decoded(tmp_path, decodings):
    path = write(tmp_path / "a.wav", tone(1, frequency_hz=440))
    samples_of(path)
    other = samples_of(write(tmp_path / "b.wav", tone(1, frequency_hz=220)))
    write(path, tone(1, frequency_hz=880))
    anew = samples_of(path)
    assert not np.array_equal(anew, other)
    assert np.array_equal(anew, np.concatenate(list(open_sound(path).decode(0))))
    assert decodings == [0, 0, 0]


def test_a_stretch_is_decoded_by_itself(tmp_path, decodings):
    path = write(tmp_path / "a.wav", tone(4, frequency_hz=440))
    whole = samples_of(path)
    (stretch,) = blocks(open_sound(path), start_s=1, duration_s=0.5)
    assert np.array_equal(stretch, whole[44100 : 44100 + len(stretch)])
    assert decodings == [0, 44100]


def test_what_is_long_or_read_in_part_is_not_kept(tmp_path, decodings, monkeypatch):
    path = write(tmp_path / "a.wav", tone(20, frequency_hz=440))
    next(iter(blocks(open_sound(path))))
    monkeypatch.setattr(kept, "MAX_BYTES", 1000)
    assert len(samples_of(path)) == len(samples_of(path)) == 20 * 44100
    assert decodings == [0, 0, 0]


def test_damage_is_met_every_time(tmp_path, decodings):
    path = write(tmp_path / "a.flac", tone(20, frequency_hz=440), format="FLAC")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    path.write_bytes(data)
    for _ in range(2):
        with pytest.raises(RefusedError):
            samples_of(path)
    assert len(decodings) == 2


def test_what_is_kept_cannot_be_changed(tmp_path, decodings):
    path = write(tmp_path / "a.wav", tone(1, frequency_hz=440))
    for block in blocks(open_sound(path)):
        with pytest.raises(ValueError, match="read-only"):
            block *= 2
