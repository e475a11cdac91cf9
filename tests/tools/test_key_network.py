"""Our key scores against madmom's own network, and on sounds whose key is known."""

import numpy as np
import pytest

from benchmarks.plain_tools import madmom_key
from schemas.harmony import pitch_class, spell_tonic
from tests.audio import tone
from tests.blocks import ROOT
from tools.audio import load_mono
from tools.key_network import STEP_S, key_scores
from tools.madmom_compat import import_madmom

PIECES = ROOT / "tests/data/pieces"


def excerpt(path, start_s, end_s):
    return load_mono(path, sample_rate_hz=44100, start_s=start_s, end_s=end_s)


EXCERPTS = {
    "song": lambda: excerpt(ROOT / "examples/songs/feelings.ogg", 20, 27),
    "waltz": lambda: excerpt(PIECES / "waltz_a_minor.ogg", 0, 6.03),
    "noise": lambda: np.random.default_rng(0).normal(0, 0.1, 100_001).astype(np.float32),
    "silence": lambda: np.zeros(88200, np.float32),
    "one step": lambda: tone(1.6)[:, 0],
}


def softmax(scores):
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def madmom_labels():
    import_madmom()
    from madmom.features.key import KEY_LABELS

    return KEY_LABELS


@pytest.mark.parametrize("name", EXCERPTS)
def test_probabilities_are_madmoms(name):
    samples = np.ascontiguousarray(EXCERPTS[name](), np.float32)
    expected = madmom_key(samples)
    found = softmax(key_scores(samples).mean(axis=0))
    for place, label in enumerate(madmom_labels()):
        tonic, mode = label.split()
        ours = pitch_class(tonic) + 12 * (mode == "minor")
        assert found[ours] == pytest.approx(expected[place], abs=1e-5), label


@pytest.mark.parametrize(
    ("name", "start_s", "end_s", "key"),
    [
        ("waltz_a_minor", 0, 30, "A minor"),
        ("key_change_c_to_d", 0, 20, "C major"),
    ],
)
def test_keys_of_known_pieces(name, start_s, end_s, key):
    scores = key_scores(excerpt(PIECES / f"{name}.ogg", start_s, end_s)).mean(axis=0)
    mode, pitch = divmod(int(scores.argmax()), 12)
    mode_name = ("major", "minor")[mode]
    assert f"{spell_tonic(pitch, mode_name)} {mode_name}" == key


def test_a_change_of_key_is_heard_in_one_pass():
    """The truth of the piece: C major, then D major."""
    scores = key_scores(excerpt(PIECES / "key_change_c_to_d.ogg", 0, None))
    half = len(scores) // 2
    assert scores[: half - 4].mean(axis=0).argmax() == 0
    assert scores[half + 4 :].mean(axis=0).argmax() == 2


@pytest.mark.parametrize("n_samples", [0, 1, 8820, 7 * 8820, 7 * 8820 + 1, 16 * 8820])
def test_steps_are_whole(n_samples):
    scores = key_scores(np.zeros(n_samples, np.float32))
    n_frames = -(-n_samples // 8820)
    assert scores.shape == (n_frames // 8, 24)
    assert pytest.approx(1.6) == STEP_S


@pytest.mark.parametrize("samples", [tone(2), np.full(88200, np.nan, np.float32)])
def test_what_is_no_mono_sound_is_refused(samples):
    with pytest.raises(ValueError, match="one channel of finite numbers"):
        key_scores(samples)
