"""Thoughts of a release's form: training reads them, and rewards hold them to be right."""

import random

import numpy as np
import pytest
from questions import TEXTS, Question
from thoughts import THOUGHTS, thought, write_release

from schemas.thinking import parse_thought
from training.config import SourceConfig
from training.rewards import accuracy_reward, format_reward
from training.rows import epoch_rows, open_source

ASKED = [
    Question("a.wav", "tempo", TEXTS["tempo"][0], "fast"),
    Question("a.wav", "metre", TEXTS["metre"][0], "six"),
    Question("b.wav", "instrument", TEXTS["instrument"][1], "vibraphone"),
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thoughts")
    write_release(ASKED, folder, random.Random(0))
    config = SourceConfig(release=str(folder), dataset="mf-think", audio_root="sounds")
    assert epoch_rows([config], needs_gold=True) == len(ASKED)
    (lane,) = open_source(config, [0], 1, needs_gold=True)
    return list(lane.epoch(np.random.default_rng(0)))


def test_every_question_is_a_row_with_its_sound(rows):
    assert sorted(row.gold["gold_answer"] for row in rows) == ["fast", "six", "vibraphone"]
    for row in rows:
        (sound,) = row.sounds
        assert row.row_id.startswith(sound.audio["path"])
        assert all(option in row.messages[0]["content"] for option in row.gold["options"])


def test_the_thought_is_right_and_another_answer_is_not(rows):
    for row in rows:
        said = [[row.messages[1]]]
        gold, options = row.gold["gold_answer"], row.gold["options"]
        assert format_reward(said) == [1.0]
        assert accuracy_reward(said, [gold], [options]) == [1.0]
        for other in set(options) - {gold}:
            assert accuracy_reward(said, [other], [options]) == [0.0]


@pytest.mark.parametrize("kind", THOUGHTS)
def test_what_is_thought_is_what_is_answered(kind):
    said = [parse_thought(thought(kind, "fast", words)) for words in range(len(THOUGHTS[kind]))]
    assert all("fast" in each.thinking and each.answer == "fast" for each in said)
    assert len({each.thinking for each in said}) == len(said)
