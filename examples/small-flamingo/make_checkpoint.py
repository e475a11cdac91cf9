"""A Music Flamingo of 160 million weights from a Whisper encoder and a small language model.

    python make_checkpoint.py FOLDER OUTPUT [--language-model smollm2] [--window-s 10]

FOLDER is what `fetch.py` wrote. The projector between both is new, and random.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fetch import ENCODER, LANGUAGE_MODELS
from tokenizers import AddedToken, Tokenizer
from transformers import (
    AudioFlamingo3EncoderConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    MusicFlamingoConfig,
    MusicFlamingoForConditionalGeneration,
    MusicFlamingoProcessor,
    PreTrainedTokenizerFast,
    Qwen2Config,
    WhisperFeatureExtractor,
)
from whisper_ctranslate2 import encoder_weights

TEMPLATE = Path(__file__).with_name("chat_template.jinja")
_SOUND_TOKENS = ("<sound>", "<|sound_bos|>", "<|sound_eos|>")
_VOCABULARY_MULTIPLE = 64  # as the kernels of GPUs like it
_FRAMES_PER_S = 50


def main() -> None:
    """Convert, put together, save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--language-model", choices=LANGUAGE_MODELS, default="smollm2")
    parser.add_argument("--window-s", type=int, default=10, help="30 for songs")
    arguments = parser.parse_args()
    gguf = arguments.folder / f"{arguments.language_model}.gguf"
    save_checkpoint(arguments.folder / ENCODER, gguf, arguments.output, arguments.window_s)
    print(f"{arguments.output}: a checkpoint to start from")


def save_checkpoint(encoder: Path, gguf: Path, output: Path, window_s: int) -> None:
    """Write model and processor, as `training.model` loads them.

    Parameters
    ----------
    encoder : Path
        ``whisper-base-encoder.npz``.
    gguf : Path
        A LLaMA or a Qwen2, quantised.
    output : Path
    window_s : int
        Length of the windows that sound is heard in; Whisper's are 30 s, and shorter ones cost
        less where all sounds are short.
    """
    processor = make_processor(gguf, window_s)
    processor.save_pretrained(output)
    make_model(encoder, gguf, processor, window_s).save_pretrained(output)


def make_processor(gguf: Path, window_s: int) -> Any:
    """The language model's own tokens and three for the sound; Whisper's spectrogram."""
    tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.add_special_tokens([AddedToken(each, special=True) for each in _SOUND_TOKENS])
    return MusicFlamingoProcessor(
        WhisperFeatureExtractor(feature_size=80, chunk_length=window_s, return_attention_mask=True),
        PreTrainedTokenizerFast(
            tokenizer_object=backend, pad_token="<|endoftext|>", eos_token="<|im_end|>"
        ),
        chat_template=TEMPLATE.read_text(),
    )


def make_model(encoder: Path, gguf: Path, processor: Any, window_s: int, seed: int = 0) -> Any:
    """Real encoder, real language model, random projector; float32."""
    language_model = AutoModelForCausalLM.from_pretrained(
        str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # of the three new tokens
        language_model.resize_token_embeddings(
            len(processor.tokenizer), pad_to_multiple_of=_VOCABULARY_MULTIPLE
        )
    ends = {
        "eos_token_id": processor.tokenizer.eos_token_id,
        "pad_token_id": processor.tokenizer.pad_token_id,
    }
    with np.load(encoder) as variables:
        weights = encoder_weights(dict(variables), window_s * _FRAMES_PER_S)
    text_config = _as_qwen2(language_model.config, ends)
    config = MusicFlamingoConfig(
        audio_config=_encoder_config(weights),
        text_config=text_config,
        audio_token_id=processor.audio_token_id,
        audio_bos_token_id=processor.audio_bos_token_id,
        audio_eos_token_id=processor.audio_eos_token_id,
        rope_parameters={"rope_type": "default", "rope_theta": 1200},
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = MusicFlamingoForConditionalGeneration(config)
    model.model.audio_tower.load_state_dict(weights)
    words = model.model.language_model
    words.load_state_dict(_no_biases(words) | language_model.model.state_dict())
    model.lm_head.load_state_dict(language_model.lm_head.state_dict())
    model.generation_config = GenerationConfig(**ends)
    return model.eval()


def _encoder_config(weights: dict[str, torch.Tensor]) -> AudioFlamingo3EncoderConfig:
    n_positions, width = weights["embed_positions.weight"].shape
    return AudioFlamingo3EncoderConfig(
        num_mel_bins=weights["conv1.weight"].shape[1],
        hidden_size=width,
        num_hidden_layers=sum(name.endswith("fc1.bias") for name in weights),
        num_attention_heads=width // 64,  # in every Whisper
        intermediate_size=len(weights["layers.0.fc1.bias"]),
        max_source_positions=n_positions,
    )


def _as_qwen2(config: Any, ends: dict[str, int]) -> Qwen2Config:
    """The config of a LLaMA or a Qwen2 as Qwen2's: a LLaMA is one whose biases are zero.

    Music Flamingo's language model is a Qwen2, and training draws its answers from one.
    """
    names = (
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
        "num_attention_heads", "num_key_value_heads", "hidden_act", "max_position_embeddings",
        "rms_norm_eps", "rope_parameters", "initializer_range",
    )  # fmt: skip
    kept = {name: getattr(config, name) for name in names}
    return Qwen2Config(**kept, **ends, tie_word_embeddings=False, use_sliding_window=False)


def _no_biases(words: Any) -> dict[str, torch.Tensor]:
    """Zeros for the biases of a Qwen2, by name."""
    state = words.state_dict()
    return {name: torch.zeros_like(each) for name, each in state.items() if name.endswith("bias")}


if __name__ == "__main__":
    main()
