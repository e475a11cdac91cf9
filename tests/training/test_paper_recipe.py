"""The recipe in `training/configs/paper` is that of the paper's Tables 2 and 3."""

from itertools import pairwise

import pytest

from schemas.config import read_config
from tests.blocks import ROOT
from tests.training.published_sets import NAMES
from training.config import GrpoConfig, SftConfig

FOLDER = ROOT / "training" / "configs" / "paper"
SKILLS = {"mf-skills/captions", "mf-skills/qa"}
TWICE = {"musicqa"}
"""Table 2 lists it under two names."""


def config_of(stage):
    return read_config(FOLDER / f"{stage}.yaml", GrpoConfig if stage == "grpo" else SftConfig)


def passes_of(stage, release="release"):
    return {
        source.dataset: source.passes
        for source in config_of(stage).sources
        if source.release == release
    }


@pytest.mark.parametrize(
    ("stage", "passes"),
    [
        ("skills", dict.fromkeys(SKILLS, 2.0) | {"mf-properties": 1.0}),
        ("think", {"mf-think": 1.0}),
        ("grpo", dict.fromkeys(SKILLS, 1.0) | {"mf-think": 1.0}),
        ("backbone-3", {}),
    ],
)
def test_own_sets_are_seen_as_often_as_table_2_says(stage, passes):
    assert passes_of(stage) == passes


@pytest.mark.parametrize("stage", ["backbone-3", "skills"])
def test_all_other_music_sets_are_seen_once(stage):
    sources = config_of(stage).sources
    published = {each.published: each.passes for each in sources if each.published}
    assert published == {name: 2.0 if name in TWICE else 1.0 for name in NAMES}
    for release in ("releases/music4all", "releases/msd"):
        assert passes_of(stage, release) == dict.fromkeys(SKILLS, 1.0)


def test_speech_is_heard_by_the_backbone_alone():
    spoken = [each for each in config_of("backbone-3").sources if each.conversations]
    assert len(spoken) == 7, "the mix of Audio Flamingo 3, and six sets"
    assert {each.passes for each in spoken} == {1.0}
    assert not any(each.conversations for each in config_of("skills").sources)


@pytest.mark.parametrize(
    ("stage", "rows", "rate"),
    [
        ("backbone-3", 128, 1.5e-5),
        ("skills", 128, 1.5e-5),
        ("think", 128, 1e-5),
        ("grpo", 64, 1e-6),
    ],
)
def test_settings_are_those_of_table_3(stage, rows, rate):
    config = config_of(stage)
    assert (config.global_batch_rows, config.learning_rate) == (rows, rate)
    assert (config.warmup_ratio, config.epochs) == (0.03, 1.0)


def test_each_stage_starts_where_the_one_before_ended():
    order = ["backbone-3", "skills", "think", "grpo"]
    for before, after in pairwise(order):
        assert config_of(after).model.path == config_of(before).output
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(order)


def test_only_grpo_has_the_papers_group_and_reward():
    config = config_of("grpo")
    assert (config.group, config.structure) == (5, "mentioned")
