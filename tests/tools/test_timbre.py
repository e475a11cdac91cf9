"""Timbre, pitch classes and level of sounds that are known."""

import numpy as np
import pytest

from tools.timbre import FLOOR_DB, SAMPLE_RATE_HZ, STEP_S, hear_timbre


def sine(frequency_hz, duration_s=2.0, amplitude=0.1):
    time_s = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (amplitude * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


@pytest.mark.parametrize("midi", [40, 45, 52, 60, 69, 81, 99])
def test_a_note_has_its_pitch_class(midi):
    heard = hear_timbre(sine(440 * 2 ** ((midi - 69) / 12)))
    assert (heard.chroma[1:-1].argmax(axis=1) == midi % 12).all()
    assert np.linalg.norm(heard.chroma[1:-1], axis=1) == pytest.approx(100, abs=2)


def test_level_is_the_rms_and_steps_are_quarters_of_a_second():
    heard = hear_timbre(np.concatenate([sine(440, 1.0, 0.5), sine(440, 1.1, 0.05)]))
    assert len(heard.levels_dbfs) == len(heard.cepstra) == len(heard.chroma) == int(2.1 / STEP_S)
    assert heard.levels_dbfs.tolist() == [-9] * 4 + [-29] * 4


def test_a_brighter_sound_has_other_cepstra_and_a_louder_one_only_more_level():
    noise = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    dark = np.convolve(noise, np.ones(8) / 8, mode="same").astype(np.float32)
    plain, louder, darker = (hear_timbre(each).cepstra[1:3] for each in (noise, 2 * noise, dark))
    assert np.abs(plain[:, 1:] - louder[:, 1:]).max() <= 1
    assert (louder[:, 0] > plain[:, 0] + 30).all()
    assert (darker[:, 1] > plain[:, 1] + 20).all()


def test_silence_is_at_the_floor_and_has_no_pitch():
    heard = hear_timbre(np.zeros(SAMPLE_RATE_HZ, np.float32))
    assert not heard.chroma.any()
    assert (heard.levels_dbfs == FLOOR_DB).all()


@pytest.mark.parametrize("n_samples", [0, 1, 3999, 4000])
def test_what_is_shorter_than_a_step_has_no_rows(n_samples):
    heard = hear_timbre(np.ones(n_samples, np.float32))
    assert heard.cepstra.shape == (n_samples // 4000, 13)
    assert heard.chroma.shape == (n_samples // 4000, 12)
