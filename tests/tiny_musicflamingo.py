"""A random Music Flamingo of 130,000 parameters and its processor, made without a network."""

from pathlib import Path

# As NVIDIA's, and with tags around what the assistant says.
CHAT_TEMPLATE = """\
{%- macro words(content) -%}
{%- if content is string -%}{{- content -}}
{%- else -%}
{%- for part in content if part['type'] == 'audio' -%}{{- '<sound>' -}}{%- endfor -%}
{%- for part in content if part['type'] == 'text' -%}{{- part['text'] -}}{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- if messages[0]['role'] != 'system' -%}
{{- '<|im_start|>system\\nYou are Music Flamingo.<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['role'] == 'assistant' -%}
{%- generation -%}{{- words(message['content']) + '<|im_end|>' -}}{%- endgeneration -%}
{%- else -%}
{{- words(message['content']) + '<|im_end|>' -}}
{%- endif -%}
{{- '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""
SPECIAL_TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<sound>",
    "<|sound_bos|>",
    "<|sound_eos|>",
]


def save_tiny(folder: Path, seed: int = 0, window_s: int = 30) -> Path:
    """Model and processor in a folder; every byte of text is one token.

    With windows of 2 s in place of 30, learning is fifteen times faster.
    """
    processor = tiny_processor(window_s)
    processor.save_pretrained(folder)
    tiny_model(processor, seed).save_pretrained(folder)
    return folder


def tiny_processor(window_s=30):
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        MusicFlamingoProcessor,
        PreTrainedTokenizerFast,
        WhisperFeatureExtractor,
    )

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({byte: i for i, byte in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL_TOKENS])
    return MusicFlamingoProcessor(
        WhisperFeatureExtractor(
            feature_size=128, chunk_length=window_s, return_attention_mask=True
        ),
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="<|endoftext|>", eos_token="<|im_end|>"
        ),
        chat_template=CHAT_TEMPLATE,
    )


def tiny_model(processor, seed=0):
    import torch
    from transformers import (
        AudioFlamingo3EncoderConfig,
        GenerationConfig,
        MusicFlamingoConfig,
        MusicFlamingoForConditionalGeneration,
        Qwen2Config,
    )

    ends = {
        "eos_token_id": processor.tokenizer.eos_token_id,
        "pad_token_id": processor.tokenizer.pad_token_id,
    }
    config = MusicFlamingoConfig(
        audio_config=AudioFlamingo3EncoderConfig(
            hidden_size=40,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_source_positions=50 * processor.feature_extractor.chunk_length,
            initializer_range=0.1,
        ),
        text_config=Qwen2Config(
            vocab_size=len(processor.tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            initializer_range=0.3,
            use_cache=False,  # as in NVIDIA's checkpoint
            **ends,
        ),
        audio_token_id=processor.audio_token_id,
        audio_bos_token_id=processor.audio_bos_token_id,
        audio_eos_token_id=processor.audio_eos_token_id,
        rope_parameters={"rope_type": "default", "rope_theta": 1200},
        initializer_range=0.3,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = MusicFlamingoForConditionalGeneration(config)
    model.generation_config = GenerationConfig(**ends)
    return model.eval()
