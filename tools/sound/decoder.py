"""What every decoder of audio files gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tools.errors import RefusedError

BLOCK_VALUES = 1 << 18
Decode = Callable[[int], Iterator[np.ndarray]]


class EndError(RefusedError):
    """Nothing decodes from here to the end of the file."""

    def __init__(self, detail: str) -> None:
        super().__init__("undecodable", detail)


@dataclass(frozen=True)
class Sound:
    """An audio file that can be decoded.

    Attributes
    ----------
    format, subtype : str
        Container and encoding, in the decoder's words.
    sample_rate_hz, n_channels : int
    n_promised : int or None
        Frames that there should be; None where nothing says so. What there is, only decoding shows.
    lfe : int or None
        The channel of low-frequency effects.
    decode : callable
        ``decode(first_frame)`` gives all blocks from there to the end, shape
        (n_frames, n_channels), float32. Where the file is damaged it raises `RefusedError`, after
        what was decoded before; `EndError` where nothing could be decoded after it.
    """

    format: str
    subtype: str
    sample_rate_hz: int
    n_channels: int
    n_promised: int | None
    lfe: int | None
    decode: Decode


def block_frames(n_channels: int) -> int:
    """Frames of a block that does not grow with the channels."""
    return max(1, BLOCK_VALUES // n_channels)


def without_first(blocks: Iterator[np.ndarray], n_frames: int) -> Iterator[np.ndarray]:
    """Blocks without so many frames at the start, which are decoded all the same."""
    for block in blocks:
        skipped = min(n_frames, len(block))
        n_frames -= skipped
        if skipped < len(block):
            yield block[skipped:]
