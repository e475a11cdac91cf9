"""EBU R 128 loudness, by essentia."""

import numpy as np

from schemas.facts import Loudness
from tools.audio import decibels
from tools.errors import RefusedError
from tools.essentia_compat import import_essentia

SAMPLE_RATE_HZ = 44100


def measure_loudness(samples: np.ndarray) -> Loudness:
    """Integrated loudness and loudness range.

    A mono file is one channel, as ITU-R BS.1770 has it, not two equal ones.

    Parameters
    ----------
    samples : np.ndarray, shape (n_frames, 1 or 2), float32
        At `SAMPLE_RATE_HZ`.

    Returns
    -------
    Loudness

    Raises
    ------
    RefusedError
        ``silent``, if no block is above the absolute gate of -70 LUFS.
    """
    essentia = import_essentia()

    stereo = np.zeros((len(samples), 2), np.float32)
    stereo[:, : samples.shape[1]] = samples
    meter = essentia.LoudnessEBUR128(sampleRate=SAMPLE_RATE_HZ)
    _, _, integrated_lufs, loudness_range_lu = meter(stereo)
    peak_dbfs = decibels(float(np.abs(samples).max()))
    if integrated_lufs <= -70 or peak_dbfs is None:
        raise RefusedError("silent", "nothing is louder than -70 LUFS")
    return Loudness(
        integrated_lufs=float(integrated_lufs),
        loudness_range_lu=float(loudness_range_lu),
        sample_peak_dbfs=peak_dbfs,
    )
