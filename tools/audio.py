"""Sound of audio files, in the forms that others need: mono, levels, a waveform, FLAC."""

import math
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tools.errors import RefusedError
from tools.sound.mono import MonoMix
from tools.sound.reader import blocks, open_sound


def header_duration_s(path: str | Path) -> float:
    """Duration that a file's header promises; where it does not say, the file is decoded.

    Raises
    ------
    RefusedError
        As `open_sound` and `blocks`.
    """
    sound = open_sound(path)
    n_frames = sound.n_promised or sum(map(len, blocks(sound)))
    return n_frames / sound.sample_rate_hz


def load_mono(
    path: str | Path,
    *,
    sample_rate_hz: int,
    start_s: float = 0.0,
    end_s: float | None = None,
) -> np.ndarray:
    """Decode a file or a stretch of it, mixed to mono, at a given sample rate.

    Where channels would cancel each other, of opposite polarity, it is decoded once more, and some
    are inverted before they are mixed.

    Parameters
    ----------
    path : str or Path
    sample_rate_hz : int
    start_s, end_s : float, optional
        The stretch; by default the whole file.

    Returns
    -------
    np.ndarray, shape (n_samples,), float32
        Full scale is 1.

    Raises
    ------
    RefusedError
        As `open_sound` and `blocks`.
    """
    sound = open_sound(path)
    duration_s = None if end_s is None else end_s - start_s
    mix = MonoMix(sample_rate_hz)
    for block in blocks(sound, start_s=start_s, duration_s=duration_s):
        mix.hear(block, sound)
    polarities = mix.inversions()
    if polarities is None:
        return mix.samples()
    mix = MonoMix(sample_rate_hz, polarities=polarities)
    for block in blocks(sound, start_s=start_s, duration_s=duration_s):
        mix.hear(block, sound)
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
        As `open_sound` and `blocks`.
    """
    sound = open_sound(path)
    levels = []
    window = max(1, round(window_s * sound.sample_rate_hz))
    power, filled, n_frames = 0.0, 0, 0
    for block in blocks(sound):
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
    return levels, n_frames / sound.sample_rate_hz


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
        As `open_sound` and `blocks`.
    """
    sound = open_sound(path)
    peaks, powers = [], []
    width = max(1, round(sound.sample_rate_hz / rate_hz))
    rest = np.empty((0, sound.n_channels), np.float32)
    for block in blocks(sound):
        block = np.concatenate([rest, np.nan_to_num(block, posinf=0, neginf=0)])
        n_bins = len(block) // width
        bins = block[: n_bins * width].reshape(n_bins, width * sound.n_channels)
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
        As `open_sound` and `blocks`; ``not_playable`` for
        what FLAC cannot hold, e.g. more than eight channels.
    """
    import soundfile

    sound = open_sound(path)
    try:
        out = soundfile.SoundFile(
            sink, "w", sound.sample_rate_hz, sound.n_channels, format="FLAC", subtype="PCM_16"
        )
    except soundfile.SoundFileError as error:
        raise RefusedError("not_playable", str(error)) from error
    with out:
        for block in blocks(sound):
            # Decoders overshoot full scale, and 16-bit samples would wrap around.
            out.write(np.nan_to_num(block).clip(-1, 1))


def decibels(amplitude: float) -> float | None:
    """Level relative to full scale (dBFS); None for zero, which has no level."""
    return 20 * math.log10(amplitude) if amplitude > 0 else None
