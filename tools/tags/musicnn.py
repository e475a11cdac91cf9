"""musicnn hears 50 tags in windows of 3 s.

J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging",
ISMIR late breaking (2019): the network `MTT_musicnn`, learned from MagnaTagATune; code and weights
ISC (musicnn.LICENSE). `benchmarks/convert_musicnn.py` made the graph.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.errors import RefusedError

SAMPLE_RATE_HZ = 16_000
VERSION, NETWORK = "0.1.0", "MTT_musicnn"
# musicnn's configuration.py: its spectra, and its window of 3 s less a frame.
FRAME_SIZE, HOP_SIZE, N_BANDS, N_FRAMES = 512, 256, 96, 187
WINDOW_S = N_FRAMES * HOP_SIZE / SAMPLE_RATE_HZ
# Ours: half of the sound is heard, which halves the cost; what plays seldom lasts less.
HOP_S = 6.0
TAGS = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast",
    "piano", "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male",
    "singing", "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman",
    "male vocal", "no vocal", "pop", "soft", "sitar", "solo", "man", "classic", "choir", "voice",
    "new age", "dance", "male voice", "female vocal", "beats", "harp", "cello", "no voice",
    "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip
Floats = NDArray[np.float32]


def tag_probabilities(sound: Floats, *, hop_s: float = HOP_S) -> tuple[Floats, Floats]:
    """Probabilities of `TAGS` over time.

    Parameters
    ----------
    sound : np.ndarray, shape (n_samples,), float32
        At `SAMPLE_RATE_HZ`.
    hop_s : float
        From one window to the next.

    Returns
    -------
    starts_s : np.ndarray, shape (n_windows,)
        Where the windows of `WINDOW_S` begin; the last ends with the sound.
    probabilities : np.ndarray, shape (n_windows, 50)

    Raises
    ------
    RefusedError
        ``too_short`` for a sound that is shorter than a window.
    """
    size = N_FRAMES * HOP_SIZE
    last = len(sound) - size
    if last < 0:
        raise RefusedError("too_short", f"shorter than a window of {WINDOW_S:.2f} s")
    n_windows = 1 + int(np.ceil(last / (hop_s * SAMPLE_RATE_HZ)))
    starts = np.linspace(0, last, n_windows).astype(np.int64)
    session = _session()
    found = [
        session.run(None, {"mel": log_mel(sound[start : start + size])[None, :N_FRAMES]})[0][0]
        for start in starts
    ]
    return (starts / SAMPLE_RATE_HZ).astype(np.float32), np.array(found, np.float32)


def log_mel(sound: Floats) -> Floats:
    """Logarithmic mel spectra, as musicnn learned from.

    Parameters
    ----------
    sound : np.ndarray, shape (n_samples,), float32

    Returns
    -------
    np.ndarray, shape (1 + n_samples // HOP_SIZE, N_BANDS), float32
    """
    padded = np.pad(sound, FRAME_SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SIZE)[::HOP_SIZE]
    window = np.hanning(FRAME_SIZE + 1)[:-1].astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames * window)), dtype=np.float64)
    spectra: Floats = np.log10(10_000 * (power @ _mel_filters().T) + 1).astype(np.float32)
    return spectra


@cache
def _mel_filters() -> NDArray[np.float64]:
    """Triangles of equal area, evenly spaced on Slaney's mel scale (as librosa's default)."""
    edges_hz = _slaney_hz(np.linspace(0, _slaney_mel(SAMPLE_RATE_HZ / 2), N_BANDS + 2))
    hz = np.fft.rfftfreq(FRAME_SIZE, 1 / SAMPLE_RATE_HZ)
    low, centre, high = (edges_hz[i : N_BANDS + i, None] for i in range(3))
    rising, falling = (hz - low) / (centre - low), (high - hz) / (high - centre)
    triangles: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return triangles


# M. Slaney, "Auditory Toolbox" (1998): linear to 1 kHz, then 27 steps to a factor of 6.4.
_HZ_PER_MEL, _BEND_HZ, _LOG_STEP = 200 / 3, 1000.0, np.log(6.4) / 27


def _slaney_mel(hz: float) -> float:
    """For a frequency above the bend."""
    return float(_BEND_HZ / _HZ_PER_MEL + np.log(hz / _BEND_HZ) / _LOG_STEP)


def _slaney_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = mel - _BEND_HZ / _HZ_PER_MEL
    hz: NDArray[np.float64] = np.where(
        above < 0, mel * _HZ_PER_MEL, _BEND_HZ * np.exp(_LOG_STEP * above)
    )
    return hz


@cache
def _session() -> Any:
    """The network, loaded once a process."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = Path(__file__).with_name("musicnn.onnx")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
