"""The truth of songs that benchmarks make: their sections, beats and notes agree."""

from random import Random

import pytest

from benchmarks.facts.form import equal_lengths, score
from benchmarks.facts.form_examples import are_same_music, sections_of
from benchmarks.facts.metre import Metre
from benchmarks.facts.score import Bar, Note, Part, Score
from benchmarks.facts.song_styles import STYLES
from benchmarks.facts.song_styles_later import LATER_STYLES
from benchmarks.facts.songs import MAX_DURATION_S, MIN_DURATION_S, compose, to_midi
from benchmarks.facts.tune_songs import has_two_strains
from schemas.facts import Section


@pytest.fixture(params=[*STYLES, *LATER_STYLES], ids=lambda style: style.name)
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
    truth = sections_of({"sections": song.sections})
    exact = [(0.0, *truth[0][1:]), *truth[1:]]
    assert score(exact, truth, end_s) == pytest.approx((1, 1, 1))
    assert score(equal_lengths(end_s), truth, end_s)[2] < 1


def has_form(first, again, other, other_again):
    """Whether four strains of eight bars, of one pitch a bar, are a tune of two strains."""
    bars = [Bar(4.0 * i, 4.0, Metre(4, 4)) for i in range(32)]
    pitches = [*first, *again, *other, *other_again]
    notes = [Note(0, bar.start_q, 4.0, pitch) for bar, pitch in zip(bars, pitches, strict=True)]
    return has_two_strains(Score("", "", "", 100, bars, [Part(0)], notes))


def test_a_dance_is_of_two_strains_where_its_bars_say_so():
    up, down = range(60, 68), range(80, 72, -1)
    assert has_form(up, up, down, down)
    assert has_form(up, [*up[:6], 60, 60], down, down)  # a second ending
    assert not has_form(up, down, up, down)
    assert not has_form(up, up, up, up)
    assert not has_form(up, [60, *up[:7]], down, down)


def test_two_sections_are_the_same_music_where_their_letters_are():
    truth = [(0.0, 20.0, "A"), (20.0, 40.0, "B"), (40.0, 60.0, "A"), (60.0, 80.0, "B")]

    def same(one, other):
        spans = [Section(start_s=s, end_s=e, letter="A", level_db=0.0) for s, e in (one, other)]
        return are_same_music(*spans, truth)

    assert same((0, 20), (40, 60)) and same((0, 40), (40, 80)) and same((0, 40), (41, 60))
    assert not same((0, 20), (20, 40)) and not same((0, 20), (30, 50))
