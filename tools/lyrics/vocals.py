"""Where somebody sings or speaks: Silero's voice detector on the mix and on what does not repeat.

Sources: Silero Team, "Silero VAD" (2024), MIT; Z. Rafii and B. Pardo, "Music/voice separation
using the similarity matrix" (ISMIR 2012), REPET-SIM: accompaniment repeats, a voice does not, so
that the median over similar frames is the accompaniment. Error rates are in docs/lyrics.md.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.audio import decibels
from tools.lyrics.transcript import SAMPLE_RATE_HZ, Waveform, seconds

FRAME_S = 0.032
LEVEL_FRAME_S = 0.05
_SMOOTHING_FRAMES = 16
_PEAK = 0.5
_FRAME_SIZE, _HOP_SIZE = 1024, 512
_BLOCK_S = 60
_N_SIMILAR = 12
_MIN_DISTANCE_FRAMES = 31
_LOWEST_HZ = 100.0
Floats = NDArray[np.floating]


def voice_probability(sound: Waveform, *, is_stem: bool) -> NDArray[np.float32]:
    """Probability of a voice over time.

    Parameters
    ----------
    sound : np.ndarray, shape (n_samples,), float32
        At 16 kHz.
    is_stem : bool
        The sound is a vocal stem already; otherwise what does not repeat in it is heard too.

    Returns
    -------
    np.ndarray, shape (n_frames,), float32
        Every `FRAME_S`, averaged over 0.5 s; of two estimates the larger.
    """
    from scipy.ndimage import uniform_filter1d

    if not np.abs(sound).max(initial=0.0):
        return np.zeros(int(np.ceil(seconds(sound) / FRAME_S)), np.float32)
    estimates = [sound] if is_stem else [sound, without_repetition(sound)]
    heard = [uniform_filter1d(_detect(each), _SMOOTHING_FRAMES) for each in estimates]
    found: NDArray[np.float32] = np.max(heard, axis=0)
    return found


def likely_stretches(probability: Floats, *, least: float) -> list[tuple[float, float]]:
    """Spans (s) in which a probability over time is not below `least`."""
    is_likely = np.concatenate([[False], probability >= least, [False]])
    edges = np.flatnonzero(np.diff(is_likely.astype(np.int8)))
    return [(float(a * FRAME_S), float(b * FRAME_S)) for a, b in edges.reshape(-1, 2)]


def levels_dbfs(sound: Waveform) -> NDArray[np.float32]:
    """RMS level of every `LEVEL_FRAME_S`; -inf for digital silence."""
    size = round(LEVEL_FRAME_S * SAMPLE_RATE_HZ)
    padded = np.pad(sound, (0, -len(sound) % size)).reshape(-1, size)
    power = np.square(padded, dtype=np.float64).mean(axis=1)
    with np.errstate(divide="ignore"):
        found: NDArray[np.float32] = (10 * np.log10(power)).astype(np.float32)
    return found


def peak_dbfs(sound: Waveform) -> float | None:
    """Sample peak; None for digital silence."""
    return decibels(float(np.abs(sound).max(initial=0.0)))


def without_repetition(sound: Waveform) -> Waveform:
    """What is left of a sound when its repeating background is taken away (REPET-SIM).

    Works in blocks of a minute: the similarity of all frames with each other grows with the
    square of the time.
    """
    block = _BLOCK_S * SAMPLE_RATE_HZ
    n_blocks = max(1, round(len(sound) / block))
    parts = [_residual(part) for part in np.array_split(sound, n_blocks)]
    return np.concatenate(parts).astype(np.float32)


def _residual(sound: Waveform) -> Floats:
    from scipy.signal import istft, stft

    if len(sound) < _FRAME_SIZE:
        return sound
    overlap = _FRAME_SIZE - _HOP_SIZE
    hz, _, spectrum = stft(sound, SAMPLE_RATE_HZ, nperseg=_FRAME_SIZE, noverlap=overlap)
    magnitudes = np.abs(spectrum).astype(np.float32)
    background = _background(magnitudes)
    mask = np.maximum(magnitudes - background, 0) / np.maximum(magnitudes, 1e-9)
    mask[hz < _LOWEST_HZ] = 0
    _, found = istft(spectrum * mask, SAMPLE_RATE_HZ, nperseg=_FRAME_SIZE, noverlap=overlap)
    return np.pad(found, (0, max(0, len(sound) - len(found))))[: len(sound)]


def _background(magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median over the most similar frames that are not near."""
    n_frames = magnitudes.shape[1]
    unit = magnitudes / np.maximum(np.linalg.norm(magnitudes, axis=0), 1e-9)
    similarity = unit.T @ unit
    place = np.arange(n_frames)
    similarity[np.abs(place[:, None] - place) < min(_MIN_DISTANCE_FRAMES, n_frames // 4)] = -1
    n_similar = min(_N_SIMILAR, n_frames)
    similar = np.argpartition(-similarity, n_similar - 1, axis=1)[:, :n_similar]
    found: NDArray[np.float32] = np.median(magnitudes[:, similar], axis=2)
    return found


def _detect(sound: Floats) -> NDArray[np.float32]:
    scaled = sound * (_PEAK / max(float(np.abs(sound).max()), 1e-6))
    found: NDArray[np.float32] = load_detector().audio_forward(scaled.astype(np.float32))
    return found


@cache
def load_detector() -> Any:
    """The voice detector, loaded once a process."""
    import silero_vad
    from silero_vad.sequence_vad import SileroVADSequence

    folder = Path(silero_vad.__file__).parent / "data"
    return SileroVADSequence(str(folder / "silero_vad_16k_sequence.onnx"), SAMPLE_RATE_HZ)
