"""Models of random weights and a release of made-up sounds, for `train_gpu.py`."""

from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch.distributed.tensor import DTensor
from transformers import AudioFlamingo3EncoderConfig, MusicFlamingoConfig, Qwen2Config

from schemas.audio_tokens import audio_tokens
from schemas.captions import Authorship
from schemas.release import Audio, ReleasedCaption, ReleasedTrack
from tests.tiny_musicflamingo import tiny_processor
from tests.training.released import track_of, write
from training.weights import materialise, skeleton

# Width, layers, heads, key-value heads, feed-forward of the language model: Qwen2.5 at 1.5B and 7B.
LANGUAGE = {
    "tiny": (32, 2, 4, 2, 64),
    "1b": (1536, 28, 12, 2, 8960),
    "8b": (3584, 28, 28, 4, 18944),
}
# Width, layers, heads, feed-forward of the encoder: AF3's.
ENCODER = {"tiny": (40, 1, 2, 64), "1b": (1280, 32, 20, 5120), "8b": (1280, 32, 20, 5120)}
_VOCABULARY = 151672
_AUTHORSHIP = Authorship(
    role="writer", engine="benchmark", model="-", prompt="benchmark@1", prompt_hash="0" * 64
)


def save_config(folder, size, n_layers=None):
    """A model's folder without weights: its config and processor."""
    processor = tiny_processor()
    width, layers, heads, kv_heads, inner = LANGUAGE[size]
    ear_width, ears, ear_heads, ear_inner = ENCODER[size]
    ends = {
        "eos_token_id": processor.tokenizer.eos_token_id,
        "pad_token_id": processor.tokenizer.pad_token_id,
    }
    config = MusicFlamingoConfig(
        audio_config=AudioFlamingo3EncoderConfig(
            hidden_size=ear_width,
            num_hidden_layers=ears,
            num_attention_heads=ear_heads,
            intermediate_size=ear_inner,
        ),
        text_config=Qwen2Config(
            vocab_size=len(processor.tokenizer) if size == "tiny" else _VOCABULARY,
            hidden_size=width,
            num_hidden_layers=n_layers or layers,
            num_attention_heads=heads,
            num_key_value_heads=kv_heads,
            intermediate_size=inner,
            max_position_embeddings=32768,
            **ends,
        ),
        audio_token_id=processor.audio_token_id,
        audio_bos_token_id=processor.audio_bos_token_id,
        audio_eos_token_id=processor.audio_eos_token_id,
        rope_parameters={"rope_type": "default", "rope_theta": 1200},
    )
    config.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def random_model(folder, dtype, attention, device):
    """A model with random weights, whole, on a device."""
    model = skeleton(Path(folder), dtype, attention)
    materialise(model, device, 0)
    fill(model)
    return model.eval()


@torch.no_grad()
def fill(model):
    """Random weights, as at the start of a training: norms 1, biases 0, the rest of 0.02."""
    generator = torch.Generator(device=next(model.parameters()).device).manual_seed(0)
    for name, weight in model.named_parameters():
        local = weight.to_local() if isinstance(weight, DTensor) else weight
        if name.endswith("bias"):
            local.zero_()
        elif "norm" in name:
            local.fill_(1)
        else:
            local.normal_(0, 0.02, generator=generator)


def made_release(folder, n_tracks, seconds, n_workers):
    """A release of sounds in stereo at 44.1 kHz as FLAC, with four captions each.

    `seconds` are the shortest and the longest.
    """
    lengths = np.random.default_rng(0).uniform(*seconds, n_tracks)
    with ProcessPoolExecutor(n_workers) as pool:
        sounds = list(pool.map(flac, range(n_tracks), lengths))
    rows = list(zip(range(n_tracks), lengths, sounds, strict=True))
    tracks = [track_of(f"track-{i}", Audio(path=f"{i}.flac", bytes=s), t) for i, t, s in rows]
    write(folder, "tracks", ReleasedTrack, tracks, 1)
    captions = [caption(i, s, k) for i, s, _ in rows for k in range(4)]
    write(folder, "mf-skills/captions", ReleasedCaption, captions, 64)
    return folder


def flac(index, seconds):
    """A chord that changes every two seconds, with some noise."""
    rng = np.random.default_rng(index)
    times = np.arange(int(44100 * seconds)) / 44100
    steps = rng.integers(0, 12, (3, int(seconds) // 2 + 1))
    pitches = 220 * 2 ** (steps[:, (times // 2).astype(int)] / 12)
    tones = np.sin(2 * np.pi * np.cumsum(pitches, axis=1) / 44100).sum(0)
    left = 0.2 * tones + rng.normal(0, 0.02, len(times))
    file = BytesIO()
    soundfile.write(file, np.stack([left, 0.9 * left], 1), 44100, format="FLAC")
    return file.getvalue()


def caption(index, seconds, number):
    """A caption of some 450 tokens: here each byte is one."""
    said = f"This is piece {index}, told {number + 1} times. " * 12
    return ReleasedCaption(
        row_id=f"{index}-{number}",
        track_id=f"track-{index}",
        start_s=0.0,
        end_s=seconds,
        prompt="Describe the music.",
        completion=said,
        n_audio_tokens=audio_tokens(int(16000 * seconds)),
        n_text_tokens=len(said),
        lane="commercial",
        authorship=_AUTHORSHIP,
        n_words=len(said.split()),
    )
