"""The small Parakeet of tests/data can be taught again from nothing."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from tests import espeak
from tests.phrases import SONGS, phrases, song
from tests.tiny_parakeet import PHRASES, build, path_of, save, teach
from tools.lyrics.parakeet import Parakeet
from tools.lyrics.scoring import word_errors

needs_espeak = pytest.mark.skipif(
    not espeak.is_installed(),
    reason="only who makes the recordings of tests/data/phrases anew needs their voice, which pip "
    "cannot install: apt-get install espeak-ng (CI does)",
)


def test_the_recordings_say_the_phrases():
    assert [" ".join(word for word, _, _ in words) for _, words in phrases()] == list(PHRASES)
    for sound, words in phrases():
        times = [time_s for _, start_s, end_s in words for time_s in (start_s, end_s)]
        assert times == sorted(times) and times[0] >= 0 and times[-1] <= len(sound) / 16000


@needs_espeak
def test_espeak_still_says_them_at_the_same_times():
    speaker = espeak.Espeak()
    for phrase, (_, words) in zip(PHRASES, phrases(), strict=True):
        spoken = speaker.speak(phrase).words
        assert [word for word, _, _ in spoken] == [word for word, _, _ in words]
        starts = [start_s for _, start_s, _ in spoken]
        assert starts == pytest.approx([start_s for _, start_s, _ in words], abs=0.02)


def test_the_path_of_an_alignment():
    class Tokenizer:
        vocab_size = 10

        def text_to_ids(self, word):
            return [int(c) for c in word]

    tokens, labels, jumps, before = path_of(Tokenizer(), [("12", 0.08, 0.24), ("3", 0.6, 0.7)], 20)
    assert tokens == [1, 2, 3]
    assert {int(i): int(labels[i]) for i in np.flatnonzero(labels != 10)} == {2: 1, 4: 2, 15: 3}
    assert list(before[:6]) == [0, 0, 0, 1, 1, 2] and before[-1] == 3
    assert list(jumps[:5]) == [2, 1, 2, 1, 4] and jumps[-1] == 4


@needs_espeak
@pytest.mark.slow
def test_a_model_learns_the_phrases_from_nothing(tmp_path):
    from schemas.transcribe import RecogniserConfig
    from tests.make_phrases import Mixer

    with tempfile.TemporaryDirectory() as folder:
        model = build(Path(folder))
        teach(model, Mixer(espeak.Espeak(), seed=1).draw, n_steps=350)
        path = save(model, tmp_path / "taught.nemo")
    sound, words = song([0, 1, 2, 3, 4, 5], over=SONGS[0])
    (heard,) = Parakeet(RecogniserConfig(model=str(path))).transcribe([sound])
    found = [word.text for word in heard.words]
    assert word_errors([word for word, _, _ in words], found).rate < 0.3
