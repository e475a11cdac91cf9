import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.stages.measure import tempo as of_beats
from pipeline.stages.measure.chances import packaged_calibration


def fit_tempo(beats_s):
    return of_beats.fit_tempo(beats_s, packaged_calibration().tempo)


def choose_metre(paths, n_bars):
    return of_beats.choose_metre(paths, n_bars, packaged_calibration().metre)


def grid(bpm, n_beats, start_s=0.0):
    return start_s + np.arange(n_beats) * 60 / bpm


def quantised(beats_s):
    return np.round(beats_s, 2)


@example(65.0, 24, 0.0, [1, 2], [33])
@given(
    st.floats(56, 214),
    st.integers(24, 300),
    st.floats(0, 30),
    st.lists(st.integers(1, 1000), max_size=6),
    st.lists(st.integers(1, 1000), max_size=6),
)
@settings(max_examples=200, deadline=None)
def test_missed_and_doubled_beats_do_not_move_the_tempo(bpm, n_beats, start_s, missed, doubled):
    beats_s = grid(bpm, n_beats, start_s)
    extra = beats_s[[place % (n_beats - 2) + 1 for place in doubled]] - 30 / bpm
    kept = np.delete(beats_s, [place % (n_beats - 2) + 1 for place in missed[: n_beats // 12]])
    found = fit_tempo(np.unique(quantised(np.concatenate([kept, extra[: n_beats // 12]]))))
    assert found.bpm == pytest.approx(bpm, rel=0.0025)


@given(st.floats(60, 200), st.floats(0, 100))
@settings(max_examples=50, deadline=None)
def test_a_shift_in_time_changes_nothing(bpm, shift_s):
    beats_s = grid(bpm, 100)
    assert fit_tempo(beats_s + shift_s).bpm == pytest.approx(fit_tempo(beats_s).bpm, rel=1e-6)


def test_a_change_of_tempo_gives_two_sections():
    first = grid(100, 64)
    beats_s = np.concatenate([first, grid(120, 80, first[-1] + 0.5)])
    tempo = fit_tempo(quantised(beats_s))
    assert [section.bpm for section in tempo.sections] == pytest.approx([100, 120], rel=0.002)
    assert tempo.sections[1].start_s == pytest.approx(first[-1], abs=2)
    assert tempo.bpm == pytest.approx(120, rel=0.002)
    assert 60 in [pytest.approx(level.bpm, rel=0.002) for level in tempo.levels]
    assert 0.5 < tempo.stability < 0.6


def test_rubato_is_not_stable():
    periods = 0.5 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.06, 200)))
    tempo = fit_tempo(quantised(np.cumsum(periods)))
    assert tempo is None or tempo.stability < 0.5


@pytest.mark.parametrize("n_beats", [0, 1, 5])
def test_too_few_beats_have_no_tempo(n_beats):
    assert fit_tempo(grid(120, n_beats)) is None


def test_times_that_do_not_increase_are_refused():
    with pytest.raises(ValueError, match="increasing"):
        fit_tempo(np.array([0.0, 1.0, 1.0]))


def test_metre_is_the_likeliest():
    metre = choose_metre({3: -100.0, 4: -90.0, 5: -120.0}, n_bars=10)
    assert metre.beats_per_bar == 4
    chances = [metre.p_right, *(each.p_right for each in metre.others)]
    assert sum(chances) == pytest.approx(1) and chances == sorted(chances, reverse=True)
    assert choose_metre({}, n_bars=10) is None
    assert choose_metre({4: 0.0}, n_bars=10).p_right == 1
