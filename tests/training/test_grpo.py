"""Steps of GRPO: what they compute, how often, and that they learn."""

import json
import math
import shutil
import string
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file
from torch.distributed.fsdp._fully_shard._fsdp_param_group import FSDPParamGroup
from transformers.models.audioflamingo3.modeling_audioflamingo3 import AudioFlamingo3Encoder

from schemas.release import ReleasedComparison, ReleasedQa
from schemas.thinking import PROMPT_SUFFIX
from tests.training.processes import run_ranks
from tests.training.released import SONGS, comparison, texts_of, write, write_release
from tests.training.test_stages import logs_of, of_release
from training import completions, grpo
from training.command import UnusableError
from training.config import GrpoConfig, ModelConfig, SourceConfig
from training.grpo_loss import advantages, group_loss
from training.packing import open_lanes
from training.parallel import devices, layers, units
from training.rows import epoch_rows


def of_grpo(model, output, source, **fields):
    return GrpoConfig(
        model=ModelConfig(path=str(model)),
        output=str(output),
        sources=(source,),
        **{
            "learning_rate": 1e-3,
            "context_tokens": 1500,
            "shuffle_rows": 4,
            "workers": 0,
            "max_steps": 2,
            "global_batch_rows": 2,
            "completion_tokens": 8,
            "log_steps": 1,
            "save_steps": 2,
            "recompute": "none",
            "reference_dtype": "float32",
        }
        | fields,
    )


@pytest.fixture
def thoughts(release):
    return of_release(release, "mf-think")


@pytest.fixture
def rewarded(monkeypatch):
    reward_letters(monkeypatch)


def reward_letters(monkeypatch):
    """Rewards for letters, which a tiny model can learn to write."""

    def share_of_letters(said, **_):
        texts = [each[-1]["content"] for each in said]
        return [sum(sign in string.ascii_lowercase for sign in text) / 8 for text in texts]

    monkeypatch.setattr(completions, "format_reward", share_of_letters)
    for name in ("accuracy_reward", "structure_reward"):
        monkeypatch.setattr(completions, name, lambda said, **_: [None] * len(said))


def train_rewarded(config):
    with pytest.MonkeyPatch.context() as monkeypatch:
        reward_letters(monkeypatch)
        grpo.train(config)


@pytest.fixture
def encoded(monkeypatch):
    """Of every forward of an encoder: whether it has gradients, and whether it learns."""
    calls = []
    original = AudioFlamingo3Encoder.forward

    def forward(self, input_features, *rest, **options):
        learns = any(weight.requires_grad for weight in self.parameters())
        calls.append((torch.is_grad_enabled(), learns))
        return original(self, input_features, *rest, **options)

    monkeypatch.setattr(AudioFlamingo3Encoder, "forward", forward)
    return calls


def test_each_sound_is_encoded_once_to_answer_once_by_the_reference_once_to_learn(
    tiny, thoughts, tmp_path, encoded, rewarded
):
    grpo.train(of_grpo(tiny, tmp_path, thoughts, max_steps=1))
    answering, learning, reference = (False, True), (True, True), (False, False)
    # Two questions of five answers.
    assert {kind: encoded.count(kind) for kind in (answering, learning, reference)} == {
        answering: 2,
        learning: 2,
        reference: 2,
    }


def test_no_weight_is_gathered_for_a_decoded_token(tiny, thoughts, tmp_path, monkeypatch, rewarded):
    gathered = []
    unshard, draw = FSDPParamGroup.unshard, grpo.draw
    monkeypatch.setattr(
        FSDPParamGroup,
        "unshard",
        lambda *words, **more: gathered.append(1) or unshard(*words, **more),
    )
    while_drawing = []

    def counted(*words):
        before = len(gathered)
        answers = draw(*words)
        while_drawing.append(len(gathered) - before)
        return answers

    monkeypatch.setattr(grpo, "draw", counted)
    grpo.train(of_grpo(tiny, tmp_path, thoughts, max_steps=1))
    assert while_drawing == [0]
    assert gathered


def test_the_reference_is_split_by_layers_in_bfloat16_and_learns_nothing(tiny, thoughts, tmp_path):
    config = of_grpo(tiny, tmp_path, thoughts, reference_dtype="bfloat16")
    with devices(config.parallel) as here:
        reference = grpo.load_reference(config, here)
        assert len(units(reference)) == len(layers(reference)) + 1 == 4
        assert {weight.dtype for weight in reference.parameters()} == {torch.bfloat16}
        assert not any(weight.requires_grad for weight in reference.parameters())


