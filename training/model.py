"""Music Flamingo and its processor, ready to be trained."""

import json
import re
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import MusicFlamingoForConditionalGeneration
from transformers.processing_utils import ProcessorMixin

from training.config import ModelConfig, ParallelConfig, Part
from training.lora import add_adapters, is_adapter
from training.loss import add_label_logps
from training.packed_attention import attention_name
from training.parallel import Devices, arithmetic, layers, shard
from training.time_embedding import check_time_embedding, set_time_embedding
from training.weights import ModelNotLoadedError, folder_of, materialise, read_weights, skeleton

_TEMPLATE = Path(__file__).with_name("chat_template.jinja")
_SYSTEM_TURN = re.compile(r"<\|im_start\|>system\n(.*?)<\|im_end\|>", re.DOTALL)


def load_model(config: ModelConfig) -> Any:
    """The whole model on one device, to be evaluated.

    Parameters
    ----------
    config : ModelConfig

    Returns
    -------
    MusicFlamingoForConditionalGeneration
        Its `config.time_embedding` says which form of time embedding it has, and is saved with it.

    Raises
    ------
    ModelNotLoadedError
        If weights are missing: they would be random.
    """
    # The dtype is given here: `.to(bfloat16)` would also round the clock of the sound.
    model, found = MusicFlamingoForConditionalGeneration.from_pretrained(
        config.path,
        dtype=getattr(torch, config.dtype),
        attn_implementation=attention_name(config.attention),
        output_loading_info=True,
    )
    if missing := found["missing_keys"]:
        raise ModelNotLoadedError(
            f"{config.path}: {len(missing)} weights are missing, e.g. {min(missing)}"
        )
    _set_clock(model, config)
    add_label_logps(model)
    return model


def load_sharded(
    config: ModelConfig,
    here: Devices,
    parallel: ParallelConfig,
    *,
    is_trained: bool = True,
    seed: int = 0,
) -> Any:
    """The model split over all devices; each process reads its own part of the files.

    Parameters
    ----------
    config : ModelConfig
    here : Devices
    parallel : ParallelConfig
    is_trained : bool
        Whether it learns, as `config.trained` and `config.lora_rank` have it; or nothing of it
        does, as in a reference.
    seed : int
        Of the adapters' first weights.

    Returns
    -------
    MusicFlamingoForConditionalGeneration
        In FSDP's form, with the forward ``label_logps`` of `training.loss`.

    Raises
    ------
    ModelNotLoadedError
        If weights are missing, or of another shape than the folder's config says.
    """
    folder = folder_of(config.path)
    model = skeleton(folder, getattr(torch, config.dtype), attention_name(config.attention))
    _set_clock(model, config)
    if is_trained and config.lora_rank is not None:
        add_adapters(model, config.lora_rank)
    _freeze_all_but(model, config.trained_in_full if is_trained else ())
    if is_trained and config.compile_layers:
        for layer in layers(model):
            layer.forward = torch.compile(layer.forward)
    shard(model, here, parallel, arithmetic(here.device, config.arithmetic))
    add_label_logps(model)
    materialise(model, here.device, seed)
    read_weights(model, folder)
    check_time_embedding(model)
    return model


def _set_clock(model: Any, config: ModelConfig) -> None:
    stated = getattr(model.config, "time_embedding", None)
    set_time_embedding(model, config.time_embedding or stated or "checkpoint")


def _freeze_all_but(model: Any, trained: tuple[Part, ...]) -> None:
    """Let adapters and the named parts learn; the encoder's sinusoids never do."""
    base = model.model
    parts = {
        "encoder": [base.audio_tower],
        "projector": [base.multi_modal_projector],
        "language_model": [base.language_model, model.lm_head],
    }
    for name, modules in parts.items():
        for weight_name, weight in (each for m in modules for each in m.named_parameters()):
            weight.requires_grad_(name in trained or is_adapter(weight_name))
    base.audio_tower.embed_positions.requires_grad_(False)


class MusicFlamingoProcessor(transformers.MusicFlamingoProcessor):
    """transformers' own, for any number of sounds in a conversation.

    What it does with them takes any number; its check of what it is given takes one (5.24). It has
    the name of the other, because that is saved with a model.
    """

    def validate_inputs(self, audio: Any = None, text: Any = None, **kwargs: Any) -> None:
        """Whether the words name as many sounds as are given."""
        ProcessorMixin.validate_inputs(self, audio=audio, text=text, **kwargs)


def load_processor(path: str) -> Any:
    """The processor, with our chat template and the system turn of the checkpoint's own."""
    processor = MusicFlamingoProcessor.from_pretrained(path)
    processor.chat_template = chat_template(processor)
    return processor


def chat_template(processor: Any) -> str:
    """Our template with the words that the processor's own template puts in the system turn."""
    turn = processor.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False)
    words = found[1] if (found := _SYSTEM_TURN.search(turn)) else ""
    return _TEMPLATE.read_text().replace('"@SYSTEM_WORDS@"', json.dumps(words, ensure_ascii=False))


def control_tokens(processor: Any) -> list[str]:
    """Tokens that are more than text: of turns, of sounds, of the end."""
    added = processor.tokenizer.added_tokens_decoder.values()
    return [token.content for token in added if token.special]
