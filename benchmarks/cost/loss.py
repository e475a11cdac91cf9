"""What coding takes from a sound, as the front end of a model that hears sees it."""

from pathlib import Path

import numpy as np
import soundfile

SAMPLE_RATE_HZ = 16_000
_FRAME, _HOP, _N_MELS = 400, 160, 80
_LOW_HZ = 7000.0
_FLOOR = 8.0
"""Frames, bands and the floor 80 dB below the loudest are Whisper's, below Qwen's and NVIDIA's
audio models too (`openai/whisper`, `audio.py`)."""


def mel_db(samples: np.ndarray) -> np.ndarray:
    """Levels of mel bands.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,)
        At 16 kHz.

    Returns
    -------
    np.ndarray, shape (n_frames, 80)
        In dB, not below 80 dB under the loudest.
    """
    windows = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    power = np.abs(np.fft.rfft(windows * np.hanning(_FRAME + 1)[:-1])) ** 2
    levels = np.log10(np.maximum(power @ _bands(), 1e-10))
    return 10 * np.maximum(levels, levels.max() - _FLOOR)


def difference_db(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float]:
    """Difference of two sounds' mel bands in dB: mean, mean below 7 kHz, 95th percentile."""
    n = min(len(before), len(after))
    found = np.abs(mel_db(before[:n]) - mel_db(after[:n]))
    low = found[:, _edges_hz()[2:] <= _LOW_HZ]
    return float(found.mean()), float(low.mean()), float(np.percentile(found, 95))


def coded_as_a_source(path: Path, bit_rate_level: float, folder: Path) -> tuple[Path, float]:
    """A recording as the MP3 that it may have come as, at its own rate and channels.

    Parameters
    ----------
    path : Path
    bit_rate_level : float
        libsndfile's, from 0 to 1.
    folder : Path

    Returns
    -------
    (Path, float)
        The file, and its bytes for a second.
    """
    samples, sample_rate_hz = soundfile.read(path, dtype="float32")
    coded = folder / f"{path.stem}-{bit_rate_level}.mp3"
    soundfile.write(
        coded, samples, sample_rate_hz, compression_level=bit_rate_level, bitrate_mode="CONSTANT"
    )
    return coded, coded.stat().st_size * sample_rate_hz / len(samples)


def _bands() -> np.ndarray:
    """Triangles of equal width in mel, each of height 1: shape (n_bins, 80)."""
    bins_hz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE_HZ)
    edges_hz = _edges_hz()
    rising = (bins_hz[:, None] - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - bins_hz[:, None]) / (edges_hz[2:] - edges_hz[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None)


def _edges_hz() -> np.ndarray:
    edges_mel = np.linspace(0, _mel(SAMPLE_RATE_HZ / 2), _N_MELS + 2)
    return 700 * (10 ** (edges_mel / 2595) - 1)


def _mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))
