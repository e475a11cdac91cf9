"""What is rendered and spoilt sounds where, and as high as, the truth says."""

import shutil

import numpy as np
import pytest

from benchmarks.facts import spoil, synth
from benchmarks.facts.performance import Played
from benchmarks.facts.render import make_excerpt, write_index
from benchmarks.facts.score import Part

WOODBLOCK = 76
CLICKS_S = np.arange(0.5, 8, 0.5)

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or bool(synth.missing_fonts()),
    reason="apt-get install what benchmarks/facts/render.py names, to render excerpts",
)
needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None,
    reason="apt-get install ffmpeg, to spoil excerpts",
)


def onsets_s(samples):
    """Where the level first rises above a tenth of its peak, at least 0.2 s apart."""
    loud = np.flatnonzero(np.abs(samples).max(1) > 0.1 * np.abs(samples).max())
    firsts = loud[np.diff(loud, prepend=-synth.SAMPLE_RATE_HZ) > 0.2 * synth.SAMPLE_RATE_HZ]
    return firsts / synth.SAMPLE_RATE_HZ


@needs_fluidsynth
@pytest.mark.parametrize("sound_font", synth.SOUND_FONTS)
def test_clicks_sound_on_time(sound_font, tmp_path):
    played = [Played(0, t, t + 0.05, WOODBLOCK, 110) for t in CLICKS_S]
    midi = synth.to_midi(played, [Part(0, is_drums=True)], (0.0,) * 12)
    assert onsets_s(synth.render(midi, sound_font, tmp_path)) == pytest.approx(CLICKS_S, abs=0.012)


@needs_fluidsynth
@pytest.mark.parametrize("cents", [-49.0, 0.0, 30.0])
def test_a_tuning_is_heard(cents, tmp_path):
    played = [Played(0, 0, 3, 69, 100)]
    midi = synth.to_midi(played, [Part(79)], (cents,) * 12)
    samples = synth.render(midi, "TimGM6mb", tmp_path)[:, 0][22050 : 22050 + 2**16]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 2**19))
    peak_hz = (300 / 44100 * 2**19 + spectrum[int(300 / 44100 * 2**19) : int(600 / 44100 * 2**19)]
               .argmax()) * 44100 / 2**19  # fmt: skip
    assert 1200 * np.log2(peak_hz / 440) == pytest.approx(cents, abs=8)


@needs_ffmpeg
@pytest.mark.parametrize("codec", spoil.CODECS)
def test_a_codec_moves_nothing(codec, tmp_path):
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(3 * synth.SAMPLE_RATE_HZ, 1)).astype(np.float32) * 0.1
    samples *= (np.arange(len(samples)) % 11025 < 2000)[:, None]
    coded = spoil.coded(samples, rng, tmp_path, *spoil.CODECS[codec])
    assert coded.shape == samples.shape
    lags = range(-500, 501, 10)
    match = [np.sum(np.roll(np.abs(coded[:, 0]), -lag) * np.abs(samples[:, 0])) for lag in lags]
    assert abs(lags[int(np.argmax(match))]) <= 221  # 5 ms


@pytest.mark.parametrize("effect", spoil.EFFECTS)
def test_an_effect_keeps_the_length_and_the_place(effect):
    samples = np.zeros((4 * synth.SAMPLE_RATE_HZ, 2), np.float32)
    samples[synth.SAMPLE_RATE_HZ] = 1.0
    spoilt = spoil.EFFECTS[effect](samples, np.random.default_rng(0))
    assert spoilt.shape == samples.shape
    assert np.isfinite(spoilt).all()
    assert abs(int(np.abs(spoilt).sum(1).argmax()) - synth.SAMPLE_RATE_HZ) <= 220


@needs_fluidsynth
@needs_ffmpeg
def test_an_excerpt_is_the_same_again(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        truth = make_excerpt(folder, "gen_rock-9-0001", "gen_rock", 5)
        write_index(folder)
    first, second = ((f / "index.jsonl").read_text() for f in folders)
    assert first == second
    assert (folders[0] / truth.file).read_bytes() == (folders[1] / truth.file).read_bytes()
    assert 0 <= truth.beats_s[0] < truth.beats_s[-1] <= truth.duration_s
    assert set(truth.downbeats_s) <= set(truth.beats_s)
    assert truth.sections[-1].end_s <= truth.duration_s
