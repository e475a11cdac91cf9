"""Clips: stretches of recordings, as samples or as small files to send."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from tools.audio import load_mono
from tools.chat.request import Clip
from tools.errors import RefusedError
from tools.remote.audio import track_file
from tools.sound.ogg import with_serial

_FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", None),
    "opus": ("OGG", "OPUS"),
}
_SENT: dict[str, dict[str, Any]] = {
    "opus": {"compression_level": 0.75},
    "mp3": {"compression_level": 0.5, "bitrate_mode": "CONSTANT"},
}
"""68 and 80 kbit/s at 16 kHz in mono; libsndfile's own are 29 and 36. Ours, chosen by
`python -m benchmarks.cost --formats`: mel bands are 0.3 and 1.1 dB off on average, the 1.1 mostly
by MP3's lowpass, which more bits do not move; a source's own MP3 of 192 kbit/s takes 0.4."""
_PCM_16_SCALE = np.float32(2**15)
_BLOCK_FRAMES = 1 << 16


def load_clip(clip: Clip, *, sample_rate_hz: int) -> np.ndarray:
    """Samples of a clip.

    Parameters
    ----------
    clip : Clip
    sample_rate_hz : int

    Returns
    -------
    np.ndarray, shape (n_samples,), float32
        Mono; full scale is 1.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more, is another than it was when it got its id
        (``changed``), or has no sound there (``no_samples``).
    """
    with track_file(clip.audio, clip.track_id) as path:
        samples = load_mono(
            path, sample_rate_hz=sample_rate_hz, start_s=clip.start_s, end_s=clip.end_s
        )
    if len(samples) == 0:
        raise RefusedError("no_samples", f"nothing between {clip.start_s} and {clip.end_s} s")
    return samples


def encode_clip(clip: Clip, *, audio_format: str, sample_rate_hz: int) -> bytes:
    """A clip as a small mono file, 16 bits a sample.

    Parameters
    ----------
    clip : Clip
    audio_format : str
        ``wav``, ``flac``, ``mp3`` or ``opus``.
    sample_rate_hz : int

    Returns
    -------
    bytes

    Raises
    ------
    RefusedError
        As `load_clip`.
    """
    samples = load_clip(clip, sample_rate_hz=sample_rate_hz)
    return _encode(samples, audio_format, sample_rate_hz, **_SENT.get(audio_format, {}))


def encode_recording(path: str | Path, *, audio_format: str, sample_rate_hz: int) -> bytes:
    """A whole file, encoded anew in mono.

    Parameters
    ----------
    path : str or Path
    audio_format : str
        ``flac`` or ``opus``.
    sample_rate_hz : int

    Returns
    -------
    bytes

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more, or has no sound (``no_samples``).
    """
    samples = load_mono(path, sample_rate_hz=sample_rate_hz)
    if len(samples) == 0:
        raise RefusedError("no_samples", "the file decodes to no samples")
    return _encode(samples, audio_format, sample_rate_hz)


def _encode(samples: np.ndarray, audio_format: str, sample_rate_hz: int, **quality: Any) -> bytes:
    import soundfile

    container, subtype = _FORMATS[audio_format]
    sink = io.BytesIO()
    # Decoders overshoot full scale, and 16-bit samples would wrap around.
    samples = samples.clip(-1, 1)
    if subtype == "PCM_16":
        # libsndfile floors for WAV and rounds for FLAC: half of the samples would differ.
        samples = np.rint(samples * _PCM_16_SCALE).clip(max=_PCM_16_SCALE - 1).astype(np.int16)
    with soundfile.SoundFile(
        sink, "w", sample_rate_hz, 1, format=container, subtype=subtype, **quality
    ) as file:
        for start in range(0, len(samples), _BLOCK_FRAMES):  # libsndfile crashes on long ones
            file.write(samples[start : start + _BLOCK_FRAMES])
    data = sink.getvalue()
    # The same sound is the same bytes, as servers that keep what they heard need it.
    return with_serial(data, 0) if container == "OGG" else data
