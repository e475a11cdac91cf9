"""Harmonic pitch class profiles, by essentia, with the parameters of its `KeyExtractor`.

Gómez, "Tonal Description of Music Audio Signals", PhD thesis, 2006. Licence: AGPL-3.0.
"""

import numpy as np

from tools.essentia_compat import import_essentia

SAMPLE_RATE_HZ = 44100
FRAME_SIZE = 4096
HOP_SIZE = 4096
FRAME_S = HOP_SIZE / SAMPLE_RATE_HZ
MIN_HZ = 25.0
MAX_HZ = 3500.0


def chromagram(samples: np.ndarray) -> np.ndarray:
    """Pitch class profile of every frame, relative to the recording's own tuning.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    np.ndarray, shape (n_frames, 12), float32
        Column 0 is C. Frames are `FRAME_S` apart; silent ones are all zero.
    """
    essentia = import_essentia()

    window = essentia.Windowing(type="hann", size=FRAME_SIZE)
    spectrum = essentia.Spectrum(size=FRAME_SIZE)
    find_peaks = essentia.SpectralPeaks(
        sampleRate=SAMPLE_RATE_HZ,
        magnitudeThreshold=1e-4,
        orderBy="magnitude",
        minFrequency=MIN_HZ,
        maxFrequency=MAX_HZ,
        maxPeaks=60,
    )
    whiten = essentia.SpectralWhitening(sampleRate=SAMPLE_RATE_HZ, maxFrequency=MAX_HZ)
    tuning = essentia.TuningFrequency()
    tuning_hz, peaks = 440.0, []
    for frame in essentia.FrameGenerator(samples, FRAME_SIZE, HOP_SIZE):
        magnitudes = spectrum(window(frame))
        frequencies, heights = find_peaks(magnitudes)
        peaks.append((frequencies, whiten(magnitudes, frequencies, heights)))
        if len(frequencies):
            tuning_hz, _ = tuning(frequencies, heights)
    if tuning_hz > 440.0 * 2 ** (1 / 24):
        # essentia says -35 to +65 cents; a semitone's names reach from -50 to +50.
        tuning_hz /= 2 ** (1 / 12)
    profile = essentia.HPCP(
        sampleRate=SAMPLE_RATE_HZ,
        referenceFrequency=tuning_hz,
        minFrequency=MIN_HZ,
        maxFrequency=MAX_HZ,
        bandPreset=False,
        weightType="cosine",
        windowSize=1,
    )
    frames = [profile(frequencies, heights) for frequencies, heights in peaks]
    starts_on_a = np.array(frames, np.float32).reshape(-1, 12)
    return np.roll(starts_on_a, -3, axis=1)
