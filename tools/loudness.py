"""Loudness by EBU R 128, measured block by block while a file is decoded.

Sources: ITU-R BS.1770-4 (K-weighting, gating), EBU Tech 3342 (loudness range). The filters are
those of BS.1770 for any sample rate, as in libebur128.
"""

import math

import numpy as np
from numpy.typing import NDArray

from schemas.facts import Loudness
from tools.audio import decibels
from tools.errors import RefusedError

STEP_S = 0.1
_MOMENTARY_STEPS = 4
_SHORT_TERM_STEPS = 30
_ABSOLUTE_GATE_LUFS = -70.0
LOUDNESS_VERSION = "1"
"""Raised when the same sound gives another loudness."""
LOUDNESS_PARAMETERS = {
    "standard": "EBU R 128",
    "absolute_gate_lufs": _ABSOLUTE_GATE_LUFS,
    "step_s": STEP_S,
}
_SHELF_HZ = 1681.974450955533
"""A filter for it is stable at sample rates of more than twice that."""

Floats = NDArray[np.floating]


class LoudnessMeter:
    """Gathers the K-weighted power of a recording in steps of 100 ms.

    A mono file is one channel, as BS.1770 has it, not two equal ones.

    Parameters
    ----------
    sample_rate_hz : int
    n_channels : int
        More than two cannot be weighted, since their order is not known; `result` says so.
    """

    def __init__(self, sample_rate_hz: int, n_channels: int) -> None:
        self._n_channels = n_channels
        self._sample_rate_hz = sample_rate_hz
        self._sections = _k_weighting(sample_rate_hz)
        self._state = np.zeros((len(self._sections), 2, n_channels))
        self._step = max(1, round(STEP_S * sample_rate_hz))
        self._rest = np.empty(0)
        self._powers: list[Floats] = []
        self._peak = 0.0

    def add(self, block: Floats) -> None:
        """Hear the next samples, shape (n_frames, n_channels)."""
        from scipy.signal import sosfilt

        if self._sample_rate_hz <= 2 * _SHELF_HZ:
            return
        self._peak = max(self._peak, float(np.abs(block).max(initial=0.0)))
        weighted, self._state = sosfilt(
            self._sections, block.astype(np.float64), axis=0, zi=self._state
        )
        power = np.concatenate([self._rest, np.square(weighted).sum(axis=1)])
        whole = len(power) // self._step * self._step
        self._powers.append(power[:whole].reshape(-1, self._step).mean(axis=1))
        self._rest = power[whole:]

    def result(self) -> Loudness:
        """Loudness of all that was heard.

        Raises
        ------
        RefusedError
            ``too_many_channels`` for more than two; ``low_sample_rate`` for less than the filters
            need; ``silent`` if nothing is above the absolute
            gate of -70 LUFS.
        """
        if self._n_channels > 2:
            raise RefusedError("too_many_channels", f"{self._n_channels} in an unknown order")
        if self._sample_rate_hz <= 2 * _SHELF_HZ:
            raise RefusedError("low_sample_rate", f"{self._sample_rate_hz} Hz: too low to weight")
        powers = np.concatenate(self._powers) if self._powers else np.empty(0)
        momentary = _gate(_windows(powers, _MOMENTARY_STEPS), below_mean_lu=10.0)
        peak_dbfs = decibels(self._peak)
        if len(momentary) == 0 or peak_dbfs is None:
            raise RefusedError("silent", "nothing is louder than -70 LUFS")
        short_term = _gate(_windows(powers, _SHORT_TERM_STEPS), below_mean_lu=20.0)
        low, high = np.percentile(_lufs(short_term), [10, 95]) if len(short_term) else (0.0, 0.0)
        return Loudness(
            integrated_lufs=float(_lufs(momentary.mean())),
            loudness_range_lu=float(high - low),
            sample_peak_dbfs=peak_dbfs,
        )


def _windows(powers: Floats, steps: int) -> Floats:
    """Mean power of every window of so many steps."""
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    windows: Floats = np.maximum(sums[steps:] - sums[:-steps], 0.0) / steps
    return windows


def _gate(powers: Floats, *, below_mean_lu: float) -> Floats:
    """Powers above the absolute gate and above the mean of those less so many LU."""
    loud = powers[_lufs(powers) > _ABSOLUTE_GATE_LUFS]
    if len(loud) == 0:
        return loud
    return loud[_lufs(loud) > _lufs(loud.mean()) - below_mean_lu]


def _lufs(power: Floats) -> Floats:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))


def _k_weighting(sample_rate_hz: int) -> Floats:
    """Second-order sections of the shelf and the high-pass of BS.1770, shape (2, 6)."""
    shelf_k = math.tan(math.pi * _SHELF_HZ / sample_rate_hz)
    gain = 10 ** (3.999843853973347 / 20)
    middle, quality = gain**0.4996667741545416, 0.7071752369554196
    scale = 1 + shelf_k / quality + shelf_k**2
    shelf = [
        (gain + middle * shelf_k / quality + shelf_k**2) / scale,
        2 * (shelf_k**2 - gain) / scale,
        (gain - middle * shelf_k / quality + shelf_k**2) / scale,
        1.0,
        2 * (shelf_k**2 - 1) / scale,
        (1 - shelf_k / quality + shelf_k**2) / scale,
    ]
    pass_k = math.tan(math.pi * 38.13547087602444 / sample_rate_hz)
    quality = 0.5003270373238773
    scale = 1 + pass_k / quality + pass_k**2
    high_pass = [
        1.0,
        -2.0,
        1.0,
        1.0,
        2 * (pass_k**2 - 1) / scale,
        (1 - pass_k / quality + pass_k**2) / scale,
    ]
    return np.array([shelf, high_pass])
