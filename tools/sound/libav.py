"""Audio files that libsndfile does not read, by FFmpeg's libraries (PyAV)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tools.errors import RefusedError
from tools.sound.decoder import EndError, Sound, block_frames, without_first


def open_with_libav(path: str | Path, kind: str) -> Sound:
    """Open a file that libav knows.

    Parameters
    ----------
    path : str or Path
    kind : str
        What it is, in words.

    Raises
    ------
    RefusedError
        ``needs_av`` where PyAV is not installed; ``undecodable``.
    """
    try:
        import av
    except ModuleNotFoundError:
        raise RefusedError(
            "needs_av",
            f"{kind}: install partimento[av] to read it, or convert it: "
            "ffmpeg -i FILE -vn FILE.flac",
        ) from None
    try:
        with open(path, "rb") as file, av.open(file, "r") as container:
            stream = _audio(container, kind)
            # The header of AAC gives half the rate where the band above is replicated (SBR).
            first = next(container.decode(stream), None)
            if first is None:
                raise RefusedError("no_samples", f"{kind}: no sound decodes")
            names = [channel.name for channel in first.layout.channels]
            containers = container.format.name.split(",")
            return Sound(
                format="MP4" if "mp4" in containers else containers[0].upper(),
                subtype=stream.codec_context.codec.canonical_name.upper(),
                sample_rate_hz=first.sample_rate,
                n_channels=len(names),
                n_promised=_promised(stream, first.sample_rate, containers),
                lfe=names.index("LFE") if "LFE" in names else None,
                decode=partial(_decode, path, kind, (first.sample_rate, len(names))),
            )
    except (av.FFmpegError, ValueError) as error:
        raise RefusedError("undecodable", f"{kind}: {error}") from error


def _audio(container: Any, kind: str) -> Any:
    if not container.streams.audio:
        raise RefusedError("undecodable", f"{kind}: there is no sound in it")
    return container.streams.audio[0]


def _promised(stream: Any, sample_rate_hz: int, containers: list[str]) -> int | None:
    """Frames by the header: MP4 counts them, the others only estimate."""
    if "mp4" not in containers or stream.duration is None:
        return None
    return int(stream.duration * stream.time_base * sample_rate_hz)


def _decode(
    path: str | Path, kind: str, expected: tuple[int, int], first: int
) -> Iterator[np.ndarray]:
    import av

    try:
        with open(path, "rb") as file, av.open(file, "r") as container:
            planar = av.AudioResampler(format="fltp")
            frames = _planar(container.decode(_audio(container, kind)), planar, expected)
            yield from without_first(_gathered(frames, block_frames(expected[1])), first)
    except (av.FFmpegError, ValueError) as error:
        raise EndError(f"{kind}: {error}") from error


def _planar(frames: Any, planar: Any, expected: tuple[int, int]) -> Iterator[np.ndarray]:
    for frame in frames:
        found = frame.sample_rate, frame.layout.nb_channels
        if found != expected:
            raise RefusedError(
                "joined",
                f"{expected[1]} channels at {expected[0]} Hz, then {found[1]} at {found[0]}",
            )
        for each in planar.resample(frame):
            yield each.to_ndarray().T


def _gathered(frames: Iterator[np.ndarray], n_frames: int) -> Iterator[np.ndarray]:
    """Larger blocks: a codec's own have some 23 ms."""
    held: list[np.ndarray] = []
    n_held = 0
    for frame in frames:
        held.append(np.ascontiguousarray(frame))
        n_held += len(frame)
        if n_held >= n_frames:
            yield np.concatenate(held)
            held, n_held = [], 0
    if held:
        yield np.concatenate(held)
