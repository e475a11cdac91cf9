"""Fingerprints and the text that they are packed as."""

import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.ingest import IngestConfig
from tests.audio import tone
from tools.audio import load_mono
from tools.fingerprint import (
    SAMPLE_RATE_HZ,
    FingerprintError,
    fingerprint,
    unpack,
)
from tools.sound.inspection import inspect
from tools.sound.mono import MonoMix

SONG = Path("examples/songs/feelings.ogg")


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(30 * SAMPLE_RATE_HZ), tone(30, SAMPLE_RATE_HZ)[:, 0], np.ones(20_000)],
    ids=["nothing", "silence", "a tone", "too short"],
)
def test_sound_without_features_has_no_fingerprint(samples):
    assert fingerprint(samples.astype(np.float32)) is None


def test_what_is_heard_while_a_file_is_inspected_is_what_loading_gives():
    mix = MonoMix(SAMPLE_RATE_HZ)
    inspect(SONG, IngestConfig(max_duration_s=1200), mix=mix)
    loaded = load_mono(SONG, sample_rate_hz=SAMPLE_RATE_HZ)
    assert np.array_equal(mix.samples(), loaded)


def pack(items):
    """Chromaprint's packing, as its documentation describes it, bit by bit."""
    normal, exceptional, before = [], [], 0
    for item in items:
        last = 0
        for bit in range(1, 33):
            if (item ^ before) >> (bit - 1) & 1:
                step = bit - last
                normal.append(min(step, 7))
                exceptional += [step - 7] if step >= 7 else []
                last = bit
        normal.append(0)
        before = item

    def bits(values, width):
        flat = [value >> number & 1 for value in values for number in range(width)]
        return np.packbits(flat, bitorder="little").tobytes() if flat else b""

    data = bytes([1, *len(items).to_bytes(3, "big")]) + bits(normal, 3) + bits(exceptional, 5)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(st.lists(st.integers(0, 2**32 - 1), max_size=30))
@settings(max_examples=100, deadline=None)
def test_unpacking_undoes_packing(items):
    assert unpack(pack(items)).tolist() == items


@pytest.mark.parametrize("text", ["", "AQ", "!!!!", "AQABl4kiSZESMfgP", "é"])
def test_what_is_no_fingerprint_is_an_error(text):
    with pytest.raises(FingerprintError):
        unpack(text)
