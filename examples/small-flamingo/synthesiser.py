"""Sounds from numbers: sustained, struck and plucked tones, and a drum kit; numpy alone.

Everything is mono at 16 kHz, as the model hears it.
"""

from dataclasses import dataclass

import numpy as np

RATE_HZ = 16000
_NYQUIST_MARGIN = 0.45  # of the rate: no partial is folded back


@dataclass(frozen=True)
class Timbre:
    """How an instrument sounds: its partials and its envelope.

    Attributes
    ----------
    partials : tuple of float
        Amplitudes of the harmonics, the fundamental first.
    attack_s, release_s : float
    decay_s : float
        Time in which a struck tone falls to 1/e; infinite for one that is held.
    brightness_decay : float
        How much faster higher partials die away than lower ones.
    """

    partials: tuple[float, ...]
    attack_s: float
    release_s: float
    decay_s: float = float("inf")
    brightness_decay: float = 0.0


CHORD_TIMBRES = {
    "piano": Timbre((1.0, 0.6, 0.35, 0.25, 0.12, 0.08, 0.05), 0.004, 0.05, 0.9, 0.35),
    "organ": Timbre((1.0, 0.9, 0.15, 0.6, 0.1, 0.3), 0.012, 0.03),
    "strings": Timbre(tuple(1 / n for n in range(1, 11)), 0.07, 0.1),
    "guitar": Timbre((1.0, 0.75, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1), 0.002, 0.04, 0.45, 0.5),
    "vibraphone": Timbre(
        (1.0, 0.0, 0.0, 0.35, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1), 0.003, 0.08, 1.2, 0.4
    ),
}
BASS_TIMBRES = {
    "bass guitar": Timbre((1.0, 0.6, 0.35, 0.2, 0.1), 0.004, 0.04, 0.8, 0.3),
    "synth bass": Timbre(tuple(1 / n for n in range(1, 9)), 0.005, 0.03),
    "double bass": Timbre((1.0, 0.35, 0.15, 0.05), 0.012, 0.06, 0.5, 0.3),
}
LEAD_TIMBRES = {
    "flute": Timbre((1.0, 0.25, 0.08), 0.04, 0.05),
    "clarinet": Timbre((1.0, 0.0, 0.5, 0.0, 0.3, 0.0, 0.15), 0.02, 0.04),
    "trumpet": Timbre((0.7, 1.0, 0.8, 0.55, 0.35, 0.2), 0.015, 0.04),
    "bells": Timbre((1.0, 0.0, 0.4, 0.0, 0.0, 0.25), 0.002, 0.1, 0.7, 0.3),
}


def tone(timbre: Timbre, midi: float, length_s: float) -> np.ndarray:
    """One note.

    Parameters
    ----------
    timbre : Timbre
    midi : float
        Pitch; 69 is A4, 440 Hz.
    length_s : float
        Until it is let go; its release follows.

    Returns
    -------
    np.ndarray, shape (n_samples,), float64
    """
    pitch_hz = 440.0 * 2 ** ((midi - 69) / 12)
    time_s = np.arange(round((length_s + timbre.release_s) * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(time_s)
    for number, amplitude in enumerate(timbre.partials, start=1):
        if amplitude and number * pitch_hz < _NYQUIST_MARGIN * RATE_HZ:
            rate = (1 + timbre.brightness_decay * (number - 1)) / timbre.decay_s
            sound += (
                amplitude * np.exp(-rate * time_s) * np.sin(2 * np.pi * number * pitch_hz * time_s)
            )
    rise = np.minimum(1.0, time_s / timbre.attack_s)
    fall = np.clip((length_s + timbre.release_s - time_s) / timbre.release_s, 0.0, 1.0)
    return sound * rise * fall / sum(timbre.partials)


def kick() -> np.ndarray:
    """A bass drum: a sine that falls from 150 to 50 Hz."""
    time_s = _times(0.25)
    phase = 2 * np.pi * (50 * time_s + 100 * 0.03 * (1 - np.exp(-time_s / 0.03)))
    return np.sin(phase) * np.exp(-time_s / 0.08)


def snare(rng: np.random.Generator) -> np.ndarray:
    """A snare drum: noise over a short tone of 190 Hz."""
    time_s = _times(0.2)
    noise = rng.uniform(-1, 1, len(time_s))
    return 0.7 * noise * np.exp(-time_s / 0.06) + 0.5 * np.sin(2 * np.pi * 190 * time_s) * np.exp(
        -time_s / 0.04
    )


def hihat(rng: np.random.Generator) -> np.ndarray:
    """A closed hi-hat: a burst of noise without its low part."""
    time_s = _times(0.06)
    noise = np.diff(rng.uniform(-1, 1, len(time_s) + 2), n=2)
    return 0.5 * noise * np.exp(-time_s / 0.018)


def add(mix: np.ndarray, sound: np.ndarray, at_s: float, gain: float) -> None:
    """Add a sound to a mix in place; what lies beyond its end is cut off."""
    start = round(at_s * RATE_HZ)
    room = len(mix) - start
    if room > 0:
        mix[start : start + len(sound)] += gain * sound[:room]


def _times(length_s: float) -> np.ndarray:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ
