"""The sound of a row, as `schemas.audio_tokens` says that the model hears it."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from schemas.audio_tokens import SAMPLE_RATE_HZ, WINDOW_SAMPLES

_CANCELLED = 0.01
"""A mix with less of its channels' power (-20 dB), as where recordings are measured."""
# So few get no audio token: transformers 5.24 then fails, or places the next sound 30 s late.
_SOUNDLESS_SAMPLES = 320


class UnusableRowError(ValueError):
    """A row that cannot be learned from.

    Parameters
    ----------
    reason : str
        One word to count by, e.g. ``undecodable``.
    detail : str
        What happened.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def decode(
    audio: dict[str, Any], audio_root: str | None, start_s: float | None, end_s: float | None
) -> np.ndarray:
    """The stretch of a sound that is heard.

    Parameters
    ----------
    audio : dict
        `bytes` (an encoded file) or else `path`, as in ``schemas.release.Audio``.
    audio_root : str or None
        Folder that `path` is relative to; files outside it are not read.
    start_s, end_s : float or None
        None: from the start, to the end.

    Returns
    -------
    np.ndarray, shape (n_samples,), float32
        Mono at 16 kHz, without up to 20 ms at the end that would be a window of their own.

    Raises
    ------
    UnusableRowError
        ``no_sound``, ``outside_root``, ``undecodable``, ``too_short`` or ``silent``. Nothing is
        ever put in the place of a sound that could not be read.
    """
    file = _file(audio, audio_root)
    try:
        with soundfile.SoundFile(file) as opened:
            rate_hz = opened.samplerate
            first = round((start_s or 0.0) * rate_hz)
            last = opened.frames if end_s is None else round(end_s * rate_hz)
            opened.seek(min(first, opened.frames))
            samples = opened.read(max(0, last - first), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError, RuntimeError) as error:
        raise UnusableRowError("undecodable", str(error)) from error
    mono = _mixed(samples)
    if rate_hz != SAMPLE_RATE_HZ and len(mono):
        mono = soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ)
    return _checked(np.asarray(mono, dtype=np.float32))


def _mixed(samples: np.ndarray) -> np.ndarray:
    """Channels mixed to mono; those that would cancel the loudest one are inverted first."""
    mono: np.ndarray = samples.mean(axis=1)
    products = samples.T @ samples
    if np.square(mono).sum() >= _CANCELLED * np.trace(products) / len(products):
        return mono
    loudest = products[np.diag(products).argmax()]
    inverted: np.ndarray = (samples * np.where(loudest < 0, -1, 1)).mean(axis=1)
    return inverted


def _file(audio: dict[str, Any], audio_root: str | None) -> Any:
    if audio.get("bytes"):
        return io.BytesIO(audio["bytes"])
    if not audio.get("path"):
        raise UnusableRowError("no_sound", "the row has neither bytes nor a path")
    if audio_root is None:
        raise UnusableRowError("no_sound", "a path needs `audio_root` in the config")
    root = Path(audio_root).resolve()
    path = (root / audio["path"]).resolve()
    if not path.is_relative_to(root):
        raise UnusableRowError("outside_root", f"{audio['path']} leaves {root}")
    return path


def _checked(sound: np.ndarray) -> np.ndarray:
    rest = len(sound) % WINDOW_SAMPLES
    if rest <= _SOUNDLESS_SAMPLES:
        sound = sound[: len(sound) - rest]
    if len(sound) == 0:
        raise UnusableRowError("too_short", f"{rest} samples at {SAMPLE_RATE_HZ} Hz")
    if not np.isfinite(sound).all():
        raise UnusableRowError("undecodable", "there are samples that are no numbers")
    if not sound.any():
        raise UnusableRowError("silent", "all samples are zero")
    return sound