def test_steps_are_logged_and_every_answer_is_kept_with_its_rewards(tiny, thoughts, tmp_path):
    grpo.train(of_grpo(tiny, tmp_path, thoughts))
    steps = [each for each in logs_of(tmp_path) if "loss" in each]
    assert [each["step"] for each in steps] == [1, 2]
    assert steps[0]["kl"] == pytest.approx(0, abs=1e-6)
    assert all(each["drawn_difference"] < 1e-4 for each in steps)
    table = pq.read_table(Path(tmp_path) / "completions" / "step-000002.parquet")
    assert table.num_rows == 2 * 5
    for row in table.to_pylist():
        assert row["format_reward"] is not None
        # It is a question, or else a caption.
        assert (row["accuracy_reward"] is None) != (row["structure_reward"] is None)
        kinds = ("format_reward", "accuracy_reward", "structure_reward")
        assert row["reward"] == sum(row[kind] or 0 for kind in kinds)
        assert 1 <= row["n_tokens"] <= 8


def test_a_reward_that_can_be_reached_rises(tiny, thoughts, tmp_path, rewarded):
    config = of_grpo(
        tiny, tmp_path, thoughts, max_steps=30, group=8, beta=0.0, learning_rate=1e-2,
        global_batch_rows=1, save_steps=100,
    )  # fmt: skip
    grpo.train(config)
    rewards = [each["reward"] for each in logs_of(tmp_path) if "reward" in each]
    assert sum(rewards[:5]) / 5 < 0.3
    assert sum(rewards[-5:]) / 5 > 0.6


def test_killed_grpo_ends_with_the_bits_of_one_that_was_not(tiny, thoughts, tmp_path, rewarded):
    whole = of_grpo(tiny, tmp_path / "whole", thoughts, max_steps=4, iterations=2)
    grpo.train(whole)
    killed = of_grpo(tiny, tmp_path / "killed", thoughts, max_steps=4, iterations=2)
    shutil.copytree(tmp_path / "whole" / "checkpoint-2", tmp_path / "killed" / "checkpoint-2")
    grpo.train(killed)
    expected, found = (
        load_file(Path(config.output) / "model.safetensors") for config in (whole, killed)
    )
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert logs_of(killed.output)[-1]["loss"] == logs_of(whole.output)[-1]["loss"]
    tables = [
        pq.read_table(tmp_path / name / "completions" / "step-000004.parquet")
        for name in ("whole", "killed")
    ]
    assert tables[0].equals(tables[1])


def test_two_processes_learn_what_one_learns(tiny, thoughts, tmp_path):
    """Of three questions one process asks two, and the other one for company."""
    fields = {"global_batch_rows": 3, "max_steps": 2, "save_steps": 9, "iterations": 2}
    one = of_grpo(tiny, tmp_path / "one", thoughts, **fields)
    two = of_grpo(tiny, tmp_path / "two", thoughts, **fields)
    train_rewarded(one)
    run_ranks(train_rewarded, 2, two)
    tables = [
        pq.read_table(tmp_path / name / "completions" / "step-000002.parquet")
        for name in ("one", "two")
    ]
    assert tables[0].equals(tables[1])
    assert len({row["reward"] for row in tables[0].to_pylist()}) > 1
    losses = [[each["loss"] for each in logs_of(config.output)] for config in (one, two)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3, abs=1e-6)
    expected, found = (
        load_file(Path(config.output) / "model.safetensors") for config in (one, two)
    )
    assert all(torch.allclose(found[name], expected[name], atol=1e-5) for name in expected)


def test_advantages_are_of_mean_0_and_0_where_rewards_are_equal():
    found = advantages(torch.tensor([0.0, 1.0, 2.0]))
    assert found.tolist() == pytest.approx([-1, 0, 1], abs=1e-3)
    assert advantages(torch.ones(5)).tolist() == [0.0] * 5


def test_the_loss_is_the_papers():
    logps = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    old, reference = torch.tensor([-1.0, -2.5, -0.5]), torch.tensor([-1.2, -2.0, -0.4])
    lengths, advantage = torch.tensor([2, 1]), torch.tensor([1.0, -2.0])
    loss, measured = group_loss(logps, old, reference, lengths, advantage, epsilon=0.2, beta=0.1)
    kl = [math.exp(d) - d - 1 for d in (-0.2, 0.0, 0.1)]
    # The second token's ratio, e^0.5, is clipped to 1.2.
    first = ((-1 + 0.1 * kl[0]) + (-1.2 + 0.1 * kl[1])) / 2
    second = 2 + 0.1 * kl[2]
    assert float(loss) == pytest.approx(first + second)
    assert measured["kl"] == pytest.approx((kl[0] + kl[1]) / 2 + kl[2], rel=1e-5)
    assert measured["clipped"] == pytest.approx(0.5)
    loss.backward()
    assert logps.grad[1] == pytest.approx(0, abs=1e-6)  # it is clipped, and the KL is at its least


