import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.stages.measure.tempo import fit_tempo


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


@given(st.floats(60, 180), st.floats(1.1, 1.4), st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_ramp_is_one_section_with_its_ends(bpm, growth, falls):
    periods = 60 / bpm * np.linspace(1, 1 / growth, 80)[:: -1 if falls else 1]
    tempo = fit_tempo(quantised(np.cumsum(periods)))
    (section,) = tempo.sections
    assert tempo.kind == "changing"
    assert section.start_bpm == pytest.approx(60 / periods[0], rel=0.03)
    assert section.end_bpm == pytest.approx(60 / periods[-1], rel=0.03)
    assert tempo.bpm == section.bpm


@given(st.floats(60, 180), st.floats(0.012, 0.016), st.floats(0, 6.3))
@settings(max_examples=50, deadline=None)
def test_a_drift_within_two_percent_is_one_tempo(bpm, depth, phase):
    periods = 60 / bpm * (1 + depth * np.sin(np.arange(160) / 160 * 4 * np.pi + phase))
    tempo = fit_tempo(quantised(np.cumsum(periods)))
    (section,) = tempo.sections
    assert tempo.kind == "drifting"
    assert section.start_bpm is None and section.end_bpm is None
    assert tempo.bpm == pytest.approx(bpm, rel=0.01)
    assert tempo.stability > 0.8


@given(st.floats(60, 180), st.floats(1.1, 1.9))
@settings(max_examples=50, deadline=None)
def test_beats_that_are_faster_have_a_tempo_as_much_faster(bpm, factor):
    beats_s = grid(bpm, 100)
    slower, faster = fit_tempo(beats_s), fit_tempo(beats_s / factor)
    assert faster.bpm == pytest.approx(factor * slower.bpm, rel=1e-6)
    assert (slower.kind, faster.kind) == ("steady", "steady")


@given(st.floats(110, 214))
@settings(max_examples=20, deadline=None)
def test_every_other_beat_has_half_the_tempo(bpm):
    beats_s = grid(bpm, 100)
    assert fit_tempo(beats_s[::2]).bpm == pytest.approx(fit_tempo(beats_s).bpm / 2, rel=1e-6)
