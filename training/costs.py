"""Formulas of memory and time: what weights, gradients, activations and caches take.

All are in bytes of one device unless they say otherwise. Notation of the activations: a model of
width h, with k channels of keys, f of the feed-forward, in bfloat16; they are what autograd keeps
of transformers' layers, counted tensor by tensor (`tests/training/test_plan.py`).
"""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import MusicFlamingoForConditionalGeneration

from schemas.audio_tokens import TOKENS_PER_WINDOW
from training.config import GrpoConfig, StageConfig

_BF16 = 2
_FLOAT32 = 4
_FLOAT64 = 8
_CHUNK_TOKENS = 1024  # of the head, training/loss.py
_ROTATED = 0.4  # of the encoder's channels: two axes of a fifth each, see the notes of RoTE
# Of the audio encoder, after its convolutions; two give a token.
FRAMES_PER_WINDOW = 2 * TOKENS_PER_WINDOW
_MEL_BINS = 128
_ALTERNATING = ("activations", "drawing")


@dataclass(frozen=True)
class Weights:
    """How many weights a Music Flamingo has, by the units that FSDP gathers."""

    encoder_layer: int
    n_encoder_layers: int
    encoder_rest: int
    language_layer: int
    n_language_layers: int
    projector: int
    embedding: int
    head: int

    @classmethod
    def of(cls, config: Any) -> "Weights":
        """Counted on the model itself, without memory for it."""
        with torch.device("meta"):
            model: Any = MusicFlamingoForConditionalGeneration(config)
        tower, language = model.model.audio_tower, model.model.language_model
        encoder, text = _count(tower.layers), _count(language.layers)
        return cls(
            encoder_layer=encoder // len(tower.layers),
            n_encoder_layers=len(tower.layers),
            encoder_rest=_count(tower) - encoder,
            language_layer=text // len(language.layers),
            n_language_layers=len(language.layers),
            projector=_count(model.model.multi_modal_projector),
            embedding=_count(language) - text,
            head=_count(model.lm_head),
        )

    @property
    def encoder(self) -> int:
        """Of the audio encoder."""
        return self.encoder_layer * self.n_encoder_layers + self.encoder_rest

    @property
    def language(self) -> int:
        """Of the language model, head included."""
        return self.language_layer * self.n_language_layers + self.embedding + self.head

    @property
    def root(self) -> int:
        """Of the unit that is no layer, and stays gathered."""
        return self.encoder_rest + self.projector + self.embedding + self.head

    @property
    def all(self) -> int:
        """Of the whole model."""
        return self.encoder + self.projector + self.language


@dataclass(frozen=True)
class Load:
    """What a device computes at once: `n_tokens` in a row, of which `n_labels` have a loss."""

    n_tokens: int
    n_windows: int
    n_labels: int


def state_bytes(n_weights: int, n_trained: int, weight_bytes: int, n_shards: int) -> dict[str, int]:
    """Weights, their gradients and the two moments of AdamW, all in the dtype of the weights."""
    return {
        "weights": n_weights * weight_bytes // n_shards,
        "gradients": n_trained * weight_bytes // n_shards,
        "optimizer": 2 * n_trained * weight_bytes // n_shards,
    }


def gathered_bytes(weights: Weights) -> int:
    """What FSDP2 gathers in bfloat16: the root, a layer in use and the next one."""
    layer = max(weights.language_layer, weights.encoder_layer)
    return _BF16 * (weights.root + 2 * layer)


def language_layer_bytes(config: Any, n_tokens: int) -> int:
    """What a layer keeps for its backward: 20 h + 4 k + 8 f bytes a token, and the norms' scales.

    Two RMSNorms of 8 h each (float32 in, bfloat16 twice out), query, key, value, attention's output
    and what the feed-forward multiplies (gate, its SiLU, up, their product).
    """
    h, f, n_heads = config.hidden_size, config.intermediate_size, config.num_attention_heads
    k = h // n_heads * config.num_key_value_heads
    return n_tokens * (20 * h + 4 * k + 8 * f + 2 * _FLOAT32 + _FLOAT32 * n_heads)


def encoder_layer_bytes(config: Any, n_windows: int) -> int:
    """What a layer of the encoder keeps: 16 h + 4 f bytes a frame, and the scales."""
    h, f = config.hidden_size, config.intermediate_size
    scales = 4 * _BF16 + _FLOAT32 * config.num_attention_heads
    return n_windows * FRAMES_PER_WINDOW * (16 * h + 4 * f + scales)


def ends_bytes(config: Any, load: Load) -> int:
    """What is kept outside the layers: convolutions, time embedding, projector, embeddings."""
    audio, text = config.audio_config, config.text_config
    h, width = audio.hidden_size, text.hidden_size
    mel = _BF16 * 2 * FRAMES_PER_WINDOW * _MEL_BINS
    convolutions = _BF16 * FRAMES_PER_WINDOW * h * (2 + 2 + 1 + 1)  # each before and after its GELU
    rotation = 2 * _FLOAT64 * TOKENS_PER_WINDOW * round(_ROTATED * h)
    pooled = _BF16 * TOKENS_PER_WINDOW * 3 * h
    projector = _BF16 * TOKENS_PER_WINDOW * 3 * width
    of_window = mel + convolutions + rotation + pooled + projector
    return load.n_windows * of_window + load.n_tokens * _BF16 * 3 * width


def head_bytes(config: Any, n_weights: int, n_labels: int) -> int:
    """While the head learns: its gradient in float32, and three tables of a chunk's logits."""
    tables = 3 * _FLOAT32 * min(_CHUNK_TOKENS, n_labels) * config.vocab_size
    return _FLOAT32 * n_weights + tables


