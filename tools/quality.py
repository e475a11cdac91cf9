"""Sound quality: bandwidth, clipping, mono in stereo and hum, gathered while a file is decoded."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas.facts import SoundQuality
from tools.errors import RefusedError
from tools.sound.decoder import Sound
from tools.sound.mono import MonoMix

QUALITY_VERSION = "1"
"""Raised when the same sound gives another quality."""
Floats = NDArray[np.floating]

# Ours: 46 ms at 44.1 kHz, and one frame in four, as spectra change slowly.
_FRAME_SIZE = 2048
_FRAME_STEP = 4 * _FRAME_SIZE
# Ours: loud moments show the band; a percentile ignores clicks of single frames.
_LOUD_PERCENTILE = 95
# Rounding to 16 bits leaves about -128 dBFS in each bin of a frame; louder than that by 16 dB.
_FLOOR_DBFS = -112.0
# Ours, chosen on LAME's 64, 96 and 128 kbit/s against unencoded music: encoders fall by 25 dB and
# more over these bands on both sides of the edge, instruments and rooms by less than 20 dB.
_EDGE_DB = 22.0
_EDGE_HZ = 1000.0
_SMOOTHING_HZ = 200.0
# Above this share of the Nyquist frequency the converter's own filter is the edge.
_WHOLE_BAND = 0.93
# Three equal samples in a row at -1 dBFS or more: rounding hardly makes them, clipping does.
_CLIP_LEVEL = 10 ** (-1 / 20)
_CLIP_RUN = 3
# The side is rounding noise, 60 dB below the middle.
_MONO_POWER_RATIO = 1e-6
QUALITY_PARAMETERS = {
    "floor_dbfs": _FLOOR_DBFS,
    "edge_db": _EDGE_DB,
    "clip_level": round(_CLIP_LEVEL, 4),
    "mono_power_ratio": _MONO_POWER_RATIO,
}

_HUM_RATE_HZ = 2000
# Lines 0.25 Hz wide: mains frequencies keep within 0.2 Hz.
_HUM_WINDOW_S = 4
_HUM_HARMONICS = 6
# Ours: hum never stops, music does; so the quiet moments tell.
_QUIET_PERCENTILE = 10
# Ours: a line stands so far over its neighbours, and so do two more; noise reaches about 6 dB.
_HUM_DB = 12.0
_HUM_LINES = 3
Mains = Literal[50, 60]


class QualityMeter:
    """Hears a sound block by block.

    Parameters
    ----------
    sound : Sound
        Whose blocks it is.
    """

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self._low = MonoMix(_HUM_RATE_HZ)
        self._frames: list[NDArray[np.float32]] = []
        self._until_frame = 0
        self._tail = np.zeros((0, sound.n_channels), np.float32)
        self._n_values = self._n_clipped = 0
        self._mid = self._side = 0.0

    def add(self, block: NDArray[np.float32]) -> None:
        """Hear the next samples, shape (n_frames, n_channels)."""
        self._low.hear(block, self._sound)
        self._n_values += block.size
        joined = np.concatenate([self._tail, block])
        self._n_clipped += _n_clipped(joined, n_known=len(self._tail))
        self._tail = joined[-_CLIP_RUN:]
        if self._sound.n_channels == 2:
            self._mid += float(np.square(block[:, 0] + block[:, 1], dtype=np.float64).sum())
            self._side += float(np.square(block[:, 0] - block[:, 1], dtype=np.float64).sum())
        starts = range(self._until_frame, len(block) - _FRAME_SIZE + 1, _FRAME_STEP)
        self._frames += [_spectrum(block[start : start + _FRAME_SIZE]) for start in starts]
        self._until_frame = max(0, self._until_frame + len(starts) * _FRAME_STEP - len(block))

    def result(self) -> SoundQuality:
        """Quality of all that was heard.

        Raises
        ------
        RefusedError
            ``silent`` if no frame is above what rounding leaves.
        """
        bandwidth_hz, is_sharp = _bandwidth(self._frames, self._sound.sample_rate_hz)
        hum = _hum(self._low.samples())
        is_mono = self._side <= _MONO_POWER_RATIO * (self._mid + self._side)
        return SoundQuality(
            bandwidth_hz=bandwidth_hz,
            has_sharp_cutoff=is_sharp,
            clipped_share=self._n_clipped / self._n_values,
            mono_in_stereo=is_mono if self._sound.n_channels == 2 else None,
            hum_hz=hum and hum[0],
            hum_dbfs=hum and hum[1],
        )


def _n_clipped(samples: NDArray[np.float32], *, n_known: int) -> int:
    """Values in runs that end after the first `n_known` samples, of those that are counted once."""
    same = (samples[1:] == samples[:-1]) & (np.abs(samples[1:]) >= _CLIP_LEVEL)
    if len(same) < _CLIP_RUN - 1:
        return 0
    ends = same[1:] & same[:-1]
    # A run of n has n - 2 such ends: its first two samples are counted with the first end.
    firsts = ends & ~np.concatenate([np.zeros_like(ends[:1]), ends[:-1]])
    is_new = np.arange(len(ends))[:, None] + _CLIP_RUN > n_known
    return int((ends & is_new).sum() + (_CLIP_RUN - 1) * (firsts & is_new).sum())


def _spectrum(frame: Floats) -> NDArray[np.float32]:
    """Power of the loudest channel in every bin; a sine of full scale is 1."""
    window = np.hanning(_FRAME_SIZE)[:, None]
    magnitude = np.abs(np.fft.rfft(frame * window, axis=0)).max(axis=1)
    found: NDArray[np.float32] = np.square(magnitude * 2 / window.sum()).astype(np.float32)
    return found


def _bandwidth(frames: list[NDArray[np.float32]], sample_rate_hz: int) -> tuple[float, bool]:
    """The highest frequency (Hz) that is heard, and whether the spectrum ends there at once."""
    from scipy.ndimage import uniform_filter1d

    if not frames:
        raise RefusedError("too_short", f"shorter than {_FRAME_SIZE} samples")
    bin_hz = sample_rate_hz / _FRAME_SIZE
    power = np.percentile(np.array(frames), _LOUD_PERCENTILE, axis=0)
    smooth = uniform_filter1d(power, max(1, round(_SMOOTHING_HZ / bin_hz)))
    level = 10 * np.log10(np.maximum(smooth, 1e-20))
    heard = np.flatnonzero(level > _FLOOR_DBFS)
    if len(heard) == 0:
        raise RefusedError("silent", "nothing is louder than what rounding leaves")
    edge = _steepest_edge(np.maximum(level, _FLOOR_DBFS), round(_EDGE_HZ / bin_hz))
    nyquist_hz = sample_rate_hz / 2
    if edge is not None and edge * bin_hz < _WHOLE_BAND * nyquist_hz:
        return float(edge * bin_hz), True
    return float(min(heard[-1] * bin_hz, nyquist_hz)), False


def _steepest_edge(level: Floats, width: int) -> int | None:
    """The bin after which a level falls most, over `width` bins on each side; None if gently."""
    if len(level) < 3 * width:
        return None
    sums = np.concatenate([[0.0], np.cumsum(level)])
    means = (sums[width:] - sums[:-width]) / width
    gap = width // 2
    falls = means[: -(width + gap)] - means[width + gap :]
    steepest = int(falls.argmax())
    above = level[steepest + width + gap :]
    is_end = float(np.percentile(above, 90)) <= means[steepest] - _EDGE_DB
    return steepest + width + gap // 2 if falls[steepest] >= _EDGE_DB and is_end else None


def _hum(low: Floats) -> tuple[Mains, float] | None:
    """Mains frequency and level (dBFS) of a hum; None without one."""
    size = _HUM_WINDOW_S * _HUM_RATE_HZ
    if len(low) < 2 * size:
        return None
    n_windows = len(low) // size
    window = np.hanning(size)
    parts = low[: n_windows * size].reshape(n_windows, size) * window
    power = np.square(np.abs(np.fft.rfft(parts)) * 2 / window.sum())
    constant = np.percentile(power, _QUIET_PERCENTILE, axis=0)
    found = [(mains, _lines(constant, mains)) for mains in (50, 60)]
    mains, lines = max(found, key=lambda each: sum(each[1]))
    if len(lines) < _HUM_LINES:
        return None
    # A sine's power is half of its amplitude's square.
    return (50 if mains == 50 else 60), float(10 * np.log10(sum(lines) / 2))


def _lines(power: Floats, mains_hz: int) -> list[float]:
    """Squared amplitudes of the harmonics that stand over their neighbours."""
    found = []
    for harmonic in range(1, _HUM_HARMONICS + 1):
        at = harmonic * mains_hz * _HUM_WINDOW_S
        line = float(power[at - 1 : at + 2].max())
        beside = np.concatenate([power[at - 16 : at - 4], power[at + 5 : at + 17]])
        if line > 10 ** (_HUM_DB / 10) * max(float(np.median(beside)), 1e-14):
            found.append(line)
    return found
