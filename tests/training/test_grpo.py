import string

import pytest
import torch
from datasets import IterableDataset
from transformers import MusicFlamingoModel

from training.audio_grpo import AudioGrpoTrainer, repeated
from training.config import GrpoConfig, ModelConfig, SourceConfig
from training.grpo import questions_a_step, training_arguments
from training.model import load_model, load_processor


def questions(seconds, n_questions, n_answers, n_times):
    """Questions about noise of different lengths, over and over."""
    yield from repeated(noises(seconds), n_questions, n_answers, n_times)


def noises(seconds):
    generator = torch.Generator().manual_seed(0)
    sounds = [torch.randn(16000 * s, generator=generator).numpy() * 0.1 for s in seconds]
    while True:
        for i, sound in enumerate(sounds):
            yield {"prompt": [{"role": "user", "content": f"Say {i}."}], "sound": sound}


def trainer_of(tiny, tmp_path, reward, seconds, kind=AudioGrpoTrainer, **fields):
    config = GrpoConfig(
        model=ModelConfig(path=str(tiny), **fields.pop("model", {})),
        output=str(tmp_path / "out"),
        sources=(SourceConfig(release="-", dataset="mf-think"),),
        **{
            "learning_rate": 1e-3,
            "gradient_accumulation": 1,
            "completion_tokens": 6,
            "log_steps": 1,
            "gradient_checkpointing": False,
        }
        | fields,
    )
    arguments = training_arguments(config)
    rewards = reward if isinstance(reward, list) else [reward]
    arguments.reward_weights = [1.0] * len(rewards)
    return kind(
        load_model(config.model),
        reward_funcs=rewards,
        args=arguments,
        train_dataset=IterableDataset.from_generator(
            questions,
            gen_kwargs={
                "seconds": tuple(seconds),
                "n_questions": config.questions_per_device * config.gradient_accumulation,
                "n_answers": config.group,
                "n_times": config.gradient_accumulation * config.iterations,
            },
        ),
        processing_class=load_processor(str(tiny)),
    )


def share_of_letters(completions, **_):
    texts = [each[-1]["content"] for each in completions]
    return [sum(sign in string.ascii_lowercase for sign in text) / 8 for text in texts]


class Watched(AudioGrpoTrainer):
    """Compares its log-probabilities with those of a plain forward, row by row."""

    def __init__(self, *arguments, **options):
        self.differences = []
        super().__init__(*arguments, **options)

    def _get_per_token_logps_and_entropies(self, model, ids, mask, n_kept, **options):
        found = super()._get_per_token_logps_and_entropies(model, ids, mask, n_kept, **options)
        hearing = self._hearing
        with torch.no_grad():
            for row in range(len(ids)):
                kept = mask[row].bool()
                plain = model(input_ids=ids[row][kept][None], use_cache=False, **hearing[row])
                logps = (plain.logits[0] / self.temperature).log_softmax(-1)
                labels = ids[row][kept][1:]
                expected = logps[:-1].gather(1, labels[:, None])[:, 0]
                n_said = int(mask[row, -n_kept:].sum())
                difference = found[0][row, :n_said] - expected[-n_said:]
                self.differences.append(difference.abs().max().item())
        return found


@pytest.fixture
def heard(monkeypatch):
    """Of every forward of the backbone: whether it has gradients, and its windows of sound."""
    calls = []
    original = MusicFlamingoModel.forward

    def forward(self, *arguments, input_features=None, **options):
        n_windows = None if input_features is None else len(input_features)
        calls.append((torch.is_grad_enabled(), n_windows))
        return original(self, *arguments, input_features=input_features, **options)

    monkeypatch.setattr(MusicFlamingoModel, "forward", forward)
    return calls


def test_every_forward_with_gradients_hears_the_sound(tiny, tmp_path, heard):
    trainer = trainer_of(
        tiny, tmp_path, share_of_letters, [1, 3], max_steps=4,
        gradient_accumulation=2, iterations=2, group=2,
    )  # fmt: skip
    trainer.train()
    learning = [n_windows for has_gradients, n_windows in heard if has_gradients]
    # Two micro-batches of two answers a step, shuffled: 1 s is one window, 3 s are two.
    assert len(learning) == 4 * 2
    assert all(n_windows in {2, 3, 4} for n_windows in learning)
    assert sum(learning) == 4 * 2 * (1 + 2)


def test_log_probabilities_are_those_of_a_plain_forward(tiny, tmp_path):
    trainer = trainer_of(
        tiny, tmp_path, share_of_letters, [1, 3], kind=Watched, max_steps=2,
        gradient_accumulation=2, iterations=2, group=2,
    )  # fmt: skip
    trainer.train()
    assert len(trainer.differences) >= 8
    assert max(trainer.differences) < 1e-4


def test_the_reference_starts_as_the_model_in_either_form_of_time(tiny, tmp_path):
    trainer = trainer_of(
        tiny, tmp_path, share_of_letters, [1], max_steps=1, model={"time_embedding": "plain"}
    )
    trainer.train()
    logs = [each for each in trainer.state.log_history if "kl" in each]
    assert logs[0]["kl"] == pytest.approx(0, abs=1e-6)


def test_a_reward_that_can_be_reached_rises(tiny, tmp_path):
    trainer = trainer_of(
        tiny, tmp_path, share_of_letters, [1], max_steps=30, group=8, beta=0.0,
        learning_rate=1e-2, completion_tokens=8,
    )  # fmt: skip
    trainer.train()
    rewards = [each["reward"] for each in trainer.state.log_history if "reward" in each]
    assert sum(rewards[:5]) / 5 < 0.3
    assert sum(rewards[-5:]) / 5 > 0.6


def test_questions_of_a_step_are_counted(tiny, tmp_path):
    config = GrpoConfig(
        model=ModelConfig(path=str(tiny)),
        output=str(tmp_path),
        sources=(SourceConfig(release="-", dataset="mf-think"),),
        learning_rate=1e-6,
        gradient_accumulation=8,
        questions_per_device=2,
        max_steps=1,
    )
    assert questions_a_step(training_arguments(config)) == 16
    twice = config.model_copy(update={"iterations": 2})
    assert questions_a_step(training_arguments(twice)) == 8


def unreachable(completions, **_):
    return [None] * len(completions)


def test_a_reward_without_answers_is_not_logged(tiny, tmp_path):
    trainer = trainer_of(tiny, tmp_path, [share_of_letters, unreachable], [1], max_steps=2)
    trainer.train()
    logs = [each for each in trainer.state.log_history if "reward" in each]
    assert all("rewards/share_of_letters/mean" in each for each in logs)
    assert not any(value is None for each in logs for value in each.values())
    assert not any("unreachable" in name for each in logs for name in each)


def test_rows_without_gold_are_refused():
    source = SourceConfig(release="v1", dataset="mf-skills/qa")
    with pytest.raises(ValueError, match="must be `mf-think`"):
        GrpoConfig(model=ModelConfig(path="-"), output="-", sources=(source,), learning_rate=1e-6)


def test_a_round_of_questions_comes_once_for_each_update():
    asked = repeated(({"prompt": [], "sound": i} for i in range(4)), 2, 3, 2)
    assert [each["sound"] for each in asked] == 2 * [0, 0, 0, 1, 1, 1] + 2 * [2, 2, 2, 3, 3, 3]
