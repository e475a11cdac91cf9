"""A track's sound for a page. These functions run in worker processes: files can crash decoders."""

import base64
import io
import os
from pathlib import Path
from typing import Any

from pipeline.views.pages.score import WAVEFORM_RATE_HZ, packed_waveform
from tools.audio import transcode, waveform

PLAYABLE = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
}
"""What browsers play, and its media type; anything else is handed to them as FLAC."""


def draw_waveform(path: str) -> dict[str, Any]:
    """The waveform of a file, packed for JSON.

    Raises
    ------
    RefusedError
        If the file cannot be decoded.
    """
    peaks, rms = waveform(path, rate_hz=WAVEFORM_RATE_HZ)
    return packed_waveform(peaks, rms, WAVEFORM_RATE_HZ)


def data_url(path: str) -> str:
    """A file's sound as a ``data:`` URL that browsers play.

    Raises
    ------
    RefusedError
        If the file cannot be read or decoded.
    """
    kind = PLAYABLE.get(Path(path).suffix.lower())
    if kind is None:
        kind, data = "audio/flac", playable_bytes(path)
    else:
        data = Path(path).read_bytes()
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def playable_bytes(path: str) -> bytes:
    """A file's sound as FLAC.

    Raises
    ------
    RefusedError
        If the file cannot be decoded.
    """
    sink = io.BytesIO()
    transcode(path, sink)
    return sink.getvalue()


def write_playable(path: str, *, to: str) -> None:
    """Write a file's sound as FLAC, at once or not at all.

    Raises
    ------
    RefusedError
        If the file cannot be decoded.
    """
    unfinished = Path(f"{to}.{os.getpid()}.part")
    with unfinished.open("wb") as sink:
        transcode(path, sink)
    unfinished.replace(to)
