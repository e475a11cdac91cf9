"""Options are scored as a plain forward of prompt and answer would score them."""

import numpy as np
import pytest
import soundfile
import torch
from questions import Question
from score import _chosen, _features, _prompt_ids, score

from tests.tiny_musicflamingo import save_tiny
from training.config import ModelConfig
from training.model import load_model, load_processor

QUESTIONS = [
    Question("a.wav", "tempo", "How fast?", "75 BPM", ("75 BPM", "94 BPM", "117 BPM")),
    Question("b.wav", "metre", "Which metre has the music, then?", "3/4", ("3/4", "4/4")),
    Question("b.wav", "key", "Key?", "Db minor", ("C major", "Db minor", "A minor", "E major")),
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


def plain_logp(model, processor, question, option, features):
    """Of an option as the answer: one forward, no cache, no padding."""
    prompt = _prompt_ids(processor, question.prompt, features.shape[-1])
    said = processor.tokenizer(option + processor.tokenizer.eos_token)["input_ids"]
    ids = torch.tensor([prompt + said])
    mask = torch.ones(1, features.shape[-1], dtype=torch.long)
    with torch.no_grad():
        out = model(input_ids=ids, input_features=features[None], input_features_mask=mask)
    logps = out.logits[0].log_softmax(-1)
    return sum(float(logps[len(prompt) - 1 + i, token]) for i, token in enumerate(said))


def test_the_option_that_a_plain_forward_likes_best_is_chosen(tiny):
    folder, model, processor = tiny
    features = _features(processor, ["a.wav", "b.wav"], folder, "cpu")
    heard = [features[each.sound] for each in QUESTIONS]
    with torch.no_grad():
        chosen = _chosen(model, processor, QUESTIONS, torch.stack(heard))
    for question, sound, index in zip(QUESTIONS, heard, chosen, strict=True):
        logps = [plain_logp(model, processor, question, o, sound) for o in question.options]
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
    asked = _prompt_ids(processor, question.prompt, 200)
    assert trained.input_ids[: len(asked)].tolist() == asked
    learned = trained.labels[trained.labels != -100].tolist()
    said = processor.tokenizer(question.answer + processor.tokenizer.eos_token)["input_ids"]
    assert learned == said


def test_the_sound_counts(tiny):
    folder, model, processor = tiny
    heard = [each.sound for each in QUESTIONS]
    assert len(score(model, processor, QUESTIONS, heard, folder, 2)) == len(QUESTIONS)
    features = _features(processor, ["a.wav", ""], folder, "cpu")
    logps = [
        plain_logp(model, processor, QUESTIONS[0], "75 BPM", features[name])
        for name in ("a.wav", "")
    ]
    assert logps[0] != logps[1]
