"""What coding takes from a sound, as the front end of a model that hears sees it."""

import numpy as np

SAMPLE_RATE_HZ = 16_000
_FRAME, _HOP, _N_MELS = 400, 160, 80
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


def difference_db(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Mean and 95th percentile of the difference of two sounds' mel bands, in dB."""
    n = min(len(before), len(after))
    found = np.abs(mel_db(before[:n]) - mel_db(after[:n]))
    return float(found.mean()), float(np.percentile(found, 95))


def _bands() -> np.ndarray:
    """Triangles of equal width in mel, each of height 1: shape (n_bins, 80)."""
    bins_hz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE_HZ)
    edges_mel = np.linspace(0, _mel(SAMPLE_RATE_HZ / 2), _N_MELS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    rising = (bins_hz[:, None] - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - bins_hz[:, None]) / (edges_hz[2:] - edges_hz[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None)


def _mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))
