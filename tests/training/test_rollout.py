"""Answers drawn from the copy of the language model are those of the model that hears."""

import pytest
import torch
from transformers import Qwen2ForCausalLM

from training import decoding
from training.collate import model_inputs
from training.config import ModelConfig
from training.language_copy import language_copy
from training.model import load_model, load_processor
from training.rollout import Sampling, draw, uniform_draws

GROUP, N_TOKENS, TEMPERATURE = 3, 24, 0.8


@pytest.fixture(scope="module")
def model(tiny):
    return load_model(ModelConfig(path=str(tiny))).eval()


@pytest.fixture(scope="module")
def questions(tiny):
    """Inputs of prompts about noise of one and of two windows."""
    generator = torch.Generator().manual_seed(0)
    processor = load_processor(str(tiny))
    made = []
    for seconds in (1, 3):
        sound = torch.randn(16000 * seconds, generator=generator).numpy() * 0.1
        turn = [{"role": "user", "content": "Say." * seconds}]
        made.append(model_inputs(processor, [(turn, [sound])], "left", add_generation_prompt=True))
    return made


@torch.no_grad()
def embedded(model, inputs):
    sound = model.get_audio_features(
        inputs["input_features"], inputs["input_features_mask"], input_ids=inputs["input_ids"]
    ).pooler_output
    words = model.get_input_embeddings()(inputs["input_ids"])
    is_sound = (inputs["input_ids"] == model.config.audio_token_id)[..., None]
    return words.masked_scatter(is_sound, sound)[0]


def sampling_of(model, ends=(), **options):
    return Sampling(N_TOKENS, TEMPERATURE, ends or (0,), (model.config.audio_token_id,), **options)


def drawn(model, questions, ends=(), **options):
    draws = [uniform_draws(0, i, GROUP, N_TOKENS) for i in range(len(questions))]
    prompts = [embedded(model, each) for each in questions]
    language = language_copy(model, torch.float32)
    return draw(language, prompts, draws, sampling_of(model, ends, **options))


@torch.no_grad()
def plain_logps(model, inputs, answer):
    """Log-probabilities of all tokens where the answer's stand, by a plain forward with sound."""
    ids = torch.cat([inputs["input_ids"], answer[None]], dim=1)
    logits = model(
        input_ids=ids,
        input_features=inputs["input_features"],
        input_features_mask=inputs["input_features_mask"],
        use_cache=False,
    ).logits[0, -len(answer) - 1 : -1]
    return (logits / TEMPERATURE).log_softmax(-1)


def test_log_probabilities_are_those_of_a_plain_forward_with_sound(model, questions):
    for inputs, answers in zip(questions, drawn(model, questions), strict=True):
        for tokens, logps, length in zip(
            answers.tokens, answers.logps, answers.lengths, strict=True
        ):
            said = tokens[:length]
            plain = plain_logps(model, inputs, said).gather(1, said[:, None])[:, 0]
            assert torch.allclose(logps[:length], plain, atol=2e-5)


def test_a_token_is_where_the_distribution_passes_the_drawn_number(model, questions):
    found = drawn(model, questions)
    for question, (inputs, answers) in enumerate(zip(questions, found, strict=True)):
        draws = uniform_draws(0, question, GROUP, N_TOKENS)
        for tokens, draw_, length in zip(answers.tokens, draws, answers.lengths, strict=True):
            probabilities = plain_logps(model, inputs, tokens[:length]).double().exp()
            probabilities[:, model.config.audio_token_id] = 0  # it is never drawn
            sums = (probabilities / probabilities.sum(-1, keepdim=True)).cumsum(-1)
            sums = torch.nn.functional.pad(sums, (1, 0))
            at = tokens[:length, None]
            low, high = sums.gather(1, at)[:, 0], sums.gather(1, at + 1)[:, 0]
            assert (low - 1e-4 <= draw_[:length]).all()
            assert (draw_[:length] <= high + 1e-4).all()


def test_answers_do_not_depend_on_what_is_decoded_beside_them(model, questions):
    together = drawn(model, questions)[0]
    alone = drawn(model, questions[:1])[0]
    assert torch.equal(together.tokens, alone.tokens)
    assert torch.allclose(together.logps, alone.logps, atol=1e-5)


def test_keys_of_prompts_are_as_many_as_fast_kernels_take(model, questions, monkeypatch):
    shapes = []
    original = decoding.GroupCache.empty

    def watched(language, n_groups, group, n_prompt, n_answer):
        shapes.append(n_prompt)
        return original(language, n_groups, group, n_prompt, n_answer)

    monkeypatch.setattr(decoding.GroupCache, "empty", watched)
    drawn(model, questions)
    longest = max(inputs["input_ids"].shape[1] for inputs in questions)
    assert longest % 8 != 0 and shapes[0] % 8 == 0
    assert longest <= shapes[0] < longest + 64


def test_answers_are_of_the_seed_and_the_question():
    drawn_numbers = {
        tuple(uniform_draws(seed, question, 2, 4).flatten().tolist())
        for seed in (0, 1, 2**33)
        for question in (0, 1, 2**33)
    }
    assert len(drawn_numbers) == 9
    assert torch.equal(uniform_draws(1, 5, 2, 4), uniform_draws(1, 5, 2, 4))
    assert all(0 <= each < 1 for numbers in drawn_numbers for each in numbers)


def test_an_answer_ends_with_the_first_end_token(model, questions):
    ends = (ord("a"), 5, 7, 11, 13, 200)
    free, ended = drawn(model, questions), drawn(model, questions, ends)
    n_ended = 0
    for one, other in zip(free, ended, strict=True):
        for tokens, cut, length, has_ended in zip(
            one.tokens, other.tokens, other.lengths, other.has_ended, strict=True
        ):
            is_end = torch.isin(tokens, torch.tensor(ends))
            first = int(is_end.nonzero()[0, 0]) + 1 if is_end.any() else len(tokens)
            assert int(length) == first
            assert torch.equal(cut[:length], tokens[:first])
            assert (cut[length:] == ends[0]).all()
            assert bool(has_ended) == bool(is_end.any())
            n_ended += bool(has_ended)
    assert n_ended


def test_the_copy_is_a_plain_language_model_with_all_its_weights(model):
    copy = language_copy(model, torch.float32)
    assert isinstance(copy, Qwen2ForCausalLM)
    ids = torch.arange(20)[None]
    with torch.no_grad():
        expected = model(input_ids=ids, use_cache=False).logits
        assert torch.equal(copy(input_ids=ids, use_cache=False).logits, expected)
    inside = {each.data_ptr() for each in model.parameters()}
    assert not inside & {each.data_ptr() for each in copy.parameters()}
    assert copy.model.rotary_emb.inv_freq.dtype == torch.float32
    assert language_copy(model, torch.bfloat16).lm_head.weight.dtype == torch.bfloat16


def test_layers_are_compiled_once_for_all_and_answer_the_same(model, questions, monkeypatch):
    torch._dynamo.reset()
    compiled = torch.compile(decoding._decoded, backend="aot_eager")
    monkeypatch.setattr(decoding, "_compiled", lambda: compiled)
    counters = torch._dynamo.utils.counters
    counters.clear()
    found = drawn(model, questions, is_compiled=True)
    assert counters["stats"]["unique_graphs"] == 1
    for one, other in zip(found, drawn(model, questions), strict=True):
        assert torch.equal(one.tokens, other.tokens)
        assert torch.allclose(one.logps, other.logps, atol=1e-5)
