"""Audio that tests make: tones, clicks, and files in every format."""

from pathlib import Path

import numpy as np
import soundfile

from tools.chat.request import Clip
from tools.sound.identity import track_id_of

_BLOCK_FRAMES = 65536


def tone(duration_s, sample_rate_hz=44100, frequency_hz=440.0, n_channels=1):
    """A sine of half full scale, shape (n_frames, n_channels), float32."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    samples = 0.5 * np.sin(2 * np.pi * frequency_hz * time_s)
    return np.repeat(samples[:, None], n_channels, axis=1).astype(np.float32)


def clicks(bpm, duration_s, sample_rate_hz=44100, beats_per_bar=4, seed=0):
    """A drum pattern: kick on the downbeat, snare between, a bass note a bar; (n_frames,)."""
    rng = np.random.default_rng(seed)
    n_frames = round(duration_s * sample_rate_hz)
    track = np.zeros(n_frames + sample_rate_hz)
    time_s = np.arange(round(0.2 * sample_rate_hz)) / sample_rate_hz
    kick = np.sin(2 * np.pi * (50 + 80 * np.exp(-40 * time_s)) * time_s) * np.exp(-15 * time_s)
    snare = 0.5 * rng.normal(0, 1, len(time_s)) * np.exp(-25 * time_s)
    hat = 0.15 * np.diff(rng.normal(0, 1, len(time_s) + 1)) * np.exp(-60 * time_s)
    snare_on = {2: {1}, 3: {2}, 4: {1, 3}, 5: {3}, 6: {3}, 7: {2, 4, 6}}[beats_per_bar]
    period_s = 60 / bpm
    note_s = np.arange(round(0.9 * period_s * sample_rate_hz)) / sample_rate_hz
    for beat in range(int(duration_s / period_s)):
        place, bar = beat % beats_per_bar, beat // beats_per_bar
        bass = np.sin(2 * np.pi * (55.0, 73.4, 65.4, 49.0)[bar % 4] * note_s) * np.exp(-3 * note_s)
        sounds = [hat, (0.6 if place == 0 else 0.28) * bass]
        if place == 0 or (beats_per_bar == 4 and place == 2):
            sounds.append(kick)
        if place in snare_on:
            sounds.append(snare)
        for sound in sounds:
            start = round(beat * period_s * sample_rate_hz)
            track[start : start + len(sound)] += sound
    track = track[:n_frames]
    return (0.8 * track / np.abs(track).max()).astype(np.float32)


def write(path: Path, samples, sample_rate_hz=44100, **options):
    """Write in blocks: libsndfile crashes on one long Vorbis buffer."""
    samples = np.asarray(samples)
    n_channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", sample_rate_hz, n_channels, **options) as file:
        for start in range(0, len(samples), _BLOCK_FRAMES):
            file.write(samples[start : start + _BLOCK_FRAMES])
    return path


def clip(path, start_s, end_s):
    """A stretch of a file, under the id that its bytes have."""
    return Clip(track_id_of(path), str(path), start_s, end_s)