def sft_bytes(
    config: Any, weights: Weights, load: Load, stage: StageConfig, n_gpus: int
) -> dict[str, int]:
    """Memory of a device that learns from packs, by part.

    Parameters
    ----------
    config : MusicFlamingoConfig
    weights : Weights
    load : Load
        A full pack.
    stage : StageConfig
    n_gpus : int
        All of them together.
    """
    n_shards = max(1, n_gpus // stage.parallel.replicas)
    n_trained = trained_weights(weights, stage)
    weight_bytes = _FLOAT32 if stage.model.dtype == "float32" else _BF16
    found = state_bytes(weights.all, n_trained, weight_bytes, n_shards)
    found["gathered"] = gathered_bytes(weights)
    if not stage.parallel.sync_each_batch:
        found["gradients"] += _FLOAT32 * n_trained
    found["activations"] = activation_bytes(config, weights, load, stage.recompute)
    return found


def trained_weights(weights: Weights, stage: StageConfig) -> int:
    """How many weights learn; of adapters none are counted, they are few."""
    parts = {
        "encoder": weights.encoder,
        "projector": weights.projector,
        "language_model": weights.language,
    }
    return sum(parts[name] for name in stage.model.trained_in_full)


def activation_bytes(config: Any, weights: Weights, load: Load, recompute: str) -> int:
    """The most that is kept between forward and backward of a pack, at the worst moment.

    With `all` computed again each layer keeps its input and one at a time all of its own; with
    `cheap` what products and attention gave: 10 h + 4 k + 4 f bytes a token, 14 h + 2 f a frame.
    Beside them are the gradients of the feed-forward: 6 f bytes a token, 2 f a frame.
    """
    text, audio = config.text_config, config.audio_config
    n_frames = load.n_windows * FRAMES_PER_WINDOW
    layer = language_layer_bytes(text, load.n_tokens)
    ear = encoder_layer_bytes(audio, load.n_windows)
    kept, kept_ear = layer, ear
    if recompute == "all":
        kept = _BF16 * text.hidden_size * load.n_tokens
        kept_ear = _BF16 * audio.hidden_size * n_frames
    elif recompute == "cheap":
        k = text.hidden_size // text.num_attention_heads * text.num_key_value_heads
        of_token = 10 * text.hidden_size + 4 * k + 4 * text.intermediate_size
        kept = load.n_tokens * of_token
        kept_ear = n_frames * (14 * audio.hidden_size + 2 * audio.intermediate_size)
    layers, ears = text.num_hidden_layers * kept, audio.num_hidden_layers * kept_ear
    again, again_ear = (0, 0) if recompute == "none" else (layer, ear)
    while_language = ears + layers + again + 6 * text.intermediate_size * load.n_tokens
    while_encoder = ears + again_ear + 2 * audio.intermediate_size * n_frames
    while_head = ears + layers + head_bytes(text, weights.head, load.n_labels)
    return ends_bytes(config, load) + max(while_language, while_encoder, while_head)


def grpo_bytes(
    config: Any, weights: Weights, loads: tuple[Load, Load], stage: GrpoConfig, n_gpus: int
) -> dict[str, int]:
    """Memory of a device that draws answers and learns from them, by part.

    Parameters
    ----------
    config : MusicFlamingoConfig
    weights : Weights
    loads : tuple of Load
        A prompt, and the row of a prompt with all its answers.
    stage : GrpoConfig
    n_gpus : int

    Returns
    -------
    dict
        `drawing` is held while answers are drawn, `activations` while they are learned from, never
        both.
    """
    prompt, row = loads
    found = sft_bytes(config, weights, row, stage, n_gpus)
    if stage.beta:
        weight_bytes = _FLOAT32 if stage.reference_dtype == "float32" else _BF16
        n_shards = max(1, n_gpus // stage.parallel.replicas)
        found["reference"] = weights.all * weight_bytes // n_shards
        found["gathered"] += _BF16 * weights.root
    n_questions = min(stage.questions_at_once, -(-stage.global_batch_rows // n_gpus))
    found["drawing"] = copy_bytes(weights) + cache_bytes(
        config.text_config, n_questions, stage.group, prompt.n_tokens, stage.completion_tokens
    )
    return found


def held_at_once(found: dict[str, int]) -> int:
    """The most that a device holds: what alternates is counted once."""
    steady = sum(value for name, value in found.items() if name not in _ALTERNATING)
    return steady + max(found.get(name, 0) for name in _ALTERNATING)


def cache_bytes(config: Any, n_groups: int, group: int, n_prompt: int, n_answer: int) -> int:
    """Keys and values of groups of answers: of a prompt once, of each answer its own."""
    width = config.hidden_size // config.num_attention_heads * config.num_key_value_heads
    n_tokens = n_groups * (n_prompt + group * n_answer)
    return 2 * _BF16 * config.num_hidden_layers * width * n_tokens


def copy_bytes(weights: Weights) -> int:
    """The language model that answers are drawn from, whole, in bfloat16."""
    return _BF16 * weights.language


def decoding_seconds(
    config: Any,
    weights: Weights,
    *,
    n_groups: int,
    group: int,
    n_prompt: int,
    n_answer: int,
    bytes_per_s: float,
) -> float:
    """Time to decode answers together: every token reads all weights and the caches once.

    The caches of answers are read as far as they are filled, on average half.
    """
    read = copy_bytes(weights) + cache_bytes(config, n_groups, group, n_prompt, n_answer // 2)
    return n_answer * read / bytes_per_s


def checkpoint_bytes(n_weights: int, n_trained: int, weight_bytes: int) -> int:
    """A checkpoint on disk, all devices together: weights and the two moments."""
    return weight_bytes * (n_weights + 2 * n_trained)


def _count(module: Any) -> int:
    return sum(weight.numel() for weight in module.parameters())