@pytest.mark.parametrize(
    "source",
    [
        {"release": "v1", "dataset": "mf-properties"},
        {"conversations": "a.jsonl"},
        {"published": "nsynth", "folder": "f"},
    ],
)
def test_sources_without_gold_are_refused(source):
    with pytest.raises(ValidationError, match="must be MF-Skills or MF-Think"):
        of_grpo("-", "-", SourceConfig(**source))


def test_rewards_are_given_on_both_datasets(tiny, release, tmp_path):
    """As in Table 2: MF-Skills 1.0 and MF-Think 1.0."""
    names = ("mf-skills/captions", "mf-skills/qa", "mf-think")
    sources = tuple(of_release(release, name) for name in names)
    config = of_grpo(tiny, tmp_path / "out", sources[0], max_steps=None, global_batch_rows=8)
    config = config.model_copy(update={"sources": sources})
    grpo.train(config)
    found = pl.read_parquet(tmp_path / "out/completions/*.parquet")
    assert found["step"].max() == 2, "16 rows in steps of 8"
    assert found["prompt"].str.ends_with(PROMPT_SUFFIX).all(), "all are asked to think"
    kind = pl.col("row_id").str.slice(-1)
    shares = found.group_by(kind).agg(pl.col("accuracy_reward", "structure_reward").count())
    given = {row[0]: row[1:] for row in shares.rows()}
    assert set(given) == {"c", "q", "t", "d"}
    for each, (n_accuracy, n_structure) in given.items():
        assert (n_accuracy > 0, n_structure > 0) == (each in "qt", each in "cd"), each


def test_comparisons_are_answered_as_they_are_learned_and_rewarded(tiny, tmp_path):
    """What answers are drawn with is what learning finds: of two sounds, each on its own clock."""
    release = write_release(tmp_path / "v1")
    songs = sorted(SONGS.glob("*.ogg"))
    rows = [comparison(songs[one], songs[two]) for one, two in ((0, 3), (1, 0))]
    write(release, "mf-skills/comparisons", ReleasedComparison, rows)
    source = of_release(release, "mf-skills/comparisons")
    grpo.train(of_grpo(tiny, tmp_path / "out", source, max_steps=1))
    found = pl.read_parquet(tmp_path / "out/completions/*.parquet")
    assert set(found["row_id"]) == {row.row_id for row in rows}
    assert found["accuracy_reward"].null_count() == 0
    (log,) = logs_of(tmp_path / "out")
    assert log["drawn_difference"] < 1e-4


def test_rows_without_gold_are_left_out(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    songs, truth = sorted(SONGS.glob("*.ogg")), json.loads((SONGS / "truth.json").read_text())
    rows = [texts_of(song, truth, 12.0)[1][0] for song in songs]
    rows[1:] = [row.model_copy(update={"gold_answer": None}) for row in rows[1:]]
    write(release, "mf-skills/qa", ReleasedQa, rows)
    source = of_release(release, "mf-skills/qa")
    assert epoch_rows([source], needs_gold=True) == 1
    config = of_grpo(tiny, tmp_path / "out", source)
    heard = islice(open_lanes(config, [0], 1)[0].rows(0), 3)
    assert {each.row.row_id for each in heard} == {rows[0].row_id}


def test_a_release_of_before_there_was_gold_is_refused_in_one_line(tiny, tmp_path):
    release = write_release(tmp_path / "v1")
    (path,) = (release / "mf-skills/qa").glob("*.parquet")
    pl.read_parquet(path).drop("gold_answer").write_parquet(path)
    config = of_grpo(tiny, tmp_path / "out", of_release(release, "mf-skills/qa"))
    with pytest.raises(UnusableError, match="neither gold_answer nor categories"):
        open_lanes(config, [0], 1)


def test_an_attention_that_knows_no_branches_is_refused():
    source = SourceConfig(release="v1", dataset="mf-think")
    model = ModelConfig(path="-", attention="flash_attention_2")
    with pytest.raises(ValidationError, match="must be `sdpa`"):
        GrpoConfig(model=model, output="-", sources=(source,), learning_rate=1e-6)
