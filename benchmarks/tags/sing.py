"""Singing, synthesised: words of speech synthesisers, put on melodies by the vocoder WORLD.

    python -m benchmarks.tags.sing OUT --count 60 --seed 0 [--flite FOLDER]

Needs `pyworld` and espeak-ng, and for the voices learned from speakers flite's `flite_cmu_*` in
FOLDER. Each stem is a mono `NAME.flac` of about 30 s at 16 kHz. It has pitch, vibrato, vowels and
consonants of singing, but a synthesiser's timbre: it is no recording of a singer.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyworld
import soundfile
from scipy.signal import resample_poly

SAMPLE_RATE_HZ = 16_000
FRAME_S = 0.005
DURATION_S = 30
# espeak-ng's voices: languages with variants of men and women.
ESPEAK = ("en-us+m3", "en-us+f2", "en-gb+f4", "de+m7", "de+f3", "fr-fr+f2", "es+m2", "it+f5")
FLITE = ("us_slt", "us_rms", "us_awb", "us_kal16")
WORDS = (
    "the morning light is on the river and I am far away from home",
    "oh darling hold my hand tonight and never let me go again",
    "we were young and we were dancing in the rain until the end of summer",
    "la la la and away we sail over the sea to the land of gold",
    "who will remember the name of the rose when winter covers all the fields",
)
SCALE = (0, 2, 4, 5, 7, 9, 11)


def main() -> None:
    """Sing so many stems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--flite", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    voices = [*ESPEAK, *(FLITE if given.flite else ())]
    for number in range(given.count):
        random = np.random.default_rng((given.seed, number))
        voice = voices[number % len(voices)]
        stem = np.zeros(0)
        while len(stem) < DURATION_S * SAMPLE_RATE_HZ:
            words = WORDS[int(random.integers(len(WORDS)))]
            line = sing(say(words, voice, given.flite), random)
            pause = np.zeros(int(random.uniform(0.2, 1.5) * SAMPLE_RATE_HZ))
            stem = np.concatenate([stem, line, pause])
        stem = stem[: DURATION_S * SAMPLE_RATE_HZ] / np.abs(stem).max() * 0.5
        name = f"{number:03d}-{voice.replace('+', '-')}.flac"
        soundfile.write(given.out / name, stem, SAMPLE_RATE_HZ)


def say(words: str, voice: str, flite: Path | None) -> np.ndarray:
    """Words spoken by a synthesiser, at 16 kHz."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        if voice in FLITE:
            command = [str(flite / f"flite_cmu_{voice}"), "-t", words, "-o", wav.name]
        else:
            command = ["espeak-ng", "-v", voice, "-s", "120", "-w", wav.name, words]
        subprocess.run(command, check=True, capture_output=True)
        sound, rate_hz = soundfile.read(wav.name)
    divisor = int(np.gcd(rate_hz, SAMPLE_RATE_HZ))
    found: np.ndarray = resample_poly(sound, SAMPLE_RATE_HZ // divisor, rate_hz // divisor)
    return found


def sing(speech: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The same words, slower, on a melody with slides and vibrato."""
    speech = np.ascontiguousarray(speech, np.float64)
    hz, time_s = pyworld.dio(speech, SAMPLE_RATE_HZ, frame_period=FRAME_S * 1000)
    hz = pyworld.stonemask(speech, hz, time_s, SAMPLE_RATE_HZ)
    envelope = pyworld.cheaptrick(speech, hz, time_s, SAMPLE_RATE_HZ)
    noise = pyworld.d4c(speech, hz, time_s, SAMPLE_RATE_HZ)
    stretch = random.uniform(1.4, 2.2)
    frames = np.minimum((np.arange(int(len(hz) * stretch)) / stretch).astype(int), len(hz) - 1)
    voiced = hz[frames] > 0
    around_hz = float(np.median(hz[hz > 0])) * random.uniform(1.0, 1.5)
    melody = np.where(voiced, melody_hz(len(frames), around_hz, random), 0.0)
    parts = (np.ascontiguousarray(part[frames]) for part in (envelope, noise))
    found: np.ndarray = pyworld.synthesize(melody, *parts, SAMPLE_RATE_HZ, FRAME_S * 1000)
    return found


def melody_hz(n_frames: int, around_hz: float, random: np.random.Generator) -> np.ndarray:
    """Notes of a scale, with slides of 60 ms, and vibrato of 5 to 6.5 Hz."""
    semitones = np.zeros(n_frames)
    place, at = 3, 0
    while at < n_frames:
        length = int(random.choice([0.25, 0.4, 0.6, 1.0]) / FRAME_S)
        place = int(np.clip(place + random.integers(-2, 3), 0, 9))
        octave, degree = divmod(place, len(SCALE))
        semitones[at : at + length] = 12 * octave + SCALE[degree] - 5
        at += length
    semitones = np.convolve(np.pad(semitones, 6, "edge"), np.ones(13) / 13, "valid")
    time_s = np.arange(n_frames) * FRAME_S
    semitones += 0.35 * np.sin(2 * np.pi * random.uniform(5, 6.5) * time_s)
    found: np.ndarray = around_hz * 2 ** (semitones / 12)
    return found


if __name__ == "__main__":
    main()
