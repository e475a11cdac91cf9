"""Clips: stretches of recordings, as samples or as small files to send."""

import io

import numpy as np

from tools.audio import load_mono, require_track
from tools.chat.request import Clip
from tools.errors import RefusedError

_FORMATS = {"wav": ("WAV", "PCM_16"), "flac": ("FLAC", "PCM_16"), "mp3": ("MP3", None)}


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
    require_track(clip.path, clip.track_id)
    samples = load_mono(
        clip.path, sample_rate_hz=sample_rate_hz, start_s=clip.start_s, end_s=clip.end_s
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
        ``wav``, ``flac`` or ``mp3``.
    sample_rate_hz : int

    Returns
    -------
    bytes

    Raises
    ------
    RefusedError
        As `load_clip`.
    """
    import soundfile

    samples = load_clip(clip, sample_rate_hz=sample_rate_hz)
    container, subtype = _FORMATS[audio_format]
    sink = io.BytesIO()
    # Decoders overshoot full scale, and 16-bit samples would wrap around.
    soundfile.write(sink, samples.clip(-1, 1), sample_rate_hz, format=container, subtype=subtype)
    return sink.getvalue()
