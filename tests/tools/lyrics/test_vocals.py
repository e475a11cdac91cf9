"""The vocal gate's clip_workers, on real instrumentals and on spoken phrases over them."""

import numpy as np
import pytest

from pipeline.stages.measure.tags import VOICE_SCORE
from pipeline.stages.transcribe.gate import gate_sound
from schemas.transcribe import TranscribeConfig
from tests.audio import clicks, tone
from tests.phrases import PIECES, SONGS, music, song
from tools.lyrics.transcript import SAMPLE_RATE_HZ, seconds
from tools.lyrics.vocals import (
    FRAME_S,
    LEVEL_FRAME_S,
    levels_dbfs,
    likely_stretches,
    voice_probability,
    without_repetition,
)

CONFIG = TranscribeConfig()
NOISE = np.random.default_rng(0).normal(0, 0.1, 20 * SAMPLE_RATE_HZ).astype(np.float32)
WITHOUT_VOICE = {
    **{path.stem: lambda path=path: music(path) for path in (*SONGS, *PIECES)},
    "noise": lambda: NOISE,
    "faint noise": lambda: 0.02 * NOISE,
    "drums": lambda: clicks(120, 20.0, SAMPLE_RATE_HZ),
    "tone": lambda: tone(20.0, SAMPLE_RATE_HZ)[:, 0],
}


@pytest.mark.parametrize("name", WITHOUT_VOICE)
def test_the_gate_refuses_what_nobody_sings_in(name):
    gated = gate_sound(WITHOUT_VOICE[name](), CONFIG)
    assert (gated.samples, gated.reason) == (None, "no_vocals")
    assert not gated.vocals.has_vocals
    assert gated.vocals.share < CONFIG.min_supported_share / 2, "with some margin"


@pytest.mark.parametrize("duration_s", [0.0, 0.01, 1.0, 90.0])
def test_the_gate_refuses_silence(duration_s):
    sound = np.zeros(round(duration_s * SAMPLE_RATE_HZ), np.float32)
    for level in (0.0, 10 ** (-70 / 20)):
        gated = gate_sound(sound + np.float32(level), CONFIG)
        assert (gated.samples, gated.vocals, gated.reason) == (None, None, "silent")


@pytest.mark.parametrize("path", [*SONGS, *PIECES], ids=lambda path: path.stem)
@pytest.mark.parametrize("music_db", [-6, 0, 6])
def test_the_gate_lets_voices_over_music_through(path, music_db):
    sound, words = song([0, 3], over=path, music_db=music_db)
    gated = gate_sound(sound, CONFIG)
    assert gated.reason == "" and gated.vocals.has_vocals
    assert len(gated.samples) == len(sound)
    middles = [(start_s + end_s) / 2 for _, start_s, end_s in words]
    heard = [any(s.start_s <= m <= s.end_s for s in gated.vocals.stretches) for m in middles]
    assert np.mean(heard) > 0.7, "the stretches lie where the words are"
    assert gated.vocals.share == pytest.approx(gated.vocals.vocal_s / seconds(sound))


def test_one_short_phrase_in_a_minute_of_music_is_enough_where_the_tagger_hears_a_voice():
    sound, _ = song([2], over=SONGS[0], duration_s=50)
    for tag_score, is_enough in ((None, False), (VOICE_SCORE - 0.01, False), (VOICE_SCORE, True)):
        vocals = gate_sound(sound, CONFIG, tag_score).vocals
        assert vocals.has_vocals == is_enough
        assert vocals.tag_score == tag_score


def test_a_tagger_alone_is_not_believed():
    sound = music(SONGS[0])
    assert not gate_sound(sound, CONFIG, 1.0).vocals.has_vocals
    open_gate = TranscribeConfig(min_vocal_share=0)
    assert gate_sound(sound, open_gate).vocals.has_vocals


def test_the_level_of_a_recording_does_not_matter():
    sound, _ = song([1], over=SONGS[1])
    found = [voice_probability(gain * sound, is_stem=False) for gain in (1.0, 0.01)]
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert len(found[0]) == pytest.approx(seconds(sound) / FRAME_S, abs=1)


def test_what_repeats_is_taken_away_and_the_voice_stays():
    voice, _ = song([0, 1, 2, 3])
    drums = np.resize(clicks(120, 2.0, SAMPLE_RATE_HZ), len(voice))
    left = without_repetition(voice + drums)
    assert len(left) == len(voice)

    def similarity(one, other):
        return float(np.corrcoef(one, other)[0, 1])

    assert similarity(left, voice) > similarity(voice + drums, voice) + 0.2
    assert similarity(left, drums) < similarity(voice + drums, drums) / 2


@pytest.mark.parametrize("n_samples", [1, 100, 1023, 1024, 5000, 61 * SAMPLE_RATE_HZ])
def test_sounds_of_any_length_are_looked_at(n_samples):
    sound = np.resize(NOISE, n_samples)
    assert len(without_repetition(sound)) == n_samples
    found = voice_probability(sound, is_stem=False)
    assert len(found) == np.ceil(n_samples / 512)
    assert np.isfinite(found).all()


def test_stretches_and_levels():
    probability = np.array([0.9, 0.9, 0.1, 0.5, 0.1, 0.9])
    found = likely_stretches(probability, least=0.5)
    assert np.array(found) / FRAME_S == pytest.approx(np.array([[0, 2], [3, 4], [5, 6]]))
    assert likely_stretches(np.zeros(5), least=0.5) == []
    size = round(LEVEL_FRAME_S * SAMPLE_RATE_HZ)
    levels = levels_dbfs(np.repeat(np.array([0.1, 0.0], np.float32), size))
    assert levels == pytest.approx([-20, -np.inf], abs=1e-3)
