"""Keys by madmom's convolutional network, step by step.

Korzeniowski and Widmer, "Genre-Agnostic Key Classification with Convolutional Neural Networks",
ISMIR 2018. Licence of the model: CC BY-NC-SA 4.0. The network scores the keys in every patch of a
spectrogram, and averages; here the average over time is left to the caller, so that a stretch has
its key, too, from the same pass.
"""

import numpy as np
from numpy.typing import NDArray

from tools.convolutions import feature_maps
from tools.log_spectrogram import SAMPLE_RATE_HZ, LogSpectrogram
from tools.madmom_compat import import_madmom

SPECTROGRAM = LogSpectrogram(8192, SAMPLE_RATE_HZ // 5, 24, min_hz=65, max_hz=2100)
FRAMES_PER_STEP = 8
"""Three poolings by two."""
STEP_S = FRAMES_PER_STEP * SPECTROGRAM.hop_size / SAMPLE_RATE_HZ
# madmom's keys begin with A, ours with C: major, then minor.
_FROM_C = [mode * 12 + (3 + k) % 12 for mode in range(2) for k in range(12)]

Floats = NDArray[np.float32]


def key_scores(samples: Floats) -> Floats:
    """Scores of the keys over time.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    np.ndarray, shape (n_steps, 24), float32
        C major to B major, then C minor to B minor; steps are `STEP_S` apart, and each sees about
        14 s. The softmax of their mean over a recording is madmom's probability of its key. A
        recording shorter than a step has none.

    Raises
    ------
    ValueError
        If `samples` are not mono or not finite.
    """
    import_madmom()
    from madmom.models import KEY_CNN

    spectrogram = SPECTROGRAM.compute(samples)
    if len(spectrogram) < FRAMES_PER_STEP:
        return np.empty((0, 24), np.float32)
    maps = feature_maps(KEY_CNN[0], spectrogram)
    return np.ascontiguousarray(maps.mean(axis=2).T[:, _FROM_C])
