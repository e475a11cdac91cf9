import numpy as np
import pytest

from benchmarks.facts.cycles import CYCLES, ORDINARY, TIME_LINES


def _rotations(steps):
    return {steps[by:] + steps[:by] for by in range(len(steps))}


def _onsets_q(score):
    """Of every percussion player."""
    players = [index for index, part in enumerate(score.parts) if part.is_drums]
    return [{note.onset_q for note in score.notes if note.part == player} for player in players]


@pytest.mark.parametrize("seed", range(12))
def test_a_time_line_is_played_throughout_by_one_player(seed):
    score = CYCLES["gen_time_line"](np.random.default_rng(seed))
    name, steps = score.style.split(": ")
    assert steps in _rotations(TIME_LINES[name])
    lengths_q = {score.bars[0].length_q * turns for turns in (1, 2)}
    share_of_player = []
    for onsets_q in _onsets_q(score):
        for length_q in lengths_q:
            step_q = length_q / len(steps)
            strokes = {
                index * step_q
                for index in range(round(score.end_q / step_q))
                if steps[index % len(steps)] == "X"
            }
            share_of_player.append(len(strokes & onsets_q) / len(strokes | onsets_q))
    assert max(share_of_player) > 0.85


def test_ordinary_lines_are_no_time_lines():
    lines = set().union(*(_rotations(steps) for steps in TIME_LINES.values()))
    assert lines.isdisjoint(ORDINARY)
    score = CYCLES["gen_ordinary_line"](np.random.default_rng(0))
    assert score.style.removeprefix("ordinary: ") in ORDINARY


def test_three_strokes_divide_every_bar():
    scores = [CYCLES["gen_cross_rhythm"](np.random.default_rng(seed)) for seed in range(12)]
    threes = [score for score in scores if score.style.startswith("three against four")]
    assert 0 < len(threes) < len(scores)
    for score in threes:
        phases = [{round(at * 3 / 4, 6) % 1 for at in player} for player in _onsets_q(score)]
        assert {0.0} in phases
