"""A question and its answers as one row are as good as one row for each answer."""

import pytest
import torch
from transformers import MusicFlamingoModel

from training.branches import add_branch_logps, branched
from training.collate import model_inputs
from training.config import ModelConfig
from training.model import load_model, load_processor

TEMPERATURE = 0.7
LENGTHS = (9, 1, 14)


@pytest.fixture
def model(tiny):
    model = load_model(ModelConfig(path=str(tiny))).train()
    add_branch_logps(model)
    return model


@pytest.fixture(scope="module")
def inputs(tiny):
    sound = torch.randn(16000 * 3, generator=torch.Generator().manual_seed(0)).numpy() * 0.1
    turn = [{"role": "user", "content": "What is it?"}]
    processor = load_processor(str(tiny))
    return model_inputs(processor, [(turn, [sound])], "left", add_generation_prompt=True)


@pytest.fixture(scope="module")
def answers():
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(0, 256, (n,), generator=generator) for n in LENGTHS]


def one_by_one(model, inputs, answers):
    """Log-probabilities by a plain forward of each answer behind the prompt, with sound."""
    found = []
    for answer in answers:
        logits = model(
            input_ids=torch.cat([inputs["input_ids"], answer[None]], dim=1),
            input_features=inputs["input_features"],
            input_features_mask=inputs["input_features_mask"],
            use_cache=False,
        ).logits[0, -len(answer) - 1 : -1]
        logps = (logits / TEMPERATURE).log_softmax(-1)
        found.append(logps.gather(1, answer[:, None])[:, 0])
    return torch.cat(found)


def gradients(model, logps):
    weights = torch.linspace(-1, 1, len(logps))
    model.zero_grad()
    (logps * weights).sum().backward()
    return {
        name: weight.grad.clone()
        for name, weight in model.named_parameters()
        if weight.requires_grad
    }


@pytest.mark.parametrize("is_checkpointed", [False, True])
def test_log_probabilities_and_gradients_are_those_of_answers_one_by_one(
    model, inputs, answers, is_checkpointed
):
    expected = one_by_one(model, inputs, answers)
    plain = gradients(model, expected)
    if is_checkpointed:
        model.gradient_checkpointing_enable()
    found = model.branch_logps(temperature=TEMPERATURE, **branched(inputs, answers))
    assert torch.allclose(found, expected, atol=2e-5)
    ours = gradients(model, found)
    for name, gradient in plain.items():
        assert torch.allclose(ours[name], gradient, atol=1e-5 + 1e-4 * gradient.abs().max()), name
    assert ours["model.audio_tower.layers.0.fc1.weight"].abs().max() > 0


def test_the_sound_is_encoded_once_for_all_answers(model, inputs, answers, monkeypatch):
    encoded = []
    original = MusicFlamingoModel.get_audio_features

    def spy(self, input_features, *rest, **options):
        encoded.append(len(input_features))
        return original(self, input_features, *rest, **options)

    monkeypatch.setattr(MusicFlamingoModel, "get_audio_features", spy)
    model.branch_logps(temperature=1.0, **branched(inputs, answers))
    assert encoded == [2]  # the windows of one sound, once


def test_an_answer_does_not_see_another(model, inputs, answers):
    changed = [answers[0], answers[1], (answers[2] + 1) % 256]
    with torch.no_grad():
        one = model.branch_logps(temperature=1.0, **branched(inputs, answers))
        other = model.branch_logps(temperature=1.0, **branched(inputs, changed))
    n_before = LENGTHS[0] + LENGTHS[1]
    assert torch.allclose(one[:n_before], other[:n_before], atol=1e-6)
    assert not torch.allclose(one[n_before:], other[n_before:], atol=1e-2)
