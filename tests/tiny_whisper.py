"""A random Whisper and its processor, made without a network: every byte of text is one token."""

import json
from pathlib import Path

LANGUAGES = ("en", "es", "ko")


def save_tiny(folder: Path, seed: int = 0) -> Path:
    import torch
    from tokenizers import pre_tokenizers
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperProcessor,
        WhisperTokenizer,
    )

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {byte: i for i, byte in enumerate(alphabet)}
    folder.mkdir(exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocab | {"<|endoftext|>": len(vocab)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = WhisperTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token="<|endoftext|>"
    )
    names = ["startoftranscript", *LANGUAGES, "translate", "transcribe", "startoflm",
             "startofprev", "nospeech", "notimestamps"]  # fmt: skip
    times = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
    tokenizer.add_tokens([f"<|{name}|>" for name in names] + times, special_tokens=True)
    ids = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in names}
    end = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    WhisperProcessor(WhisperFeatureExtractor(feature_size=80), tokenizer).save_pretrained(folder)
    config = WhisperConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        init_std=0.3,
        pad_token_id=end,
        bos_token_id=end,
        eos_token_id=end,
        decoder_start_token_id=ids["startoftranscript"],
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=ids["startoftranscript"],
        no_timestamps_token_id=ids["notimestamps"],
        is_multilingual=True,
        lang_to_id={f"<|{name}|>": ids[name] for name in LANGUAGES},
        task_to_id={"transcribe": ids["transcribe"], "translate": ids["translate"]},
        alignment_heads=[[1, 0], [1, 1]],
        max_initial_timestamp_index=50,
        max_length=40,
        return_timestamps=False,
        prev_sot_token_id=ids["startofprev"],
    )
    model.save_pretrained(folder)
    return folder


def save_tiny_ct2(folder: Path, seed: int = 0) -> Path:
    """The same in CTranslate2's form; with so few tokens it passes for an English one."""
    from ctranslate2.converters import TransformersConverter

    whole = save_tiny(folder.with_name(f"{folder.name}-whole"), seed)
    TransformersConverter(str(whole), copy_files=["tokenizer.json"]).convert(str(folder))
    return folder
