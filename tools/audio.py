"""Audio files, through libsndfile (soundfile) and soxr; always read in blocks."""

import hashlib
import math
import os
import stat
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from schemas.tracks import AudioInfo
from tools.errors import RefusedError

if TYPE_CHECKING:
    import soundfile

_BLOCK_FRAMES = 1 << 18
TRACK_ID_DIGITS = 32


class MonoMix:
    """Hears a file's blocks and gives them mixed to mono, at a given sample rate.

    Parameters
    ----------
    sample_rate_hz : int
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._parts: list[np.ndarray] = []
        self._stream: Any = None

    def hear(self, block: np.ndarray, sample_rate_hz: int) -> None:
        """Take the next block, shape (n_frames, n_channels)."""
        import soxr

        mono = block @ np.full(block.shape[1], 1 / block.shape[1], np.float32)
        if sample_rate_hz == self._rate_hz:
            self._parts.append(mono)
            return
        if self._stream is None:
            self._stream = soxr.ResampleStream(sample_rate_hz, self._rate_hz, 1, dtype="float32")
        self._parts.append(self._stream.resample_chunk(mono))

    def samples(self) -> np.ndarray:
        """All samples, shape (n_samples,), float32; to be called once, at the end."""
        if self._stream is not None:
            rest = self._stream.resample_chunk(np.empty(0, np.float32), last=True)
            self._parts.append(rest)
        return np.concatenate(self._parts) if self._parts else np.empty(0, np.float32)


def inspect(path: str | Path, *, max_duration_s: float, mix: MonoMix | None = None) -> AudioInfo:
    """Hash and decode a whole file, so that what is let in can be read to its end.

    Parameters
    ----------
    path : str or Path
    max_duration_s : float
        Longer files are refused, without decoding the rest.
    mix : MonoMix, optional
        Hears the whole file.

    Returns
    -------
    AudioInfo

    Raises
    ------
    RefusedError
        ``missing``, ``not_a_file``, ``unreadable``, ``empty_file``, ``undecodable``,
        ``no_samples``, ``truncated``, ``too_long`` or ``non_finite_samples``.
    """
    size_bytes = _regular_file_size(path)
    track_id = track_id_of(path)
    n_frames, peak = 0, 0.0
    with _open(path) as file:
        for block in _blocks(file):
            n_frames += len(block)
            if mix is not None:
                mix.hear(block, file.samplerate)
            block_peak = float(np.abs(block).max())
            if not math.isfinite(block_peak):
                at_s = n_frames / file.samplerate
                raise RefusedError("non_finite_samples", f"NaN or infinity before {at_s:.1f} s")
            peak = max(peak, block_peak)
            if n_frames > max_duration_s * file.samplerate:
                raise RefusedError("too_long", f"longer than {max_duration_s:g} s")
        if n_frames == 0:
            raise RefusedError("no_samples", "the file decodes to no samples")
        if n_frames < file.frames:
            promised, found = file.frames / file.samplerate, n_frames / file.samplerate
            raise RefusedError(
                "truncated", f"the header promises {promised:.2f} s, {found:.2f} s decode"
            )
        return AudioInfo(
            track_id=track_id,
            duration_s=n_frames / file.samplerate,
            sample_rate_hz=file.samplerate,
            n_channels=file.channels,
            format=file.format,
            subtype=file.subtype,
            size_bytes=size_bytes,
            peak_dbfs=decibels(peak),
        )


def track_id_of(path: str | Path) -> str:
    """Id of a recording: the first 32 hex digits of the SHA-256 of its file's bytes.

    Raises
    ------
    RefusedError
        ``unreadable``.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:TRACK_ID_DIGITS]
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error


def require_track(path: str, track_id: str) -> None:
    """Make sure that a file still holds the bytes that its id was made of.

    Raises
    ------
    RefusedError
        ``unreadable`` or ``changed``. What is wrong with a file that is gone, its reader says.
    """
    try:
        state = os.stat(path)
    except OSError:
        return
    if _track_id_of(path, state.st_size, state.st_mtime_ns) != track_id:
        raise RefusedError("changed", "the file is not the one that was ingested; build again")


def header_duration_s(path: str | Path) -> float:
    """Duration that a file's header promises; nothing is decoded.

    Raises
    ------
    RefusedError
        As `inspect` does for files that cannot be opened.
    """
    with _open(path) as file:
        return float(file.frames / file.samplerate)


def load_mono(
    path: str | Path,
    *,
    sample_rate_hz: int,
    start_s: float = 0.0,
    end_s: float | None = None,
    hear: Callable[[np.ndarray], None] | None = None,
) -> np.ndarray:
    """Decode a file or a stretch of it once, mixed to mono, at a given sample rate.

    Parameters
    ----------
    path : str or Path
    sample_rate_hz : int
    start_s, end_s : float, optional
        The stretch; by default the whole file.
    hear : callable, optional
        Called with every block of the file's own samples, shape (n_frames, n_channels), before
        they are mixed and resampled.

    Returns
    -------
    np.ndarray, shape (n_samples,), float32
        Full scale is 1.

    Raises
    ------
    RefusedError
        As `inspect` does for files that cannot be opened or decoded.
    """
    mix = MonoMix(sample_rate_hz)
    with _open(path) as file:
        _seek(file, start_s)
        for block in _blocks(file, None if end_s is None else end_s - start_s):
            if hear is not None:
                hear(block)
            mix.hear(block, file.samplerate)
    return mix.samples()


