"""The truth of a rendered piece is in its sound."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pieces import LENGTH_S, TONICS, draw_piece, render
from synthesiser import RATE_HZ

from schemas.chords import roman_numeral

SEED = 7


def plain(index):
    """A piece of chords alone: nothing but what its truth says."""
    return replace(draw_piece(SEED, index), has_drums=False, lead_timbre=None, noise_db=-90.0)


def chroma(sound):
    """Energy by pitch class from 55 to 2000 Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), n=8 * RATE_HZ)) ** 2
    hz = np.fft.rfftfreq(8 * RATE_HZ, 1 / RATE_HZ)
    kept = (hz > 55) & (hz < 2000)
    classes = np.round(69 + 12 * np.log2(hz[kept] / 440)).astype(int) % 12
    return np.bincount(classes, spectrum[kept], minlength=12)


def heard_chord(sound):
    """The triad whose tones have most of the energy."""
    energy = chroma(sound)
    triads = {
        f"{TONICS[root]}:{name}": sum(energy[(root + each) % 12] for each in (0, third, 7))
        + 0.5 * energy[root]
        for root in range(12)
        for name, third in (("maj", 4), ("min", 3))
    }
    return max(triads, key=triads.get)


def test_a_seed_and_a_number_are_always_the_same_piece():
    one, two = (render(draw_piece(SEED, 3)) for _ in range(2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, render(draw_piece(SEED, 4)))
    assert one.shape == (round(LENGTH_S * RATE_HZ),)
    assert 0.2 < np.abs(one).max() < 1


def test_the_chords_of_the_truth_are_heard():
    right = total = 0
    for index in range(12):
        piece = plain(index)
        sound = render(piece)
        for chord in piece.truth["chords"]:
            start, end = (round(chord[name] * RATE_HZ) for name in ("start_s", "end_s"))
            if end - start > RATE_HZ:
                total += 1
                right += heard_chord(sound[start:end]) == chord["label"]
    assert total > 40
    assert right / total > 0.9


@pytest.mark.parametrize("index", range(6))
def test_onsets_lie_on_the_beats_of_the_truth(index):
    piece = replace(draw_piece(SEED, index), accompaniment="block", lead_timbre=None)
    level = np.abs(render(replace(piece, has_drums=True, noise_db=-90.0)))
    frames = level[: len(level) // 160 * 160].reshape(-1, 160).max(axis=1)
    rises = np.maximum(0, np.diff(frames, prepend=0))
    beats = np.arange(0, LENGTH_S - 0.1, piece.beat_s)

    def at(times_s):
        return np.mean(
            [rises[max(0, round(100 * t) - 2) : round(100 * t) + 3].max() for t in times_s]
        )

    assert at(beats) > 2 * at(beats + 0.29 * piece.beat_s)


def test_numerals_are_those_of_the_key():
    for index in range(40):
        piece = draw_piece(SEED, index)
        tonic, mode = piece.truth["key"].split()
        for chord in piece.progression:
            assert roman_numeral(piece.label(chord), tonic, mode) == chord


def test_chords_fill_the_piece_without_gaps():
    for index in range(40):
        chords = draw_piece(SEED, index).truth["chords"]
        assert chords[0]["start_s"] == 0
        assert chords[-1]["end_s"] == pytest.approx(LENGTH_S)
        for one, two in pairwise(chords):
            assert one["end_s"] == pytest.approx(two["start_s"], abs=1e-3)
