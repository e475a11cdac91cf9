"""Simple descriptors of a clip: level, brightness, noisiness, balance, onsets; by essentia.

Sources: essentia's `Centroid`, `Flatness` (G. Peeters, "A large set of audio features for sound
description", CUIDADO project report, 2004) and `OnsetRate` (P. Brossier, J. P. Bello and M. D.
Plumbley, "Fast labelling of notes in music signals", ISMIR 2004). Licence: AGPL-3.0.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.sound import ClipDescriptors
from tools.audio import decibels
from tools.chat.request import Clip
from tools.clips import load_clip
from tools.essentia_compat import import_essentia

SAMPLE_RATE_HZ = 44100
SILENCE_DBFS = -60.0
LEVEL_FRAME_S = 0.4
MIN_LEVEL_FRAMES = 5
MIN_CHANGE_S = 2.0
MIN_ONSETS_S = 1.0
FRAME_SIZE = 4096
HOP_SIZE = 2048
LOWEST_HZ = 20.0
LOW_END_HZ = 150.0
TREBLE_HZ = 4000.0
FLATNESS_HZ = (100.0, 5000.0)
"""The band of flatness, which recordings at low sample or bit rates fill as well."""
MIN_FLATNESS_SHARE = 1e-4
"""Share of a frame's energy below which its band holds hardly more than rounding errors."""
_MEAN_SQUARE_PER_POWER = 16 / (3 * FRAME_SIZE**2)
"""Parseval's theorem for one side of the spectrum of a frame under a Hann window."""

Floats = NDArray[np.floating]


def describe_clip(clip: Clip) -> ClipDescriptors:
    """Descriptors of a clip.

    Parameters
    ----------
    clip : Clip

    Returns
    -------
    ClipDescriptors

    Raises
    ------
    RefusedError
        As `tools.clips.load_clip`.
    """
    return describe_sound(load_clip(clip, sample_rate_hz=SAMPLE_RATE_HZ), SAMPLE_RATE_HZ)


def describe_sound(samples: NDArray[np.float32], sample_rate_hz: int) -> ClipDescriptors:
    """Descriptors of sound.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono and finite; full scale is 1.
    sample_rate_hz : int
        `SAMPLE_RATE_HZ`, the only one that essentia's `OnsetRate` is made for.

    Returns
    -------
    ClipDescriptors

    Raises
    ------
    ValueError
        For no samples, or another sample rate.
    """
    if len(samples) == 0 or sample_rate_hz != SAMPLE_RATE_HZ:
        raise ValueError(f"{len(samples)} samples at {sample_rate_hz} Hz cannot be described")
    scaled, gain_db = _scale(samples)
    level = decibels(float(scaled.std()))
    silence_db = SILENCE_DBFS - gain_db
    levels = _frame_levels(scaled, floor_db=silence_db)
    audible = levels[levels > silence_db]
    low, high = np.percentile(audible, [10, 95]) if len(audible) else (0.0, 0.0)
    spectra = _audible_spectra(scaled.astype(np.float32), above_db=silence_db)
    return ClipDescriptors(
        duration_s=len(samples) / SAMPLE_RATE_HZ,
        level_dbfs=None if level is None else level + gain_db,
        level_spread_db=float(high - low) if len(audible) >= MIN_LEVEL_FRAMES else None,
        level_change_db=_level_change(scaled, floor_db=silence_db) if spectra else None,
        silent_share=1 - len(audible) / len(levels) if len(levels) else None,
        spectral_centroid_hz=spectra and spectra.centroid_hz,
        spectral_flatness=spectra and spectra.flatness,
        share_below_150_hz=spectra and spectra.low_share,
        share_above_4_khz=spectra and spectra.high_share,
        onsets_per_s=_onset_rate(scaled.astype(np.float32)) if spectra else None,
    )


@dataclass(frozen=True)
class _Spectra:
    centroid_hz: float
    flatness: float | None
    low_share: float
    high_share: float


def _scale(samples: NDArray[np.float32]) -> tuple[Floats, float]:
    """Samples around 0 with a peak of 1, and the gain (dB) that undoes it.

    Essentia computes in single precision, where extreme samples overflow.
    """
    centred = samples.astype(np.float64) - samples.mean(dtype=np.float64)
    if samples.min() == samples.max():
        return np.zeros_like(centred), 0.0
    peak = float(np.abs(centred).max())
    return centred / peak, 20 * math.log10(peak)


def _audible_spectra(samples: NDArray[np.float32], *, above_db: float) -> _Spectra | None:
    if len(samples) < FRAME_SIZE:
        return None
    essentia = import_essentia()

    window = essentia.Windowing(type="hann", size=FRAME_SIZE, normalized=False)
    spectrum = essentia.Spectrum(size=FRAME_SIZE)
    centroid = essentia.Centroid(range=SAMPLE_RATE_HZ / 2)
    flatness = essentia.Flatness()
    hz = np.arange(FRAME_SIZE // 2 + 1) * SAMPLE_RATE_HZ / FRAME_SIZE
    is_in_band = (hz >= FLATNESS_HZ[0]) & (hz <= FLATNESS_HZ[1])
    energy = np.zeros(len(hz))
    centroids_hz, flatnesses = [], []
    for frame in essentia.FrameGenerator(samples, FRAME_SIZE, HOP_SIZE):
        magnitudes = spectrum(window(frame))
        magnitudes[hz < LOWEST_HZ] = 0
        power = np.square(magnitudes)
        energy += power
        level = decibels(math.sqrt(power.sum(dtype=np.float64) * _MEAN_SQUARE_PER_POWER))
        if level is not None and level > above_db:
            centroids_hz.append(centroid(magnitudes))
            if power[is_in_band].sum() > MIN_FLATNESS_SHARE * power.sum():
                flatnesses.append(min(1.0, flatness(power[is_in_band])))
    if not centroids_hz:
        return None
    is_band_filled = len(flatnesses) > len(centroids_hz) / 2
    return _Spectra(
        centroid_hz=float(np.median(centroids_hz)),
        flatness=float(np.median(flatnesses)) if is_band_filled else None,
        low_share=float(energy[hz < LOW_END_HZ].sum() / energy.sum()),
        high_share=float(energy[hz > TREBLE_HZ].sum() / energy.sum()),
    )


def _frame_levels(samples: Floats, *, floor_db: float) -> Floats:
    per_frame = round(LEVEL_FRAME_S * SAMPLE_RATE_HZ)
    frames = samples[: len(samples) // per_frame * per_frame].reshape(-1, per_frame)
    return np.array([_level(frame, floor_db=floor_db) for frame in frames])


def _level_change(samples: Floats, *, floor_db: float) -> float | None:
    if len(samples) < MIN_CHANGE_S * SAMPLE_RATE_HZ:
        return None
    first, second = np.array_split(samples, 2)
    return _level(second, floor_db=floor_db) - _level(first, floor_db=floor_db)


def _onset_rate(samples: NDArray[np.float32]) -> float | None:
    if len(samples) < MIN_ONSETS_S * SAMPLE_RATE_HZ:
        return None
    onsets_s, _ = import_essentia().OnsetRate()(samples)
    return len(onsets_s) * SAMPLE_RATE_HZ / len(samples)


def _level(samples: Floats, *, floor_db: float) -> float:
    level = decibels(float(samples.std()))
    return floor_db if level is None else max(level, floor_db)
