"""The truth of songs that benchmarks make: their sections, beats and notes agree."""

from random import Random

import pytest

from benchmarks.facts.form import equal_lengths, score
from benchmarks.facts.song_styles import STYLES
from benchmarks.facts.songs import MAX_DURATION_S, MIN_DURATION_S, compose, to_midi


@pytest.fixture(params=STYLES, ids=lambda style: style.name)
def song(request):
    return compose(request.param, Random(0))


def test_sections_are_seamless_and_start_at_downbeats(song):
    starts = [each["start_s"] for each in song.sections]
    ends = [each["end_s"] for each in song.sections]
    assert starts[1:] == ends[:-1]
    assert 0.9 * MIN_DURATION_S <= ends[-1] <= 1.1 * MAX_DURATION_S
    downbeats = song.beats_s[:: song.style.beats_per_bar]
    assert all(min(abs(start - each) for each in downbeats) < 0.001 for start in starts)


def test_a_song_is_the_same_for_the_same_seed_only(song):
    again, other = (compose(song.style, Random(seed)) for seed in (0, 1))
    assert again.notes == song.notes and again.sections == song.sections
    assert other.notes != song.notes


def test_notes_lie_in_the_key_but_for_drums_and_a_lifted_chorus(song):
    plain = {
        note.pitch % 12
        for instrument in to_midi(song).instruments
        if not instrument.is_drum
        for note in instrument.notes
    }
    is_lifted = any(each["letter"].endswith("'") for each in song.sections)
    assert len(plain) <= 7 or is_lifted


def test_the_truth_scores_one_and_equal_lengths_do_not(song):
    end_s = song.sections[-1]["end_s"]
    truth = {"sections": song.sections, "duration_s": end_s}
    exact = [(each["start_s"], each["end_s"], each["letter"]) for each in song.sections]
    exact[0] = (0.0, *exact[0][1:])
    assert score(exact, truth) == pytest.approx((1, 1, 1))
    assert score(equal_lengths(end_s), truth)[2] < 1
