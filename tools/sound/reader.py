"""One reader of audio files: it chooses who decodes, and gives every frame to the end."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tools.errors import RefusedError
from tools.sound.decoder import EndError, Sound
from tools.sound.identity import file_size, file_state
from tools.sound.kept import keeping
from tools.sound.kinds import beginning, foreign_kind

MAX_MISSING_S = 0.5
"""The largest `ingest.max_missing_s`: what was let in without its end is read without it."""


def open_sound(path: str | Path) -> Sound:
    """Open an audio file; what was decoded last in this process, is not decoded again.

    Raises
    ------
    RefusedError
        ``missing``, ``not_a_file``, ``unreadable``, ``empty_file``, ``undecodable``, ``joined``
        or ``needs_av``.
    """
    file_size(path)
    state = file_state(path)
    try:
        sound = _opened(path)
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error
    return sound if state is None else keeping(sound, state)


def _opened(path: str | Path) -> Sound:
    kind = foreign_kind(beginning(path))
    if kind is not None:
        from tools.sound.libav import open_with_libav

        return open_with_libav(path, kind)
    from tools.sound.sndfile import open_with_sndfile

    return open_with_sndfile(path)


def blocks(
    sound: Sound, *, start_s: float = 0.0, duration_s: float | None = None
) -> Iterator[np.ndarray]:
    """Decode a sound or a stretch of it.

    Parameters
    ----------
    sound : Sound
    start_s, duration_s : float, optional
        The stretch; by default all of it.

    Yields
    ------
    np.ndarray, shape (n_frames, n_channels), float32

    Raises
    ------
    RefusedError
        ``undecodable``, where it is damaged. What cannot be decoded within `MAX_MISSING_S` of the
        promised end is missing instead.
    """
    at = round(start_s * sound.sample_rate_hz)
    end = None if duration_s is None else at + round(duration_s * sound.sample_rate_hz)
    found = sound.decode(at)
    while end is None or at < end:
        try:
            block = next(found, None)
        except EndError:
            if _missing_s(sound, at) > MAX_MISSING_S:
                raise
            return
        if block is None:
            return
        yield block if end is None else block[: end - at]
        at += len(block)


def _missing_s(sound: Sound, at: int) -> float:
    if sound.n_promised is None:
        return float("inf")
    return (sound.n_promised - at) / sound.sample_rate_hz
