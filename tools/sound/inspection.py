"""Let a file in or refuse it, by decoding all of it."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from schemas.ingest import IngestConfig
from schemas.tracks import AudioInfo
from tools.audio import decibels
from tools.errors import RefusedError
from tools.sound.decoder import Sound
from tools.sound.identity import file_size, track_id_of, unchanged
from tools.sound.mono import MonoMix
from tools.sound.reader import blocks, open_sound


def inspect(path: str | Path, limits: IngestConfig, *, mix: MonoMix | None = None) -> AudioInfo:
    """Hash and decode a whole file, so that what is let in can be read to its end.

    Parameters
    ----------
    path : str or Path
    limits : IngestConfig
        Files beyond them are refused; longer ones without decoding the rest.
    mix : MonoMix, optional
        Hears the whole file.

    Returns
    -------
    AudioInfo

    Raises
    ------
    RefusedError
        As `open_sound`; ``odd_sample_rate``, ``too_many_channels``, ``no_samples``, ``truncated``,
        ``too_short``, ``too_long``, ``non_finite_samples``, ``out_of_range``, or ``changed``, if
        the file was written meanwhile.
    """
    size_bytes = file_size(path)
    with unchanged(path):
        track_id = track_id_of(path)
        sound = open_sound(path)
        _require_usual(sound, limits)
        n_frames, peak = 0, 0.0
        for block in _within(sound, limits):
            n_frames += len(block)
            peak = max(peak, float(np.abs(block).max()))
            if mix is not None:
                mix.hear(block, sound)
        _require_whole(sound, n_frames, limits)
    return AudioInfo(
        track_id=track_id,
        duration_s=n_frames / sound.sample_rate_hz,
        sample_rate_hz=sound.sample_rate_hz,
        n_channels=sound.n_channels,
        format=sound.format,
        subtype=sound.subtype,
        size_bytes=size_bytes,
        peak_dbfs=decibels(peak),
    )


def _require_usual(sound: Sound, limits: IngestConfig) -> None:
    lowest, highest = limits.min_sample_rate_hz, limits.max_sample_rate_hz
    if not lowest <= sound.sample_rate_hz <= highest:
        raise RefusedError(
            "odd_sample_rate", f"{sound.sample_rate_hz} Hz is not between {lowest} and {highest} Hz"
        )
    if sound.n_channels > limits.max_channels:
        raise RefusedError(
            "too_many_channels", f"{sound.n_channels}, more than {limits.max_channels}"
        )


def _within(sound: Sound, limits: IngestConfig) -> Iterator[np.ndarray]:
    """Blocks of sound, as long as they are within the limits."""
    n_frames = 0
    for block in blocks(sound):
        n_frames += len(block)
        peak = float(np.abs(block).max())
        if not math.isfinite(peak):
            at_s = n_frames / sound.sample_rate_hz
            raise RefusedError("non_finite_samples", f"NaN or infinity before {at_s:.1f} s")
        level_dbfs = decibels(peak)
        if level_dbfs is not None and level_dbfs > limits.max_peak_dbfs:
            raise RefusedError(
                "out_of_range",
                f"a sample of {peak:.6g}, {level_dbfs:.1f} dB over full scale, which is 1; if the "
                "file holds integers as floats, divide them: sox -v 0.000030518 FILE NEW.wav",
            )
        if n_frames > limits.max_duration_s * sound.sample_rate_hz:
            raise RefusedError("too_long", f"longer than {limits.max_duration_s:g} s")
        yield block


def _require_whole(sound: Sound, n_frames: int, limits: IngestConfig) -> None:
    if n_frames == 0:
        raise RefusedError("no_samples", "the file decodes to no samples")
    found_s = n_frames / sound.sample_rate_hz
    promised_s = (sound.n_promised or 0) / sound.sample_rate_hz
    if promised_s - found_s > limits.max_missing_s:
        raise RefusedError(
            "truncated", f"the header promises {promised_s:.2f} s, {found_s:.2f} s decode"
        )
    if found_s < limits.min_duration_s:
        raise RefusedError("too_short", f"{found_s:.3g} s, of at least {limits.min_duration_s:g}")
