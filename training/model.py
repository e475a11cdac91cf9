"""Music Flamingo and its processor, ready to be trained."""

import json
import re
from pathlib import Path
from typing import Any

import torch
from transformers import MusicFlamingoForConditionalGeneration, MusicFlamingoProcessor

from training.config import ModelConfig
from training.fsdp import gather_head
from training.packed_attention import attention_name
from training.time_embedding import check_time_embedding, set_time_embedding

_TEMPLATE = Path(__file__).with_name("chat_template.jinja")
_SYSTEM_TURN = re.compile(r"<\|im_start\|>system\n(.*?)<\|im_end\|>", re.DOTALL)
_LORA_TARGETS = r".*language_model.*\.(q|k|v|o|gate|up|down)_proj"


class ModelNotLoadedError(ValueError):
    """The folder holds no complete Music Flamingo."""


def load_model(config: ModelConfig, checkpoint: str | None = None) -> Any:
    """The model in its training form.

    Parameters
    ----------
    config : ModelConfig
    checkpoint : str, optional
        Where its weights are taken from instead. transformers' own resume finds none of them: it
        looks for other names than those it saves, and ignores what is missing.

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
        checkpoint or config.path,
        dtype=getattr(torch, config.dtype),
        attn_implementation=attention_name(config.attention),
        output_loading_info=True,
    )
    if missing := found["missing_keys"]:
        raise ModelNotLoadedError(
            f"{checkpoint or config.path}: {len(missing)} weights are missing, e.g. {min(missing)}"
        )
    stated = getattr(model.config, "time_embedding", None)
    set_time_embedding(model, config.time_embedding or stated or "checkpoint")
    check_time_embedding(model)
    model.config._name_or_path = config.path  # where GRPO loads the reference from
    gather_head(model)
    return model


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


def lora(rank: int | None) -> Any:
    """Adapters on all projections of the language model, or None."""
    if rank is None:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=_LORA_TARGETS, task_type="CAUSAL_LM"
    )