def window_levels(path: str | Path, *, window_s: float) -> tuple[list[float | None], float]:
    """RMS level of consecutive windows.

    Parameters
    ----------
    path : str or Path
    window_s : float
        The last window may be shorter.

    Returns
    -------
    levels_dbfs : list of float or None
        One a window, over all channels; None for digital silence.
    duration_s : float

    Raises
    ------
    RefusedError
        As `inspect` does for files that cannot be opened or decoded.
    """
    levels = []
    with _open(path) as file:
        window = max(1, round(window_s * file.samplerate))
        power, filled, n_frames = 0.0, 0, 0
        for block in _blocks(file):
            n_frames += len(block)
            while len(block):
                part, block = block[: window - filled], block[window - filled :]
                power += float(np.square(part, dtype=np.float64).mean(axis=1).sum())
                filled += len(part)
                if filled == window:
                    levels.append(decibels(math.sqrt(power / filled)))
                    power, filled = 0.0, 0
        if filled:
            levels.append(decibels(math.sqrt(power / filled)))
        return levels, n_frames / file.samplerate


def waveform(path: str | Path, *, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """Peak and RMS of short bins over a whole file, to draw it.

    Parameters
    ----------
    path : str or Path
    rate_hz : float
        Bins per second; the last bin may be shorter.

    Returns
    -------
    peaks, rms : np.ndarray, shape (n_bins,), float32
        Over all channels; full scale is 1, and what is not finite counts as silence.

    Raises
    ------
    RefusedError
        As `inspect` does for files that cannot be opened or decoded.
    """
    peaks, powers = [], []
    with _open(path) as file:
        width = max(1, round(file.samplerate / rate_hz))
        rest = np.empty((0, file.channels), np.float32)
        for block in _blocks(file):
            block = np.concatenate([rest, np.nan_to_num(block, posinf=0, neginf=0)])
            n_bins = len(block) // width
            bins = block[: n_bins * width].reshape(n_bins, width * file.channels)
            peaks.append(np.abs(bins).max(axis=1, initial=0))
            powers.append(np.square(bins).mean(axis=1))
            rest = block[n_bins * width :]
        if len(rest):
            peaks.append(np.abs(rest).max(keepdims=True).reshape(1))
            powers.append(np.square(rest).mean(keepdims=True).reshape(1))
    if not peaks:
        raise RefusedError("no_samples", "the file decodes to no samples")
    return np.concatenate(peaks), np.sqrt(np.concatenate(powers))


def transcode(path: str | Path, sink: BinaryIO) -> None:
    """Write a file's sound as FLAC, 16 bits a sample, with the same rate and channels.

    Parameters
    ----------
    path : str or Path
    sink : binary file
        Seekable.

    Raises
    ------
    RefusedError
        As `inspect` does for files that cannot be opened or decoded; ``not_playable`` for
        what FLAC cannot hold, e.g. more than eight channels.
    """
    import soundfile

    with _open(path) as file:
        try:
            out = soundfile.SoundFile(
                sink, "w", file.samplerate, file.channels, format="FLAC", subtype="PCM_16"
            )
        except soundfile.SoundFileError as error:
            raise RefusedError("not_playable", str(error)) from error
        with out:
            for block in _blocks(file):
                # Decoders overshoot full scale, and 16-bit samples would wrap around.
                out.write(np.nan_to_num(block).clip(-1, 1))


def decibels(amplitude: float) -> float | None:
    """Level relative to full scale (dBFS); None for zero, which has no level."""
    return 20 * math.log10(amplitude) if amplitude > 0 else None


def _regular_file_size(path: str | Path) -> int:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise RefusedError("missing", "there is no such file") from None
    except OSError as error:
        raise RefusedError("unreadable", error.strerror or str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("not_a_file", "a folder, pipe, socket or device")
    if status.st_size == 0:
        raise RefusedError("empty_file", "0 bytes")
    return status.st_size


@lru_cache(maxsize=1024)
def _track_id_of(path: str, size_bytes: int, mtime_ns: int) -> str:
    return track_id_of(path)


def _open(path: str | Path) -> "soundfile.SoundFile":
    import soundfile

    _regular_file_size(path)
    try:
        file = soundfile.SoundFile(os.fspath(path))
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise RefusedError("undecodable", str(error)) from error
    if file.samplerate <= 0 or file.channels <= 0:
        file.close()
        raise RefusedError("undecodable", "the header gives no sample rate or no channels")
    return file


def _seek(file: "soundfile.SoundFile", start_s: float) -> None:
    import soundfile

    if start_s == 0:
        return
    try:
        file.seek(min(round(start_s * file.samplerate), file.frames))
    except soundfile.SoundFileError as error:
        raise RefusedError("undecodable", str(error)) from error


def _blocks(file: "soundfile.SoundFile", duration_s: float | None = None) -> Iterator[np.ndarray]:
    import soundfile

    frames = max(1, _BLOCK_FRAMES // file.channels)
    left = None if duration_s is None else round(duration_s * file.samplerate)
    while True:
        wanted = frames if left is None else min(frames, left)
        try:
            block = file.read(wanted, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            raise RefusedError("undecodable", str(error)) from error
        if len(block) == 0:
            return
        if left is not None:
            left -= len(block)
        yield block
