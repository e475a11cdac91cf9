import numpy as np
import pytest
import soundfile

from schemas.audio_tokens import audio_tokens
from tests.tiny_musicflamingo import tiny_processor
from training.collate import model_inputs
from training.sound import UnusableRowError, decode

PROCESSOR = tiny_processor()


def noise(n_samples, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, n_samples).astype(np.float32)


@pytest.mark.parametrize("n_samples", [321, 640, 16000, 31999, 480000, 480321, 500001, 960000])
def test_tokens_are_counted_as_the_processor_counts_them(n_samples):
    inputs = model_inputs(
        PROCESSOR, [([{"role": "user", "content": "?"}], [noise(n_samples)])], padding_side="right"
    )
    n_placeholders = int((inputs["input_ids"] == PROCESSOR.audio_token_id).sum())
    assert audio_tokens(n_samples) == n_placeholders


def test_a_stretch_is_heard_in_mono_at_16_khz(tmp_path):
    stereo = np.stack([noise(44100 * 3), noise(44100 * 3, 1)], axis=1)
    soundfile.write(tmp_path / "a.wav", stereo, 44100)
    sound = decode({"path": "a.wav", "bytes": None}, str(tmp_path), 1.0, 2.5)
    assert sound.shape == (24000,)
    assert sound.dtype == np.float32


def test_bytes_go_before_the_path(tmp_path):
    soundfile.write(tmp_path / "a.flac", noise(16000), 16000)
    audio = {"path": "nowhere.flac", "bytes": (tmp_path / "a.flac").read_bytes()}
    assert len(decode(audio, None, None, None)) == 16000


def test_a_rest_without_a_token_is_left_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(480320), 16000)
    assert len(decode({"path": "a.wav"}, str(tmp_path), None, None)) == 480000


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.wav", "too_short"),
        ("short.wav", "too_short"),
        ("silent.wav", "silent"),
        ("broken.wav", "undecodable"),
        ("missing.wav", "undecodable"),
        ("../outside.wav", "outside_root"),
        (None, "no_sound"),
    ],
)
def test_what_cannot_be_heard_is_refused_and_never_replaced_by_zeros(tmp_path, name, reason):
    root = tmp_path / "root"
    root.mkdir()
    soundfile.write(root / "empty.wav", noise(0), 16000)
    soundfile.write(root / "short.wav", noise(320), 16000)
    soundfile.write(root / "silent.wav", np.zeros(16000), 16000)
    soundfile.write(tmp_path / "outside.wav", noise(16000), 16000)
    (root / "broken.wav").write_bytes(b"RIFF\0\0\0\0WAVE no sound")
    with pytest.raises(UnusableRowError) as refused:
        decode({"path": name, "bytes": None}, str(root), None, None)
    assert refused.value.reason == reason


def test_channels_of_opposite_polarity_are_heard(tmp_path):
    left = noise(32000)
    soundfile.write(tmp_path / "a.wav", np.stack([left, -left], axis=1), 16000, subtype="FLOAT")
    sound = decode({"path": "a.wav"}, str(tmp_path), None, None)
    assert np.array_equal(sound, left)
