"""NeMo's real loading and decoding, with a small model that knows six phrases."""

import numpy as np
import pytest

from schemas.transcribe import RecogniserConfig
from tests.phrases import MODEL, PIECES, SONGS, phrases, song
from tests.tiny_parakeet import save_untrained
from tools.errors import RefusedError
from tools.lyrics.parakeet import Parakeet
from tools.lyrics.scoring import matched_words, word_errors
from tools.lyrics.transcript import SAMPLE_RATE_HZ, seconds


@pytest.fixture(scope="module")
def parakeet():
    return Parakeet(RecogniserConfig(model=str(MODEL), full_attention_max_s=20.0))


def check_words(heard, words, *, most_errors=0.15):
    true, found = [word for word, _, _ in words], [word.text for word in heard.words]
    assert word_errors(true, found).rate <= most_errors
    for i, j in matched_words(true, found):
        assert heard.words[j].start_s == pytest.approx(words[i][1], abs=0.08)
        assert 0.2 < heard.words[j].confidence <= 1


def check_form(heard, sound):
    times = [time_s for word in heard.words for time_s in (word.start_s, word.end_s)]
    assert all(0 <= time_s <= seconds(sound) for time_s in times)
    assert all(word.start_s <= word.end_s for word in heard.words)
    assert [word.start_s for word in heard.words] == sorted(word.start_s for word in heard.words)
    assert all(word.text and word.text == word.text.strip() for word in heard.words)


@pytest.mark.parametrize("path", [SONGS[0], SONGS[3], PIECES[2]], ids=lambda path: path.stem)
def test_words_and_times_come_out_of_speech_over_music(parakeet, path):
    sound, words = song([4, 1, 3], over=path)
    (heard,) = parakeet.transcribe([sound])
    check_words(heard, words)
    check_form(heard, sound)


def test_a_batch_hears_what_one_by_one_hears(parakeet):
    sounds = [sound for sound, _ in phrases()] + [song([0, 5], over=SONGS[1])[0]]
    together = parakeet.transcribe(sounds)
    alone = [parakeet.transcribe([sound])[0] for sound in sounds]
    assert [each.text for each in together] == [each.text for each in alone]
    for one, other in zip(together, alone, strict=True):
        assert [w.start_s for w in one.words] == [w.start_s for w in other.words]


def test_long_songs_are_heard_with_local_attention_and_short_ones_with_full(parakeet):
    short, short_words = song([2, 4])
    long, long_words = song([0, 1, 2, 3, 4, 5], over=SONGS[0])
    assert seconds(short) < 20 < seconds(long)
    heard = parakeet.transcribe([long, short, long])
    assert parakeet.attention == "rel_pos_local_attn", "the long ones come last"
    for each, words in zip(heard, (long_words, short_words, long_words), strict=True):
        check_words(each, words)
    assert parakeet.transcribe([short])[0] == heard[1]
    assert parakeet.attention == "rel_pos"


@pytest.mark.parametrize("is_local", [True, False])
def test_only_local_attention_sees_no_further_than_it_says(is_local):
    import torch

    config = RecogniserConfig(model=str(MODEL), local_attention_frames=16)
    parakeet = Parakeet(config)
    parakeet._attend(is_local=is_local)
    features = torch.randn(1, 40, 4000, generator=torch.Generator().manual_seed(0))
    changed = features.clone()
    changed[:, :, 2000:] += 1
    length = torch.tensor([4000])
    with torch.inference_mode():
        encoded = [
            parakeet._model.encoder(audio_signal=each, length=length)[0]
            for each in (features, changed)
        ]
    # Frame 500 has changed; three layers see 16 frames, and four more by convolution.
    difference = (encoded[0] - encoded[1]).abs().amax(dim=(0, 1))
    assert difference[600:].min() > 1e-3
    assert bool(difference[: 500 - 3 * (16 + 4) - 5].max() < 1e-4) == is_local


def test_silence_and_sounds_of_no_length_at_all(parakeet):
    sounds = [np.zeros(n, np.float32) for n in (0, 1, 160, SAMPLE_RATE_HZ, 5 * SAMPLE_RATE_HZ)]
    for sound, heard in zip(sounds, parakeet.transcribe(sounds), strict=True):
        check_form(heard, sound)


def test_short_sounds_are_not_late(parakeet):
    sound, words = phrases()[5]
    short = sound[: round(0.8 * SAMPLE_RATE_HZ)]
    (heard,) = parakeet.transcribe([short])
    assert heard.words[0].text == words[0][0]
    assert heard.words[0].start_s == pytest.approx(words[0][1], abs=0.08)


def test_an_untrained_model_is_loaded_and_heard_out(tmp_path):
    path = save_untrained(tmp_path / "untrained.nemo", width=16, layers=1)
    sound, _ = song([0], over=SONGS[0])
    (heard,) = Parakeet(RecogniserConfig(model=str(path))).transcribe([sound])
    check_form(heard, sound)


@pytest.mark.parametrize("name", ["missing.nemo", "broken.nemo"])
def test_a_model_that_cannot_be_loaded_says_how_to_get_one(tmp_path, name):
    (tmp_path / "broken.nemo").write_bytes(b"no tar file")
    with pytest.raises(RefusedError, match="nvidia/parakeet") as caught:
        Parakeet(RecogniserConfig(model=str(tmp_path / name)))
    assert caught.value.reason == "no_model"
    assert name in caught.value.detail
