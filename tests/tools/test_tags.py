import numpy as np
import pytest

from tests.audio import tone
from tests.phrases import SONGS, music
from tools.errors import RefusedError
from tools.tags.musicnn import (
    HOP_S,
    HOP_SIZE,
    N_FRAMES,
    SAMPLE_RATE_HZ,
    TAGS,
    WINDOW_S,
    log_mel,
    tag_probabilities,
)

ORIGINAL = [
    0.020162, 0.346236, 0.067001, 0.133486, 0.018099, 0.003123, 0.068785, 0.010317,
    0.071646, 0.133869, 0.003915, 0.00864, 0.001182, 0.004033, 0.050128, 0.002194,
    3.4e-05, 0.001546, 0.002795, 0.002799, 0.002595, 0.051949, 0.095056, 0.026921,
    0.025373, 9.2e-05, 0.000614, 0.002089, 0.043455, 0.003118, 0.029101, 6.3e-05,
    0.062857, 0.000641, 0.049968, 0.001623, 0.000827, 0.00094, 0.006953, 0.001375,
    0.000919, 0.00243, 0.006478, 0.000334, 0.018145, 0.003835, 0.000153, 0.001363,
    0.000656, 0.001314,
]  # fmt: skip
"""What the original network says of a ramp; `benchmarks/convert_musicnn.py` has its graph."""


def test_spectra_are_those_that_the_network_learned_from():
    librosa = pytest.importorskip("librosa")
    sound = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    options = {"n_fft": 512, "hop_length": HOP_SIZE, "n_mels": 96}
    power = librosa.feature.melspectrogram(y=sound, sr=SAMPLE_RATE_HZ, **options).T
    assert log_mel(sound) == pytest.approx(np.log10(10_000 * power + 1), abs=1e-5)


def test_a_tone_is_in_the_band_of_its_pitch():
    """Slaney's scale has 1 kHz at 15 of its 45.2 units: at a third of the 97 steps."""
    spectra = log_mel(tone(1.0, SAMPLE_RATE_HZ, 1000.0)[:, 0])
    assert np.median(spectra.argmax(axis=1)) == 31


def test_the_network_says_what_the_original_says():
    """TensorFlow's probabilities for the same spectra, from musicnn 0.1.0's own graph."""
    from tools.tags.musicnn import _session

    ramp = np.linspace(0, 3, N_FRAMES * 96, dtype=np.float32).reshape(1, N_FRAMES, 96)
    found = _session().run(None, {"mel": ramp})[0][0]
    assert found == pytest.approx(ORIGINAL, abs=1e-5)


def test_windows_cover_the_sound_from_start_to_end():
    sound = music(SONGS[0])[: 20 * SAMPLE_RATE_HZ]
    starts_s, probabilities = tag_probabilities(sound)
    assert starts_s[0] == 0
    assert starts_s[-1] + WINDOW_S == pytest.approx(20, abs=0.001)
    assert np.diff(starts_s).max() <= HOP_S
    assert probabilities.shape == (len(starts_s), len(TAGS))
    assert probabilities.min() >= 0 and probabilities.max() <= 1


def test_a_window_is_heard_the_same_wherever_it_is():
    sound = music(SONGS[1])[: 10 * SAMPLE_RATE_HZ]
    _, whole = tag_probabilities(sound)
    _, first = tag_probabilities(sound[: N_FRAMES * HOP_SIZE])
    assert first[0] == pytest.approx(whole[0], abs=1e-6)


def test_rock_is_heard_in_rock():
    _, probabilities = tag_probabilities(music(SONGS[-1]))
    mean = dict(zip(TAGS, probabilities.mean(axis=0), strict=True))
    assert mean["rock"] > 0.4 and mean["guitar"] > 0.2
    assert max(mean[name] for name in ("piano", "flute", "violin", "choir", "singing")) < 0.1


@pytest.mark.parametrize("n_samples", [0, 1, N_FRAMES * HOP_SIZE - 1])
def test_less_than_a_window_is_too_short(n_samples):
    with pytest.raises(RefusedError, match="shorter than a window"):
        tag_probabilities(np.zeros(n_samples, np.float32))
