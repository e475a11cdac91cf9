"""Options are scored as a plain forward of prompt and answer would score them."""

from itertools import chain

import numpy as np
import pytest
import soundfile
import torch
from questions import Question
from score import _chosen, _features, _hear, _prompt, _prompt_ids, _said, score

from tests.tiny_musicflamingo import save_tiny
from training.config import ModelConfig
from training.model import load_model, load_processor

QUESTIONS = [
    Question("a.wav", "tempo", "How fast?", "slow", ("slow", "moderate", "fast")),
    Question("b.wav", "metre", "Which metre has the music, then?", "three", ("three", "four")),
    Question("b.wav", "instrument", "On?", "guitar", ("piano", "guitar", "organ", "strings")),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    save_tiny(folder / "model", window_s=2)
    rng = np.random.default_rng(0)
    for name in "ab":
        soundfile.write(folder / f"{name}.wav", rng.uniform(-0.5, 0.5, 32000), 16000)
    model = load_model(ModelConfig(path=str(folder / "model"))).eval()
    return folder, model, load_processor(str(folder / "model"))


def plain_logp(model, processor, prompt, answer, features):
    """Of an answer: one forward, no cache, no padding."""
    prompt = [*chain(*_prompt_ids(processor, prompt, features.shape[-1]))]
    said = processor.tokenizer(answer + processor.tokenizer.eos_token)["input_ids"]
    ids = torch.tensor([prompt + said])
    mask = torch.ones(1, features.shape[-1], dtype=torch.long)
    with torch.no_grad():
        out = model(input_ids=ids, input_features=features, input_features_mask=mask)
    logps = out.logits[0].log_softmax(-1)
    return sum(float(logps[len(prompt) - 1 + i, token]) for i, token in enumerate(said))


@pytest.mark.parametrize("is_thinking", [False, True])
def test_the_option_that_a_plain_forward_likes_best_is_chosen(tiny, is_thinking):
    folder, model, processor = tiny
    for name in "ab":
        features = _features(processor, f"{name}.wav", folder, "cpu")
        with torch.no_grad():
            heard = _hear(model, processor, features)
            chosen = [
                _chosen(model, processor, QUESTIONS, *heard, is_thinking=is_thinking)
                for _ in range(2)
            ]
        assert chosen[0] == chosen[1], "what is asked changes nothing of what was heard"
        for question, index in zip(QUESTIONS, chosen[0], strict=True):
            prompt = _prompt(question, is_thinking=is_thinking)
            logps = [
                plain_logp(
                    model, processor, prompt, _said(question, o, is_thinking=is_thinking), features
                )
                for o in question.options
            ]
            assert index == int(np.argmax(logps))


def test_the_prompt_is_the_one_that_is_trained_with(tiny):
    from training.collate import prepare
    from training.packing import DecodedRow
    from training.row import Row, Sound

    _, _, processor = tiny
    question = QUESTIONS[0]
    messages = [
        {"role": "user", "content": question.prompt},
        {"role": "assistant", "content": question.answer},
    ]
    row = Row("x", messages, (Sound({"path": None, "bytes": None}, 50),), None)
    trained = prepare(processor, DecodedRow(row, (np.zeros(32000, np.float32) + 0.1,), 100, 1))
    asked = [*chain(*_prompt_ids(processor, question.prompt, 200))]
    assert trained.input_ids[: len(asked)].tolist() == asked
    learned = trained.labels[trained.labels != -100].tolist()
    said = processor.tokenizer(question.answer + processor.tokenizer.eos_token)["input_ids"]
    assert learned == said


def test_the_sound_counts(tiny):
    folder, model, processor = tiny
    heard = [each.sound for each in QUESTIONS]
    assert len(score(model, processor, QUESTIONS, heard, folder, 2)) == len(QUESTIONS)
    logps = [
        plain_logp(
            model, processor, QUESTIONS[0], "slow", _features(processor, name, folder, "cpu")
        )
        for name in ("a.wav", "")
    ]
    assert logps[0] != logps[1]
