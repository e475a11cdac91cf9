"""The part `rollout` of `train_gpu.py`."""

import time
from dataclasses import replace

import numpy as np
import torch

from training.collate import model_inputs
from training.costs import Weights, cache_bytes, copy_bytes
from training.language_copy import language_copy
from training.questions import Question, prompt_embeddings
from training.rollout import Sampling, draw, uniform_draws

GROUP = 5


def measure(model, processor, options, note):
    """Draw answers in both ways; `note` is told each measurement as soon as it is there."""
    is_tiny = options.size == "tiny"
    n_questions, seconds = (2, 3) if is_tiny else (8, 240)
    n_tokens = 12 if is_tiny else options.answers
    questions = [question(processor, seconds, index) for index in range(n_questions)]
    note(questions=n_questions, group=GROUP, answer_tokens=n_tokens, sound_s=seconds)
    end = processor.tokenizer.eos_token_id
    # No answer may end before the others: both ways decode as many tokens.
    sampling = Sampling(n_tokens, 1.0, (end,), (model.config.audio_token_id, end))
    # What libraries set up at their first call is no part of either way.
    ours(model, questions[:1], replace(sampling, n_tokens=4), "", ignore)
    answers = ours(model, questions, sampling, "ours", note)
    check(model, questions, answers, note)
    if options.compile_rollout:
        compiled = replace(sampling, is_compiled=True)
        ours(model, questions, replace(compiled, n_tokens=4), "", ignore)
        ours(model, questions, compiled, "compiled", note)
    if not options.only_ours:
        model.set_attn_implementation("sdpa")
        generated(model, questions[:1], 4)
        theirs(model, questions, n_tokens, note)


def ours(model, questions, sampling, name, note):
    """The new path: encode each sound once, copy the language model, decode from embeddings."""
    reset()
    started = now()
    language = language_copy(model, model.dtype)
    copied = now()
    asked = [Question("-", "-", moved(model, inputs), {}) for inputs in questions]
    prompts = [prompt_embeddings(model, language, each) for each in asked]
    encoded = now()
    draws = [uniform_draws(0, index, GROUP, sampling.n_tokens) for index in range(len(questions))]
    answers = draw(language, prompts, draws, sampling)
    done = now()
    lengths = sum(int(each.lengths.sum()) for each in answers)
    weights = Weights.of(model.config)
    n_prompt = max(len(each) for each in prompts)
    planned = (
        copy_bytes(weights)
        + weights.all * model.dtype.itemsize
        + cache_bytes(model.config.text_config, len(questions), GROUP, n_prompt, sampling.n_tokens)
    )
    found = {
        "s": done - started,
        "copy_s": copied - started,
        "encode_s": encoded - copied,
        "decode_s": done - encoded,
        "tokens_per_s": lengths / (done - started),
        "peak_gib": peak_gib(),
        "planned_gib": planned / 2**30,
        "prompt_tokens": n_prompt,
    }
    note(**{f"{name}_{key}": value for key, value in found.items()})
    return answers


@torch.no_grad()
def check(model, questions, answers, note):
    """The log-probabilities of some answers against a plain forward with sound."""
    differences = []
    for inputs, drawn in list(zip(questions, answers, strict=True))[:2]:
        on_device = moved(model, inputs)
        for tokens, logps in list(zip(drawn.tokens, drawn.logps, strict=True))[:2]:
            ids = torch.cat([on_device["input_ids"], tokens[None]], dim=1)
            logits = model(
                input_ids=ids,
                input_features=on_device["input_features"],
                input_features_mask=on_device["input_features_mask"],
                use_cache=False,
                logits_to_keep=len(tokens) + 1,
            ).logits[0, :-1]
            plain = logits.float().log_softmax(-1).gather(1, tokens[:, None])[:, 0]
            differences.append((logps - plain).abs())
    found = torch.cat(differences)
    note(logp_difference_mean=found.mean().item(), logp_difference_max=found.max().item())


@torch.no_grad()
def theirs(model, questions, n_tokens, note):
    """Transformers' `generate` with sound, G copies of each question, as many at once as fit."""
    copies = [inputs for inputs in questions for _ in range(GROUP)]
    n_at_once = len(copies)
    while True:
        try:
            reset()
            started = now()
            for start in range(0, len(copies), n_at_once):
                generated(model, copies[start : start + n_at_once], n_tokens)
            seconds = now() - started
            break
        except torch.OutOfMemoryError:
            n_at_once //= 2
            note(transformers_out_of_memory_at=n_at_once * 2)
    note(
        transformers_s=seconds,
        transformers_answers_at_once=n_at_once,
        transformers_tokens_per_s=len(copies) * n_tokens / seconds,
        transformers_peak_gib=peak_gib(),
    )


def generated(model, copies, n_tokens):
    """Answers by transformers."""
    together = {
        name: torch.cat([inputs[name] for inputs in copies])
        for name in ("input_ids", "attention_mask", "input_features", "input_features_mask")
    }
    on_device = moved(model, together)
    tokens = model.generate(
        **on_device,
        max_new_tokens=n_tokens,
        min_new_tokens=n_tokens,
        do_sample=True,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        use_cache=True,
    )
    assert tokens.shape[1] - on_device["input_ids"].shape[1] == n_tokens


def question(processor, seconds, index):
    """The inputs of a question about a made-up sound of whole seconds, all of the same length."""
    rng = np.random.default_rng(index)
    sound = rng.normal(0, 0.1, 16000 * seconds).astype(np.float32)
    turn = [{"role": "user", "content": "What is the metre of this piece, and why do you say so?"}]
    return model_inputs(processor, [(turn, [sound])], "left", add_generation_prompt=True)


def moved(model, inputs):
    """Inputs on the model's device, the sound in its dtype."""
    return {
        name: value.to(model.device, model.dtype if value.is_floating_point() else None)
        for name, value in inputs.items()
        if isinstance(value, torch.Tensor)
    }


def now():
    """Seconds, once the GPU has done what it was told."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def reset():
    """Forget what memory was used before."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def peak_gib():
    """The most memory that tensors took since the last `reset`."""
    return torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else 0.0


def ignore(**_):
    """What a warm-up measures."""
