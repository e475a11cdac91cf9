import numpy as np
import pytest

from schemas.transcribe import RecogniserConfig
from tests.tiny_whisper import save_tiny
from tools.errors import RefusedError
from tools.lyrics.transcript import SAMPLE_RATE_HZ, seconds
from tools.lyrics.whisper import Whisper

NOISE = np.random.default_rng(0).normal(0, 0.1, 40 * SAMPLE_RATE_HZ).astype(np.float32)


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    folder = save_tiny(tmp_path_factory.mktemp("model") / "whisper")
    return Whisper(RecogniserConfig(engine="whisper", model=str(folder)))


@pytest.mark.parametrize("language", [None, "en", "ko", "sw"])
def test_words_have_times_within_the_sound_in_order(whisper, language):
    sounds = [NOISE[: 5 * SAMPLE_RATE_HZ], NOISE]
    for sound, heard in zip(sounds, whisper.transcribe(sounds, language), strict=True):
        assert heard.words
        starts = [word.start_s for word in heard.words]
        assert starts == sorted(starts)
        for word in heard.words:
            assert 0 <= word.start_s <= word.end_s <= seconds(sound)
            assert word.text.strip() == word.text != ""
            assert word.confidence is None


def test_the_language_is_told_to_the_model(whisper):
    texts = {whisper.transcribe([NOISE], language)[0].text for language in ("en", "es", "ko")}
    assert len(texts) > 1


def test_a_folder_without_a_model_says_how_to_get_one(tmp_path):
    with pytest.raises(RefusedError, match="openai/whisper") as caught:
        Whisper(RecogniserConfig(engine="whisper", model=str(tmp_path)))
    assert caught.value.reason == "no_model"
