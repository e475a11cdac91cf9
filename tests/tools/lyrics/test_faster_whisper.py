"""The real engine: a tiny random model made here, and Whisper base where it was fetched."""

from pathlib import Path

import numpy as np
import pytest

from schemas.text import sung_words
from schemas.transcribe import RecogniserConfig
from tests.phrases import phrases
from tests.tiny_whisper import save_tiny_ct2
from tools.errors import RefusedError
from tools.lyrics.faster_whisper import FasterWhisper
from tools.lyrics.scoring import word_errors
from tools.lyrics.transcript import SAMPLE_RATE_HZ, seconds

BASE = Path(__file__).parents[3] / "build" / "ears" / "whisper-base"
NOISE = np.random.default_rng(0).normal(0, 0.1, 40 * SAMPLE_RATE_HZ).astype(np.float32)


def engine(folder, **options):
    return FasterWhisper(RecogniserConfig(engine="faster-whisper", model=str(folder), **options))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_ct2(tmp_path_factory.mktemp("model") / "whisper")


def test_words_have_times_within_the_sound_in_order_and_signals(folder):
    whisper = engine(folder)
    sounds = [NOISE[: 5 * SAMPLE_RATE_HZ], NOISE]
    found = whisper.transcribe(sounds, "ko")
    assert sum(len(heard.words) for heard in found) > 0
    for sound, heard in zip(sounds, found, strict=True):
        starts = [word.start_s for word in heard.words]
        assert starts == sorted(starts)
        for word in heard.words:
            assert 0 <= word.start_s <= word.end_s <= seconds(sound)
            assert 0 <= word.confidence <= 1 and word.has_own_times
            assert any(sign.isalnum() for sign in word.text)
            assert 0 <= word.decoding.no_speech <= 1
            assert word.decoding.mean_log_probability < 0 < word.decoding.compression_ratio
        assert heard.language == "en", "a model of one language hears no other"
    assert whisper.transcribe(sounds, "ko") == found


def test_numbers_are_counted_as_the_config_says(folder):
    assert engine(folder)._model.model.compute_type == "int8_float32"
    assert engine(folder, compute_type="float32")._model.model.compute_type == "float32"


def test_a_folder_without_a_model_says_how_to_get_one(tmp_path):
    with pytest.raises(RefusedError, match="Systran/faster-whisper") as caught:
        engine(tmp_path)
    assert caught.value.reason == "no_model"


@pytest.mark.slow
@pytest.mark.skipif(
    not BASE.is_dir(), reason="needs `python -m benchmarks.lyrics.fetch build/ears`"
)
def test_whisper_base_hears_what_is_said():
    whisper = engine(BASE)
    sounds = [np.pad(sound, SAMPLE_RATE_HZ // 2) for sound, _ in phrases()]
    true = [[word for word, _, _ in words] for _, words in phrases()]
    heard = whisper.transcribe(sounds, "en")
    errors = [word_errors(t, sung_words(h.text)) for t, h in zip(true, heard, strict=True)]
    n_wrong = sum(each.n_substituted + each.n_deleted + each.n_inserted for each in errors)
    assert n_wrong <= 4, [each.text for each in heard]
    assert sum(map(len, true)) == 42
    off_s = [
        abs(word.start_s - 0.5 - start_s)
        for each, (_, words) in zip(heard, phrases(), strict=True)
        for word, (text, start_s, _) in zip(each.words, words, strict=False)
        if sung_words(word.text) == [text]
    ]
    assert len(off_s) > 30 and np.median(off_s) < 0.15
    (found,) = whisper.transcribe([sounds[1]])
    assert found.language == "en" and found.language_probability > 0.5
