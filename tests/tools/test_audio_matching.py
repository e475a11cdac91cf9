"""Transcodes, trims and gains are known again; other songs are not taken for them."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.audio import load_mono
from tools.audio_matching import find_matches, index
from tools.fingerprint import MIN_ITEMS, SAMPLE_RATE_HZ, fingerprint, unpack

FILES = sorted([*Path("examples/songs").glob("*.ogg"), *Path("tests/data/pieces").glob("*.ogg")])
LIMITS = {"max_bit_error_rate": 0.2, "min_overlap": 0.8}


@pytest.fixture(scope="module")
def songs():
    return {path.stem: load_mono(path, sample_rate_hz=44100) for path in FILES}


@pytest.fixture(scope="module")
def known(songs):
    return {name: heard(samples) for name, samples in songs.items()}


def indexed(recordings):
    return list(index(recordings.items()))


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


def clip(samples, start_s, length_s):
    return samples[round(start_s * 44100) : round((start_s + length_s) * 44100)]


def noisy(samples, gain):
    noise = np.random.default_rng(0).normal(size=len(samples)).astype(np.float32)
    return samples + gain * noise


VARIANTS = {
    "low mp3": lambda x: heard(*transcode(x, "MP3", "MPEG_LAYER_III", 22050)),
    "low mp3 between frames": lambda x: heard(
        *transcode(x[round(0.186 * 44100) :], "MP3", "MPEG_LAYER_III", 22050)
    ),
    "low opus": lambda x: heard(*transcode(x, "OGG", "OPUS", 16000)),
    "low vorbis": lambda x: heard(*transcode(x, "OGG", "VORBIS", 22050)),
    "eight kilohertz": lambda x: heard(soxr.resample(x, 44100, 8000), 8000),
    "quieter": lambda x: heard(0.1 * x),
    "both ends cut": lambda x: heard(x[round(7.3 * 44100) : -5 * 44100]),
    "ten seconds of it": lambda x: heard(
        *transcode(clip(x, 20, 10), "MP3", "MPEG_LAYER_III", 44100)
    ),
    "ten seconds in low opus": lambda x: heard(*transcode(clip(x, 11.3, 10), "OGG", "OPUS", 16000)),
    "noise added": lambda x: heard(noisy(x, 0.01)),
    "as much noise as music": lambda x: heard(noisy(x, float(x.std()))),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_recording_is_known_again_and_no_other_is_taken_for_it(variant, songs, known):
    queries = {f"new {name}": VARIANTS[variant](samples) for name, samples in songs.items()}
    matches = find_matches(indexed(queries), indexed(known), **LIMITS)
    assert {(each.query, each.known) for each in matches} == {(f"new {n}", n) for n in songs}
    assert all(each.overlap > 0.98 for each in matches)


def test_different_songs_do_not_match_at_any_rate_that_is_allowed(known):
    everything = indexed(known)
    assert find_matches(everything, everything, max_bit_error_rate=0.35, min_overlap=0.1) == []


def test_each_pair_among_the_same_is_found_once(known):
    doubled = indexed(known | {f"copy of {name}": items for name, items in known.items()})
    pairs = [{each.query, each.known} for each in find_matches(doubled, doubled, **LIMITS)]
    assert len(pairs) == len(known)
    assert all({f"copy of {name}", name} in pairs for name in known)


def music(seed, n_items):
    """Items that change a few bits at a time, as real ones do."""
    rng = np.random.default_rng(seed)
    flips = np.zeros(n_items, np.uint32)
    for _ in range(3):
        flips ^= np.left_shift(np.uint32(1), rng.integers(0, 32, n_items).astype(np.uint32))
    return np.bitwise_xor.accumulate(flips * (rng.random(n_items) < 0.9))


def spoiled(items, seed, share):
    """Some of the bits are wrong."""
    wrong = np.random.default_rng(seed).random((len(items), 32)) < share
    return items ^ np.packbits(wrong, axis=1).view(np.uint32).ravel()


def begins(items):
    """Where an item begins to be held."""
    return np.diff(items, prepend=items[0] ^ 1) != 0


def laid_over(one, other):
    """(bit error rate, overlap) at every offset where an item begins in both, by definition."""
    for offset in range(-len(one) + MIN_ITEMS, len(other) - MIN_ITEMS + 1):
        mine, other_part = slice(max(0, -offset), None), slice(max(0, offset), None)
        n = min(len(one[mine]), len(other[other_part]))
        wrong = np.bitwise_count(one[mine][:n] ^ other[other_part][:n])
        begin = begins(one)[mine][:n] & begins(other)[other_part][:n]
        if (begin & (wrong == 0)).any() and ((wrong <= 2).sum() >= 20 or n > 130):
            yield wrong.sum() / (32 * n), n / min(len(one), len(other))


COPIES = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 60), st.integers(45, 200), st.sampled_from([0, 0.03, 0.1])
    ),
    min_size=1,
    max_size=6,
)


def recordings(copies):
    """Stretches of three pieces of music, each with some wrong bits."""
    return {
        f"{number}": spoiled(music(seed, 200)[start : start + length], number, share)
        for number, (seed, start, length, share) in enumerate(copies)
    }


@given(COPIES, COPIES)
@settings(max_examples=60, deadline=None)
def test_what_is_found_is_what_the_definition_says(ours, theirs):
    queries, known = recordings(ours), recordings(theirs)
    expected = {}
    for query, one in queries.items():
        for name, other in known.items():
            rates = [rate for rate, part in laid_over(one, other) if rate <= 0.2 and part >= 0.8]
            if rates:
                expected[query, name] = min(rates)
    found = find_matches(indexed(queries), indexed(known), **LIMITS)
    assert {(each.query, each.known): each.bit_error_rate for each in found} == pytest.approx(
        expected
    )


@given(COPIES, st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_it_does_not_matter_how_recordings_are_split(copies, cut):
    whole = recordings(copies)
    rows = list(whole.items())
    parts = [*index(rows[:cut]), *index(rows[cut:])]
    among = indexed(whole)

    def pairs(matches):
        return {(frozenset((each.query, each.known)), each.bit_error_rate) for each in matches}

    assert pairs(find_matches(parts, parts, **LIMITS)) == pairs(
        find_matches(among, among, **LIMITS)
    )
    assert find_matches(parts, parts[::-1], **LIMITS) == find_matches(among, parts, **LIMITS)


def test_what_very_many_have_is_still_known_again():
    items = music(0, 100)
    many = {f"{number:03d}": spoiled(items, number, 0.02) for number in range(450)}
    found = find_matches(indexed({"x": items}), indexed(many), **LIMITS)
    assert len(found) >= 200
    among = indexed(many)
    reached = {each.known for each in find_matches(among, among, **LIMITS)}
    assert reached == set(many) - {"000"}


def test_held_items_are_one_place():
    items = np.arange(1, 51, dtype=np.uint32)
    (both,) = indexed({"held": np.repeat(items, 3), "moving": items})
    assert len(both.places) == 2 * 50
