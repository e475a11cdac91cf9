"""Fingerprints of transcodes, trims and gains against those of other songs."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audio import tone
from tools.audio import MonoMix, inspect, load_mono
from tools.fingerprint import (
    SAMPLE_RATE_HZ,
    FingerprintError,
    find_matches,
    fingerprint,
    unpack,
)

FILES = sorted([*Path("examples/songs").glob("*.ogg"), *Path("tests/data/pieces").glob("*.ogg")])
LIMITS = {"max_bit_error_rate": 0.2, "min_overlap": 0.8}


@pytest.fixture(scope="module")
def songs():
    return {path.stem: load_mono(path, sample_rate_hz=44100) for path in FILES}


@pytest.fixture(scope="module")
def known(songs):
    return {name: heard(samples) for name, samples in songs.items()}


def heard(samples, sample_rate_hz=44100):
    mono = soxr.resample(samples, sample_rate_hz, SAMPLE_RATE_HZ).astype(np.float32)
    text = fingerprint(mono)
    return None if text is None else unpack(text)


def transcode(samples, container, subtype, sample_rate_hz):
    sink = io.BytesIO()
    low = soxr.resample(samples, 44100, sample_rate_hz)
    with soundfile.SoundFile(
        sink, "w", sample_rate_hz, 1, format=container, subtype=subtype, compression_level=0.95
    ) as file:
        for start in range(0, len(low), 65536):
            file.write(low[start : start + 65536])
    sink.seek(0)
    return soundfile.read(sink, dtype="float32")


VARIANTS = {
    "low mp3": lambda x: heard(*transcode(x, "MP3", "MPEG_LAYER_III", 22050)),
    "low opus": lambda x: heard(*transcode(x, "OGG", "OPUS", 16000)),
    "quieter": lambda x: heard(0.1 * x),
    "both ends cut": lambda x: heard(x[round(7.3 * 44100) : -5 * 44100]),
    "ten seconds of it": lambda x: heard(
        *transcode(x[20 * 44100 : 30 * 44100], "MP3", "MPEG_LAYER_III", 44100)
    ),
    "noise added": lambda x: heard(
        x + 0.01 * np.random.default_rng(0).normal(size=len(x)).astype(np.float32)
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_recording_is_known_again_and_no_other_is_taken_for_it(variant, songs, known):
    queries = {name: VARIANTS[variant](samples) for name, samples in songs.items()}
    matches = find_matches(
        {f"new {name}": items for name, items in queries.items()}, known, **LIMITS
    )
    assert {(each.query, each.known) for each in matches} == {(f"new {n}", n) for n in songs}
    assert all(each.overlap == 1.0 for each in matches)


def test_different_songs_do_not_match_at_any_rate_that_is_allowed(known):
    assert find_matches(known, known, max_bit_error_rate=0.35, min_overlap=0.1) == []


def test_each_pair_of_one_mapping_is_found_once(known):
    doubled = known | {f"copy of {name}": items for name, items in known.items()}
    pairs = [{each.query, each.known} for each in find_matches(doubled, doubled, **LIMITS)]
    assert len(pairs) == len(known)
    assert all({f"copy of {name}", name} in pairs for name in known)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(30 * SAMPLE_RATE_HZ), tone(30, SAMPLE_RATE_HZ)[:, 0], np.ones(20_000)],
    ids=["nothing", "silence", "a tone", "too short"],
)
def test_sound_without_features_has_no_fingerprint(samples):
    assert fingerprint(samples.astype(np.float32)) is None


def test_what_is_heard_while_a_file_is_inspected_is_what_loading_gives():
    mix = MonoMix(SAMPLE_RATE_HZ)
    inspect(FILES[0], max_duration_s=1200, mix=mix)
    loaded = load_mono(FILES[0], sample_rate_hz=SAMPLE_RATE_HZ)
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
