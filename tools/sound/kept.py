"""The sound that this process decoded last, for those that hear the same file one after another."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tools.sound.decoder import Decode, Sound
from tools.sound.identity import FileState

# Ours: six minutes of CD sound; what is longer is decoded anew each time.
MAX_BYTES = 128 << 20
_kept: tuple[FileState, list[np.ndarray]] | None = None


def keeping(sound: Sound, state: FileState) -> Sound:
    """The same sound, which is decoded from its start once and then given from memory.

    Parameters
    ----------
    sound : Sound
    state : FileState
        Of its file: another state is another sound.
    """
    return replace(sound, decode=_decode_once(sound.decode, state))


def _decode_once(decode: Decode, state: FileState) -> Decode:
    def decode_from(first_frame: int) -> Iterator[np.ndarray]:
        if first_frame:
            return decode(first_frame)
        if _kept is not None and _kept[0] == state:
            return iter(_kept[1])
        return _remembered(decode(0), state)

    return decode_from


def _remembered(found: Iterator[np.ndarray], state: FileState) -> Iterator[np.ndarray]:
    """Blocks as they are decoded; all are kept once the end is reached without an error."""
    global _kept
    blocks: list[np.ndarray] | None = []
    n_bytes = 0
    for block in found:
        n_bytes += block.nbytes
        if blocks is not None and n_bytes <= MAX_BYTES:
            block.flags.writeable = False
            blocks.append(block)
        else:
            blocks = None
        yield block
    if blocks is not None:
        _kept = state, blocks
