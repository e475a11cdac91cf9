"""Beats lie where a tempo says."""

import numpy as np
import pytest

from benchmarks.facts.metre import Metre
from benchmarks.facts.performance import swung, time_truth
from benchmarks.facts.score import Bar, Score
from benchmarks.facts.tempo import make_tempo, with_pauses


def score_of(metre, bpm=100.0, bars=16):
    return Score("s", "p", "s", bpm, [Bar(i * metre.bar_q, metre.bar_q, metre)
                                      for i in range(bars)])  # fmt: skip


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(6, 8), Metre(7, 8, (2, 2, 3)), Metre(2, 2)])
def test_felt_beats_of_a_steady_tempo(metre):
    score = score_of(metre)
    truth = time_truth(score, make_tempo(score, "steady", np.random.default_rng(0)))
    assert np.diff(truth["beats_s"]) == pytest.approx(0.6)
    assert truth["downbeats_s"] == truth["beats_s"][:: metre.beats_per_bar]
    assert truth["bpm"] == pytest.approx(100)
    assert truth["metre"] == metre.name


@pytest.mark.parametrize("seed", range(5))
def test_drift_stays_within_two_percent(seed):
    score = score_of(Metre(4, 4))
    tempo = make_tempo(score, "drift", np.random.default_rng(seed))
    assert np.abs(tempo.bpm / 100 - 1).max() <= 0.02 + 1e-9
    assert len(time_truth(score, tempo)["tempo_sections"]) == 1


@pytest.mark.parametrize("seed", range(5))
def test_jumps_have_a_section_each_and_beats_follow(seed):
    score = score_of(Metre(4, 4))
    truth = time_truth(score, make_tempo(score, "steps", np.random.default_rng(seed)))
    assert truth["bpm"] is None
    sections = truth["tempo_sections"]
    assert len(sections) in (2, 3)
    for section in sections:
        inside = [t for t in truth["beats_s"] if section.start_s <= t < section.end_s]
        assert np.diff(inside) == pytest.approx(60 / section.start_bpm, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_no_beat_lies_in_a_pause(seed):
    score = score_of(Metre(4, 4))
    rng = np.random.default_rng(seed)
    tempo = with_pauses(make_tempo(score, "steady", rng), score, rng)
    truth = time_truth(score, tempo)
    assert truth["silences_s"]
    for start_s, end_s in truth["silences_s"]:
        assert end_s - start_s >= 1.5
        assert not [t for t in truth["beats_s"] if start_s < t < end_s - 1e-6]
    assert len(truth["beats_s"]) == 64


def test_swing_moves_the_half_of_a_beat_only():
    assert [swung(q, 0.6) for q in (0, 0.5, 1, 1.5)] == pytest.approx([0, 0.6, 1, 1.6])
    assert swung(1.5, None) == 1.5


def test_tempo_alternatives_are_told_apart():
    score = score_of(Metre(6, 8), bpm=60)
    truth = time_truth(score, make_tempo(score, "steady", np.random.default_rng(0)))
    assert {a.relation: a.bpm for a in truth["bpm_alternatives"]} == {
        "subdivision": 180, "half": 30, "double": 120}  # fmt: skip
