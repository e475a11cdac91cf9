import json
import subprocess
import sys

import pytest
import torch
from tokenizers import Tokenizer
from transformers import (
    AudioFlamingo3Config,
    AudioFlamingo3EncoderConfig,
    AudioFlamingo3ForConditionalGeneration,
    AudioFlamingo3Processor,
    PreTrainedTokenizerFast,
    Qwen2Config,
)

from tests.tiny_musicflamingo import tiny_processor
from training.config import ModelConfig
from training.model import load_model, load_processor


def save_audio_flamingo(folder, n_spare):
    """A random Audio Flamingo 3, without the two tokens around a sound."""
    torch.manual_seed(3)
    whole = tiny_processor(window_s=2)
    state = json.loads(whole.tokenizer.backend_tokenizer.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if "sound_" not in t["content"]]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(state)),
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
    )
    assert len(tokenizer) == len(whole.tokenizer) - 2
    processor = AudioFlamingo3Processor(
        feature_extractor=whole.feature_extractor,
        tokenizer=tokenizer,
        chat_template=whole.chat_template,
    )
    config = AudioFlamingo3Config(
        audio_config=AudioFlamingo3EncoderConfig(
            hidden_size=40,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_source_positions=100,
        ),
        text_config=Qwen2Config(
            vocab_size=len(tokenizer) + n_spare,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=64,
        ),
        audio_token_id=processor.audio_token_id,
    )
    model = AudioFlamingo3ForConditionalGeneration(config)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return model


@pytest.mark.parametrize("n_spare", [0, 10])
def test_all_weights_of_an_audio_flamingo_are_kept(tmp_path, n_spare):
    old = save_audio_flamingo(tmp_path / "af3", n_spare)
    command = [sys.executable, "-m", "training.start", str(tmp_path / "af3"), str(tmp_path / "mf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    model = load_model(ModelConfig(path=str(tmp_path / "mf")))
    before = old.state_dict()
    for name, weight in model.state_dict().items():
        n_rows = len(before[name]) - n_spare * ("embed_tokens" in name or "lm_head" in name)
        assert torch.equal(weight[:n_rows], before[name][:n_rows]), name
    processor = load_processor(str(tmp_path / "mf"))
    assert processor.audio_bos_token_id != processor.audio_eos_token_id
    assert model.config.audio_bos_token_id == processor.audio_bos_token_id
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 1
    assert "holds a model already" in again.stderr
    assert "Traceback" not in again.stderr
