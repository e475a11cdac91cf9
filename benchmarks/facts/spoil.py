"""What recordings suffer: rooms, noise, filters, codecs, levels; none moves a beat."""

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.signal import butter, fftconvolve, sosfilt

from benchmarks.facts.synth import SAMPLE_RATE_HZ

Samples = np.ndarray[Any, Any]
"""(frames, channels), float32."""


def room(x: Samples, rng: np.random.Generator) -> Samples:
    """Convolved with decaying noise, 0.3-1.8 s until -60 dB, 3-14 dB below the direct sound."""
    decay_s, wet_db = rng.uniform(0.3, 1.8), rng.uniform(-14, -3)
    time_s = np.arange(round(decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.normal(size=len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail = sosfilt(butter(1, 6000, fs=SAMPLE_RATE_HZ, output="sos"), tail)
    tail *= 10 ** (wet_db / 20) / np.sqrt((tail**2).sum())
    wet = fftconvolve(x, tail[:, None].astype(np.float32), axes=0)[: len(x)]
    return np.asarray(np.add(x, wet))


def noise(x: Samples, rng: np.random.Generator, low_db: float = 12, high_db: float = 40) -> Samples:
    """White or pink noise below the music."""
    snr_db = rng.uniform(low_db, high_db)
    hiss = rng.normal(size=len(x))
    if rng.random() < 0.5:
        spectrum = np.fft.rfft(hiss)
        hiss = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), len(x))
    hiss *= x.std() / hiss.std() * 10 ** (-snr_db / 20)
    return np.asarray(np.add(x, hiss[:, None]))


def hum(x: Samples, rng: np.random.Generator) -> Samples:
    """Mains hum of 50 or 60 Hz and two harmonics, 25-45 dB below the music."""
    hz, level_db = rng.choice([50, 60]), rng.uniform(-45, -25)
    time_s = np.arange(len(x)) / SAMPLE_RATE_HZ
    tone = sum(np.sin(2 * np.pi * hz * k * time_s) / k for k in (1, 2, 3))
    level = float(x.std()) * 10 ** (level_db / 20)
    return np.asarray(np.add(x, (tone / tone.std() * level)[:, None]))


def equalised(x: Samples, rng: np.random.Generator) -> Samples:
    """A band raised or lowered by up to 9 dB."""
    low_hz = float(np.exp(rng.uniform(np.log(60), np.log(4000))))
    band = butter(1, [low_hz, 2 * low_hz], "band", fs=SAMPLE_RATE_HZ, output="sos")
    gain = 10 ** (rng.uniform(-9, 9) / 20) - 1
    return np.asarray(np.add(x, gain * sosfilt(band, x, axis=0)))


def telephone(x: Samples, rng: np.random.Generator) -> Samples:
    """300 to 3400 Hz."""
    band = butter(3, [300, 3400], "band", fs=SAMPLE_RATE_HZ, output="sos")
    return np.asarray(sosfilt(band, x, axis=0))


def driven(x: Samples, rng: np.random.Generator) -> Samples:
    """Clipped softly, 3-14 dB over."""
    gain = 10 ** (rng.uniform(3, 14) / 20) / np.abs(x).max()
    return np.asarray(np.tanh(gain * x))


def squeezed(x: Samples, rng: np.random.Generator) -> Samples:
    """Compressed to half its range, over 100 ms."""
    level = np.sqrt(fftconvolve((x**2).mean(1), np.ones(4410) / 4410, "same").clip(1e-8))
    return np.asarray(np.multiply(x, (level / level.max()).clip(0.01)[:, None] ** -0.5))


def coded(x: Samples, rng: np.random.Generator, folder: Path, options: tuple[str, ...],
          ending: str) -> Samples:  # fmt: skip
    """Through a lossy codec of ffmpeg, its delay taken off again."""
    before, code, after = folder / "in.wav", folder / f"code.{ending}", folder / "out.wav"
    soundfile.write(before, x / max(1.0, np.abs(x).max()), SAMPLE_RATE_HZ, subtype="PCM_16")
    quiet = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i"]
    subprocess.run([*quiet, before, *options, code], check=True, timeout=120)
    subprocess.run([*quiet, code, "-ar", str(SAMPLE_RATE_HZ), after], check=True, timeout=120)
    y, _ = soundfile.read(after, dtype="float32", always_2d=True)
    y = y[: len(x)]
    return np.pad(y, ((0, len(x) - len(y)), (0, 0)))


CODECS = {
    "mp3 64 kbit/s": (("-b:a", "64k"), "mp3"),
    "mp3 128 kbit/s": (("-b:a", "128k"), "mp3"),
    "mp3 32 kbit/s 22 kHz": (("-ar", "22050", "-b:a", "32k"), "mp3"),
    "vorbis q1": (("-c:a", "libvorbis", "-q:a", "1"), "ogg"),
    "opus 32 kbit/s": (("-c:a", "libopus", "-b:a", "32k"), "opus"),
    "11 kHz": (("-ar", "11025"), "wav"),
}

EFFECTS: dict[str, Callable[..., Samples]] = {
    "room": room,
    "noise": noise,
    "loud noise": partial(noise, low_db=3, high_db=12),
    "hum": hum,
    "equalised": equalised,
    "telephone": telephone,
    "driven": driven,
    "squeezed": squeezed,
}

_CHANCE = {"room": 0.35, "noise": 0.12, "loud noise": 0.04, "hum": 0.04, "equalised": 0.3,
           "telephone": 0.03, "driven": 0.08, "squeezed": 0.15}  # fmt: skip
"""How often each happens (ours); a codec to two in five."""


def spoil(x: Samples, rng: np.random.Generator, folder: Path) -> tuple[Samples, list[str]]:
    """Some of the above in the order of a recording chain, and their names."""
    done = []
    for name, effect in EFFECTS.items():
        if rng.random() < _CHANCE[name]:
            x = effect(x, rng)
            done.append(name)
    if rng.random() < 0.4:
        name = str(rng.choice(list(CODECS)))
        x = coded(x, rng, folder, *CODECS[name])
        done.append(name)
    if rng.random() < 0.6:
        x = x.mean(1, keepdims=True)
    peak_db = float(rng.choice([-0.5, -3, -6, -12, -20, -30], p=[0.3, 0.3, 0.2, 0.1, 0.06, 0.04]))
    if peak_db < -10:
        done.append(f"level {peak_db:.0f} dB")
    return x / np.abs(x).max() * 10 ** (peak_db / 20), done
